"""From tables to an `OrderRecord`, and to the documents that devices, the API and pages read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from sync.central.records.order_record import (
    FulfilmentRecord,
    LineRecord,
    OrderRecord,
    ReturnEntry,
)
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.central.storage.locks import held
from sync.domain.errors import NotFound
from sync.domain.fulfilment import (
    Fulfilment,
    FulfilmentLine,
    FulfilmentState,
    Parcel,
    ParcelStatus,
    RejectionReason,
)
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.order import FulfilmentMode, Order
from sync.domain.order_change import AddressChange, Cancellation, OrderChange, address_for
from sync.domain.payment import PaymentKind
from sync.domain.returns import InspectedLine, RefundPart, Return
from sync.protocol.codec import parse_json
from sync.protocol.feed import Event, OrderState, ReturnRecord

CHANGES: dict[str, type[Cancellation | AddressChange]] = {
    "cancellation": Cancellation,
    "address": AddressChange,
}
_ORDERS = tables.order_document.c
_FULFILMENTS = tables.fulfilment.c
_RETURNS = tables.customer_return.c
_CHANGES = tables.order_change.c
_NUMBER: sa.BindParameter[str] = sa.bindparam("number")

# Built once: to put a statement together takes longer than to run it.
# Two tables in one statement where their columns fit: each is a round trip to the server.
_COUNTS = sa.union_all(
    sa.select(
        tables.order_line.c.line_id,
        tables.order_line.c.sku,
        tables.order_line.c.quantity,
        tables.order_line.c.carried_out,
        tables.order_line.c.unfilled,
        tables.order_line.c.in_return,
        tables.order_line.c.returned,
        tables.order_line.c.cancelled,
    ).where(tables.order_line.c.order_number == _NUMBER),
    sa.select(
        tables.payment_event.c.tender_place,
        tables.payment_event.c.kind,
        sa.func.sum(tables.payment_event.c.minor),
        *[sa.null()] * 5,
    )
    .where(tables.payment_event.c.order_number == _NUMBER)
    .group_by(tables.payment_event.c.tender_place, tables.payment_event.c.kind),
)
_TEXTS = sa.union_all(
    sa.select(
        tables.tracking_event.c.id,
        tables.tracking_event.c.at,
        tables.tracking_event.c.kind,
        tables.tracking_event.c.text,
        tables.tracking_event.c.params,
    ).where(tables.tracking_event.c.order_number == _NUMBER),
    sa.select(
        sa.null(), _RETURNS.body, _RETURNS.inspected, _RETURNS.inspected_by, _RETURNS.parts
    ).where(_RETURNS.order_number == _NUMBER),
    sa.select(-1 - _CHANGES.position, _CHANGES.kind, _CHANGES.body, sa.null(), sa.null()).where(
        _CHANGES.order_number == _NUMBER
    ),
)
_WITH_PARCELS = (
    sa.select(
        tables.fulfilment,
        tables.parcel.c.sscc,
        tables.parcel.c.weight_g,
        tables.parcel.c.tracking_number,
        tables.parcel.c.status.label("parcel_status"),
        tables.parcel.c.status_at,
    )
    .join(
        tables.parcel,
        tables.parcel.c.fulfilment_id == _FULFILMENTS.fulfilment_id,
        isouter=True,
    )
    .where(_FULFILMENTS.order_number == _NUMBER)
    .order_by(_FULFILMENTS.created_at, _FULFILMENTS.fulfilment_id, tables.parcel.c.parcel_id)
)
_DECISIONS = (
    sa.select(tables.decision.c.body)
    .where(tables.decision.c.order_number == _NUMBER)
    .order_by(tables.decision.c.id)
)


def load(tx: Transaction, number: str) -> OrderRecord:
    """The order and what became of it, held until the commit; raises NotFound.

    Read once in a transaction: who asks again gets the same record, with the changes so far.
    """
    found = tx.loaded.get(number)
    if isinstance(found, OrderRecord):
        return found
    query = sa.select(_ORDERS.number, _ORDERS.body).where(_ORDERS.number == number)
    row = tx.connection.execute(held(query)).one_or_none()
    if row is None:
        raise unknown_order(number)
    return keep(tx, _rest(tx.connection, row.number, parse_json(Order, row.body)))


def load_of_fulfilment(tx: Transaction, fulfilment_id: str) -> OrderRecord:
    """The order that a fulfilment is for, held until the commit; raises NotFound."""
    for found in tx.loaded.values():
        if isinstance(found, OrderRecord) and fulfilment_id in found.fulfilments:
            return found
    of = sa.select(_FULFILMENTS.order_number).where(_FULFILMENTS.fulfilment_id == fulfilment_id)
    record = _load_where(tx, of)
    if record is None:
        raise unknown_fulfilment(fulfilment_id)
    return record


def load_of_return(tx: Transaction, number: str) -> OrderRecord:
    """The order that a return is for, held until the commit; raises NotFound."""
    for found in tx.loaded.values():
        if isinstance(found, OrderRecord) and number in found.returns:
            return found
    record = _load_where(tx, sa.select(_RETURNS.order_number).where(_RETURNS.number == number))
    if record is None:
        raise unknown_return(number)
    return record


def keep(tx: Transaction, record: OrderRecord) -> OrderRecord:
    """Make `record` the one that this transaction knows; gives it back."""
    tx.loaded[record.number] = record
    return record


def read(connection: Connection, number: str) -> OrderRecord:
    """The order and what became of it, for who only looks; raises NotFound."""
    return _rest(connection, number, find_order(connection, number))


def read_all(connection: Connection) -> Iterator[OrderRecord]:
    """Every order, one after the other."""
    for number in connection.execute(sa.select(_ORDERS.number).order_by(_ORDERS.number)).scalars():
        yield read(connection, number)


def find_order(connection: Connection, number: str) -> Order:
    """The order document alone; raises NotFound."""
    body = connection.execute(sa.select(_ORDERS.body).where(_ORDERS.number == number)).scalar()
    if body is None:
        raise unknown_order(number)
    order: Order = parse_json(Order, body)
    return order


def order_state(connection: Connection, number: str) -> OrderState:
    """The order, and what became of its lines and its money; raises NotFound."""
    return read(connection, number).state()


def audience(connection: Connection, number: str) -> set[str]:
    """Locations that may see an order; raises NotFound."""
    return read(connection, number).audience()


def fulfilments_of(connection: Connection, number: str) -> list[Fulfilment]:
    """The fulfilments of an order, oldest first, those that were given up too."""
    return [found.fulfilment for found in read(connection, number).in_order()]


def return_record(connection: Connection, number: str) -> ReturnRecord:
    """A return and what was refunded; raises NotFound."""
    row = connection.execute(
        sa.select(_RETURNS.body, _RETURNS.inspected, _RETURNS.inspected_by, _RETURNS.parts).where(
            _RETURNS.number == number
        )
    ).one_or_none()
    if row is None:
        raise unknown_return(number)
    return _entry(*row).published


def find_cancellation(connection: Connection, number: str) -> Cancellation | None:
    """The cancellation of that number; None when there is none."""
    query = sa.select(_CHANGES.body).where(
        _CHANGES.number == number, _CHANGES.kind == "cancellation"
    )
    body = connection.execute(query).scalar()
    return None if body is None else parse_json(Cancellation, body)


def kind_of(change: Cancellation | AddressChange) -> str:
    """The kind of a change, as it is stored."""
    return next(kind for kind, made_of in CHANGES.items() if isinstance(change, made_of))


def unknown_order(number: str) -> NotFound:
    """The same words whether it is unknown or none of the asker's business."""
    return NotFound(
        "There is no order {number} here. Check the number; if the order was taken with the "
        "network down, it may still be on its way.",
        code="order.unknown",
        number=number[:40],
    )


def unknown_fulfilment(fulfilment_id: str) -> NotFound:
    """The same words whether it is unknown or another store's."""
    return NotFound(
        "There is no fulfilment {fulfilment} at this location. The list is brought up to date.",
        code="fulfilment.unknown",
        fulfilment=fulfilment_id[:40],
    )


def unknown_return(number: str) -> NotFound:
    """The same words whether it is unknown or another store's."""
    return NotFound(
        "There is no return {number} at this location.", code="return.unknown", number=number[:40]
    )


def _load_where(tx: Transaction, of: sa.Select[tuple[str]]) -> OrderRecord | None:
    query = sa.select(_ORDERS.number, _ORDERS.body).where(_ORDERS.number == of.scalar_subquery())
    row = tx.connection.execute(held(query)).one_or_none()
    if row is None:
        return None
    return keep(tx, _rest(tx.connection, row.number, parse_json(Order, row.body)))


def _rest(connection: Connection, number: str, order: Order) -> OrderRecord:
    """What became of `order`."""
    one = {"number": number}
    record = OrderRecord(order, {})
    for row in connection.execute(_COUNTS, one).all():
        if row.returned is None:
            record.paid[row[0], PaymentKind(row[1])] = int(row[2])
        else:
            record.lines[row[0]] = LineRecord(int(row[0]), row[1], *map(int, row[2:]))
    events, changes = [], []
    for position, *texts in connection.execute(_TEXTS, one):
        if position is None:
            entry = _entry(*texts)
            record.returns[entry.goods.number.value] = entry
        elif position < 0:
            changes.append((-position, texts))
        else:
            events.append((position, texts))
    for _, (kind, body, *_rest_of_it) in sorted(changes):
        record.add_change(parse_json(CHANGES[kind], body))
    for _, (at, kind, text, params) in sorted(events):
        record.events.append(Event(at, kind, text, json.loads(params)))
    parcels = connection.execute(_WITH_PARCELS, one).all()
    record.fulfilments = _fulfilments(parcels, order, record.changes)
    record.decisions = list(connection.execute(_DECISIONS, one).scalars())
    return record


def _fulfilments(
    rows: Any, order: Order, changes: list[OrderChange]
) -> dict[str, FulfilmentRecord]:
    parcels: dict[str, list[Parcel]] = {}
    arrived: dict[str, list[str | None]] = {}
    first: dict[str, Row[Any]] = {}
    for row in rows:
        first.setdefault(row.fulfilment_id, row)
        boxes = parcels.setdefault(row.fulfilment_id, [])
        if row.sscc is not None:
            boxes.append(Parcel(Sscc(row.sscc), row.weight_g, row.tracking_number or ""))
            delivered = row.parcel_status == ParcelStatus.DELIVERED.value
            arrived.setdefault(row.fulfilment_id, []).append(row.status_at if delivered else None)
    return {
        code: _fulfilment(row, order, changes, tuple(parcels[code]), arrived.get(code, [None]))
        for code, row in first.items()
    }


def _fulfilment(
    row: Row[Any],
    order: Order,
    changes: list[OrderChange],
    parcels: tuple[Parcel, ...],
    arrived: list[str | None],
) -> FulfilmentRecord:
    mode = FulfilmentMode(row.mode)
    home = address_for(order.ship_to, changes, row.fulfilment_id)
    return FulfilmentRecord(
        Fulfilment(
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
            ship_to=home if mode is FulfilmentMode.SHIP_HOME else None,
            collect_at=row.collect_at or "",
            parcels=parcels,
            rejection=RejectionReason(row.rejection) if row.rejection else None,
            ready_at=unstamp(row.ready_at) if row.ready_at else None,
        ),
        unstamp(row.collected_at) if row.collected_at else None,
        unstamp(row.left_at) if row.left_at else None,
        unstamp(max(filter(None, arrived))) if all(arrived) else None,
    )


def _entry(
    body: str, inspected: str | None, inspected_by: str | None, parts: str | None
) -> ReturnEntry:
    return ReturnEntry(
        parse_json(Return, body),
        parse_json(tuple[InspectedLine, ...], inspected) if inspected else (),
        inspected_by,
        parse_json(tuple[RefundPart, ...], parts) if parts else (),
    )
