"""What differs between databases, in one place.

SQLite: WAL, `synchronous=FULL` (what was acknowledged survives a power cut), foreign keys, and
`BEGIN IMMEDIATE` for writers, so that a reader never has to become a writer half-way. PostgreSQL
needs none of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine

BUSY_TIMEOUT_MS = 10_000
# Two connections and a WAL that is reset can corrupt a file before this version.
SAFE_SQLITE_VERSION = (3, 51, 3)
_UPSERT_ROWS = 2_000


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
    """An engine for an SQLite file (a `Path`) or a database URL (`str`)."""
    if isinstance(target, str):
        return sa.create_engine(target)
    engine = sa.create_engine(
        f"sqlite:///{target}",
        module=sqlite_module(),
        pool_size=12,
        max_overflow=40,
        connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def one_writer(engine: Engine) -> bool:
    """Whether this database takes one writer at a time."""
    return engine.dialect.name == "sqlite"


def inserting(connection: Connection, table: sa.Table) -> Any:
    """An INSERT that can say what happens to a row whose key is there already."""
    builder = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return builder(table)


def upsert(
    connection: Connection,
    table: sa.Table,
    rows: Iterable[Mapping[str, Any]],
    key: Sequence[str],
) -> None:
    """Insert `rows`, replacing those whose `key` columns are there already."""
    statement = inserting(connection, table)
    others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in key}
    statement = statement.on_conflict_do_update(index_elements=list(key), set_=others)
    pending = [dict(row) for row in rows]
    for start in range(0, len(pending), _UPSERT_ROWS):
        connection.execute(statement, pending[start : start + _UPSERT_ROWS])


def insert_missing(connection: Connection, table: sa.Table, *rows: Mapping[str, Any]) -> int:
    """Insert `rows`, each unless its key is there already; gives how many were inserted."""
    statement = (
        inserting(connection, table).values([dict(row) for row in rows]).on_conflict_do_nothing()
    )
    options = {"preserve_rowcount": True}
    return connection.execute(statement, execution_options=options).rowcount


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
    statement = inserting(connection, table).values(
        [{key.name: name, value.name: count} for name, count in sorted(more.items())]
    )
    statement = statement.on_conflict_do_update(
        index_elements=[key], set_={value.name: value + statement.excluded[value.name]}
    )
    found = connection.execute(statement.returning(key, value))
    return {row[0]: int(row[1]) for row in found}
