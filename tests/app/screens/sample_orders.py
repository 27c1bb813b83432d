"""Orders, fulfilments and returns of the small store, as its server tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.domain.customer import Address, Customer
from sync.domain.device import DeviceKind
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState
from sync.domain.identifiers import RETURN, WEB_ORDER, DocumentNumber
from sync.domain.money import Money, total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import Return, ReturnReason, return_line
from sync.protocol.feed import DeviceKey, Event, LineSource, LineState, OrderState
from sync.protocol.receipt_code import ReceiptCode
from tests.app.device_fixtures import ARTICLES, DEVICES, HERE, NOW

TILL_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))  # the one of `fill`
ORDER = "C0012-000345-5"
HOME = Address("Nadia Benali", "12 rue des Lilas", "69100", "Villeurbanne", 45.77, 4.88)
NADIA = Customer("Nadia Benali", "nadia@example.org")


def till_key() -> DeviceKey:
    """What the other devices of the store know of the till."""
    code, number = DEVICES["terminal"]
    return DeviceKey(
        code, number, DeviceKind.TERMINAL, TILL_KEY.public_key().public_bytes_raw().hex()
    )


def order_line(
    line_id: int,
    quantity: int = 1,
    mode: FulfilmentMode = FulfilmentMode.CARRY_OUT,
    collect_at: str = "",
) -> OrderLine:
    """Line 1 is of article A0005 (€12.90), 2 of A0006 (€19.90), 3 of A0007 (€49.90)."""
    article = ARTICLES[line_id + 3]
    return OrderLine(
        line_id,
        article.sku,
        article.gtin,
        article.name,
        quantity,
        article.price,
        article.vat_rate_bp,
        mode,
        collect_at=collect_at,
        promised_at=NOW + timedelta(days=1),
    )


def store_order(
    serial: int, lines: Sequence[OrderLine], *, cash: int = 0, days_ago: int = 9, till: str = "T1"
) -> Order:
    """An order taken at a till of this store; `cash` cents of it paid in cash, the rest by card."""
    amount = total(line.amount for line in lines)
    tenders = [Tender(TenderKind.CARD, amount - Money(cash), card_last4="4021", reference="p1")]
    if cash:
        tenders.insert(0, Tender(TenderKind.CASH, Money(cash), given=Money(cash)))
    ship = any(line.mode is FulfilmentMode.SHIP_HOME for line in lines)
    return Order(
        DocumentNumber.build("C", 12, serial),
        Channel.STORE,
        HERE,
        till,
        "A02",
        NOW - timedelta(days=days_ago),
        tuple(lines),
        tuple(tenders),
        NADIA,
        HOME if ship else None,
        receipt_number=f"T0012-{serial:06d}-1",
    )


def receipt_code(order: Order) -> str:
    """The code on the receipt that the till printed."""
    return ReceiptCode(order.number, order.total, order.placed_at).sign(TILL_KEY)


def order_in_progress() -> OrderState:
    """Order ORDER, taken now: three pieces carried out, one left the warehouse, one is to be
    collected here."""
    lines = [
        order_line(1, 3),
        order_line(2, 1, FulfilmentMode.SHIP_HOME),
        order_line(3, 1, FulfilmentMode.COLLECT, HERE),
    ]
    order = store_order(345, lines, cash=500, days_ago=0)
    shipped = LineSource("SQF", 1, "F9", FulfilmentState.HANDED_OVER, "6A1234567890")
    states = (
        LineState(1, handed_over=3),
        LineState(2, (shipped,), handed_over=1),
        LineState(3, (LineSource(HERE, 1, "F1", FulfilmentState.ALLOCATED),)),
    )
    events = (
        Event(NOW.isoformat(), "placed", "Order taken in {place}.", {"place": "Lyon Bellecour"}),
        Event(NOW.isoformat(), "paid", "Paid: {amount}.", {"amount": "108.50 EUR"}),
    )
    return OrderState(order, states, order.total, {}, (), events)


def order_carried_out() -> OrderState:
    """Order ORDER as bought nine days ago and carried out, €5.00 of it paid in cash; line 3 has
    come back and was refunded to the card."""
    lines = [order_line(1, 3), order_line(2), order_line(3)]
    order = store_order(345, lines, cash=500)
    states = (
        LineState(1, handed_over=3),
        LineState(2, handed_over=1),
        LineState(3, handed_over=1, returned=1),
    )
    return OrderState(order, states, order.total, {1: lines[2].amount})


def order_out_of_time() -> OrderState:
    """An order of eight hundred days ago, carried out."""
    order = store_order(7, [order_line(1)], days_ago=800)
    there = (LineState(1, handed_over=1),)
    return OrderState(order, there, order.total, {}, received_at=order.placed_at)


def return_of(state: OrderState, pieces: dict[int, int], serial: int = 1) -> Return:
    """So many pieces of each line, left at the kiosk now."""
    kiosk, number = DEVICES["kiosk"]
    lines = []
    for line_id, quantity in pieces.items():
        lines.append(return_line(state.order, line_id, 0, quantity, ReturnReason.DAMAGED))
    return Return(
        DocumentNumber.build(RETURN, number, serial),
        state.order.number,
        HERE,
        kiosk,
        NOW,
        tuple(lines),
    )


def fulfilment(
    serial: int,
    state: FulfilmentState,
    mode: FulfilmentMode,
    due_h: float,
    *pieces: int,
    location: str = HERE,
) -> Fulfilment:
    """Fulfilment F000<serial> of a web order: so many pieces of articles A0005, A0006, ..."""
    collect = mode is FulfilmentMode.COLLECT
    lines = tuple(
        FulfilmentLine(
            line_id,
            ARTICLES[line_id + 3].sku,
            str(ARTICLES[line_id + 3].gtin),
            ARTICLES[line_id + 3].name,
            quantity,
            240 * line_id,
        )
        for line_id, quantity in enumerate(pieces, start=1)
    )
    return Fulfilment(
        f"F{serial:04d}",
        DocumentNumber.build(WEB_ORDER, 0, serial),
        "web",
        location,
        mode,
        "collect" if collect else "Colissimo",
        lines,
        state,
        NOW - timedelta(hours=2),
        NOW + timedelta(hours=due_h),
        ("Nadia Benali", "Paul Marchand", "Inès Roche")[serial % 3],
        None if collect else HOME,
        HERE if collect else "",
    )
