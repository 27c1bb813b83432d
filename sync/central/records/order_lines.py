"""The counts of an order's lines, written from the record that the transaction has."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from sync.central.records.order_record import OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction

_LINES = tables.order_line.c
_WRITE = (
    sa.update(tables.order_line)
    .where(
        _LINES.order_number == sa.bindparam("of_order"), _LINES.line_id == sa.bindparam("of_line")
    )
    .values(
        unfilled=sa.bindparam("now_unfilled"),
        in_return=sa.bindparam("now_in_return"),
        returned=sa.bindparam("now_returned"),
        cancelled=sa.bindparam("now_cancelled"),
    )
)


def write(tx: Transaction, record: OrderRecord, line_ids: Iterable[int]) -> None:
    """Write what is unfilled, in return, returned and cancelled of these lines, at once."""
    rows = [
        {
            "of_order": record.number,
            "of_line": line.line_id,
            "now_unfilled": line.unfilled,
            "now_in_return": line.in_return,
            "now_returned": line.returned,
            "now_cancelled": line.cancelled,
        }
        for line in (record.lines[line_id] for line_id in sorted(line_ids))
    ]
    if rows:
        tx.connection.execute(_WRITE, rows)
    tx.changes.orders.add(record.number)
