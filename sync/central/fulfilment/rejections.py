"""A location that cannot prepare what it was given, or some of it: another one is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sync.central.allocation.allocate import insert_fulfilment
from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import Filling
from sync.central.context import Context
from sync.central.fulfilment.fulfilments import move, own
from sync.central.records import history
from sync.central.records.fulfilment_rows import change
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage.database import Transaction, unstamp
from sync.domain.errors import InvalidInput, Refused
from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason
from sync.domain.order_change import LineCount
from sync.domain.order_status import LOSES_STOCK, check_transition
from sync.domain.stock import MovementKind
from sync.protocol.results import FulfilmentRejected


def reject(
    ctx: Context,
    tx: Transaction,
    location: str,
    fulfilment_id: str,
    associate: str,
    reason: RejectionReason,
    decisions: Decisions,
    lines: Sequence[LineCount] = (),
) -> FulfilmentRejected:
    """This location cannot: take the promise back and find another location.

    `lines`: only so many pieces of these lines; it prepares the rest. Raises InvalidInput for
    pieces that it does not have to prepare, Refused for some of what is packed already, and Stale
    while it is not decided who has them.
    """
    record, found = own(tx, location, fulfilment_id)
    check_transition(found.fulfilment.state, FulfilmentState.REJECTED)
    missing = _missing(found.fulfilment, lines)
    part, rest = _split(tx, record, found, missing, reason)
    filling = _elsewhere(ctx, tx, record, part, rest, decisions)
    if rest is None:
        state = FulfilmentState.REJECTED
        change(tx, record, found, state=state, associate=associate, rejection=reason)
    else:
        change(tx, record, found, lines=rest.fulfilment.lines)
        insert_fulfilment(tx, record, part.fulfilment, None, "")
    gone = part.fulfilment
    lost = reason in LOSES_STOCK
    kind = MovementKind.REJECTION if lost else MovementKind.RELEASE
    move(tx, gone, kind, on_hand=-1 if lost else 0, allocated=-1)
    place = ctx.reference.locations.get(location)
    history.record(
        tx,
        record.number,
        history.Kind.REJECTED,
        location=place.name if place is not None else location,
        quantity=gone.quantity,
        reason=reason.value,
    )
    return FulfilmentRejected(fulfilment_id, filling.promise(tx, record))


def _missing(fulfilment: Fulfilment, lines: Sequence[LineCount]) -> dict[int, int]:
    """Pieces by line that cannot be prepared: all of it when none are said."""
    held = {line.line_id: line.quantity for line in fulfilment.lines}
    wanted = {one.line_id: one.quantity for one in lines}
    if not lines:
        return held
    if len(wanted) != len(lines) or any(
        not 1 <= pieces <= held.get(line_id, 0) for line_id, pieces in wanted.items()
    ):
        raise InvalidInput(
            "These pieces are not on this list. Nothing was changed.", code="fulfilment.pieces"
        )
    if wanted != held and fulfilment.state is FulfilmentState.PACKED:
        raise Refused(
            "This is packed: some of it can be rejected only before. Nothing was changed.",
            code="fulfilment.packed",
        )
    return wanted


def _split(
    tx: Transaction,
    record: OrderRecord,
    found: FulfilmentRecord,
    missing: Mapping[int, int],
    reason: RejectionReason,
) -> tuple[FulfilmentRecord, FulfilmentRecord | None]:
    """What is rejected, and what is left to prepare here; None for nothing."""
    whole = found.fulfilment
    rejected = replace(whole, state=FulfilmentState.REJECTED, rejection=reason)
    left = tuple(
        replace(line, quantity=line.quantity - missing.get(line.line_id, 0))
        for line in whole.lines
        if line.quantity > missing.get(line.line_id, 0)
    )
    if not left:
        return replace(found, fulfilment=rejected), None
    part = replace(
        rejected,
        fulfilment_id=f"{record.number}.{len(record.fulfilments) + 1}",
        created_at=unstamp(tx.at),
        lines=tuple(
            replace(line, quantity=missing[line.line_id])
            for line in whole.lines
            if missing.get(line.line_id)
        ),
    )
    return FulfilmentRecord(part), replace(found, fulfilment=replace(whole, lines=left))


def _elsewhere(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    part: FulfilmentRecord,
    rest: FulfilmentRecord | None,
    decisions: Decisions,
) -> Filling:
    """What is to be found elsewhere, as the order will be once `part` is rejected.

    Also what was unfilled of these lines; nothing of what is on its way from elsewhere already.
    """
    after = replace(record, fulfilments=dict(record.fulfilments))
    after.put(part)
    if rest is not None:
        after.put(rest)
    beyond = after.beyond_sold()
    again = {
        line.line_id: record.lines[line.line_id].unfilled - beyond[line.line_id]
        for line in part.fulfilment.lines
    }
    return Filling(ctx, tx, after, again, decisions)
