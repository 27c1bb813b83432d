"""Goods coming back: left at a kiosk or a counter, inspected by a person, refunded and put away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from sync.central.catalogue.reference import as_wire
from sync.central.context import Context
from sync.central.devices.access import may_see
from sync.central.devices.devices import Device
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import enqueue
from sync.central.notifications import mail_queue as mails
from sync.central.orders.sale_review import check_reviewed
from sync.central.payments import ledger as payments
from sync.central.payments.refunds import REFUND, by_provider
from sync.central.records import history, order_lines, order_records
from sync.central.records.fulfilment_rows import ASSOCIATE_CHARACTERS_MAX
from sync.central.records.order_record import OrderRecord, ReturnEntry
from sync.central.records.timestamps import check_moment
from sync.central.staff.authority import Approver
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.central.storage.dialect import insert_missing
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.order_status import check_return_transition
from sync.domain.payment import TenderKind
from sync.domain.return_rules import PERIOD_OVER, ReturnCase
from sync.domain.returns import (
    Disposition,
    InspectedLine,
    RefundPart,
    Return,
    ReturnLine,
    ReturnState,
    return_line,
    shipping_vat,
)
from sync.domain.stock import Movement, MovementKind, StockReason, StockState
from sync.protocol.codec import to_json
from sync.protocol.feed import LineState
from sync.protocol.results import ReturnInspected, ReturnRegistered

# What a disposition books, and the state in which the goods stay: those for another location wait
# where they were put until they are sent, those to be refurbished or sent back to the supplier
# until that is done.
_PUT_AWAY: Mapping[Disposition, tuple[MovementKind, StockState | None, StockReason | None]] = {
    Disposition.RESTOCK: (MovementKind.RESTOCK, StockState.ON_HAND, None),
    Disposition.TRANSFER: (MovementKind.MOVE, StockState.QUARANTINED, None),
    Disposition.REFURBISH: (MovementKind.MOVE, StockState.DAMAGED, StockReason.BROKEN),
    Disposition.RETURN_TO_SUPPLIER: (MovementKind.MOVE, StockState.DAMAGED, StockReason.FAULTY),
    Disposition.DESTROY: (MovementKind.WRITE_OFF, None, StockReason.BROKEN),
}


def register_return(
    ctx: Context, tx: Transaction, goods: Return, receipt_code: str, late: Approver
) -> ReturnRegistered:
    """Take the goods in, not yet for sale; gives what will be refunded when they are as said.

    `late` says whether somebody accepts them although the period is over.
    """
    record = order_records.load(tx, goods.order_number.value)
    if not may_see(tx.connection, record, goods.location, receipt_code):
        raise order_records.unknown_order(record.number)
    check_moment(goods.created_at, tx.now)
    _check(goods)
    case = _case(ctx, record)
    try:
        kept = _accept(record, goods, tx.now, case)
    except Refused as refused:
        # The order did not hold the goods: a return is accepted for the order that sold them.
        if refused.template != PERIOD_OVER or not late.approves(goods.order_number.value):
            raise
        kept = _accept(record, goods, tx.now, replace(case, late=True))
    _insert(tx, record, kept)
    for line in kept.lines:
        record.lines[line.line_id].in_return += line.quantity
    order_lines.write(tx, record, [line.line_id for line in kept.lines])
    deposits = [
        Movement(
            kept.location,
            line.sku,
            MovementKind.RETURN,
            kept.number.value,
            quarantined=line.quantity,
        )
        for line in kept.lines
    ]
    stock.move(tx, *deposits)
    history.record(
        tx,
        record.number,
        history.Kind.DEPOSITED,
        number=kept.number.value,
        quantity=sum(line.quantity for line in kept.lines),
        location=_name(ctx, kept.location),
    )
    return ReturnRegistered(kept.number.value, kept.refund.minor)


def inspect_return(
    ctx: Context,
    tx: Transaction,
    device: Device,
    number: DocumentNumber,
    associate: str,
    inspected: tuple[InspectedLine, ...],
    above: Approver,
) -> ReturnInspected:
    """Refund what was accepted, move the goods; gives the refunded cents, and those in cash.

    `above` says whether somebody allows a refund above the company's limit.
    """
    record = order_records.load_of_return(tx, number.value)
    goods = record.returns[number.value].goods
    if goods.location != device.location:
        raise order_records.unknown_return(number.value)
    by_line = {line.line_id: line for line in inspected}
    accepted = [line for line in goods.lines if line.line_id in by_line]
    accepted = [line for line in accepted if by_line[line.line_id].accepted]
    state = ReturnState.REFUNDED if accepted else ReturnState.REFUSED
    check_return_transition(number, goods.state, state)
    if len(by_line) != len(inspected) or set(by_line) != {line.line_id for line in goods.lines}:
        raise InvalidInput(
            "Each line of return {number} has to be inspected once. Nothing was changed.",
            code="return.inspection",
            number=number,
        )
    _put_away(tx, record, goods, by_line)
    amount = goods.refund_of({line.line_id for line in accepted})
    if amount:
        check_reviewed(tx.connection, record.number)
        _check_limit(ctx, amount, number, above)
    parts = tuple(payments.refund(tx, record, amount)) if amount else ()
    if any(by_provider(part) for part in parts):
        enqueue(tx, REFUND, number.value)
    entry = ReturnEntry(
        replace(goods, state=state), inspected, associate[:ASSOCIATE_CHARACTERS_MAX], parts
    )
    _close(tx, record, entry, device)
    given_back = sum(line.quantity for line in goods.lines if line not in accepted)
    _tell(ctx, tx, record, goods, amount, given_back)
    cash = sum(part.amount.minor for part in parts if part.kind is TenderKind.CASH)
    return ReturnInspected(number.value, amount.minor, cash)


def _check_limit(ctx: Context, amount: Money, number: DocumentNumber, above: Approver) -> None:
    limit = Money(ctx.reference.company.staff.refund_minor_max, amount.currency)
    if amount > limit and not above.approves(number.value):
        raise Refused(
            "A refund above {limit} needs somebody who may approve it. Nothing was refunded; the "
            "goods stay here.",
            code="return.needs_approval",
            limit=limit,
        )


def _check(goods: Return) -> None:
    if goods.state is not ReturnState.DEPOSITED or not goods.lines:
        raise InvalidInput(
            "Nothing was left for this return. Choose the goods first.", code="return.empty"
        )
    if len({line.line_id for line in goods.lines}) != len(goods.lines):
        raise InvalidInput("Two lines have the same number.", code="order.line_ids")


def _insert(tx: Transaction, record: OrderRecord, goods: Return) -> None:
    added = insert_missing(
        tx.connection,
        tables.customer_return,
        {
            "number": goods.number.value,
            "order_number": record.number,
            "location": goods.location,
            "state": goods.state.value,
            "created_at": stamp(goods.created_at),
            "received_at": tx.at,
            "body": to_json(goods).decode(),
            "inspected": None,
            "inspected_by": None,
            "inspected_device": None,
            "parts": None,
        },
    )
    if not added:
        raise Conflict(
            "The return number {number} is already used. Nothing was changed.",
            code="return.number_used",
            number=goods.number,
        )
    record.returns[goods.number.value] = ReturnEntry(goods)
    tx.changes.returns.add(goods.number.value)


def _case(ctx: Context, record: OrderRecord) -> ReturnCase:
    company, reference = ctx.reference.company, ctx.reference
    categories = {line.sku: reference.category(line.sku) for line in record.order.lines}
    return ReturnCase(
        record.order,
        company.returns,
        company.zone,
        company.withdrawal,
        company.guarantee,
        record.received_at(),
        categories,
    )


def _accept(record: OrderRecord, goods: Return, now: datetime, case: ReturnCase) -> Return:
    """The return as we keep it: our own names and amounts; raises Refused with the reason."""
    states = {state.line_id: state for state in record.line_states()}
    credited = {
        number: state.returning + state.returned + state.cancelled
        for number, state in states.items()
    }
    lines = _accept_lines(goods, _returned_at(record.order, goods, now), case, states, credited)
    shipping = case.delivery_back(lines, credited)
    if shipping.minor != goods.shipping.minor:
        raise Refused(
            "The delivery fee announced with this return is not what goes back of it: {amount}. "
            "Nothing was refunded; ask the device again when it is up to date.",
            code="return.shipping",
            amount=shipping,
        )
    return replace(
        goods, lines=lines, shipping=shipping, shipping_vat=shipping_vat(record.order, shipping)
    )


def _accept_lines(
    goods: Return,
    at: datetime,
    case: ReturnCase,
    states: Mapping[int, LineState],
    credited: Mapping[int, int],
) -> tuple[ReturnLine, ...]:
    order = case.order
    back = {number: state.returning + state.returned for number, state in states.items()}
    there = {number: state.handed_over for number, state in states.items()}
    eligible = case.eligibility(back, at, there)
    may = {found.line_id: found for found in eligible}
    lines = []
    for asked in goods.lines:
        line = order.line(asked.line_id)
        found = may[asked.line_id]
        right = found.right_for(asked.reason)
        if found.reason or right is None:
            raise Refused(found.reason or PERIOD_OVER, code="return.not_eligible")
        if not 1 <= asked.quantity <= found.quantity_max:
            raise Refused(
                "Only {left} of {sold} can still be returned. Nothing was refunded.",
                code="return.more_than_sold",
                left=found.quantity_max,
                sold=line.quantity,
            )
        before = credited[asked.line_id]
        kept = return_line(order, line.line_id, before, asked.quantity, asked.reason, right.right)
        if (asked.refund, asked.vat, asked.sku) != (kept.refund, kept.vat, kept.sku):
            raise Refused(
                "The refund announced for {name} is not what it was sold for. Nothing was "
                "refunded; call a manager.",
                code="return.refund",
                name=line.name,
            )
        lines.append(kept)
    return tuple(lines)


def _returned_at(order: Order, goods: Return, now: datetime) -> datetime:
    """When the goods were left: the device's time where it can be true, else the server's."""
    return goods.created_at if order.placed_at <= goods.created_at <= now else now


def _put_away(
    tx: Transaction, record: OrderRecord, goods: Return, by_line: Mapping[int, InspectedLine]
) -> None:
    movements = []
    for line in goods.lines:
        found, known = by_line[line.line_id], record.lines[line.line_id]
        known.in_return -= line.quantity
        known.returned += line.quantity if found.accepted else 0
        if found.accepted:
            kind, becomes, reason = _PUT_AWAY[found.disposition]
        else:
            kind, becomes, reason = MovementKind.GIVEN_BACK, None, None
        if becomes is StockState.QUARANTINED:
            continue
        pieces = {StockState.QUARANTINED.value: -line.quantity}
        if becomes is not None:
            pieces[becomes.value] = line.quantity
        movements.append(
            Movement(goods.location, line.sku, kind, goods.number.value, reason=reason, **pieces)
        )
    order_lines.write(tx, record, by_line)
    stock.move(tx, *movements)


def _close(tx: Transaction, record: OrderRecord, entry: ReturnEntry, device: Device) -> None:
    rows, number = tables.customer_return, entry.goods.number.value
    tx.connection.execute(
        sa.update(rows)
        .where(rows.c.number == number)
        .values(
            state=entry.goods.state.value,
            body=to_json(entry.goods).decode(),
            inspected=json.dumps(as_wire(tuple[InspectedLine, ...], entry.inspected)),
            inspected_by=entry.inspected_by,
            inspected_device=device.code,
            parts=json.dumps(as_wire(tuple[RefundPart, ...], entry.parts)),
        )
    )
    record.returns[number] = entry
    tx.changes.returns.add(number)


def _tell(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    goods: Return,
    amount: Money,
    given_back: int,
) -> None:
    number = goods.number.value
    if amount:
        history.record(
            tx,
            record.number,
            history.Kind.REFUNDED,
            number=number,
            amount=amount,
            amount_minor=amount.minor,
            currency=amount.currency,
        )
        mails.queue(
            tx, record.order, mails.REFUNDED, f"refunded:{number}", number=number, amount=amount
        )
    if given_back:
        history.record(
            tx, record.number, history.Kind.GIVEN_BACK, number=number, quantity=given_back
        )
        mails.queue(
            tx,
            record.order,
            mails.GIVEN_BACK,
            f"given_back:{number}",
            number=number,
            location=_name(ctx, goods.location),
        )


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place is not None else code
