"""The queue of jobs: what the server has yet to do by itself, as rows of the database.

A job is queued in the transaction that gives cause for it. A worker takes a lease on it, does the
part that the outside sees (idempotent: a booking has its parcel's number, a mail its file), and
ends it in the transaction of its effect: killed anywhere, it is neither lost nor done twice. One
that fails is tried again later and later, then set aside for a person.

Queued again under the same key while somebody works on it, it is done once more afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage.database import Database, Transaction, stamp, unstamp
from sync.central.storage.dialect import insert_missing, inserting
from sync.central.storage.tables import job as jobs
from sync.domain.errors import Conflict

ATTEMPTS_MAX = 12  # with the delays below: the better part of a day
FIRST_DELAY, DELAY_MAX = timedelta(seconds=5), timedelta(hours=2)
ERROR_LENGTH_MAX = 400


@dataclass(frozen=True, slots=True)
class Job:
    """A job under lease. `attempts` counts this one; `generation` how often it was queued."""

    id: int
    kind: str
    key: str
    attempts: int
    generation: int
    run_at: datetime


@dataclass(frozen=True, slots=True)
class SetAside:
    """A job that was given up: a person has to look at it."""

    id: int
    kind: str
    key: str
    attempts: int
    last_error: str
    at: datetime


class LostLease(Exception):
    """The lease ran out and another worker has the job: what was not committed is theirs."""


def enqueue(tx: Transaction, kind: str, key: str, run_at: datetime | None = None) -> None:
    """Queue the job of that key; one that is queued is run once more, no later than `run_at`."""
    wanted = run_at or tx.now
    tx.queued[kind, key] = min(wanted, tx.queued.get((kind, key), wanted))
    tx.changes.jobs.add(kind)


def write_queued(tx: Transaction) -> None:
    """Write the jobs that the transaction has queued, in one statement. Call it before the commit,
    when nothing queues any more."""
    if not tx.queued:
        return
    rows = [_row(tx, kind, key, run_at) for (kind, key), run_at in tx.queued.items()]
    statement = inserting(tx.connection, jobs).values(rows)
    earlier = sa.case(
        (jobs.c.run_at < statement.excluded.run_at, jobs.c.run_at),
        else_=statement.excluded.run_at,
    )
    again = {
        "run_at": earlier,
        "generation": jobs.c.generation + 1,
        "attempts": 0,
        "set_aside_at": None,
    }
    tx.connection.execute(
        statement.on_conflict_do_update(index_elements=["kind", "key"], set_=again)
    )
    tx.queued.clear()


def ensure(tx: Transaction, kind: str, key: str, run_at: datetime) -> None:
    """Queue the job of that key unless it is there."""
    insert_missing(tx.connection, jobs, _row(tx, kind, key, run_at))


def _row(tx: Transaction, kind: str, key: str, run_at: datetime) -> dict[str, object]:
    return {
        "kind": kind,
        "key": key,
        "created_at": tx.at,
        "run_at": stamp(run_at),
        "attempts": 0,
        "generation": 1,
        "leased_until": None,
        "lease_owner": None,
        "last_error": None,
        "set_aside_at": None,
    }


def claim(
    database: Database, kind: str, owner: str, lease: timedelta, *, bounded: bool = True
) -> Job | None:
    """A lease on the next job of that kind that is due, or None.

    `bounded`: one that was tried `ATTEMPTS_MAX` times (and killed its worker, since it is here
    again) is set aside.
    """
    with database.read() as connection:
        now = stamp(database.clock())
        if connection.execute(sa.select(jobs.c.id).where(_due(kind, now)).limit(1)).first() is None:
            return None
    with database.write(f"job:{kind}") as tx:
        row = tx.connection.execute(next_due(kind, tx.at)).one_or_none()
        if row is None:
            return None
        if bounded and row.attempts >= ATTEMPTS_MAX:
            _change(tx, row.id, set_aside_at=tx.at, leased_until=None, lease_owner=None)
            return None
        return _lease(tx, row, owner, lease)


def next_due(kind: str, now: str) -> sa.Select[Any]:
    """What takes the next job; SQLite has one writer at a time anyway and locks no rows."""
    return (
        sa.select(jobs)
        .where(_due(kind, now))
        .order_by(jobs.c.run_at, jobs.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


@contextmanager
def turn(database: Database, kind: str, owner: str, lease: timedelta) -> Iterator[None]:
    """Hold the schedule `kind` while its work is done on demand; raises Conflict when it is held.

    The schedule goes on as it was.
    """
    with database.write(f"job:{kind}") as tx:
        ensure(tx, kind, SCHEDULE, tx.now)
        query = sa.select(jobs).where(jobs.c.kind == kind, jobs.c.key == SCHEDULE, _free(tx.at))
        row = tx.connection.execute(query.with_for_update()).one_or_none()
        if row is None:
            raise Conflict(
                "A reallocation is under way already. Nothing was changed; ask again when that "
                "is done.",
                code="batch.running",
            )
        held = _lease(tx, row, owner, lease)
    try:
        yield
    finally:
        with database.write(f"job:{kind}") as tx:
            _end(tx, held, owner, run_at=held.run_at, attempts=row.attempts)


SCHEDULE = "schedule"


def finish(tx: Transaction, job: Job, owner: str, again_at: datetime | None = None) -> None:
    """End the job in the transaction of its effect; with `again_at` it is run again then.

    Raises LostLease, so that the transaction is undone.
    """
    if again_at is not None:
        _end(tx, job, owner, run_at=again_at, attempts=0, last_error=None)
        return
    mine = (jobs.c.id == job.id, jobs.c.lease_owner == owner)
    done = sa.delete(jobs).where(*mine, jobs.c.generation == job.generation)
    if tx.connection.execute(done).rowcount != 1:
        _end(tx, job, owner, run_at=tx.now, attempts=0, last_error=None)


def fail(tx: Transaction, job: Job, owner: str, error: str, *, bounded: bool = True) -> None:
    """Try again later, or set the job aside when it was tried often enough."""
    delay = min(FIRST_DELAY * 4 ** min(job.attempts - 1, 10), DELAY_MAX)
    aside = tx.at if bounded and job.attempts >= ATTEMPTS_MAX else None
    said = error[:ERROR_LENGTH_MAX]
    _end(tx, job, owner, run_at=tx.now + delay, last_error=said, set_aside_at=aside)


def give_up(tx: Transaction, job: Job, owner: str, error: str) -> None:
    """Set the job aside at once: to try again would change nothing."""
    said = error[:ERROR_LENGTH_MAX]
    _end(tx, job, owner, run_at=tx.now, last_error=said, set_aside_at=tx.at)


def count_queued(connection: Connection, kind: str) -> int:
    """How many jobs of that kind are still to be done."""
    query = sa.select(sa.func.count()).where(jobs.c.kind == kind, jobs.c.set_aside_at.is_(None))
    return int(connection.execute(query).scalar_one())


def set_aside(connection: Connection, most: int) -> list[SetAside]:
    """The newest jobs that wait for a person."""
    query = (
        sa.select(jobs)
        .where(jobs.c.set_aside_at.is_not(None))
        .order_by(jobs.c.set_aside_at.desc(), jobs.c.id.desc())
        .limit(most)
    )
    return [
        SetAside(
            row.id, row.kind, row.key, row.attempts, row.last_error or "", unstamp(row.set_aside_at)
        )
        for row in connection.execute(query)
    ]


def _due(kind: str, now: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        jobs.c.kind == kind, jobs.c.set_aside_at.is_(None), jobs.c.run_at <= now, _free(now)
    )


def _free(now: str) -> sa.ColumnElement[bool]:
    return sa.or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)


def _lease(tx: Transaction, row: sa.Row[Any], owner: str, lease: timedelta) -> Job:
    attempts = row.attempts + 1
    _change(tx, row.id, attempts=attempts, leased_until=stamp(tx.now + lease), lease_owner=owner)
    return Job(row.id, row.kind, row.key, attempts, row.generation, unstamp(row.run_at))


def _end(tx: Transaction, job: Job, owner: str, *, run_at: datetime, **values: object) -> None:
    changed = tx.connection.execute(
        sa.update(jobs)
        .where(jobs.c.id == job.id, jobs.c.lease_owner == owner)
        .values(run_at=stamp(run_at), leased_until=None, lease_owner=None, **values)
    )
    if changed.rowcount != 1:
        raise LostLease


def _change(tx: Transaction, job_id: int, **values: object) -> None:
    tx.connection.execute(sa.update(jobs).where(jobs.c.id == job_id).values(**values))
