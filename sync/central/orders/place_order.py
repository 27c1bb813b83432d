"""Placing an order: what was carried out is sold, the rest is sourced and promised."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict

import sqlalchemy as sa

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import Filling
from sync.central.allocation.requests import destination
from sync.central.catalogue.reference import Reference
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.inventory import reservations
from sync.central.orders import sale_review
from sync.central.payments import ledger as payments
from sync.central.records import discrepancies, history, order_records
from sync.central.records.order_record import LineRecord, OrderRecord
from sync.central.records.timestamps import check_moment
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.central.storage.dialect import insert_into, insert_missing
from sync.domain.customer import Address
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order
from sync.domain.stock import DiscrepancyKind, Movement, MovementKind
from sync.protocol.codec import to_json
from sync.protocol.results import OrderPlaced

LINE_ID_MAX = 1_000_000
RESERVATIONS_MAX = 100


def place_order(
    ctx: Context,
    tx: Transaction,
    order: Order,
    decisions: Decisions,
    *,
    held: str = "",
    bought: Sequence[str] = (),
) -> OrderPlaced:
    """Take the order; gives its number and how many pieces wait for stock.

    Raises InvalidInput for an order that cannot be right, Conflict when its number is used, and
    Stale while it is not decided. Pieces in the customer's hand are always sold, whatever the
    balance says. `held`: the number under which a promise was held; the order takes its pieces.
    `bought`: reservations of the store whose customer has come.
    """
    check_order(ctx.reference, order, tx)
    if order.channel is not Channel.STORE:
        sale_review.check_web_order(tx, ctx.reference, order)
    record = _record(order)
    carried = [line for line in order.lines if line.mode is FulfilmentMode.CARRY_OUT]
    rest = {
        line.line_id: line.quantity
        for line in order.lines
        if line.mode is not FulfilmentMode.CARRY_OUT
    }
    taken = Counter[tuple[str, str]]()
    for line in carried:
        taken[line.sku, order.location] += line.quantity
    kept = reservations.of_promise(tx.connection, held) if held else []
    for one in kept:
        taken[one.sku, one.location] -= one.quantity
    filling = Filling(ctx, tx, record, rest, decisions, taken)
    _insert(tx, record)
    for one in kept:
        reservations.release(tx, one.number)
    if order.channel is Channel.STORE:
        sale_review.note_deviations(tx, ctx.reference, order, ctx.newest_orders)
    payments.authorise(tx, record)
    history.record(tx, record.number, history.Kind.RECEIVED)
    sales = [
        Movement(order.location, line.sku, MovementKind.SALE, record.number, on_hand=-line.quantity)
        for line in carried
    ]
    reservations.sold(tx, bought[:RESERVATIONS_MAX], order.location)
    stock.move(tx, *sales)
    payments.capture_due(tx, record)
    return OrderPlaced(record.number, filling.promise(tx, record))


def retry_backorder(ctx: Context, tx: Transaction, number: str, decisions: Decisions) -> bool:
    """Source again what an order waits for; gives whether anything was found.

    Raises Stale while it is not decided.
    """
    record = order_records.load(tx, number)
    wanted = _unfilled(record)
    if not wanted:
        return False
    left = Filling(ctx, tx, record, wanted, decisions).promise(tx, record, retry=True)
    found: bool = left < sum(wanted.values())
    if found:
        discrepancies.resolve_about(tx, DiscrepancyKind.ORDER_TO_DECIDE, number, tx.cause)
    else:
        tx.changes.orders.discard(number)
    return found


def release_order(ctx: Context, tx: Transaction, number: str, decisions: Decisions) -> int:
    """Send what there is of an order that a policy holds; gives the pieces that were found.

    `decisions` are those of a person (`released`). Raises NotFound for an order that is not there,
    Refused when nothing of it waits, and Stale while it is not decided.
    """
    record = order_records.load(tx, number)
    wanted = _unfilled(record)
    if not wanted:
        raise Refused(
            "Nothing of order {order} waits. Nothing was changed.",
            code="order.nothing_waits",
            order=number,
        )
    left = Filling(ctx, tx, record, wanted, decisions).promise(tx, record, retry=True)
    found = sum(wanted.values()) - left
    history.record(tx, number, history.Kind.RELEASED, quantity=found)
    discrepancies.resolve_about(tx, DiscrepancyKind.ORDER_TO_DECIDE, number, tx.cause)
    return found


def _unfilled(record: OrderRecord) -> dict[int, int]:
    """The pieces that wait, by line."""
    return {line.line_id: line.unfilled for line in record.lines.values() if line.unfilled}


def fingerprint(order: Order) -> str:
    """Tells a repeat of the same order from another one under its number."""
    return hashlib.sha256(to_json(order)).hexdigest()


def is_known(tx: Transaction, order: Order) -> bool:
    """Whether the same order was placed before; raises Conflict for another under its number."""
    known = sa.select(tables.order_document.c.fingerprint).where(
        tables.order_document.c.number == order.number.value
    )
    found = tx.connection.execute(known).scalar()
    if found is not None and found != fingerprint(order):
        raise _number_used(order.number.value)
    return found is not None


def _number_used(number: str) -> Conflict:
    return Conflict(
        "The order number {number} is already used by another order. Nothing was changed; "
        "call the people who run the server.",
        code="order.number_used",
        number=number,
    )


def _record(order: Order) -> OrderRecord:
    lines = {
        line.line_id: LineRecord(
            line.line_id,
            line.sku,
            line.quantity,
            carried_out=line.quantity if line.mode is FulfilmentMode.CARRY_OUT else 0,
        )
        for line in order.lines
    }
    return OrderRecord(order, lines)


def _insert(tx: Transaction, record: OrderRecord) -> None:
    order, number = record.order, record.number
    body = to_json(order)
    added = insert_missing(
        tx.connection,
        tables.order_document,
        {
            "number": number,
            "channel": order.channel.value,
            "location": order.location,
            "device": order.device,
            "placed_at": stamp(order.placed_at),
            "received_at": tx.at,
            "fingerprint": hashlib.sha256(body).hexdigest(),
            "body": body.decode(),
        },
    )
    if not added:
        raise _number_used(number)
    promised = {line.line_id: line.promised_at for line in order.lines}
    rows = [
        {
            "order_number": number,
            **asdict(line),
            "promised_at": stamp(at) if (at := promised[line.line_id]) else None,
        }
        for line in record.lines.values()
    ]
    tx.connection.execute(insert_into(tables.order_line), rows)
    tx.changes.placed[order.device] = order.number.serial
    order_records.keep(tx, record)


def check_order(reference: Reference, order: Order, tx: Transaction) -> None:
    """Raise InvalidInput for an order that its types allow and that cannot be right."""
    amounts = [order.shipping_fee, *(line.unit_price for line in order.lines)]
    amounts += [tender.amount for tender in order.tenders]
    amounts += [tender.given for tender in order.tenders if tender.given is not None]
    minor_max, due = reference.company.limits.order_minor_max, order.total
    if due.currency != reference.company.region.currency:
        raise _absurd(due)
    for amount in amounts:
        _check_amount(amount, due.currency, minor_max)
    if due.minor > minor_max:
        raise _absurd(due)
    if due and not order.tenders:
        raise InvalidInput(
            "The order says nothing of its payment. Nothing was changed.", code="order.unpaid"
        )
    promised = [line.promised_at for line in order.lines if line.promised_at is not None]
    for moment in (order.placed_at, *promised):
        check_moment(moment, tx.now)
    if order.ship_to is not None:
        check_address(order.ship_to)
    for line in order.lines:
        _check_line(reference, order, line.line_id)


def check_address(home: Address) -> None:
    """Raise InvalidInput for an address whose place is nowhere."""
    if not (
        math.isfinite(home.lat)
        and math.isfinite(home.lon)
        and abs(home.lat) <= 90
        and abs(home.lon) <= 180
    ):
        raise InvalidInput(
            "The place of the address is unknown: choose the commune from the list.",
            code="order.coordinates",
        )


def _check_line(reference: Reference, order: Order, line_id: int) -> None:
    line = order.line(line_id)
    if not 0 <= line_id <= LINE_ID_MAX or not 0 <= line.vat_rate_bp <= 10_000:
        raise InvalidInput("Line {line_id} makes no sense.", code="order.line", line_id=line_id)
    article = reference.articles.get(line.sku)
    if article is None or article.gtin.gtin14 != line.gtin.gtin14:
        raise InvalidInput(
            "The server does not know the article {sku} with the barcode {gtin}. The order is "
            "kept on the device; call the people who run the catalogue.",
            code="order.unknown_article",
            sku=line.sku[:60],
            gtin=line.gtin,
        )
    if line.mode is FulfilmentMode.CARRY_OUT:
        place = reference.locations.get(order.location)
        if place is None or not place.holds_stock:
            raise InvalidInput(
                "Goods cannot be carried out of {location}: it holds no stock.",
                code="order.location",
                location=order.location[:40],
            )
    else:
        destination(reference, order, line)


def _check_amount(amount: Money, currency: str, minor_max: int) -> None:
    if not 0 <= amount.minor <= minor_max or amount.currency != currency:
        raise _absurd(amount)


def _absurd(amount: Money) -> InvalidInput:
    return InvalidInput(
        "An amount of the order cannot be right: {amount}. Nothing was changed.",
        code="order.amount",
        amount=amount,
    )
