"""The spool's file: its table, and how a file of an older version becomes one of today's."""

from __future__ import annotations

import sqlite3

from sync.domain.errors import Unavailable

_MIGRATIONS = (
    (
        """
        CREATE TABLE job (
            number        INTEGER PRIMARY KEY AUTOINCREMENT,
            key           TEXT NOT NULL UNIQUE,
            document_type TEXT NOT NULL,
            title         TEXT NOT NULL,
            printer       TEXT NOT NULL,
            payload_format TEXT NOT NULL,
            payload       BLOB,
            state         TEXT NOT NULL,
            created_at    TEXT NOT NULL,
            changed_at    TEXT NOT NULL,
            expires_at    TEXT NOT NULL,
            attempts      INTEGER NOT NULL DEFAULT 0,
            reason        TEXT NOT NULL DEFAULT ''
        ) STRICT
        """,
        "CREATE INDEX job_waiting ON job (printer, state, number)",
    ),
    # What the payload was rendered from, so that another printer can have it in its language.
    ("ALTER TABLE job ADD COLUMN document TEXT",),
)


def open_database(path: str) -> sqlite3.Connection:
    """The database, its table as it is today. Raises sqlite3.Error, and Unavailable for a file
    that a later version of the program has written."""
    database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    try:
        database.execute("PRAGMA busy_timeout = 5000")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA secure_delete = ON")
        _migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _migrate(database: sqlite3.Connection) -> None:
    """Each step is one transaction with its number: a kill in between is taken up at the next
    start, and two programs that open the file at once do not trip over one another."""
    while (version := _version(database)) < len(_MIGRATIONS):
        database.execute("BEGIN IMMEDIATE")
        try:
            if _version(database) == version:
                for statement in _MIGRATIONS[version]:
                    database.execute(statement)
                database.execute(f"PRAGMA user_version = {version + 1}")
            database.execute("COMMIT")
        except BaseException:
            database.execute("ROLLBACK")
            raise
    if version > len(_MIGRATIONS):
        raise Unavailable(
            "The list of print jobs was written by a later version of this program. Nothing was "
            "changed or printed; start that version again.",
            code="printing.spool_too_new",
        )


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])
