"""The SQLite under the store: encrypted where SQLCipher is there, durable always."""

from __future__ import annotations

import sqlite3
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from sync.domain.errors import Unavailable
from sync.terminal.store.store_key import StoreKey

try:
    from sqlcipher3 import dbapi2 as _sqlcipher
except ImportError:  # no wheel for this platform: the file is not encrypted, and we say so
    _sqlcipher = None

DRIVER: ModuleType = _sqlcipher or sqlite3
ENCRYPTED = _sqlcipher is not None
DATABASE_ERRORS: tuple[type[Exception], ...] = (sqlite3.DatabaseError, DRIVER.DatabaseError)

# FTS5 with the trigram tokenizer came with 3.34, upsert on several constraints with 3.35.
SQLITE_MIN = (3, 35, 0)


def check_version() -> None:
    """Raise Unavailable when this machine's SQLite is too old for the store."""
    if DRIVER.sqlite_version_info < SQLITE_MIN:
        raise Unavailable(
            "The SQLite of this machine ({found}) is too old; {needed} or later is needed. "
            "Install the package sqlcipher3.",
            code="store.sqlite_too_old",
            found=DRIVER.sqlite_version,
            needed=".".join(map(str, SQLITE_MIN)),
        )


def connect(path: Path, key: StoreKey) -> Any:
    """One connection, in autocommit mode, for several threads under the caller's lock.

    `synchronous=FULL`: what a commit acknowledged survives a power cut.
    """
    connection = DRIVER.connect(str(path), isolation_level=None, check_same_thread=False)
    try:
        _configure(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _configure(connection: Any, key: StoreKey) -> None:
    if ENCRYPTED:
        connection.execute("PRAGMA cipher_log_level = NONE")  # raised, not printed
        connection.execute(f"PRAGMA key = \"x'{key.raw.hex()}'\"")
    else:
        warnings.warn(
            "sqlcipher3 is not installed: the data of this device is not encrypted on disk.",
            RuntimeWarning,
            stacklevel=3,
        )
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 1000")
    # One process, one connection: a second one is refused instead of sharing the counters.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -32000")
