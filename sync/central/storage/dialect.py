"""What differs between databases, in one place.

SQLite: WAL, `synchronous=FULL` (what was acknowledged survives a power cut), foreign keys, and
`BEGIN IMMEDIATE` for writers, so that a reader never has to become a writer half-way. PostgreSQL
needs none of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

from sync.domain.errors import InvalidInput, Unavailable

BUSY_TIMEOUT_MS = 10_000
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
# Two connections and a WAL that is reset can corrupt a file before this version.
SAFE_SQLITE_VERSION = (3, 51, 3)
_UPSERT_ROWS = 2_000
# SQLSTATE of PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
CONTENDED = frozenset({"40001", "40P01", "55P03"})


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand: the one that comes with sqlcipher3, else Python's own."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        import sqlite3 as dbapi2
    module: ModuleType = dbapi2
    if module.sqlite_version_info < SAFE_SQLITE_VERSION:
        warnings.warn(
            f"SQLite {module.sqlite_version} has a rare fault with several connections that "
            "3.51.3 repairs; install sqlcipher3.",
            RuntimeWarning,
            stacklevel=2,
        )
    return module


def open_engine(target: Path | str) -> Engine:
    """An engine for an SQLite file (a `Path`) or the URL of a PostgreSQL database (`str`).

    Raises InvalidInput for a URL of anything else, Unavailable without a driver.
    """
    if isinstance(target, str):
        return _open_postgresql(target)
    engine = sa.create_engine(
        f"sqlite:///{target}",
        module=sqlite_module(),
        pool_size=12,
        max_overflow=40,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
        hide_parameters=True,  # an error must not repeat a customer's name
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _open_postgresql(text: str) -> Engine:
    try:
        url = sa.make_url(text)
    except sa.exc.ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        raise InvalidInput(
            "The address of the database is not one such as "
            "postgresql://user:password@host/database.",
            code="database.url",
        )
    try:
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=12,
            max_overflow=40,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    except ModuleNotFoundError as error:
        raise Unavailable(
            "The driver of PostgreSQL is not installed: pip install 'comptoir[postgres]'.",
            code="database.driver",
        ) from error


def contended(error: sa.exc.DBAPIError) -> bool:
    """Whether the database undid a transaction because others wrote the same at the same time:
    a deadlock, a serialisation failure or a lock that did not come free."""
    return getattr(error.orig, "sqlstate", None) in CONTENDED


@contextmanager
def begin_lightly(connection: Connection) -> Iterator[None]:
    """A transaction whose commit does not wait for the disk."""
    if not one_writer(connection.engine):
        with connection.begin():
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            yield
        return
    raw: Any = connection.connection.driver_connection
    raw.execute("PRAGMA synchronous=NORMAL")
    try:
        with connection.begin():
            yield
    finally:
        raw.execute("PRAGMA synchronous=FULL")


def one_writer(engine: Engine) -> bool:
    """Whether this database takes one writer at a time."""
    return engine.dialect.name == "sqlite"


@lru_cache
def insert_into(table: sa.Table) -> sa.Insert:
    """An INSERT of rows, built once: to put a statement together takes longer than to run it."""
    return sa.insert(table)


def inserting(connection: Connection, table: sa.Table) -> Any:
    """An INSERT that can say what happens to a row whose key is there already."""
    return _inserting(connection.dialect.name, table)


@lru_cache
def _inserting(dialect: str, table: sa.Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@lru_cache
def _upserting(dialect: str, table: sa.Table, key: tuple[str, ...]) -> Any:
    statement = _inserting(dialect, table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    return statement.on_conflict_do_update(index_elements=list(key), set_=others)


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Iterable[Mapping[str, Any]],
    key: Sequence[str],
) -> None:
    """Insert `rows`, replacing those whose `key` columns are there already."""
    statement = _upserting(connection.dialect.name, table, tuple(key))
    pending = [dict(row) for row in rows]
    for start in range(0, len(pending), _UPSERT_ROWS):
        connection.execute(statement, pending[start : start + _UPSERT_ROWS])


@lru_cache
def _missing(dialect: str, table: sa.Table) -> Any:
    options = {"preserve_rowcount": True}
    return _inserting(dialect, table).on_conflict_do_nothing().execution_options(**options)


def insert_missing(connection: Connection, table: sa.Table, *rows: Mapping[str, Any]) -> int:
    """Insert `rows`, each unless its key is there already; gives how many were inserted."""
    statement = _missing(connection.dialect.name, table)
    if len(rows) == 1:
        return int(connection.execute(statement, dict(rows[0])).rowcount)
    return int(connection.execute(statement.values([dict(row) for row in rows])).rowcount)


@lru_cache
def _adding(dialect: str, table: sa.Table, key: sa.Column[str], value: sa.Column[int]) -> Any:
    statement = _inserting(dialect, table)
    statement = statement.on_conflict_do_update(
        index_elements=[key], set_={value.name: value + statement.excluded[value.name]}
    )
    return statement.returning(key, value)


def add_up(
    connection: Connection,
    table: sa.Table,
    key: sa.Column[str],
    value: sa.Column[int],
    more: Mapping[str, int],
) -> dict[str, int]:
    """Add `more` to the rows of a counter, made where there is none; gives their new values.

    Rows are locked in the order of their keys.
    """
    statement = _adding(connection.dialect.name, table, key, value)
    rows = [{key.name: name, value.name: count} for name, count in sorted(more.items())]
    return {row[0]: int(row[1]) for row in connection.execute(statement, rows)}


def forget_deleted(engine: Engine) -> None:
    """Let nothing that was deleted or replaced stay readable in the database's files.

    SQLite overwrites it (`secure_delete`) and its log is cut short; PostgreSQL does when it
    vacuums.
    """
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
