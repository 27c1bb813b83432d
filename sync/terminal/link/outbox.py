"""Commands not yet acknowledged, and what became of the others.

A command is `queued` when it is written, `sent` once it may have reached the server, then
`applied` or `refused`. Nothing is dropped: a refused command stays until a person dismisses it,
and takes only those that depend on it along. Acknowledged commands are kept for 30 days, longer
than a server's backup is old, so that a restored server gets them again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import (
    COMMANDS_PER_PUSH_MAX,
    FACTS,
    Answer,
    Command,
    Outcome,
    Payload,
    named_person,
)
from sync.protocol.sessions import Approval
from sync.terminal.store import overlays as documents
from sync.terminal.store import people_queries
from sync.terminal.store.local_store import LocalStore, Row, Transaction

KEPT_DAYS = 30
# Names and documents of customers: kept no longer than somebody may ask whether they have gone.
KEPT_DAYS_PERSONAL = 2
PERSONAL = "email_document"
# A proxy's usual bound on a body, and what a slow line sends within a timeout: documents are large.
BATCH_BYTES_MAX = 1_000_000
RETRY_S = 10  # a command that was answered "waiting" is sent again after that
_FACTS_SQL = ", ".join(f"'{kind}'" for kind in sorted(FACTS))
# Its turn comes by itself, nobody has to do anything.
NO_TROUBLE = "command.depends_on"
_OPEN = "state IN ('queued', 'sent')"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that the server refused, or keeps putting off, and no person has dismissed."""

    command_id: UUID
    kind: str
    about: str
    answer: Answer
    at: datetime


class CommandState(StrEnum):
    """Where a command stands on this device."""

    QUEUED = "queued"
    SENT = "sent"  # it may have reached the server
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as it stands."""

    about: str
    state: CommandState
    at: datetime


class Outbox:
    """The commands of this device, in the order in which they were made.

    `on_refused(tx, kind, about)` is told of each that the server refuses for good.
    """

    def __init__(
        self, store: LocalStore, clock: Callable[[], datetime], new_id: Callable[[], UUID]
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self.on_refused: Callable[[Transaction, str, str], None] = _nothing

    def add(
        self,
        tx: Transaction,
        payload: Payload,
        about: str,
        depends_on: Sequence[UUID] = (),
        *,
        person: str | None = None,
        approvals: Sequence[Approval] = (),
    ) -> Command:
        """Queue a command inside the transaction of what it tells. `about` is its document.

        `person`: who does it, where the command itself names nobody; None at a kiosk.
        """
        now = self._clock()
        who = named_person(payload) or person
        session = people_queries.session(tx, who) if who else None
        command = Command.of(
            self._new_id(), now, payload, tuple(depends_on), session, tuple(approvals)
        )
        tx.execute(
            "INSERT INTO outbox (command_id, kind, about, body, state, at) "
            "VALUES (?, ?, ?, ?, 'queued', ?)",
            (
                str(command.command_id),
                command.kind,
                about,
                to_json(command).decode(),
                now.isoformat(),
            ),
        )
        tx.touch("status")
        return command

    def builds_on(self, tx: Transaction, *about: str) -> tuple[UUID, ...]:
        """The last command about each of these documents: a new one must not be applied before.

        Answered ones count too: a server that comes back from an older backup has forgotten
        them, and must not see their successors first. A refused sale or return counts, because
        it is still shown; any other refused command left no trace to build on.
        """
        found = []
        for document in about:
            row = tx.one(
                "SELECT command_id FROM outbox WHERE about = ? AND "
                f"(state != 'refused' OR kind IN ({_FACTS_SQL})) ORDER BY seq DESC LIMIT 1",
                (document,),
            )
            found += [UUID(row[0])] if row else []
        return tuple(found)

    def count(self) -> int:
        """How many are not acknowledged."""
        row = self._store.one(f"SELECT count(*) FROM outbox WHERE {_OPEN}")
        return int(row[0]) if row else 0

    def next_batch(
        self, after: int, limit: int = COMMANDS_PER_PUSH_MAX
    ) -> tuple[int, list[Command]]:
        """The next commands to send behind position `after`, marked as sent, and the last
        one's position: as many as `BATCH_BYTES_MAX` holds, at least one. One that is to be tried
        later is left out until then."""
        now = self._clock()
        # Further away than the delay itself: the clock was set back meanwhile.
        latest = (now + timedelta(seconds=RETRY_S)).isoformat()
        with self._store.transaction() as tx:
            due = tx.all(
                f"SELECT seq, length(CAST(body AS BLOB)) FROM outbox WHERE {_OPEN} AND seq > ? "
                "AND (retry_at IS NULL OR retry_at <= ? OR retry_at > ?) ORDER BY seq LIMIT ?",
                (after, now.isoformat(), latest, limit),
            )
            if not due:
                return after, []
            chosen = [str(seq) for seq in _that_fit(due)]
            rows = tx.all(
                f"SELECT seq, body FROM outbox WHERE seq IN ({', '.join(chosen)}) ORDER BY seq"
            )
            tx.execute(
                "UPDATE outbox SET state = 'sent' WHERE state = 'queued' AND seq BETWEEN ? AND ?",
                (rows[0][0], rows[-1][0]),
            )
        return rows[-1][0], [parse_json(Command, body) for _, body in rows]

    def record(self, answers: Sequence[Answer]) -> None:
        """Keep the answers; each is final except WAITING. Answers to others' ids are ignored."""
        with self._store.transaction() as tx:
            for answer in answers:
                self._record_one(tx, answer)
            tx.touch("status")

    def refusals(self) -> list[Refusal]:
        """What needs a person, the oldest first."""
        rows = self._store.all(
            "SELECT command_id, kind, about, answer, answered_at FROM outbox "
            "WHERE dismissed = 0 AND (state = 'refused' OR (state IN ('queued', 'sent') "
            "AND answer IS NOT NULL AND json_extract(answer, '$.code') != ?)) ORDER BY seq",
            (NO_TROUBLE,),
        )
        return [
            Refusal(
                UUID(command_id), kind, about, parse_json(Answer, text), datetime.fromisoformat(at)
            )
            for command_id, kind, about, text, at in rows
        ]

    def entries(self, kind: str, about_start: str) -> list[Entry]:
        """The commands of a kind about what begins with `about_start`, the latest first."""
        rows = self._store.all(
            "SELECT about, state, at FROM outbox WHERE kind = ? AND substr(about, 1, ?) = ? "
            "ORDER BY seq DESC",
            (kind, len(about_start), about_start),
        )
        return [_entry(row) for row in rows]

    def last(self, kind: str, about: str) -> Entry | None:
        """The latest command of a kind about a document; None when this device made none."""
        row = self._store.one(
            "SELECT about, state, at FROM outbox WHERE about = ? AND kind = ? "
            "ORDER BY seq DESC LIMIT 1",
            (about, kind),
        )
        return _entry(row) if row else None

    def refused_about(self, about: str) -> bool:
        """Whether a command about this document was refused and waits for a person."""
        row = self._store.one(
            "SELECT 1 FROM outbox WHERE about = ? AND state = 'refused' AND dismissed = 0", (about,)
        )
        return row is not None

    def dismiss(self, command_id: UUID) -> None:
        """A person has seen to it."""
        with self._store.transaction() as tx:
            tx.execute(
                "UPDATE outbox SET dismissed = 1 WHERE command_id = ?",
                (str(command_id),),
            )
            tx.touch("status", "orders")

    def queue_again(self, tx: Transaction) -> int:
        """The server is another incarnation: everything still held goes up again."""
        rows = tx.all("SELECT command_id FROM outbox WHERE state = 'applied' ORDER BY seq")
        for (command_id,) in rows:
            documents.hold_again(tx, command_id)
        tx.execute(
            "UPDATE outbox SET state = 'queued', answer = NULL, answered_at = NULL, "
            "retry_at = NULL WHERE state IN ('applied', 'sent', 'queued')"
        )
        return len(rows)

    def forget_old(self) -> int:
        """Let go of commands acknowledged more than 30 days ago (e-mails: 2); gives how many."""
        now = self._clock()
        limits = [now - timedelta(days=days) for days in (KEPT_DAYS_PERSONAL, KEPT_DAYS)]
        old = (
            "(state = 'applied' OR (state = 'refused' AND dismissed = 1)) AND answered_at < "
            f"CASE kind WHEN '{PERSONAL}' THEN ? ELSE ? END"
        )
        limit = tuple(moment.isoformat() for moment in limits)
        with self._store.transaction() as tx:
            for table in ("overlays", "stock_overlays"):
                tx.execute(
                    f"DELETE FROM {table} WHERE phase = 'gone' AND command_id IN "
                    f"(SELECT command_id FROM outbox WHERE {old})",
                    limit,
                )
            return tx.execute(f"DELETE FROM outbox WHERE {old}", limit)

    def _record_one(self, tx: Transaction, answer: Answer) -> None:
        command_id = str(answer.command_id)
        row = tx.one(
            f"SELECT kind, about FROM outbox WHERE command_id = ? AND {_OPEN}", (command_id,)
        )
        if row is None:
            return  # answered before: the first answer is the answer
        now = self._clock()
        if answer.outcome is Outcome.WAITING:
            tx.execute(
                "UPDATE outbox SET state = 'queued', answer = ?, retry_at = ?, "
                "answered_at = coalesce(answered_at, ?) WHERE command_id = ?",
                (
                    to_json(answer).decode(),
                    (now + timedelta(seconds=RETRY_S)).isoformat(),
                    now.isoformat(),
                    command_id,
                ),
            )
            return
        tx.execute(
            "UPDATE outbox SET state = ?, answer = ?, answered_at = ? WHERE command_id = ?",
            (
                answer.outcome.value,
                to_json(answer).decode(),
                now.isoformat(),
                command_id,
            ),
        )
        if answer.outcome is Outcome.APPLIED:
            documents.move_overlays(tx, command_id, "settling")
            return
        self.on_refused(tx, row[0], row[1])
        if row[0] not in FACTS:
            documents.move_overlays(tx, command_id, "gone")
        tx.touch("orders")
        for dependent in self._dependents(tx, command_id):
            self._record_one(tx, _refused_with(dependent, answer))

    def _dependents(self, tx: Transaction, command_id: str) -> list[UUID]:
        rows: list[tuple[Any, ...]] = tx.all(
            f"SELECT command_id FROM outbox WHERE {_OPEN} AND EXISTS (SELECT 1 FROM "
            "json_each(outbox.body, '$.depends_on') AS need WHERE need.value = ?) ORDER BY seq",
            (command_id,),
        )
        return [UUID(row[0]) for row in rows]


def _entry(row: Row) -> Entry:
    about, state, at = row
    return Entry(about, CommandState(state), datetime.fromisoformat(at))


def _that_fit(due: Sequence[tuple[int, int]]) -> list[int]:
    """The first positions of `due` (position, bytes) that go into one batch."""
    chosen: list[int] = []
    free = BATCH_BYTES_MAX
    for seq, size in due:
        free -= size
        if chosen and free < 0:
            break
        chosen.append(int(seq))
    return chosen


def _refused_with(command_id: UUID, cause: Answer) -> Answer:
    return Answer(
        command_id,
        Outcome.REFUSED,
        code="outbox.depends_on_refused",
        template="What this builds on was refused by the server, so it was not done either.",
        result={"cause": str(cause.command_id)},
    )


def _nothing(_tx: Transaction, _kind: str, _about: str) -> None:
    pass
