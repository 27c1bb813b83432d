"""Money by means of payment: authorised when the order comes in, captured when goods leave,
refunded when they come back. An append-only list of events; sums are derived.

Cash is in the drawer already, so it is captured at once; a card is charged as goods leave, first
tender first. Refunds go to the last tender first. What is cancelled before it was captured is
voided. Never captured and voided above authorised, never refunded above captured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sync.central.records.order_record import OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode, Order
from sync.domain.payment import PaymentKind, TenderKind
from sync.domain.returns import RefundPart, refund_parts


def authorise(tx: Transaction, record: OrderRecord) -> None:
    """Record what the customer's means of payment hold; cash is captured with it."""
    for place, tender in enumerate(record.order.tenders):
        _record(tx, record, place, PaymentKind.AUTHORISED, tender.amount)
        if tender.kind is TenderKind.CASH:
            _record(tx, record, place, PaymentKind.CAPTURED, tender.amount)


def capture_due(tx: Transaction, record: OrderRecord) -> Money:
    """Capture what is due for what has left us; gives what was captured.

    The shipping fee is due with the first piece that leaves after the sale, or at once when
    everything was carried out; not any more once a cancellation has given it back.
    """
    order, left = record.order, record.left_pieces()
    due = total(order.line(line).unit_price * pieces for line, pieces in left.items())
    later = {line.line_id for line in order.lines if line.mode is not FulfilmentMode.CARRY_OUT}
    if not later or any(pieces and line in later for line, pieces in left.items()):
        due = due + order.shipping_fee - record.cancelled_fee()
    sums = record.tender_sums()
    kept = total((known.captured for known in sums), due.currency) - record.refunded_unsent()
    missing = due - kept
    captured = Money(0, due.currency)
    for place, known in enumerate(sums):
        take = min(missing, known.authorised - known.captured - known.voided)
        if take.minor > 0:
            _record(tx, record, place, PaymentKind.CAPTURED, take)
            missing, captured = missing - take, captured + take
    return captured


def refund(tx: Transaction, record: OrderRecord, amount: Money) -> list[RefundPart]:
    """Give `amount` back, last tender first; raises Refused when not that much was captured."""
    order = record.order
    # What a tender cannot give: not captured yet, or given back before.
    blocked = {
        place: order.tenders[place].amount - known.captured + known.refunded
        for place, known in enumerate(record.tender_sums())
    }
    parts = _by_place(order, blocked, amount)
    for place, part in parts:
        _record(tx, record, place, PaymentKind.REFUNDED, part.amount)
    return [part for _, part in parts]


def give_back(tx: Transaction, record: OrderRecord, amount: Money) -> list[RefundPart]:
    """Give `amount` back for what never left, last tender first; gives what each tender gets.

    What a tender has only authorised is voided, the rest refunded. Raises Refused when the tenders
    cannot bear it.
    """
    order, sums = record.order, record.tender_sums()
    blocked, done = {place: known.given_back for place, known in enumerate(sums)}, []
    for place, part in _by_place(order, blocked, amount):
        known = sums[place]
        voided = min(part.amount, known.authorised - known.captured - known.voided)
        _record(tx, record, place, PaymentKind.VOIDED, voided)
        _record(tx, record, place, PaymentKind.REFUNDED, part.amount - voided)
        done.append(replace(part, voided=voided))
    return done


def _by_place(
    order: Order, blocked: Mapping[int, Money], amount: Money
) -> list[tuple[int, RefundPart]]:
    """The parts of a refund, each with the place of its tender in the order, last tender first.

    `blocked`: what each tender cannot give. Raises Refused when they cannot bear it.
    """
    following = iter(refund_parts(order, blocked, amount))
    left, found = amount, []
    for place in reversed(range(len(order.tenders))):
        if min(left, order.tenders[place].amount - blocked[place]).minor > 0:
            part = next(following)
            found.append((place, part))
            left = left - part.amount
    return found


def _record(
    tx: Transaction, record: OrderRecord, place: int, kind: PaymentKind, amount: Money
) -> None:
    if amount.minor == 0:
        return
    record.paid[place, kind] += amount.minor
    tx.later(
        tables.payment_event,
        {
            "order_number": record.number,
            "tender_place": place,
            "kind": kind.value,
            "minor": amount.minor,
            "currency": amount.currency,
            "at": tx.at,
            "cause": tx.cause,
        },
    )
