"""Orders that wait for stock: who, for what, since when, and by when goods come for them."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.inventory.arrivals import Arrival, arrivals
from sync.central.orders.backorders import waiting_orders
from sync.central.storage import tables


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """`pieces` of a line wait; goods for them come on `expected_on`, empty when that is unknown."""

    line_id: int
    sku: str
    pieces: int
    expected_on: str


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order that waits. `due_at`: what it was promised for, or when it came in."""

    number: str
    due_at: str
    lines: list[WaitingLine]

    @property
    def expected_on(self) -> str:
        """The day by which all of it can be sent; empty when that is unknown."""
        days = [line.expected_on for line in self.lines]
        return max(days) if all(days) else ""


def waiting(connection: Connection, today: date, limit: int) -> list[WaitingOrder]:
    """At most `limit` orders that wait, the oldest promise first: what comes goes to them in that
    order."""
    due = waiting_orders(connection)[:limit]
    rows = tables.order_line.c
    query = (
        sa.select(rows.order_number, rows.line_id, rows.sku, rows.unfilled)
        .where(rows.unfilled > 0, rows.order_number.in_([number for number, _ in due]))
        .order_by(rows.order_number, rows.line_id)
    )
    lines: dict[str, list[tuple[int, str, int]]] = {}
    for row in connection.execute(query):
        lines.setdefault(row.order_number, []).append((row.line_id, row.sku, row.unfilled))
    skus = sorted({sku for found in lines.values() for _, sku, _ in found})
    coming = _by_sku(arrivals(connection, skus, today, also_waited_for=True))
    return [
        WaitingOrder(
            number,
            due_at,
            [
                WaitingLine(line_id, sku, pieces, _take(coming, sku, pieces))
                for line_id, sku, pieces in lines.get(number, [])
            ],
        )
        for number, due_at in due
    ]


def _by_sku(found: Sequence[Arrival]) -> dict[str, deque[tuple[date, int]]]:
    coming: dict[str, deque[tuple[date, int]]] = {}
    for one in found:
        coming.setdefault(one.sku, deque()).append((one.day, one.pieces))
    return coming


def _take(coming: dict[str, deque[tuple[date, int]]], sku: str, pieces: int) -> str:
    """The day by which so many have come, which are taken; empty when they do not."""
    queue, day = coming.get(sku, deque()), ""
    while pieces and queue:
        on, there = queue.popleft()
        taken, day = min(pieces, there), on.isoformat()
        pieces -= taken
        if there > taken:
            queue.appendleft((on, there - taken))
    return "" if pieces else day
