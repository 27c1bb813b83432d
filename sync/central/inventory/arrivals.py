"""Goods that are to come and that nobody waits for yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.domain.consignment import OPEN_CONSIGNMENTS


@dataclass(frozen=True, slots=True)
class Arrival:
    """`pieces` of `sku` are expected at `location` on `day`."""

    day: date
    location: str
    sku: str
    pieces: int


def arrivals(
    connection: Connection, skus: Sequence[str], today: date, *, also_waited_for: bool = False
) -> list[Arrival]:
    """What is to come of `skus` and nobody waits for, the soonest first; or all of it.

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
    waits = {} if also_waited_for else _waiting(connection, skus)
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


def day_for(connection: Connection, pieces: Mapping[str, int], today: date) -> date | None:
    """The first day by which so many `pieces` of each SKU have come; None when that is unknown."""
    wanted = {sku: count for sku, count in pieces.items() if count > 0}
    for one in arrivals(connection, list(wanted), today):
        if one.sku in wanted:
            wanted[one.sku] -= one.pieces
            if wanted[one.sku] <= 0:
                del wanted[one.sku]
            if not wanted:
                return one.day
    return None
