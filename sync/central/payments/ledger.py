"""Money by means of payment: authorised when the order comes in, captured when goods leave,
refunded when they come back. An append-only list of events; sums are derived.

Cash is in the drawer already, so it is captured at once; a card is charged as goods leave, first
tender first. Refunds go to the last tender first. Never captured above authorised, never refunded
above captured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode, Order
from sync.domain.payment import TenderKind
from sync.domain.returns import RefundPart, refund_parts


class PaymentKind(StrEnum):
    """What happened to the money of a tender."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Sums:
    """What is known of one tender, in its currency."""

    authorised: Money
    captured: Money
    refunded: Money


def sums(connection: Connection, order: Order) -> list[Sums]:
    """The sums of each tender of `order`, in its place."""
    events = tables.payment_event.c
    query = (
        sa.select(events.tender_place, events.kind, sa.func.sum(events.minor))
        .where(events.order_number == order.number.value)
        .group_by(events.tender_place, events.kind)
    )
    found = {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}
    return [
        Sums(
            *(
                Money(found.get((place, kind.value), 0), tender.amount.currency)
                for kind in PaymentKind
            )
        )
        for place, tender in enumerate(order.tenders)
    ]


def authorise(tx: Transaction, order: Order) -> None:
    """Record what the customer's means of payment hold; cash is captured with it."""
    for place, tender in enumerate(order.tenders):
        _record(tx, order, place, PaymentKind.AUTHORISED, tender.amount)
        if tender.kind is TenderKind.CASH:
            _record(tx, order, place, PaymentKind.CAPTURED, tender.amount)


def capture_due(tx: Transaction, order: Order, left_pieces: Mapping[int, int]) -> Money:
    """Capture what is due once `left_pieces` (by line) have left us; gives what was captured.

    The shipping fee is due with the first piece that leaves after the sale, or at once when
    everything was carried out.
    """
    due = total(order.line(line).unit_price * pieces for line, pieces in left_pieces.items())
    later = {line.line_id for line in order.lines if line.mode is not FulfilmentMode.CARRY_OUT}
    if not later or any(pieces and line in later for line, pieces in left_pieces.items()):
        due = due + order.shipping_fee
    state = sums(tx.connection, order)
    missing = due - total((s.captured for s in state), due.currency)
    captured = Money(0, due.currency)
    for place, known in enumerate(state):
        take = min(missing, known.authorised - known.captured)
        if take.minor > 0:
            _record(tx, order, place, PaymentKind.CAPTURED, take)
            missing, captured = missing - take, captured + take
    return captured


def refund(tx: Transaction, order: Order, amount: Money) -> list[RefundPart]:
    """Give `amount` back, last tender first; raises Refused when not that much was captured."""
    state = sums(tx.connection, order)
    # What a tender cannot give: not captured yet, or given back before.
    blocked = {
        place: order.tenders[place].amount - known.captured + known.refunded
        for place, known in enumerate(state)
    }
    parts = refund_parts(order, blocked, amount)
    waiting = iter(parts)
    left = amount
    for place in reversed(range(len(order.tenders))):
        take = min(left, order.tenders[place].amount - blocked[place])
        if take.minor > 0:
            part = next(waiting)
            _record(tx, order, place, PaymentKind.REFUNDED, part.amount)
            left = left - part.amount
    return parts


def _record(tx: Transaction, order: Order, place: int, kind: PaymentKind, amount: Money) -> None:
    if amount.minor == 0:
        return
    tx.connection.execute(
        sa.insert(tables.payment_event).values(
            order_number=order.number.value,
            tender_place=place,
            kind=kind.value,
            minor=amount.minor,
            currency=amount.currency,
            at=tx.at,
            cause=tx.cause,
        )
    )
