"""A fulfilment's row, changed together with the record that the transaction has of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.domain.fulfilment import FulfilmentLine, FulfilmentState, RejectionReason
from sync.protocol.codec import to_wire

ASSOCIATE_CHARACTERS_MAX = 40


def change(
    tx: Transaction,
    record: OrderRecord,
    found: FulfilmentRecord,
    *,
    state: FulfilmentState | None = None,
    associate: str | None = None,
    rejection: RejectionReason | None = None,
    lines: tuple[FulfilmentLine, ...] | None = None,
    ready_at: datetime | None = None,
    collected_at: datetime | None = None,
    left_at: datetime | None = None,
) -> FulfilmentRecord:
    """Change what is given, in the table and in the record; gives the fulfilment as it is then.

    The order is held, so nobody else has changed it since it was read.
    """
    columns: dict[str, Any] = {}
    after, at, left = found.fulfilment, found.collected_at, found.left_at
    if state is not None:
        columns["state"], after = state.value, replace(after, state=state)
    if associate is not None:
        columns["associate"] = associate[:ASSOCIATE_CHARACTERS_MAX]
    if rejection is not None:
        columns["rejection"], after = rejection.value, replace(after, rejection=rejection)
    if lines is not None:
        columns["lines"] = json.dumps([to_wire(line) for line in lines])
        after = replace(after, lines=lines)
    if ready_at is not None:
        columns["ready_at"], after = stamp(ready_at), replace(after, ready_at=ready_at)
    if collected_at is not None:
        columns["collected_at"], at = stamp(collected_at), collected_at
    if left_at is not None:
        columns["left_at"], left = stamp(left_at), left_at
    rows = tables.fulfilment
    tx.connection.execute(
        sa.update(rows).where(rows.c.fulfilment_id == after.fulfilment_id).values(**columns)
    )
    changed = FulfilmentRecord(after, at, left, found.delivered_at)
    record.put(changed)
    tx.changes.fulfilments.add(after.fulfilment_id)
    tx.changes.orders.add(record.number)
    return changed
