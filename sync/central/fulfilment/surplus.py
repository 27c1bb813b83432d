"""Goods that left although others were asked to send them: the others are told to stop.

Pieces that nobody has begun are taken back; for the rest a person is told, before they arrive at
the customer twice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.records import discrepancies, history, order_lines
from sync.central.records.discrepancies import Discrepancy
from sync.central.records.fulfilment_rows import change
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage.database import Transaction
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.order_status import BEGUN_BY_NOBODY
from sync.domain.stock import DiscrepancyKind, Movement, MovementKind


def take_back(
    ctx: Context, tx: Transaction, record: OrderRecord, left: Fulfilment
) -> DiscrepancyKind | None:
    """Undo what was done to replace the goods of `left`, which were handed over all the same.

    Gives SENT_TWICE when pieces go out twice, which a discrepancy tells a person; else None.
    """
    of = {line.line_id for line in left.lines}
    too_many = Counter({line: max(0, n) for line, n in record.beyond_sold().items() if line in of})
    _await_less(tx, record, too_many)
    for found in reversed(record.alive()):
        if found.fulfilment.state in BEGUN_BY_NOBODY and too_many.total():
            withdraw(ctx, tx, record, found, too_many, FulfilmentState.REASSIGNED)
    for line_id, pieces in sorted(too_many.items()):
        if pieces:
            discrepancies.record(
                tx,
                Discrepancy(
                    DiscrepancyKind.SENT_TWICE,
                    left.location,
                    tx.cause,
                    sku=record.lines[line_id].sku,
                    document=record.number,
                    missing=pieces,
                ),
            )
    return DiscrepancyKind.SENT_TWICE if too_many.total() else None


def _await_less(tx: Transaction, record: OrderRecord, too_many: Counter[int]) -> None:
    """What waits for stock waits no more."""
    changed = []
    for line_id in sorted(too_many):
        line = record.lines[line_id]
        fewer = min(too_many[line_id], line.unfilled)
        if fewer:
            line.unfilled -= fewer
            too_many[line_id] -= fewer
            changed.append(line_id)
    order_lines.write(tx, record, changed)


def withdraw(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    found: FulfilmentRecord,
    too_many: Counter[int],
    becomes: FulfilmentState,
) -> None:
    """Take `too_many` pieces from a fulfilment that nobody has begun, as far as it has them.

    It `becomes` what is said when nothing is left of it; `too_many` is what is still to be taken.
    """
    fulfilment = found.fulfilment
    fewer = {line.line_id: min(line.quantity, too_many[line.line_id]) for line in fulfilment.lines}
    if not any(fewer.values()):
        return
    too_many.subtract(fewer)
    rest = tuple(
        replace(line, quantity=line.quantity - fewer[line.line_id])
        for line in fulfilment.lines
        if line.quantity > fewer[line.line_id]
    )
    if rest:
        change(tx, record, found, lines=rest)
    else:
        change(tx, record, found, state=becomes)
    day = ctx.view.day_of(fulfilment.due_at)
    tx.changes.give(fulfilment.location, day, -(not rest), -sum(fewer.values()))
    releases = [
        Movement(
            fulfilment.location,
            line.sku,
            MovementKind.RELEASE,
            fulfilment.fulfilment_id,
            allocated=-fewer[line.line_id],
        )
        for line in fulfilment.lines
        if fewer[line.line_id]
    ]
    stock.move(tx, *releases)
    place = ctx.reference.locations.get(fulfilment.location)
    history.record(
        tx,
        record.number,
        history.Kind.TAKEN_BACK,
        location=place.name if place else fulfilment.location,
        quantity=sum(fewer.values()),
    )
