"""Changes of orders as they are kept: each once, under its number."""

from __future__ import annotations

import sqlalchemy as sa

from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing
from sync.domain.errors import Conflict
from sync.domain.order_change import (
    OrderChange,
)
from sync.protocol.codec import parse_json, to_json

BY_CHARACTERS_MAX = 80


def keep(tx: Transaction, record: OrderRecord, done: OrderChange) -> None:
    """Keep `done` with its order; raises Conflict when its number is used."""
    row = {
        "number": done.number,
        "order_number": record.number,
        "kind": order_records.kind_of(done),
        "at": tx.at,
        "position": len(record.changes),
        "body": to_json(done).decode(),
    }
    if not insert_missing(tx.connection, tables.order_change, row):
        raise number_used(done.number)
    record.add_change(done)
    tx.changes.orders.add(record.number)


def known_change(tx: Transaction, number: str) -> OrderChange | None:
    """The change of that number; None when there is none."""
    rows = tables.order_change.c
    query = sa.select(rows.kind, rows.body).where(rows.number == number)
    row = tx.connection.execute(query).one_or_none()
    return None if row is None else parse_json(order_records.CHANGES[row.kind], row.body)


def number_used(number: str) -> Conflict:
    """Something else has that number."""
    return Conflict(
        "The number {number} is already used for another change. Nothing was changed.",
        code="order.change_used",
        number=number,
    )
