"""Goods coming back: left at a kiosk or a counter, inspected by a person, refunded and put away."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sync.central.catalogue.reference import as_wire
from sync.central.context import Context
from sync.central.devices.access import may_see
from sync.central.devices.devices import Device
from sync.central.inventory import ledger as stock
from sync.central.notifications import mail_queue as mails
from sync.central.payments import ledger as payments
from sync.central.records import history
from sync.central.records import order_records as projection
from sync.central.records.timestamps import check_moment
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.central.storage.locks import lock_order
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.payment import TenderKind
from sync.domain.returns import (
    Disposition,
    InspectedLine,
    RefundPart,
    Return,
    ReturnLine,
    ReturnState,
    eligibility,
    refund_for,
)
from sync.domain.stock import Movement, MovementKind
from sync.protocol.codec import parse_json, to_json


def register_return(
    ctx: Context, tx: Transaction, goods: Return, receipt_code: str
) -> dict[str, Any]:
    """Take the goods in, not yet for sale; gives what will be refunded when they are as said."""
    lock_order(tx, goods.order_number.value)
    order = projection.find_order(tx.connection, goods.order_number.value)
    if not may_see(tx.connection, order, goods.location, receipt_code):
        raise projection.unknown_order(order.number.value)
    check_moment(goods.created_at, tx.now)
    _check_new(tx, goods)
    lines = _accept_lines(tx, order, goods, ctx.reference.company.returns.period_days)
    kept = Return(
        goods.number,
        goods.order_number,
        goods.location,
        goods.device,
        goods.created_at,
        lines,
        ReturnState.DEPOSITED,
    )
    tx.connection.execute(
        sa.insert(tables.customer_return).values(
            number=goods.number.value,
            order_number=order.number.value,
            location=goods.location,
            state=kept.state.value,
            created_at=stamp(goods.created_at),
            received_at=tx.at,
            body=to_json(kept).decode(),
            inspected=None,
            inspected_by=None,
            inspected_device=None,
            parts=None,
        )
    )
    for line in lines:
        _count(tx, order, line, returning=line.quantity)
        stock.move(
            tx,
            Movement(
                goods.location,
                line.sku,
                MovementKind.RETURN,
                goods.number.value,
                quarantined=line.quantity,
            ),
        )
    history.record(
        tx,
        order.number.value,
        history.Kind.DEPOSITED,
        number=goods.number.value,
        quantity=sum(line.quantity for line in lines),
        location=_name(ctx, goods.location),
    )
    tx.changes.returns.add(goods.number.value)
    return {"return_number": goods.number.value, "refund_minor": kept.refund.minor}


def inspect_return(
    ctx: Context,
    tx: Transaction,
    device: Device,
    number: DocumentNumber,
    associate: str,
    inspected: tuple[InspectedLine, ...],
) -> dict[str, Any]:
    """Refund what was accepted, move the goods; gives the refunded cents, and those in cash."""
    location = device.location
    lock_order(tx, projection.return_record(tx.connection, number.value).goods.order_number.value)
    goods = projection.return_record(tx.connection, number.value).goods
    if goods.location != location:
        raise projection.unknown_return(number.value)
    if goods.state is not ReturnState.DEPOSITED:
        raise Conflict(
            "Return {number} was already inspected. Nothing was changed.",
            code="return.inspected",
            number=number,
        )
    inspected_lines = {inspected_line.line_id: inspected_line for inspected_line in inspected}
    if len(inspected_lines) != len(inspected) or set(inspected_lines) != {
        line.line_id for line in goods.lines
    }:
        raise InvalidInput(
            "Each line of return {number} has to be inspected once. Nothing was changed.",
            code="return.inspection",
            number=number,
        )
    order = projection.find_order(tx.connection, goods.order_number.value)
    amount = Money(0, order.total.currency)
    given_back = 0
    for line in goods.lines:
        inspected_line = inspected_lines[line.line_id]
        _put_away(ctx, tx, order, goods, line, inspected_line)
        if inspected_line.accepted:
            amount = amount + line.refund
        else:
            given_back += line.quantity
    parts = payments.refund(tx, order, amount) if amount else []
    accepted = any(inspected_line.accepted for inspected_line in inspected)
    _close(tx, goods, device, associate, inspected, parts, accepted)
    _tell(ctx, tx, order, goods, amount, given_back)
    cash = sum(part.amount.minor for part in parts if part.kind is TenderKind.CASH)
    return {
        "return_number": number.value,
        "refunded_minor": amount.minor,
        "cash_minor": cash,
    }


def _check_new(tx: Transaction, goods: Return) -> None:
    if goods.state is not ReturnState.DEPOSITED or not goods.lines:
        raise InvalidInput(
            "Nothing was left for this return. Choose the goods first.", code="return.empty"
        )
    if len({line.line_id for line in goods.lines}) != len(goods.lines):
        raise InvalidInput("Two lines have the same number.", code="order.line_ids")
    known = sa.select(tables.customer_return.c.number).where(
        tables.customer_return.c.number == goods.number.value
    )
    if tx.connection.execute(known).first() is not None:
        raise Conflict(
            "The return number {number} is already used. Nothing was changed.",
            code="return.number_used",
            number=goods.number,
        )


def _accept_lines(
    tx: Transaction, order: Order, goods: Return, period_days: int
) -> tuple[ReturnLine, ...]:
    """The lines as we keep them: our own names and amounts; raises Refused with the reason."""
    states = {
        state.line_id: state for state in projection.line_states(tx.connection, order.number.value)
    }
    back = {number: state.returning + state.returned for number, state in states.items()}
    there = {number: state.handed_over for number, state in states.items()}
    inspected_lines = {
        inspected_line.line_id: inspected_line
        for inspected_line in eligibility(
            order, back, _returned_at(order, goods, tx.now), there, period_days=period_days
        )
    }
    lines = []
    for asked in goods.lines:
        line = order.line(asked.line_id)
        inspected_line = inspected_lines[asked.line_id]
        if inspected_line.reason:
            raise Refused(inspected_line.reason, code="return.not_eligible")
        if not 1 <= asked.quantity <= inspected_line.quantity_max:
            raise Refused(
                "Only {left} of {sold} can still be returned. Nothing was refunded.",
                code="return.more_than_sold",
                left=inspected_line.quantity_max,
                sold=line.quantity,
            )
        refund = refund_for(line, back[asked.line_id], asked.quantity)
        if asked.refund != refund or asked.sku != line.sku:
            raise Refused(
                "The refund announced for {name} is not what it was sold for. Nothing was "
                "refunded; call a manager.",
                code="return.refund",
                name=line.name,
            )
        lines.append(
            ReturnLine(line.line_id, line.sku, line.name, asked.quantity, asked.reason, refund)
        )
    return tuple(lines)


def _returned_at(order: Order, goods: Return, now: datetime) -> datetime:
    """When the goods were left: the device's time where it can be true, else the server's."""
    return goods.created_at if order.placed_at <= goods.created_at <= now else now


def _put_away(
    ctx: Context,
    tx: Transaction,
    order: Order,
    goods: Return,
    line: ReturnLine,
    inspected_line: InspectedLine,
) -> None:
    restock = inspected_line.accepted and inspected_line.disposition is Disposition.RESTOCK
    _count(
        tx,
        order,
        line,
        returning=-line.quantity,
        returned=line.quantity if inspected_line.accepted else 0,
    )
    stock.move(
        tx,
        Movement(
            goods.location,
            line.sku,
            MovementKind.RESTOCK if restock else MovementKind.DISPOSAL,
            goods.number.value,
            on_hand=line.quantity if restock else 0,
            quarantined=-line.quantity,
        ),
    )


def _count(
    tx: Transaction, order: Order, line: ReturnLine, *, returning: int = 0, returned: int = 0
) -> None:
    rows = tables.order_line
    tx.connection.execute(
        sa.update(rows)
        .where(rows.c.order_number == order.number.value, rows.c.line_id == line.line_id)
        .values(in_return=rows.c.in_return + returning, returned=rows.c.returned + returned)
    )


def _close(
    tx: Transaction,
    goods: Return,
    device: Device,
    associate: str,
    inspected: tuple[InspectedLine, ...],
    parts: list[RefundPart],
    accepted: bool,
) -> None:
    state = ReturnState.REFUNDED if accepted else ReturnState.REFUSED
    body: dict[str, Any] = json.loads(to_json(goods)) | {"state": state.value}
    rows = tables.customer_return
    tx.connection.execute(
        sa.update(rows)
        .where(rows.c.number == goods.number.value)
        .values(
            state=state.value,
            body=json.dumps(body),
            inspected=json.dumps(as_wire(tuple[InspectedLine, ...], inspected)),
            inspected_by=associate[:40],
            inspected_device=device.code,
            parts=json.dumps(as_wire(tuple[RefundPart, ...], tuple(parts))),
        )
    )
    tx.changes.returns.add(goods.number.value)


def _tell(
    ctx: Context, tx: Transaction, order: Order, goods: Return, amount: Money, given_back: int
) -> None:
    number = goods.number.value
    if amount:
        history.record(
            tx,
            order.number.value,
            history.Kind.REFUNDED,
            number=number,
            amount=amount,
            amount_minor=amount.minor,
            currency=amount.currency,
        )
        mails.queue(tx, order, mails.REFUNDED, f"refunded:{number}", number=number, amount=amount)
    if given_back:
        history.record(
            tx, order.number.value, history.Kind.GIVEN_BACK, number=number, quantity=given_back
        )
        mails.queue(
            tx,
            order,
            mails.GIVEN_BACK,
            f"given_back:{number}",
            number=number,
            location=_name(ctx, goods.location),
        )


def returned_pieces(connection: sa.Connection, number: str) -> Counter[int]:
    """Pieces by line that came back and were accepted, from the returns themselves."""
    rows = sa.select(tables.customer_return.c.body, tables.customer_return.c.inspected).where(
        tables.customer_return.c.order_number == number,
        tables.customer_return.c.state == ReturnState.REFUNDED.value,
    )
    counted: Counter[int] = Counter()
    for row in connection.execute(rows):
        goods: Return = parse_json(Return, row.body)
        accepted = {v["line_id"] for v in json.loads(row.inspected) if v["accepted"]}
        counted.update(
            {line.line_id: line.quantity for line in goods.lines if line.line_id in accepted}
        )
    return counted


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place is not None else code
