"""From tables to the documents that devices, the API and the overview read.

Nothing is kept in two places: an `OrderState` is put together from the order, its fulfilments,
payments, returns and history each time one of them changes.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from sync.central.payments import ledger as payments
from sync.central.storage import tables
from sync.central.storage.database import unstamp
from sync.domain.errors import NotFound
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState, Parcel
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode, Order
from sync.domain.returns import RefundPart, Return
from sync.protocol.codec import parse_json
from sync.protocol.feed import Event, LineSource, LineState, OrderState, ReturnRecord

GONE = (FulfilmentState.REJECTED.value,)


def find_order(connection: Connection, number: str) -> Order:
    """The order document; raises NotFound."""
    body = connection.execute(
        sa.select(tables.order_document.c.body).where(tables.order_document.c.number == number)
    ).scalar()
    if body is None:
        raise unknown_order(number)
    order: Order = parse_json(Order, body)
    return order


def unknown_order(number: str) -> NotFound:
    """The same words whether it is unknown or none of the asker's business."""
    return NotFound(
        "There is no order {number} here. Check the number; if the order was taken with the "
        "network down, it may still be on its way.",
        code="order.unknown",
        number=number[:40],
    )


def fulfilments_of(connection: Connection, number: str) -> list[tuple[Row[Any], Fulfilment]]:
    """The fulfilments of an order, oldest first, rejected ones too, each with its row."""
    query = (
        sa.select(tables.fulfilment)
        .where(tables.fulfilment.c.order_number == number)
        .order_by(tables.fulfilment.c.created_at, tables.fulfilment.c.fulfilment_id)
    )
    order = find_order(connection, number)
    return [(row, _fulfilment(connection, row, order)) for row in connection.execute(query)]


def fulfilment(connection: Connection, fulfilment_id: str) -> tuple[Row[Any], Fulfilment]:
    """One fulfilment and its row; raises NotFound."""
    row = connection.execute(
        sa.select(tables.fulfilment).where(tables.fulfilment.c.fulfilment_id == fulfilment_id)
    ).one_or_none()
    if row is None:
        raise unknown_fulfilment(fulfilment_id)
    return row, _fulfilment(connection, row, find_order(connection, row.order_number))


def unknown_fulfilment(fulfilment_id: str) -> NotFound:
    """The same words whether it is unknown or another store's."""
    return NotFound(
        "There is no fulfilment {fulfilment} at this location. The list is brought up to date.",
        code="fulfilment.unknown",
        fulfilment=fulfilment_id[:40],
    )


def _fulfilment(connection: Connection, row: Row[Any], order: Order) -> Fulfilment:
    boxes = connection.execute(
        sa.select(tables.parcel)
        .where(tables.parcel.c.fulfilment_id == row.fulfilment_id)
        .order_by(tables.parcel.c.parcel_id)
    )
    mode = FulfilmentMode(row.mode)
    return Fulfilment(
        fulfilment_id=row.fulfilment_id,
        order_number=DocumentNumber(row.order_number),
        channel=order.channel.value,
        location=row.location,
        mode=mode,
        service=row.service,
        lines=parse_json(tuple[FulfilmentLine, ...], row.lines),
        state=FulfilmentState(row.state),
        created_at=unstamp(row.created_at),
        due_at=unstamp(row.due_at),
        customer_name=order.customer.name,
        ship_to=order.ship_to if mode is FulfilmentMode.SHIP_HOME else None,
        collect_at=row.collect_at,
        parcels=tuple(Parcel(Sscc(p.sscc), p.weight_g, p.tracking_number) for p in boxes),
        rejection=row.rejection,
    )


def pieces_by_line(fulfilments: Iterable[Fulfilment]) -> Counter[int]:
    """How many pieces of each line `fulfilments` hold."""
    counted: Counter[int] = Counter()
    for fulfilment in fulfilments:
        for line in fulfilment.lines:
            counted[line.line_id] += line.quantity
    return counted


def with_customer(row: Row[Any], fulfilment: Fulfilment) -> bool:
    """Whether the customer has the goods, or a carrier on the way to the customer's door.

    A parcel for another store is with the customer once that store has handed it over.
    """
    if fulfilment.state is not FulfilmentState.HANDED_OVER:
        return False
    bound_for_store = (
        fulfilment.mode is FulfilmentMode.COLLECT and fulfilment.collect_at != fulfilment.location
    )
    return not bound_for_store or row.collected_at != ""


def line_rows(connection: Connection, number: str) -> list[Row[Any]]:
    """The state of each line, in order of line number."""
    lines = tables.order_line
    query = sa.select(lines).where(lines.c.order_number == number).order_by(lines.c.line_id)
    return list(connection.execute(query))


def line_states(connection: Connection, number: str) -> tuple[LineState, ...]:
    """What became of each line."""
    fulfilments = fulfilments_of(connection, number)
    alive = [(row, fulfilment) for row, fulfilment in fulfilments if row.state not in GONE]
    there = pieces_by_line(
        fulfilment for row, fulfilment in alive if with_customer(row, fulfilment)
    )
    states = []
    for row in line_rows(connection, number):
        sources = tuple(
            LineSource(
                fulfilment.location,
                line.quantity,
                fulfilment.fulfilment_id,
                fulfilment.state,
                next((p.tracking_number for p in fulfilment.parcels if p.tracking_number), ""),
            )
            for _, fulfilment in alive
            for line in fulfilment.lines
            if line.line_id == row.line_id
        )
        states.append(
            LineState(
                row.line_id,
                sources,
                row.carried_out + there[row.line_id],
                row.in_return,
                row.returned,
                row.unfilled,
            )
        )
    return tuple(states)


def decisions_of(connection: Connection, number: str) -> tuple[dict[str, Any], ...]:
    """Sourcing decisions as they are on the wire, the latest last."""
    query = sa.select(tables.decision.c.body).where(tables.decision.c.order_number == number)
    query = query.order_by(tables.decision.c.id)
    return tuple(json.loads(body) for body in connection.execute(query).scalars())


def order_state(connection: Connection, number: str) -> OrderState:
    """The order, and what became of its lines and its money; raises NotFound."""
    order = find_order(connection, number)
    money = payments.sums(connection, order)
    events = sa.select(tables.tracking_event).where(tables.tracking_event.c.order_number == number)
    return OrderState(
        order=order,
        lines=line_states(connection, number),
        captured=total((s.captured for s in money), order.total.currency),
        refunded={place: s.refunded for place, s in enumerate(money) if s.refunded},
        decisions=decisions_of(connection, number),
        events=tuple(
            Event(row.at, row.kind, row.text, json.loads(row.params))
            for row in connection.execute(events.order_by(tables.tracking_event.c.id))
        ),
    )


def return_record(connection: Connection, number: str) -> ReturnRecord:
    """A return and what was refunded; raises NotFound."""
    row = connection.execute(
        sa.select(tables.customer_return).where(tables.customer_return.c.number == number)
    ).one_or_none()
    if row is None:
        raise unknown_return(number)
    goods: Return = parse_json(Return, row.body)
    parts = parse_json(tuple[RefundPart, ...], row.parts) if row.parts else ()
    return ReturnRecord(goods, parts, row.inspected_by or "")


def unknown_return(number: str) -> NotFound:
    """The same words whether it is unknown or another store's."""
    return NotFound(
        "There is no return {number} at this location.", code="return.unknown", number=number[:40]
    )


def audience(connection: Connection, number: str) -> set[str]:
    """Locations that may see an order: it was taken, is prepared, handed over or returned there."""
    order = find_order(connection, number)
    fulfilments = sa.select(tables.fulfilment.c.location, tables.fulfilment.c.collect_at)
    fulfilments = fulfilments.where(tables.fulfilment.c.order_number == number)
    returns = sa.select(tables.customer_return.c.location)
    returns = returns.where(tables.customer_return.c.order_number == number)
    found = {order.location} | {line.collect_at for line in order.lines}
    for row in connection.execute(fulfilments):
        found |= {row.location, row.collect_at}
    found |= set(connection.execute(returns).scalars())
    return found - {""}


def zero(order: Order) -> Money:
    """No money, in the currency of the order."""
    return Money(0, order.total.currency)
