"""Workers: a thread for each kind of job, so that a slow carrier delays no mail."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from sync.central.jobs import queue
from sync.central.jobs.queue import Job, LostLease
from sync.central.storage.database import Changes, Database, Transaction
from sync.domain.errors import ComptoirError

log = structlog.get_logger(__name__)


# How often a job looks again that waits for a carrier, a sender or a provider to be set up.
NOT_SET_UP = timedelta(minutes=1)


class Hopeless(Exception):
    """To try again would change nothing: the job is set aside at once."""


@dataclass(frozen=True, slots=True)
class Done:
    """A job was done: `effect` is committed together with its end; then again at `again_at`."""

    effect: Callable[[Transaction], None] | None = None
    again_at: datetime | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of job and what does it.

    `work` does what the outside sees and gives what is to be committed; it raises a ComptoirError
    to be tried again later. `lease`: longer than it ever takes. `scheduled`: it is there once, from
    `first_after` the first start on, and says itself when it is run again; it is never given up.
    `on_give_up` is committed with the setting aside. `each_look` is called by every process before
    it looks for a job.
    """

    name: str
    work: Callable[[Job], Done]
    lease: timedelta = timedelta(minutes=2)
    scheduled: bool = False
    first_after: timedelta = timedelta(0)
    on_give_up: Callable[[Transaction, Job], None] | None = None
    each_look: Callable[[], None] | None = None


class Workers:
    """Runs the jobs of `kinds` under leases of `owner`, until stopped."""

    def __init__(
        self, database: Database, kinds: Sequence[Kind], owner: str, every_seconds: float = 1.0
    ) -> None:
        self._database = database
        self._kinds = kinds
        self._owner = owner
        self._every_seconds = every_seconds
        self._stopping = threading.Event()
        self._wake = {kind.name: threading.Event() for kind in kinds}
        self._threads = [
            threading.Thread(target=self._loop, args=(kind,), name=f"job:{kind.name}", daemon=True)
            for kind in kinds
        ]
        database.after_commit.append(self._committed)

    def start(self) -> None:
        """Queue what is scheduled and not there, and begin."""
        self.ensure_schedules()
        for thread in self._threads:
            thread.start()

    def ensure_schedules(self) -> None:
        """Queue the scheduled kinds that are not there yet."""
        with self._database.write("jobs:start") as tx:
            for kind in self._kinds:
                if kind.scheduled:
                    queue.ensure(tx, kind.name, queue.SCHEDULE, tx.now + kind.first_after)

    def stop(self) -> None:
        """Let the running jobs finish, then end."""
        self._stopping.set()
        for wake in self._wake.values():
            wake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def run_due(self, name: str) -> int:
        """Every job of that kind that is due, one after the other; gives how many were done."""
        kind = next(kind for kind in self._kinds if kind.name == name)
        if kind.each_look is not None:
            kind.each_look()
        done = 0
        while not self._stopping.is_set():
            job = queue.claim(
                self._database, name, self._owner, kind.lease, bounded=not kind.scheduled
            )
            if job is None:
                break
            done += self._run(kind, job)
        return done

    def _run(self, kind: Kind, job: Job) -> bool:
        try:
            done = kind.work(job)

            def end(tx: Transaction) -> None:
                queue.finish(tx, job, self._owner, done.again_at)
                if done.effect is not None:
                    done.effect(tx)

            self._database.settle(f"job:{kind.name}", end)
        except LostLease:
            log.warning("job_lost", kind=kind.name, key=job.key)
            return False
        except Exception as error:
            self._failed(kind, job, error)
            return False
        return True

    def _failed(self, kind: Kind, job: Job, error: Exception) -> None:
        if isinstance(error, ComptoirError):
            log.warning("job_waits", kind=kind.name, key=job.key, code=error.code)
        else:
            log.error("job_failed", kind=kind.name, key=job.key, exc_info=error)
        said = str(error) or type(error).__name__
        try:
            with self._database.write(f"job:{kind.name}") as tx:
                if isinstance(error, Hopeless):
                    queue.give_up(tx, job, self._owner, said)
                    if kind.on_give_up is not None:
                        kind.on_give_up(tx, job)
                else:
                    queue.fail(tx, job, self._owner, said, bounded=not kind.scheduled)
        except LostLease:
            log.warning("job_lost", kind=kind.name, key=job.key)

    def _loop(self, kind: Kind) -> None:
        wake = self._wake[kind.name]
        while not self._stopping.is_set():
            wake.clear()
            try:
                self.run_due(kind.name)
            except Exception:
                log.exception("worker_failed", kind=kind.name)
            wake.wait(self._every_seconds)

    def _committed(self, changes: Changes) -> None:
        for name in changes.jobs:
            if name in self._wake:
                self._wake[name].set()
