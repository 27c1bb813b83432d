"""The spool: every document that was asked for, on disk, and what became of it.

    queued -> sending -> sent -> confirmed
                |   \\-> failed     nothing came out, or it is too old to be of use
                \\-----> unknown    only a person can see what came out

Guarantees, each with a test that tries to break it:

1. A job that `submit` gave back is on disk (SQLite, WAL, synchronous=FULL).
2. One key is one job: asking twice for the same document gives the same job.
3. `sending` is on disk before the printer sees a byte. A job found in that state at start was
   cut off, so it becomes `unknown` - unless its printer knows better (a folder can look).
4. What is `unknown` or `failed` is never printed again by itself: a person says so.
5. A job older than its document type lets it be is not printed when the printer comes back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from threading import Lock

from printing.spool.schema import open_database
from sync.domain.errors import Conflict, NotFound, Unavailable

Clock = Callable[[], datetime]


class JobState(StrEnum):
    """Where a document stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"  # the printer has all of it
    CONFIRMED = "confirmed"  # the printer, or a person, says that it came out
    UNKNOWN = "unknown"
    FAILED = "failed"


# A receipt is wanted while its customer stands there; a label until the carrier has come.
DRAWER = "cash_drawer"  # not a document: the pulse that opens the drawer
TIME_TO_LIVE = {
    DRAWER: timedelta(seconds=20),
    "sales_receipt": timedelta(minutes=10),
    "return_receipt": timedelta(minutes=10),
    "order_slip": timedelta(minutes=10),
    "gift_receipt": timedelta(minutes=10),
    "reservation_slip": timedelta(minutes=10),
    "test_page": timedelta(minutes=2),
    "pick_list": timedelta(hours=4),
}
TIME_TO_LIVE_DEFAULT = timedelta(hours=24)
KEPT_PAYLOAD = timedelta(days=2)  # names and addresses are not kept longer than a reprint needs

_COLUMNS = (
    "number, key, document_type, title, printer, payload_format, state, created_at, changed_at, "
    "expires_at, attempts, reason, document IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One document for one printer. `reason` is the code of the error that stopped it."""

    number: int
    key: str
    document_type: str
    title: str
    printer: str
    payload_format: str
    state: JobState
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    attempts: int = 0
    reason: str = ""
    has_document: bool = False  # the model is kept too: any printer can have it


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one printer understands: `payload_format` is `pdf`, `escpos` or `zpl`."""

    payload: bytes
    payload_format: str


class Spool:
    """The jobs of one device, in `folder`. Safe to use from several threads."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        time_to_live: Mapping[str, timedelta] = TIME_TO_LIVE,
    ) -> None:
        self._clock = clock
        self._time_to_live = time_to_live
        self._lock = Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = open_database(str(folder / "spool.db"))
        except (OSError, sqlite3.Error) as error:
            raise _no_spool(error) from error

    @contextmanager
    def _using(self) -> Iterator[None]:
        """One thread at a time; what the disk refuses is Unavailable, and nothing was changed."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise _no_spool(error) from error

    def now(self) -> datetime:
        """The time by the clock that the jobs are stamped with."""
        return self._clock()

    def close(self) -> None:
        """Let go of the file. Jobs stay."""
        with self._lock:
            self._database.close()

    def submit(
        self,
        document_type: str,
        title: str,
        pdf: bytes,
        *,
        key: str,
        printer: str,
        payload_format: str = "pdf",
        document: str | None = None,
    ) -> Job:
        """Put a document in the queue of `printer`; on disk when this returns.

        `document` is what the payload was rendered from, as `wire.document_to_json` writes it.

        `key` names the document, such as `sales_receipt/T0012-000345-6/0`: the same key again gives
        the job that is there, and nothing is printed twice.
        """
        now = self._clock()
        lives = self._time_to_live.get(document_type, TIME_TO_LIVE_DEFAULT)
        with self._using():
            self._database.execute(
                "INSERT INTO job (key, document_type, title, printer, payload_format, payload,"
                " state, created_at, changed_at, expires_at, document)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
                (
                    key,
                    document_type,
                    title,
                    printer,
                    payload_format,
                    pdf,
                    JobState.QUEUED.value,
                    _text(now),
                    _text(now),
                    _text(now + lives),
                    document,
                ),
            )
            return self._one("key = ?", key)

    def job(self, number: int) -> Job:
        """The job with that number; raises NotFound."""
        with self._using():
            return self._one("number = ?", number)

    def find(self, key: str) -> Job | None:
        """The job of the document that `key` names; None when it was never submitted."""
        with self._using():
            row = self._database.execute(
                f"SELECT {_COLUMNS} FROM job WHERE key = ?", (key,)
            ).fetchone()
            return None if row is None else _job(row)

    def jobs(self, limit: int = 100) -> list[Job]:
        """The newest jobs first."""
        with self._using():
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM job ORDER BY number DESC LIMIT ?", (limit,)
            )
            return [_job(row) for row in rows]

    def in_state(self, state: JobState, printer: str = "") -> list[Job]:
        """All jobs in `state`, of one printer or of all, the oldest first."""
        with self._using():
            rows = self._database.execute(
                f"SELECT {_COLUMNS} FROM job WHERE state = ? AND ? IN ('', printer)"
                " ORDER BY number",
                (state.value, printer),
            )
            return [_job(row) for row in rows]

    def waiting(
        self, states: Collection[JobState] = (JobState.QUEUED, JobState.SENDING)
    ) -> dict[str, int]:
        """How many jobs each printer has in `states`: those before it."""
        marks = ", ".join("?" * len(states))
        with self._using():
            rows = self._database.execute(
                f"SELECT printer, count(*) FROM job WHERE state IN ({marks}) GROUP BY printer",
                [state.value for state in states],
            )
            return {str(printer): int(count) for printer, count in rows}

    def payload(self, number: int) -> bytes:
        """What goes to the printer; raises NotFound when it was deleted already."""
        with self._using():
            row = self._database.execute(
                "SELECT payload FROM job WHERE number = ?", (number,)
            ).fetchone()
        if row is None or row[0] is None:
            raise NotFound(
                "The content of print job {number} is no longer kept. Print the document again "
                "from its order.",
                code="printing.no_payload",
                number=number,
            )
        return bytes(row[0])

    def document(self, number: int) -> str | None:
        """The document that `submit` was given; None for a label passed through, and when it was
        deleted already."""
        with self._using():
            row = self._database.execute(
                "SELECT document FROM job WHERE number = ?", (number,)
            ).fetchone()
        return None if row is None or row[0] is None else str(row[0])

    def take(self, printer: str) -> Job | None:
        """The next job of `printer`, now `sending` and on disk as such; None when there is none.

        Jobs that outlived their use become `failed` on the way.
        """
        with self._using():
            self._expire(printer)
            row = self._database.execute(
                f"UPDATE job SET state = 'sending', changed_at = ?, attempts = attempts + 1"
                " WHERE number = (SELECT number FROM job WHERE printer = ? AND state = 'queued'"
                f" ORDER BY number LIMIT 1) RETURNING {_COLUMNS}",
                (_text(self._clock()), printer),
            ).fetchone()
        return _job(row) if row else None

    def record(self, job: Job, state: JobState, reason: str = "") -> Job:
        """What became of a job that was taken. Raises Conflict when it moved on meanwhile.

        Nobody is asked whether a drawer opened: everybody saw it.
        """
        if state is JobState.UNKNOWN and job.document_type == DRAWER:
            state = JobState.FAILED
        return self._move(job.number, {job.state}, state, reason, attempt=job.attempts)

    def put_back(self, job: Job, reason: str) -> Job:
        """The printer took nothing: the job waits for it again."""
        return self._move(
            job.number, {JobState.SENDING}, JobState.QUEUED, reason, attempt=job.attempts
        )

    def answer(self, number: int, printed: bool) -> Job:
        """A person looked: an `unknown` job came out (confirmed), or did not (queued again)."""
        state = JobState.CONFIRMED if printed else JobState.QUEUED
        return self._move(number, {JobState.UNKNOWN}, state, renew=not printed)

    def retry(self, number: int) -> Job:
        """Print a `failed` job after all, on a person's word."""
        return self._move(number, {JobState.FAILED}, JobState.QUEUED, renew=True)

    def redirect(
        self, number: int, printer: str, rendered: Rendered | None = None, *, asked: bool = True
    ) -> Job:
        """Give a job that has not come out to another printer, `rendered` anew for it.

        On a person's word; without (`asked` False) only a job of which no byte was sent.
        """
        allowed = {JobState.QUEUED}
        if asked:
            allowed |= {JobState.FAILED, JobState.UNKNOWN}
        return self._move(
            number, allowed, JobState.QUEUED, renew=asked, printer=printer, rendered=rendered
        )

    def cancel(self, number: int) -> Job:
        """Take a waiting job out of the queue."""
        return self._move(number, {JobState.QUEUED}, JobState.FAILED, "printing.cancelled")

    def purge(self) -> int:
        """Delete the content of finished jobs after `KEPT_PAYLOAD`; gives how many."""
        before = _text(self._clock() - KEPT_PAYLOAD)
        with self._using():
            return self._database.execute(
                "UPDATE job SET payload = NULL, document = NULL"
                " WHERE payload IS NOT NULL AND changed_at < ?"
                " AND state IN ('sent', 'confirmed', 'failed')",
                (before,),
            ).rowcount

    def erase(self) -> None:
        """Delete every job with its content, also from the file's log."""
        with self._using():
            self._database.execute("DELETE FROM job")
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _expire(self, printer: str) -> None:
        now = _text(self._clock())
        self._database.execute(
            "UPDATE job SET state = 'failed', reason = 'printing.expired', changed_at = ?"
            " WHERE printer = ? AND state = 'queued' AND expires_at <= ?",
            (now, printer, now),
        )

    def _move(
        self,
        number: int,
        allowed: set[JobState],
        state: JobState,
        reason: str = "",
        *,
        renew: bool = False,
        printer: str = "",
        rendered: Rendered | None = None,
        attempt: int | None = None,
    ) -> Job:
        now = self._clock()
        with self._using():
            found = self._one("number = ?", number)
            if found.state not in allowed or attempt not in (None, found.attempts):
                raise Conflict(
                    "Print job {number} is “{state}” by now; nothing was changed. Look at the "
                    "list again.",
                    code="printing.job_moved_on",
                    number=number,
                    state=found.state.value,
                )
            lives = found.expires_at - found.created_at
            expires_at = now + lives if renew else found.expires_at
            row = self._database.execute(
                "UPDATE job SET state = ?, reason = ?, changed_at = ?, expires_at = ?, printer = ?,"
                " payload_format = ?, payload = coalesce(?, payload)"
                f" WHERE number = ? AND state = ? RETURNING {_COLUMNS}",
                (
                    state.value,
                    reason,
                    _text(now),
                    _text(expires_at),
                    printer or found.printer,
                    rendered.payload_format if rendered else found.payload_format,
                    rendered.payload if rendered else None,
                    number,
                    found.state.value,
                ),
            ).fetchone()
        return _job(row)

    def _one(self, where: str, value: str | int) -> Job:
        row = self._database.execute(
            f"SELECT {_COLUMNS} FROM job WHERE {where}", (value,)
        ).fetchone()
        if row is None:
            raise NotFound(
                "There is no print job {number}.", code="printing.no_such_job", number=value
            )
        return _job(row)


def _no_spool(error: Exception) -> Unavailable:
    return Unavailable(
        "The list of print jobs cannot be read or written ({reason}). Nothing was printed; free "
        "some space on this device and try again.",
        code="printing.spool",
        reason=str(error),
    )


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _job(row: tuple[object, ...]) -> Job:
    number, key, document_type, title, printer, payload_format, state, *rest = row
    created_at, changed_at, expires_at, attempts, reason, has_document = rest
    return Job(
        int(str(number)),
        str(key),
        str(document_type),
        str(title),
        str(printer),
        str(payload_format),
        JobState(str(state)),
        datetime.fromisoformat(str(created_at)),
        datetime.fromisoformat(str(changed_at)),
        datetime.fromisoformat(str(expires_at)),
        int(str(attempts)),
        str(reason),
        bool(has_document),
    )
