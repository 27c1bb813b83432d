"""The store of one device: one file, one connection, one lock, and word of what changed.

All writing goes through `transaction()`. What it touched is told to the listeners after the
commit, never before: nobody is shown what a power cut could take back.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import structlog
from sqlite_utils import Database

from sync.domain.errors import Unavailable
from sync.terminal.store import salvage
from sync.terminal.store import sqlite as engine
from sync.terminal.store.keystore import Keystore
from sync.terminal.store.migrations import migrations
from sync.terminal.store.store_key import StoreKey, forget_key, read_or_make_key

FILE_NAME = "device.db"
KEY_NAME = "device.key"
ERASED = "erased"  # told to those who keep something of this device elsewhere
log = structlog.get_logger(__name__)

Listener = Callable[[str], None]
Row = tuple[Any, ...]


class Reader(Protocol):
    """What can be asked: the store, or a transaction on it."""

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        ...


class LocalStore:
    """The device's database. Safe to use from several threads."""

    def __init__(
        self,
        db: Database,
        path: Path,
        salvaged: salvage.Salvage | None = None,
        keystore: Keystore | None = None,
    ) -> None:
        self._db = db
        self._lock = threading.RLock()
        self._depth = 0
        self._touched: set[str] = set()
        self._listeners: list[Listener] = []
        self.path, self._keystore = path, keystore
        self.salvaged = salvaged

    @classmethod
    def open(
        cls,
        folder: Path,
        now: datetime,
        random_bytes: Callable[[int], bytes] = secrets.token_bytes,
        keystore: Keystore | None = None,
    ) -> LocalStore:
        """Open or make the store of a device in `folder`.

        A damaged file is put aside, never deleted; what had not reached the server is carried
        over to a new one (`salvaged` says how much). Raises Unavailable when the machine's SQLite
        is too old, or another process has the store open.
        """
        engine.check_version()
        folder.mkdir(parents=True, exist_ok=True)
        key = read_or_make_key(folder / KEY_NAME, random_bytes, keystore)
        path = folder / FILE_NAME
        salvaged = None
        try:
            db = _open(path, key)
        except engine.DATABASE_ERRORS as error:
            if "locked" in str(error):
                raise Unavailable(
                    "The data of this device is in use by another program. Close it first.",
                    code="store.in_use",
                ) from error
            log.warning("store_damaged", reason=str(error))
            aside = salvage.quarantine(path, now)
            db = _open(path, key)
            salvaged = salvage.carry_over(aside, key, db)
        return cls(db, path, salvaged, keystore)

    def close(self) -> None:
        """Close the file; later calls fail."""
        with self._lock:
            self._db.close()

    def erase(self) -> None:
        """Erase what this device holds: without its key the file is noise, and it goes too.

        What is open stays readable to this process until it ends.
        """
        forget_key(self.path.parent / KEY_NAME, self._keystore)
        for name in (FILE_NAME, f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"):
            try:
                (self.path.parent / name).unlink(missing_ok=True)
            except OSError as error:  # Windows keeps a file that is open; its key is gone
                log.warning("store_not_removed", file=name, reason=str(error))
        self.tell(ERASED)

    # ---- reading ---------------------------------------------------------------------------

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        with self._lock:
            return list(self._db.execute(sql, parameters).fetchall())

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        with self._lock:
            row: Row | None = self._db.execute(sql, parameters).fetchone()
            return row

    def meta(self, name: str, default: str = "") -> str:
        """A named value kept beside the data."""
        row = self.one("SELECT value FROM meta WHERE name = ?", (name,))
        return row[0] if row else default

    # ---- writing ---------------------------------------------------------------------------

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing, on disk when the block ends. Blocks may nest: the outermost commits."""
        with self._lock:
            self._depth += 1
            try:
                with self._db.atomic():
                    yield Transaction(self._db, self._touched)
            except BaseException:
                if self._depth == 1:
                    self._touched.clear()
                raise
            finally:
                self._depth -= 1
            if self._depth:
                return
            touched, self._touched = sorted(self._touched), set()
        self.tell(*touched)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a named value."""
        with self.transaction() as tx:
            tx.set_meta(name, value)

    # ---- listeners -------------------------------------------------------------------------

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(topic)` after each commit that touched `topic`; gives the way out."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def tell(self, *topics: str) -> None:
        """Tell the listeners. One that fails does not keep the others from hearing."""
        for topic in topics:
            for listener in tuple(self._listeners):
                try:
                    listener(topic)
                except Exception:
                    log.exception("listener_failed", topic=topic)


class Transaction:
    """What can be done inside `LocalStore.transaction()`."""

    def __init__(self, db: Database, touched: set[str]) -> None:
        self._db = db
        self._touched = touched

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        """Run a statement; gives the number of rows that it changed."""
        return int(self._db.execute(sql, parameters).rowcount)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each of `rows`."""
        self._db.conn.executemany(sql, rows)

    def all(self, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query."""
        return list(self._db.execute(sql, parameters).fetchall())

    def one(self, sql: str, parameters: Sequence[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self._db.execute(sql, parameters).fetchone()
        return row

    def touch(self, *topics: str) -> None:
        """Tell listeners of `topics` once this is committed."""
        self._touched.update(topics)

    def set_meta(self, name: str, value: str) -> None:
        """Keep a named value."""
        self.execute(
            "INSERT INTO meta VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def count_up(self, name: str) -> int:
        """The next number of a counter, from 1; never given twice once committed."""
        self.execute(
            "INSERT INTO counters VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
            (name,),
        )
        row = self.one("SELECT value FROM counters WHERE name = ?", (name,))
        assert row is not None  # noqa: S101 - the statement before wrote it
        return int(row[0])


def _open(path: Path, key: StoreKey) -> Database:
    connection = engine.connect(path, key)
    try:
        # Reads every page, so that damage shows now and not in the middle of a sale.
        evaluation = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if evaluation != "ok":
            raise engine.DRIVER.DatabaseError(evaluation)
        db = Database(connection)
        migrations.apply(db)
    except BaseException:
        connection.close()
        raise
    return db
