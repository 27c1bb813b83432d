"""Stock of the demo company, made from its demand and a seed: nobody publishes real stock.

The same seed and the same data give the same rows, whatever the order of the arguments. What is
modelled, with its parameters below: warehouses hold nearly everything in depth; each store a
local range of 600 to 900 articles with a few weeks of its own demand, of which some are sold out
or down to the last piece; a supplier the ranges it makes; a distributor a part; the returns
centre a few pieces of a few articles.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sync.central.catalogue.imports.records import Demand
from sync.domain.catalogue import Article
from sync.domain.location import Location, LocationKind
from sync.domain.order import Channel

STORE_RANGE_MIN, STORE_RANGE_MAX = 600, 900
FIRST_STORE_BEST_SELLERS = 650  # the demo's store carries these before any other
STORE_WEEKS_MIN, STORE_WEEKS_MAX = 3.0, 8.0
STORE_DEPTH_MAX = 48  # a shelf is not deeper
SOLD_OUT_SHARE, LAST_PIECE_SHARE = 0.05, 0.06
HEAVY_G, DEAR_MINOR = 3_000, 3_000  # above, a store shows one or two pieces
# A store sells more of what it carries than an even share: about a quarter of the stores carry it.
LOCAL_DEMAND_FACTOR = 3.0
WAREHOUSE_RANGE_SHARE = (0.97, 0.88)  # first warehouse, others
WAREHOUSE_WEEKS_MIN, WAREHOUSE_WEEKS_MAX = 2.0, 8.0
WAREHOUSE_SOLD_OUT_SHARE = 0.02
SUPPLIER_CATEGORIES = frozenset({"Candles", "Decoration", "Textiles"})
DISTRIBUTOR_RANGE_SHARE = 0.42
RETURNS_CENTRE_ARTICLES = 220

StockRow = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Sold:
    """What is known of the demand of one article: pieces a week in shops, on the web, lines."""

    store_per_week: float
    web_per_week: float
    store_lines: int


def generate_stock(
    seed: int,
    articles: Iterable[Article],
    locations: Iterable[Location],
    demand: Iterable[Demand],
) -> Iterator[StockRow]:
    """(location code, SKU, pieces on hand), by location and SKU: about 50,000 rows for the demo.

    A SKU that a location does not carry has no row; 0 means carried and sold out. Pickup points
    hold nothing.
    """
    goods = sorted(articles, key=lambda article: article.sku)
    sold = _sold(demand)
    places = sorted(locations, key=lambda location: location.code)
    stores = [place for place in places if place.kind is LocationKind.STORE]
    warehouses = [place for place in places if place.kind is LocationKind.WAREHOUSE]
    capacity = sum(store.capacity_orders_per_day for store in stores) or 1
    for place in places:
        chooser = random.Random(f"{seed}:{place.code}")
        match place.kind:
            case LocationKind.STORE:
                share = place.capacity_orders_per_day / capacity
                rows = _store(chooser, goods, sold, share, first=place is stores[0])
            case LocationKind.WAREHOUSE:
                first = place is warehouses[0]
                rows = _warehouse(chooser, goods, sold, first=first, count=len(warehouses))
            case LocationKind.SUPPLIER:
                rows = _supplier(chooser, goods, sold)
            case LocationKind.DISTRIBUTOR:
                rows = _distributor(chooser, goods, sold)
            case LocationKind.RETURNS_CENTRE:
                rows = _returns_centre(chooser, goods)
            case LocationKind.PICKUP_POINT:
                continue
        for sku, on_hand in sorted(rows):
            yield place.code, sku, on_hand


def _sold(demand: Iterable[Demand]) -> Mapping[str, _Sold]:
    by_sku: dict[str, dict[Channel, Demand]] = {}
    for row in demand:
        by_sku.setdefault(row.sku, {})[row.channel] = row
    return {
        sku: _Sold(
            store_per_week=channels[Channel.STORE].units_per_week
            if Channel.STORE in channels
            else 0.0,
            web_per_week=sum(
                row.units_per_week
                for channel, row in channels.items()
                if channel is not Channel.STORE
            ),
            store_lines=channels[Channel.STORE].order_lines if Channel.STORE in channels else 0,
        )
        for sku, channels in by_sku.items()
    }


_UNSOLD = _Sold(0.0, 0.0, 0)


def _local_range(
    chooser: random.Random, goods: Sequence[Article], sold: Mapping[str, _Sold], *, first: bool
) -> list[Article]:
    """Articles that a store carries, the more likely the more often they are bought in shops.

    Weighted sampling without replacement: the largest u^(1/weight) win (Efraimidis & Spirakis
    2006). The first store takes the best sellers for sure.
    """
    size = STORE_RANGE_MAX if first else chooser.randint(STORE_RANGE_MIN, STORE_RANGE_MAX)
    keys = {
        article.sku: math.log(1.0 - chooser.random())
        / (1 + sold.get(article.sku, _UNSOLD).store_lines)
        for article in goods
    }
    if first:
        best = sorted(goods, key=lambda a: (-sold.get(a.sku, _UNSOLD).store_lines, a.sku))
        for article in best[:FIRST_STORE_BEST_SELLERS]:
            keys[article.sku] = 1.0
    return sorted(goods, key=lambda article: (-keys[article.sku], article.sku))[:size]


def _store(
    chooser: random.Random,
    goods: Sequence[Article],
    sold: Mapping[str, _Sold],
    share: float,
    *,
    first: bool,
) -> list[tuple[str, int]]:
    rows = []
    for article in _local_range(chooser, goods, sold, first=first):
        per_week = sold.get(article.sku, _UNSOLD).store_per_week * share * LOCAL_DEMAND_FACTOR
        weeks = chooser.uniform(STORE_WEEKS_MIN, STORE_WEEKS_MAX)
        shown = chooser.randint(4, 9)  # a shelf looks empty with fewer
        full = min(STORE_DEPTH_MAX, shown + math.ceil(per_week * weeks))
        if article.weight_g > HEAVY_G or article.price.minor > DEAR_MINOR:
            full = min(full, chooser.randint(2, 5))
        luck = chooser.random()
        if luck < SOLD_OUT_SHARE:
            on_hand = 0
        elif luck < SOLD_OUT_SHARE + LAST_PIECE_SHARE:
            on_hand = 1
        else:
            on_hand = max(2, round(full * chooser.uniform(0.35, 1.0)))
        rows.append((article.sku, on_hand))
    return rows


def _warehouse(
    chooser: random.Random,
    goods: Sequence[Article],
    sold: Mapping[str, _Sold],
    *,
    first: bool,
    count: int,
) -> list[tuple[str, int]]:
    rows = []
    range_share = WAREHOUSE_RANGE_SHARE[0 if first else 1]
    for article in goods:
        carried, luck = chooser.random() < range_share, chooser.random()
        weeks = chooser.uniform(WAREHOUSE_WEEKS_MIN, WAREHOUSE_WEEKS_MAX)
        base = chooser.randint(6, 40)
        if not carried:
            continue
        article_sold = sold.get(article.sku, _UNSOLD)
        per_week = (article_sold.store_per_week + article_sold.web_per_week) / count
        on_hand = 0 if luck < WAREHOUSE_SOLD_OUT_SHARE else base + round(per_week * weeks)
        rows.append((article.sku, on_hand))
    return rows


def _supplier(
    chooser: random.Random, goods: Sequence[Article], sold: Mapping[str, _Sold]
) -> list[tuple[str, int]]:
    return [
        (
            article.sku,
            12 + round(sold.get(article.sku, _UNSOLD).web_per_week * chooser.uniform(0.5, 3.0)),
        )
        for article in goods
        if article.category in SUPPLIER_CATEGORIES
    ]


def _distributor(
    chooser: random.Random, goods: Sequence[Article], sold: Mapping[str, _Sold]
) -> list[tuple[str, int]]:
    chosen = chooser.sample(goods, round(len(goods) * DISTRIBUTOR_RANGE_SHARE))
    return [
        (
            article.sku,
            chooser.randint(0, 24)
            + round(sold.get(article.sku, _UNSOLD).web_per_week * chooser.uniform(0.2, 2.0)),
        )
        for article in chosen
    ]


def _returns_centre(chooser: random.Random, goods: Sequence[Article]) -> list[tuple[str, int]]:
    chosen = chooser.sample(goods, min(len(goods), RETURNS_CENTRE_ARTICLES))
    return [(article.sku, chooser.randint(1, 5)) for article in chosen]
