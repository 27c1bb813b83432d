"""A world for each test, copied from one that was loaded once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central import logs
from tests.sync.central.world import World, copy_of


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    logs.configure()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    World(folder).close()
    return folder


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    found = copy_of(template, tmp_path / "central")
    yield found
    found.close()
