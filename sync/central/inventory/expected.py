"""What each store and the web are expected to sell of each article, and what is enough for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory.demand import ANY_STORE, HOME
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.domain.location import Location, LocationKind
from sync.sourcing.arrays import Floats
from sync.sourcing.forecast.weekly import by_store, forecast

WEEKS = 26
WEEK = timedelta(weeks=1)
KEPT_WEEKS = 8  # a store gives away what it will not sell in so long
SERVICE_LEVEL, COVER_DAYS = 0.95, 14
SERVICE_LEVELS, COVER_DAYS_MAX = (0.5, 0.999), 180


@dataclass(frozen=True, eq=False)
class Needs:
    """Of K articles `skus` and N `stores`: the `weekly` mean in pieces [K, N] with its
    `dispersion`, what is `enough` for `cover` weeks [K, N], and what is `kept` before anything is
    given away; on the `web`, what warehouses keep of an article [K]."""

    skus: list[str]
    stores: list[Location]
    weekly: Floats
    dispersion: Floats
    enough: Floats
    kept: Floats
    web: Floats
    cover: float


@dataclass(frozen=True, eq=False)
class _Demand:
    """Of K articles: pieces by week [K, T] in stores and on the web, NaN for a week in which
    nobody bought anything; in how many weeks each of N stores sold it [K, N]."""

    skus: list[str]
    in_store: Floats
    on_web: Floats
    weeks_sold: Floats


def needs(
    reference: Reference,
    connection: Connection,
    now: datetime,
    service_level: float = SERVICE_LEVEL,
    cover_days: int = COVER_DAYS,
) -> Needs | None:
    """Of what was sold before `now`; None without stores or demand.

    Raises InvalidInput for a service level or a cover that nobody can mean.
    """
    low, high = SERVICE_LEVELS
    if not low <= service_level <= high or not 1 <= cover_days <= COVER_DAYS_MAX:
        raise InvalidInput(
            "A service level is {low} to {high}, the days to cover 1 to {days}.",
            code="proposals.asked",
            low=low,
            high=high,
            days=COVER_DAYS_MAX,
        )
    stores = sorted(
        (p for p in reference.locations.values() if p.kind is LocationKind.STORE),
        key=lambda place: place.code,
    )
    demand = _read(reference, connection, stores, now.astimezone(UTC).date())
    if not demand.skus or not stores:
        return None
    sold = demand.weeks_sold
    chain = sold.sum(axis=0) / sold.sum() if sold.sum() else np.full(len(stores), 1 / len(stores))
    shared = by_store(forecast(demand.in_store), sold, chain)
    shape, cover = (len(demand.skus), len(stores)), cover_days / 7
    return Needs(
        demand.skus,
        stores,
        shared.mean.reshape(shape),
        shared.dispersion.reshape(shape),
        shared.quantile(service_level, cover).reshape(shape),
        shared.quantile(service_level, KEPT_WEEKS).reshape(shape),
        forecast(demand.on_web).quantile(service_level, KEPT_WEEKS),
        cover,
    )


def _read(
    reference: Reference, connection: Connection, stores: list[Location], today: date
) -> _Demand:
    rows = tables.demand.c
    since = today - WEEKS * WEEK
    query = sa.select(rows.day, rows.sku, rows.kind, rows.place, rows.pieces).where(
        rows.day >= since.isoformat(), rows.day < today.isoformat()
    )
    column = {store.code: n for n, store in enumerate(stores)}
    known = sorted(reference.articles)
    number = {sku: n for n, sku in enumerate(known)}
    in_store, on_web = np.zeros((len(known), WEEKS)), np.zeros((len(known), WEEKS))
    weeks_sold = np.zeros((len(known), len(stores)))
    bought: set[tuple[int, int, int]] = set()
    for day, sku, kind, place, pieces in connection.execute(query):
        row = number.get(sku)
        if row is None:
            continue
        week = (date.fromisoformat(day) - since) // WEEK
        if kind == HOME:
            on_web[row, week] += pieces
            continue
        in_store[row, week] += pieces
        at = (row, column[place], week) if place != ANY_STORE and place in column else None
        if at is not None and at not in bought:
            bought.add(at)
            weeks_sold[at[:2]] += 1
    closed = (in_store + on_web).sum(axis=0) == 0
    in_store[:, closed], on_web[:, closed] = np.nan, np.nan
    some = np.flatnonzero(np.nansum(in_store, axis=1) > 0)
    if closed.all():
        return _Demand([], in_store[:0], on_web[:0], np.zeros((0, len(stores))))
    return _Demand([known[n] for n in some], in_store[some], on_web[some], weeks_sold[some])
