"""What could be done about stock: transfers from where there is too much to where it will sell.

For each article and store, enough is the quantile of the demand of the days to cover. What is
missing there is taken from the location that has most beyond its own needs; a warehouse keeps
what the web is expected to ask for. Each proposal says the numbers that it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.demand import ANY_STORE, HOME
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.domain.location import Location, LocationKind
from sync.domain.order import Channel
from sync.domain.stock import Balance
from sync.sourcing.arrays import Floats
from sync.sourcing.forecast.weekly import by_store, forecast

WEEKS = 26
WEEK = timedelta(weeks=1)
KEPT_WEEKS = 8  # a store gives away what it will not sell in so long
SERVICE_LEVEL, COVER_DAYS = 0.95, 14
SERVICE_LEVELS, COVER_DAYS_MAX = (0.5, 0.999), 180
LISTED_MAX = 1_000
_GIVES = (LocationKind.STORE, LocationKind.WAREHOUSE, LocationKind.RETURNS_CENTRE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Send `quantity` pieces of `sku` from `source` to `destination`.

    There, `weekly` pieces are expected a week, `enough` are enough for the days to cover, `there`
    are there or on their way; `spare` are beyond what `source` needs. `lost` pieces are expected
    not to be sold otherwise.
    """

    number: str
    sku: str
    name: str
    source: str
    destination: str
    quantity: int
    weekly: float
    enough: int
    there: int
    spare: int
    lost: float


@dataclass(frozen=True, eq=False)
class _Demand:
    """Of K articles: pieces by week [K, T] in stores and on the web, NaN for a week in which
    nobody bought anything; in how many weeks each of N stores sold it [K, N]."""

    skus: list[str]
    in_store: Floats
    on_web: Floats
    weeks_sold: Floats


def propose(
    reference: Reference,
    connection: Connection,
    now: datetime,
    *,
    service_level: float = SERVICE_LEVEL,
    cover_days: int = COVER_DAYS,
    limit: int = LISTED_MAX,
) -> list[Proposal]:
    """Transfers worth making, those that save most sales first; none without demand.

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
    today = now.astimezone(UTC).date()
    demand = _read(reference, connection, stores, today)
    if not demand.skus or not stores:
        return []
    sold = demand.weeks_sold
    chain = sold.sum(axis=0) / sold.sum() if sold.sum() else np.full(len(stores), 1 / len(stores))
    shared = by_store(forecast(demand.in_store), sold, chain)
    shape, cover = (len(demand.skus), len(stores)), cover_days / 7
    needs = _Needs(
        shared.mean.reshape(shape),
        shared.quantile(service_level, cover).reshape(shape),
        shared.quantile(service_level, KEPT_WEEKS).reshape(shape),
        forecast(demand.on_web).quantile(service_level, KEPT_WEEKS),
        cover,
    )
    balances: dict[str, dict[str, Balance]] = {}
    for (sku, location), balance in ledger.balances(connection).items():
        balances.setdefault(sku, {})[location] = balance
    found: list[Proposal] = []
    for row, sku in enumerate(demand.skus):
        if sku in balances:
            found += _of_article(reference, stores, needs, row, sku, balances[sku], today)
    found.sort(key=lambda each: (-each.lost, each.number))
    return found[:limit]


@dataclass(frozen=True, eq=False)
class _Needs:
    """By article and store: the mean of a week, what is enough for the cover, and what is kept
    before anything is given away; on the web, what a warehouse keeps of an article."""

    weekly: Floats
    enough: Floats
    kept: Floats
    web: Floats
    cover: float


def _of_article(
    reference: Reference,
    stores: list[Location],
    needs: _Needs,
    row: int,
    sku: str,
    balances: Mapping[str, Balance],
    today: date,
) -> list[Proposal]:
    index = {store.code: n for n, store in enumerate(stores)}
    spare: dict[str, int] = {}
    warehouses = 0
    for code, balance in sorted(balances.items()):
        place = reference.locations.get(code)
        if place is None or place.kind not in _GIVES:
            continue
        own = reference.limits(sku, code, Channel.STORE.value)
        free = balance.free - own.threshold
        if place.kind is LocationKind.STORE:
            spare[code] = int(free - needs.kept[row, index[code]])
        else:
            warehouses += 1
            spare[code] = free
    for code in spare:
        if code not in index:
            spare[code] -= int(np.ceil(needs.web[row] / warehouses))
    wanting = []
    for store in stores:
        held = balances.get(store.code)
        if held is None:
            continue  # not of this store's range
        there, at = max(0, held.free) + held.to_come, index[store.code]
        missing = int(needs.enough[row, at]) - there
        if missing > 0:
            lost = max(0.0, float(needs.weekly[row, at]) * needs.cover - there)
            wanting.append((-lost, store.code, missing, there))
    made = []
    for minus_lost, code, missing, there in sorted(wanting):
        source = max(spare, key=lambda each: (spare[each], each), default="")
        if not source or source == code or spare[source] <= 0:
            break
        quantity = min(missing, spare[source])
        made.append(
            Proposal(
                f"P{today:%y%m%d}-{source}-{code}-{sku}"[:40],
                sku,
                reference.articles[sku].name,
                source,
                code,
                quantity,
                round(float(needs.weekly[row, index[code]]), 2),
                int(needs.enough[row, index[code]]),
                there,
                spare[source],
                round(-minus_lost, 2),
            )
        )
        spare[source] -= quantity
    return made


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
