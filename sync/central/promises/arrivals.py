"""Goods that are to come, and what can be promised of them once they are in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.inventory.stock_copy import StockCopy
from sync.central.storage import tables
from sync.domain.consignment import OPEN_CONSIGNMENTS
from sync.domain.stock import Balance

DAYS_MAX = 12  # days with arrivals that are tried, the soonest first


@dataclass(frozen=True, slots=True)
class Arrival:
    """`pieces` of `sku` are expected at `location` on `day`."""

    day: date
    location: str
    sku: str
    pieces: int


def arrivals(connection: Connection, skus: Sequence[str], today: date) -> list[Arrival]:
    """What is to come of `skus` and nobody waits for, the soonest first.

    What is late already is expected tomorrow. Orders that wait take the first pieces.
    """
    heads, lines = tables.consignment.c, tables.consignment_line.c
    query = (
        sa.select(heads.expected_on, heads.destination, lines.sku, lines.expected, lines.received)
        .join(tables.consignment, heads.number == lines.number)
        .where(
            heads.state.in_([state.value for state in OPEN_CONSIGNMENTS]),
            lines.sku.in_(sorted(set(skus))),
            lines.expected > lines.received,
        )
        .order_by(heads.expected_on, heads.number)
    )
    waits = _waiting(connection, skus)
    found = []
    for row in connection.execute(query):
        pieces = row.expected - row.received
        taken = min(pieces, waits.get(row.sku, 0))
        if taken:
            waits[row.sku] -= taken
        if pieces > taken:
            day = max(date.fromisoformat(row.expected_on), today + timedelta(days=1))
            found.append(Arrival(day, row.destination, row.sku, pieces - taken))
    return sorted(found, key=lambda one: (one.day, one.location, one.sku))


def _waiting(connection: Connection, skus: Sequence[str]) -> dict[str, int]:
    lines = tables.order_line.c
    query = (
        sa.select(lines.sku, sa.func.sum(lines.unfilled))
        .where(lines.unfilled > 0, lines.sku.in_(sorted(set(skus))))
        .group_by(lines.sku)
    )
    return {row[0]: int(row[1]) for row in connection.execute(query)}


@dataclass(frozen=True)
class StockByDay:
    """What a channel may have of some articles, now and once goods are in."""

    ctx: Context
    skus: tuple[str, ...]
    channel: str
    balances: dict[tuple[str, str], Balance]
    arriving: tuple[Arrival, ...]

    @classmethod
    def read(
        cls, ctx: Context, connection: Connection, skus: Sequence[str], channel: str, now: datetime
    ) -> StockByDay:
        """As it is committed."""
        wanted = tuple(sorted(set(skus)))
        today = now.astimezone(ctx.reference.company.zone).date()
        return cls(
            ctx,
            wanted,
            channel,
            stock.balances(connection, wanted),
            tuple(arrivals(connection, wanted, today)),
        )

    def days(self) -> list[date]:
        """Days on which something comes, the soonest first."""
        return sorted({one.day for one in self.arriving})[:DAYS_MAX]

    def once_in(self, day: date) -> StockCopy:
        """The stock with everything that is expected up to `day`."""
        known = dict(self.balances)
        for one in self.arriving:
            if one.day <= day:
                key = one.sku, one.location
                before = known.get(key, Balance())
                known[key] = replace(before, on_hand=before.on_hand + one.pieces)
        return self.ctx.view.copy(self.skus, known, channel=self.channel)
