"""Pieces of an order cancelled before they leave, or not collected (page 0073)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from sync.central.context import Context
from sync.central.devices.access import may_see
from sync.central.devices.devices import Device
from sync.central.fulfilment import collections, surplus
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import enqueue
from sync.central.notifications import mail_queue as mails
from sync.central.orders.sale_review import check_reviewed
from sync.central.payments import ledger as payments
from sync.central.payments.refunds import REFUND, by_provider
from sync.central.records import discrepancies, history, order_lines, order_records
from sync.central.records.fulfilment_rows import change
from sync.central.records.order_changes import (
    BY_CHARACTERS_MAX,
    keep,
    known_change,
    number_used,
)
from sync.central.records.order_record import OrderRecord
from sync.central.records.timestamps import check_moment
from sync.central.staff.authority import Approver
from sync.central.storage.database import Transaction, unstamp
from sync.domain.errors import InvalidInput, Refused
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.order_change import (
    Cancellation,
    CancelReason,
    LineCount,
    LineStanding,
    cancellation,
)
from sync.domain.order_status import check_transition
from sync.domain.payment import TenderKind
from sync.domain.stock import DiscrepancyKind, Movement, MovementKind
from sync.protocol.results import OrderCancelled


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """Cancel these pieces of an order, or all that may be when `lines` is empty. `number` is the
    asker's, so that it is done once."""

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    lines: tuple[LineCount, ...] = ()
    reason: CancelReason = CancelReason.CUSTOMER


def cancel(
    ctx: Context, tx: Transaction, order_number: str, wanted: CancelOrder, who: str
) -> Cancellation:
    """Cancel at the web shop's or a person's word; said again, it gives what was done.

    Raises Refused when so many pieces cannot be cancelled, or cash would have to go back: that
    leaves a drawer, so such an order is cancelled at a till.
    """
    record = order_records.load(tx, order_number)
    known = known_change(tx, wanted.number)
    if known is not None:
        if not isinstance(known, Cancellation) or not _is_same(known, record, wanted):
            raise number_used(wanted.number)
        return known
    document = cancellation(
        record.order,
        record.standing(),
        wanted.lines,
        number=wanted.number,
        location="",
        device="",
        created_at=tx.now,
        reason=wanted.reason,
        by=who[:BY_CHARACTERS_MAX],
    )
    done = _cancel(ctx, tx, record, document)
    if any(part.kind is TenderKind.CASH for part in done.parts):
        raise Refused(
            "Order {order} was paid in cash: cancel it at a till, which hands the cash out. "
            "Nothing was changed.",
            code="cancel.cash",
            order=order_number,
        )
    return done


def cancel_at_till(
    ctx: Context,
    tx: Transaction,
    device: Device,
    said: Cancellation,
    associate: str,
    above: Approver,
) -> OrderCancelled:
    """Cancel as a till has it in its journal; gives what goes back, and what of it in cash.

    Raises Refused when the amounts are not those of the order, when a refund above the company's
    limit was approved by nobody, and when so many pieces cannot be cancelled.
    """
    record = order_records.load(tx, said.order_number.value)
    if not may_see(tx.connection, record, device.location, ""):
        raise order_records.unknown_order(record.number)
    check_moment(said.created_at, tx.now)
    if said.fulfilment_id:
        _put_back(ctx, tx, device, record, said)
    wanted = [LineCount(line.line_id, line.quantity) for line in said.lines]
    if not wanted:
        raise InvalidInput("At least one piece has to be cancelled.", code="cancel.quantity")
    document = cancellation(
        record.order,
        record.standing() if not said.fulfilment_id else _uncollected(record, said),
        wanted,
        number=said.number,
        location=device.location,
        device=device.code,
        created_at=said.created_at,
        reason=said.reason,
        by=associate[:BY_CHARACTERS_MAX],
        fulfilment_id=said.fulfilment_id,
    )
    if (document.refund, document.vat()) != (said.refund, said.vat()):
        raise Refused(
            "What goes back for order {order} is not what the till has announced. Nothing was "
            "changed; call a manager.",
            code="cancel.refund",
            order=record.number,
        )
    check_limit(ctx, document.refund, record.number, above)
    done = _cancel(ctx, tx, record, document)
    cash = sum(part.amount.minor for part in done.parts if part.kind is TenderKind.CASH)
    return OrderCancelled(record.number, said.number, done.refund.minor, cash)


def check_limit(ctx: Context, amount: Money, number: str, above: Approver) -> None:
    """Raise Refused for a refund above the company's limit that nobody has approved."""
    limit = Money(ctx.reference.company.staff.refund_minor_max, amount.currency)
    if amount > limit and not above.approves(number):
        raise Refused(
            "A refund above {limit} needs somebody who may approve it. Nothing was refunded.",
            code="cancel.needs_approval",
            limit=limit,
        )


def _cancel(
    ctx: Context, tx: Transaction, record: OrderRecord, document: Cancellation
) -> Cancellation:
    amount = document.refund
    if amount:
        check_reviewed(tx.connection, record.number)
    fewer = Counter({line.line_id: line.quantity for line in document.lines})
    for line_id, pieces in fewer.items():
        record.lines[line_id].cancelled += pieces
    if not document.fulfilment_id:
        _stop(ctx, tx, record, fewer.copy())
    order_lines.write(tx, record, fewer)
    parts = tuple(payments.give_back(tx, record, amount)) if amount else ()
    done = replace(document, parts=parts)
    keep(tx, record, done)
    if any(by_provider(part) and part.refunded for part in parts):
        enqueue(tx, REFUND, document.number)
    if not any(line.unfilled for line in record.lines.values()):
        discrepancies.resolve_about(tx, DiscrepancyKind.ORDER_TO_DECIDE, record.number, tx.cause)
    told = {"quantity": fewer.total(), "amount": amount, "by": document.by}
    history.record(
        tx,
        record.number,
        history.Kind.CANCELLED,
        **told,
        reason=document.reason.value,
        amount_minor=amount.minor,
        currency=amount.currency,
    )
    mails.queue(
        tx,
        record.order,
        mails.CANCELLED,
        f"cancelled:{document.number}",
        articles=", ".join(f"{line.quantity} × {line.name}" for line in document.lines),
        amount=amount,
    )
    return done


def _stop(ctx: Context, tx: Transaction, record: OrderRecord, fewer: Counter[int]) -> None:
    """These pieces wait no more, and no location prepares them."""
    for line_id in sorted(fewer):
        line = record.lines[line_id]
        waits = min(line.unfilled, fewer[line_id])
        line.unfilled -= waits
        fewer[line_id] -= waits
    for found in reversed(record.alive()):
        if found.fulfilment.state is FulfilmentState.ALLOCATED and fewer.total():
            surplus.withdraw(ctx, tx, record, found, fewer, FulfilmentState.CANCELLED)


def _put_back(
    ctx: Context, tx: Transaction, device: Device, record: OrderRecord, said: Cancellation
) -> None:
    """A bag that nobody came for: its goods are on sale where it waited."""
    found = record.fulfilments.get(said.fulfilment_id)
    if found is None or found.at_store(device.location) is None:
        raise order_records.unknown_fulfilment(said.fulfilment_id)
    fulfilment = found.fulfilment
    if fulfilment.mode is not FulfilmentMode.COLLECT or fulfilment.collect_at != device.location:
        raise Refused(
            "Only what a customer collects here can be put back as not collected. Nothing was "
            "changed.",
            code="cancel.not_a_collection",
        )
    seen = found.at_store(device.location)
    check_transition(seen.state if seen else fulfilment.state, FulfilmentState.CANCELLED)
    if seen is None or seen.state is not FulfilmentState.PACKED:
        raise Refused(
            "These goods are not waiting to be collected. Nothing was changed.",
            code="cancel.not_waiting",
        )
    ready_at = fulfilment.ready_at or unstamp(tx.at)
    change(tx, record, found, state=FulfilmentState.CANCELLED, ready_at=ready_at)
    collections.has_gone(tx, record.number)
    came = fulfilment.location != device.location
    stock.move(tx, *_back_on_sale(fulfilment, device.location, came=came))
    history.record(
        tx,
        record.number,
        history.Kind.NOT_COLLECTED,
        location=_name(ctx, device.location),
        quantity=fulfilment.quantity,
    )


def _back_on_sale(fulfilment: Fulfilment, location: str, *, came: bool) -> list[Movement]:
    """Prepared here, the goods were allocated; a parcel that `came` had left its location."""
    return [
        Movement(
            location,
            line.sku,
            MovementKind.NOT_COLLECTED,
            fulfilment.fulfilment_id,
            on_hand=line.quantity if came else 0,
            allocated=0 if came else -line.quantity,
        )
        for line in fulfilment.lines
    ]


def _uncollected(record: OrderRecord, said: Cancellation) -> dict[int, LineStanding]:
    """Of a bag that was put back exactly its pieces are cancelled."""
    held = Counter(
        {
            line.line_id: line.quantity
            for line in record.fulfilments[said.fulfilment_id].fulfilment.lines
        }
    )
    if held != Counter({line.line_id: line.quantity for line in said.lines}):
        raise Refused(
            "What is put back is not what the bag holds. Nothing was changed.",
            code="cancel.bag",
        )
    return {
        line_id: replace(known, cancellable=held[line_id])
        for line_id, known in record.standing().items()
    }


def _is_same(known: Cancellation, record: OrderRecord, wanted: CancelOrder) -> bool:
    if known.order_number != record.order.number:
        return False
    lines = {(line.line_id, line.quantity) for line in known.lines}
    asked = {(line.line_id, line.quantity) for line in wanted.lines}
    return known.reason is wanted.reason and (not asked or lines == asked)


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place is not None else code
