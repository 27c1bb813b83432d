"""How long stock has been lying where it is: what came in first has gone out first.

What is there are then the newest arrivals. An arrival is a movement after which more pieces are at
the location, for sale or not: an opening count, a receipt, a return, a difference found at a
count. What is moved from one state to another has been there all along; what another location
sends begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.storage import tables
from sync.domain.money import BASIS_POINTS

BRACKETS = (30, 60, 90, 180)  # the last days of each but the last, which has no end
_PRESENT = ("on_hand", "display", "damaged", "quarantined")


@dataclass(frozen=True, slots=True)
class AgedStock:
    """Pieces of an article at a location, by how many days they have been there.

    `pieces` in the brackets of `BRACKETS` and beyond; `value_minor` is what all of them would be
    sold for, without VAT, in the smallest unit of the company's currency; `oldest_days`: of the
    oldest piece. Without `sku`: all articles of the location together.
    """

    location: str
    sku: str
    name: str
    pieces: list[int]
    value_minor: int
    oldest_days: int


def ageing(
    reference: Reference, connection: Connection, today: date, location: str = ""
) -> list[AgedStock]:
    """Articles at `location`, or all locations, those with the most value bound first."""
    found = list(_aged(reference, connection, today, location))
    if not location:
        found = _by_location(reference, found)
    return sorted(found, key=lambda each: (-each.value_minor, each.location, each.sku))


def _aged(
    reference: Reference, connection: Connection, today: date, location: str
) -> Iterator[AgedStock]:
    there = _there(connection, location)
    moved = tables.movement.c
    more = sum((moved[state] for state in _PRESENT), sa.literal(0))
    query = sa.select(moved.sku, moved.location, moved.at, more).where(more > 0)
    if location:
        query = query.where(moved.location == location)
    rows = connection.execute(query.order_by(moved.sku, moved.location, moved.position.desc()))
    for (sku, place), arrivals in groupby(rows, key=lambda row: (row[0], row[1])):
        article, left = reference.articles.get(sku), there.get((sku, place), 0)
        if article is None or left <= 0:
            continue
        pieces, oldest = [0] * (len(BRACKETS) + 1), 0
        for _, _, at, arrived in arrivals:
            taken = min(left, arrived)
            days = max(0, (today - date.fromisoformat(at[:10])).days)
            pieces[sum(days > last for last in BRACKETS)] += taken
            oldest, left = max(oldest, days), left - taken
            if not left:
                break
        without_vat = article.price.minor * BASIS_POINTS / (BASIS_POINTS + article.vat_rate_bp)
        value = round(without_vat * sum(pieces))
        yield AgedStock(place, sku, article.name, pieces, value, oldest)


def _there(connection: Connection, location: str) -> Mapping[tuple[str, str], int]:
    """Pieces that are present, for sale or not, by (sku, location)."""
    rows = tables.balance.c
    present = sum((rows[state] for state in _PRESENT), sa.literal(0))
    query = sa.select(rows.sku, rows.location, present)
    if location:
        query = query.where(rows.location == location)
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def _by_location(reference: Reference, found: list[AgedStock]) -> list[AgedStock]:
    at: dict[str, list[AgedStock]] = {}
    for each in found:
        at.setdefault(each.location, []).append(each)
    return [
        AgedStock(
            code,
            "",
            reference.locations[code].name if code in reference.locations else "",
            [sum(column) for column in zip(*(each.pieces for each in those), strict=True)],
            sum(each.value_minor for each in those),
            max(each.oldest_days for each in those),
        )
        for code, those in at.items()
    ]
