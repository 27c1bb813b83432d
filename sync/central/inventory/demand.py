"""Demand: what was asked for day by day, and what is therefore expected.

A day is counted once, when it is over. Goods shipped home count where they go, by department;
goods carried out or collected count at their store, whose customers want them there. The forecast
is the plain mean of the last days: no trend and no season, which is enough to tell a shelf that
will be empty from one that will not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.storage import tables
from sync.central.storage.database import Database, Transaction
from sync.central.storage.dialect import upsert
from sync.central.storage.schema import read_meta, write_meta
from sync.domain.location import LocationKind
from sync.domain.money import BASIS_POINTS
from sync.domain.order import FulfilmentMode
from sync.sourcing.policy.policy import Scarcity
from sync.sourcing.request import Destination
from sync.sourcing.scarcity.prices import Expected

COUNTED_UNTIL = "demand_counted_until"
DAYS_AT_ONCE = 7
DEMAND = "demand"
LOOK_AGAIN = timedelta(minutes=10)
SETTLES = timedelta(minutes=10)  # orders received just before midnight are committed by then
HOME, STORE, POINT = "home", "store", "pickup_point"
ANY_STORE = ""  # walk-in customers of all stores alike, where history does not say which
_DEPARTMENT_DIGITS = 2


@dataclass
class Tally:
    """Pieces of a day by (sku, kind, place), with the mean of where they went, in degrees."""

    pieces: float = 0.0
    lat: float = 0.0
    lon: float = 0.0

    def add(self, pieces: float, lat: float, lon: float) -> None:
        """Count `pieces` more that went there."""
        share = pieces / (self.pieces + pieces)
        self.lat += (lat - self.lat) * share
        self.lon += (lon - self.lon) * share
        self.pieces += pieces


Asked = dict[tuple[str, str, str], Tally]


def count_days(database: Database, reference: Reference) -> int:
    """Count the days that are over and not counted yet, oldest first; gives how many."""
    ended = (database.clock().astimezone(UTC) - SETTLES).date()
    with database.read() as connection:
        first = _first_uncounted(connection)
    days = [] if first is None else _days(first, min(ended, first + timedelta(DAYS_AT_ONCE)))
    for day in days:
        with database.read() as connection:
            asked = _asked_on(reference, connection, day)
        with database.write("worker:demand") as tx:
            write_demand(tx, day, asked)
            write_meta(tx.connection, COUNTED_UNTIL, day.isoformat())
    return len(days)


@dataclass(frozen=True)
class DemandCount:
    """The job that counts the days."""

    database: Database
    reference: Reference

    def run(self, _job: Job) -> Done:
        """Again at once while there are days left to count."""
        counted = count_days(self.database, self.reference)
        pause = timedelta(0) if counted == DAYS_AT_ONCE else LOOK_AGAIN
        return Done(again_at=self.database.clock() + pause)


def write_demand(tx: Transaction, day: date, asked: Asked) -> None:
    """Write what was asked for on `day`, in place of what was written before."""
    rows = [
        {
            "day": day.isoformat(),
            "sku": sku,
            "kind": kind,
            "place": place,
            "lat": tally.lat,
            "lon": tally.lon,
            "pieces": tally.pieces,
        }
        for (sku, kind, place), tally in sorted(asked.items())
    ]
    upsert(tx.connection, tables.demand, rows, ["day", "sku", "kind", "place"])


def add_home(asked: Asked, sku: str, pieces: float, postcode: str, lat: float, lon: float) -> None:
    """Count pieces that go to a home."""
    key = (sku, HOME, postcode[:_DEPARTMENT_DIGITS])
    asked.setdefault(key, Tally()).add(pieces, lat, lon)


def _first_uncounted(connection: Connection) -> date | None:
    """The day after the last one counted, or that of the first order; None without orders."""
    counted = read_meta(connection, COUNTED_UNTIL)
    if counted:
        return date.fromisoformat(counted) + timedelta(1)
    first = connection.execute(sa.select(sa.func.min(tables.order_document.c.received_at))).scalar()
    return date.fromisoformat(first[:10]) if first else None


def _days(first: date, end: date) -> list[date]:
    """From `first` up to the day before `end`."""
    return [first + timedelta(more) for more in range((end - first).days)]


def _asked_on(reference: Reference, connection: Connection, day: date) -> Asked:
    orders = tables.order_document.c
    bodies = sa.select(orders.body).where(
        orders.received_at >= day.isoformat(),
        orders.received_at < (day + timedelta(1)).isoformat(),
    )
    asked: Asked = {}
    for body in connection.execute(bodies.order_by(orders.number)).scalars():
        _add_order(reference, asked, json.loads(body))
    return asked


def _add_order(reference: Reference, asked: Asked, order: Mapping[str, Any]) -> None:
    home = order["ship_to"]
    for line in order["lines"]:
        sku, pieces = line["sku"], float(line["quantity"])
        if line["mode"] == FulfilmentMode.SHIP_HOME.value and home is not None:
            add_home(asked, sku, pieces, home["postcode"], home["lat"], home["lon"])
            continue
        carried = line["mode"] == FulfilmentMode.CARRY_OUT.value
        place = reference.locations.get(order["location"] if carried else line["collect_at"])
        if place is None:
            continue
        kind = POINT if place.kind is LocationKind.PICKUP_POINT else STORE
        asked.setdefault((sku, kind, place.code), Tally()).add(pieces, place.lat, place.lon)


@dataclass(frozen=True)
class Forecast:
    """What is expected of each article, the shortest of stock first; `until`: last day read."""

    until: str
    expected: tuple[Expected, ...]


def forecast(
    reference: Reference,
    connection: Connection,
    available: Mapping[str, Mapping[str, int]],
    rules: Scarcity,
    now: datetime,
) -> Forecast:
    """Expected demand of the articles that are shortest of stock (`available`), as `rules` say.

    The mean of the days that were counted, at most `demand_days` before `now`, times
    `horizon_days`. Articles without stock have no price; they are left out.
    """
    rows = tables.demand.c
    today = now.astimezone(UTC).date()
    since = (today - timedelta(rules.demand_days)).isoformat()
    recent = sa.and_(rows.day >= since, rows.day < today.isoformat())
    first, until = connection.execute(
        sa.select(sa.func.min(rows.day), sa.func.max(rows.day)).where(recent)
    ).one()
    if first is None:
        return Forecast("", ())
    share = rules.horizon_days / (today - date.fromisoformat(first)).days
    weighted = sa.select(
        rows.sku,
        rows.kind,
        rows.place,
        sa.func.sum(rows.pieces),
        sa.func.sum(rows.pieces * rows.lat) / sa.func.sum(rows.pieces),
        sa.func.sum(rows.pieces * rows.lon) / sa.func.sum(rows.pieces),
    ).where(recent)
    by_sku: dict[str, list[Any]] = {}
    for row in connection.execute(
        weighted.group_by(rows.sku, rows.kind, rows.place).order_by(rows.sku, rows.kind, rows.place)
    ):
        by_sku.setdefault(row[0], []).append(row)
    held = [sku for sku in by_sku if any(available.get(sku, {}).values())]
    known = [sku for sku in held if sku in reference.articles]
    articles = [_expected(reference, sku, by_sku[sku], share, rules) for sku in known]
    articles.sort(key=lambda article: (-_shortness(article, available[article.sku]), article.sku))
    shortest = articles[: rules.articles_max]
    return Forecast(until, tuple(sorted(shortest, key=lambda article: article.sku)))


def _shortness(article: Expected, available: Mapping[str, int]) -> float:
    """Pieces expected for each one there is: in the network, or at the shop that is worst off."""
    everything = sum(pieces for _, pieces in article.pieces) / sum(available.values())
    shops = [
        pieces / available[to.location]
        for to, pieces in article.pieces
        if to.kind == STORE and available.get(to.location)
    ]
    return max([everything, *shops])


def _expected(
    reference: Reference, sku: str, rows: Iterable[Any], share: float, rules: Scarcity
) -> Expected:
    article = reference.articles[sku]
    stores = [p for p in reference.locations.values() if p.kind is LocationKind.STORE]
    stores.sort(key=lambda place: place.code)
    found: dict[tuple[str, str], tuple[Destination, float]] = {}

    def add(to: Destination, pieces: float) -> None:
        key = (to.kind, to.location or to.postcode)
        found[key] = (to, found[key][1] + pieces if key in found else pieces)

    for _, kind, place, pieces, lat, lon in rows:
        many = float(pieces) * share
        if kind == HOME:
            # The middle of its orders; six decimals are a hand's breadth.
            add(Destination(round(lat, 6), round(lon, 6), HOME, postcode=place), many)
        elif kind == STORE and place == ANY_STORE:
            for store in stores:
                add(Destination(store.lat, store.lon, STORE, store.code), many / len(stores))
        elif place in reference.locations:
            at = reference.locations[place]
            add(Destination(at.lat, at.lon, kind, at.code), many)
    without_vat = article.price.minor * BASIS_POINTS / (BASIS_POINTS + article.vat_rate_bp)
    lost = max(1, round(without_vat * rules.lost_sale_share))
    return Expected(
        sku,
        article.weight_g,
        type(article.price)(lost, article.price.currency),
        [found[key] for key in sorted(found)],
    )
