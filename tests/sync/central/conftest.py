"""A world for each test, copied from one that was loaded once; on PostgreSQL where it is asked for.

`pytestmark = BOTH_DATABASES` runs a module's tests on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central import logs
from tests.sync.central import postgresql
from tests.sync.central.both_databases import POSTGRESQL, SQLITE
from tests.sync.central.world import World, copy_of


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that has a world on the databases of its mark."""
    mark = metafunc.definition.get_closest_marker("databases")
    if mark is not None and "world" in metafunc.fixturenames:
        metafunc.parametrize("world", mark.args, indirect=True)


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    logs.configure()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    World(folder).close()
    return folder


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgresql.server() as url:
        postgresql.make_template(url, tmp_path_factory.mktemp("world-pg"))
        yield url


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    if getattr(request, "param", SQLITE) == POSTGRESQL:
        server = request.getfixturevalue("postgresql_server")
        with postgresql.copy_of_template(server) as url:
            found = World(tmp_path / "central", database_url=url)
            yield found
            found.close()
        return
    found = copy_of(request.getfixturevalue("template"), tmp_path / "central")
    yield found
    found.close()
