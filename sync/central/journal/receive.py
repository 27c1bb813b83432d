"""Takes a till's journal in as it is made, and notices when it is not the one that is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.devices import devices
from sync.central.devices.devices import Device
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput
from sync.domain.stock import DiscrepancyKind
from sync.protocol.journal import (
    DIGEST_ENTRIES,
    ENTRIES_PER_PUSH_MAX,
    Entry,
    Head,
    JournalAnswer,
    JournalPush,
    digest,
    first_fault,
)

_ROWS = tables.journal_entry.c
_ENTRY = [_ROWS[name] for name in Entry.__slots__]
AT_CHARACTERS_MAX, KIND_CHARACTERS_MAX, BODY_CHARACTERS_MAX = 40, 40, 1_000_000


def receive(ctx: Context, tx: Transaction, device: Device, sent: JournalPush) -> JournalAnswer:
    """Keep what follows the head that is held; what does not agree is listed for a person.

    Raises InvalidInput for a message that no till sends.
    """
    _check(sent)
    head = head_of(tx.connection, device.code)
    found = _disagreement(tx.connection, device.code, head, sent)
    key = devices.key_of(ctx.device_keys, tx.connection, device.code)
    new = [entry for entry in sent.entries if entry.seq > head.seq]
    if not found and new and key is not None:
        if new[0].seq != head.seq + 1 and sent.after != head.seq:
            return JournalAnswer(head.seq, head.hash)  # it thought that more was held here
        found, after = first_fault(new, head, device.code, key)
        kept = [asdict(entry) for entry in new if entry.seq <= after.seq]
        if kept:
            more = {"device": device.code, "received_at": tx.at}
            tx.connection.execute(sa.insert(tables.journal_entry), [row | more for row in kept])
        head = after
    if not found and sent.digest and sent.last == head.seq:
        recent = entries_of(tx.connection, device.code, max(0, head.seq - DIGEST_ENTRIES) + 1)
        if digest(recent) != sent.digest:
            found = "entries in the till's file are not those that it signed"
    if found:
        _list(tx, device, found)
    return JournalAnswer(head.seq, head.hash, broken=bool(found))


def head_of(connection: Connection, device: str) -> Head:
    """The last entry that is held of a till."""
    row = connection.execute(
        sa.select(_ROWS.seq, _ROWS.hash, _ROWS.sales_minor, _ROWS.refunds_minor)
        .where(_ROWS.device == device)
        .order_by(_ROWS.seq.desc())
        .limit(1)
    ).one_or_none()
    return Head(*row) if row is not None else Head()


@dataclass(frozen=True, slots=True)
class HeldJournal:
    """How far a till's journal is held: `entries`, and since when none came."""

    device: str
    entries: int
    received_at: str


def held_journals(connection: Connection) -> list[HeldJournal]:
    """The tills whose journals are held, by code."""
    query = sa.select(_ROWS.device, sa.func.max(_ROWS.seq), sa.func.max(_ROWS.received_at))
    found = connection.execute(query.group_by(_ROWS.device).order_by(_ROWS.device))
    return [HeldJournal(*row) for row in found]


def entries_of(connection: Connection, device: str, first: int = 1) -> list[Entry]:
    """What is held of a till from entry `first` on, in order."""
    query = sa.select(*_ENTRY).where(_ROWS.device == device, _ROWS.seq >= first)
    return [Entry(*row) for row in connection.execute(query.order_by(_ROWS.seq))]


def _check(sent: JournalPush) -> None:
    if len(sent.entries) > ENTRIES_PER_PUSH_MAX:
        raise InvalidInput(
            "At most {maximum} entries of a journal can be sent at once; these are {count}.",
            code="journal.too_many",
            maximum=ENTRIES_PER_PUSH_MAX,
            count=len(sent.entries),
        )
    for entry in sent.entries:
        too_long = (
            len(entry.at) > AT_CHARACTERS_MAX
            or len(entry.kind) > KIND_CHARACTERS_MAX
            or len(entry.body) > BODY_CHARACTERS_MAX
        )
        amounts = (entry.sales_minor, entry.refunds_minor)
        if too_long or not 0 < entry.seq < 2**31 or any(abs(x) >= 2**62 for x in amounts):
            raise InvalidInput(
                "Entry {seq} of the journal cannot be right. Nothing was changed.",
                code="journal.entry",
                seq=entry.seq,
            )


def _disagreement(connection: Connection, device: str, head: Head, sent: JournalPush) -> str:
    """What a till says of entries that are held here already and that is not so."""
    if sent.last < head.seq:
        return f"the till's journal ends with entry {sent.last}; entry {head.seq} is held here"
    if sent.last == head.seq and sent.last_hash != head.hash:
        return f"the till's entry {sent.last} is not the one that is held here"
    again = [entry for entry in sent.entries if entry.seq <= head.seq]
    if not again:
        return ""
    held = {entry.seq: entry for entry in _held(connection, device, again)}
    for entry in again:
        if held.get(entry.seq) != entry:
            return f"the till's entry {entry.seq} is not the one that is held here"
    return ""


def _held(connection: Connection, device: str, wanted: Sequence[Entry]) -> list[Entry]:
    first, last = min(e.seq for e in wanted), max(e.seq for e in wanted)
    query = sa.select(*_ENTRY).where(_ROWS.device == device, _ROWS.seq.between(first, last))
    return [Entry(*row) for row in connection.execute(query)]


def _list(tx: Transaction, device: Device, found: str) -> None:
    """Once for each till, until a person has closed it."""
    rows, kind = tables.discrepancy.c, DiscrepancyKind.JOURNAL_BROKEN
    known = sa.select(rows.id).where(
        rows.kind == kind.value, rows.document == device.code, rows.resolved_at.is_(None)
    )
    if tx.connection.execute(known.limit(1)).first() is None:
        cause = f"{tx.cause}: {found}"[:CAUSE_CHARACTERS_MAX]
        discrepancies.record(tx, Discrepancy(kind, device.location, cause, document=device.code))


CAUSE_CHARACTERS_MAX = 80
