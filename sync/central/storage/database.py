"""Transactions: what one change of the server carries along until it commits.

A service marks what it changed (`stock`, `orders`, `fulfilments`, `returns`); just before the
commit the feed rows of all that are written in the same transaction, and just after it the
in-memory view of stock is brought up to date. A rolled back transaction leaves no trace in either.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from sync.central.storage import tables
from sync.central.storage.dialect import begin_lightly, contended, insert_into, one_writer
from sync.domain.errors import Unavailable
from sync.domain.stock import Balance

Clock = Callable[[], datetime]
RandomBytes = Callable[[int], bytes]
Result = TypeVar("Result")
PAUSE_S, PAUSE_MAX_S = 0.01, 0.5  # before a transaction that met others is tried again
TRIES_MAX = 16  # of one transaction; who raises `Stale` has a bound of its own, below this
_RANK = {table: rank for rank, table in enumerate(tables.metadata.sorted_tables)}


def stamp(moment: datetime) -> str:
    """A time as it is stored: UTC, ISO 8601, microseconds, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def unstamp(text: str) -> datetime:
    """A stored time."""
    return datetime.fromisoformat(text)


@dataclass
class Changes:
    """What a transaction has changed so far.

    `stock` holds the balance of each (sku, location) after the last movement, `inbound_on` the day
    on which goods are expected there, None for no day; `load` how many more orders and pieces each
    location is to have ready on a day; `placed` the serial of the order that a device placed;
    `documents` other feed rows: (bucket, kind, key) -> body,
    None for a thing that is gone; `jobs` the kinds of jobs queued; `references` the digests of
    what decisions were taken from.
    """

    stock: dict[tuple[str, str], Balance] = field(default_factory=dict)
    inbound_on: dict[tuple[str, str], str | None] = field(default_factory=dict)
    load: dict[tuple[str, date], tuple[int, int]] = field(default_factory=dict)
    placed: dict[str, int] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)
    fulfilments: set[str] = field(default_factory=set)
    returns: set[str] = field(default_factory=set)
    documents: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    jobs: set[str] = field(default_factory=set)
    references: set[str] = field(default_factory=set)
    position: int = 0

    def give(self, location: str, day: date, orders: int, pieces: int) -> None:
        """So much more (or less, below 0) is to be ready at `location` on `day`."""
        before = self.load.get((location, day), (0, 0))
        self.load[location, day] = (before[0] + orders, before[1] + pieces)


@dataclass
class Transaction:
    """An open write transaction. `now` is the server's time, one for the whole transaction;
    `cause` names the command, file or worker that asked for it. `loaded`: the records of orders
    that were read, by number (see `records.order_records`). `queued`: when each job, by its kind
    and key, is to run (see `jobs.queue`).
    """

    connection: Connection
    now: datetime
    cause: str
    changes: Changes = field(default_factory=Changes)
    loaded: dict[str, object] = field(default_factory=dict)
    pending: dict[sa.Table, list[dict[str, Any]]] = field(default_factory=dict)
    queued: dict[tuple[str, str], datetime] = field(default_factory=dict)

    @property
    def at(self) -> str:
        """`now` as it is stored."""
        return stamp(self.now)

    def later(self, table: sa.Table, row: dict[str, Any]) -> None:
        """Insert `row` just before the commit, with the others of its table in one statement.

        For rows that nothing in this transaction reads back.
        """
        self.pending.setdefault(table, []).append(row)

    def flush(self) -> None:
        """Insert what is pending; a row comes after those that it refers to."""
        for table in sorted(self.pending, key=_RANK.__getitem__):
            self.connection.execute(insert_into(table), self.pending[table])
        self.pending.clear()


class Stale(Exception):
    """What was prepared for a transaction is not there, or does not hold in it: it is undone."""

    def prepare(self) -> None:
        """Prepare it anew; called with no transaction open, before the next try."""
        raise NotImplementedError


class Contended(Unavailable):
    """Others wrote the same rows at the same moment: the database undid this transaction."""


@contextmanager
def _contention() -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        if not contended(error):
            raise
        raise Contended(
            "Somebody else changed the same things at the same moment. Nothing was changed; try "
            "again.",
            code="database.contended",
        ) from error


def _pause(tried: int) -> None:
    longest = min(PAUSE_MAX_S, PAUSE_S * 2**tried)
    time.sleep(random.uniform(0, longest))


class Database:
    """The one gate to the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._one_writer = one_writer(engine)
        self._writing = engine.execution_options(writes=True)
        # Where others may commit between two statements, a reader keeps to one moment.
        self._reading = (
            engine
            if self._one_writer
            else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writer = threading.RLock()
        self.before_commit: list[Callable[[Transaction], None]] = []
        self.after_commit: list[Callable[[Changes], None]] = []

    @contextmanager
    def write(self, cause: str) -> Iterator[Transaction]:
        """A transaction that is committed when the block ends, and rolled back when it raises.

        On SQLite writers take turns; readers go on meanwhile. Raises Contended when the database
        undid it because others wrote the same rows at the same moment.
        """
        with self._writer if self._one_writer else nullcontext():
            with _contention(), self._writing.begin() as connection:
                now = self.clock()
                transaction = Transaction(connection, now, cause, Changes())
                yield transaction
                transaction.flush()
                for publish in self.before_commit:
                    publish(transaction)
            for apply in self.after_commit:
                apply(transaction.changes)

    def settle(self, cause: str, work: Callable[[Transaction], Result]) -> Result:
        """Do `work` in a transaction, again each time that what it rests on was stale; commit.

        What it rests on is prepared while no transaction is open. So it is when others wrote the
        same rows at the same moment, after a pause that grows and differs from theirs. Raises the
        last Stale, or Contended, when `TRIES_MAX` tries were not enough.
        """
        for tried in range(TRIES_MAX - 1):
            prepare: Callable[[], None] = partial(_pause, tried)
            try:
                with self.write(cause) as transaction:
                    return work(transaction)
            except Stale as stale:
                prepare = stale.prepare
            except Contended:
                pass
            prepare()
        with self.write(cause) as transaction:
            return work(transaction)

    @contextmanager
    def write_lightly(self) -> Iterator[Connection]:
        """A transaction of rows that a power cut may forget: those of the last moments are lost
        together, and nothing else refers to them. It waits for no disk.
        """
        with (
            self._writer if self._one_writer else nullcontext(),
            self._writing.connect() as connection,
            begin_lightly(connection),
        ):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view of what is committed."""
        with self._reading.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()
