"""Reads a scenario: a folder of CSV and JSONL files, or the demo company's real orders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import holidays

from comptoir.sync.central import demo_company as files
from comptoir.sync.central.demo_stock import generate_stock
from comptoir.sync.central.feeds.table import FeedError, Row, load_table, read_text
from comptoir.sync.domain.catalogue import Article
from comptoir.sync.domain.errors import ComptoirError
from comptoir.sync.domain.money import Money
from comptoir.sync.sourcing import (
    Calendar,
    Destination,
    Request,
    RequestLine,
    Tables,
)
from comptoir.sync.sourcing.replay import Arrival, Scenario

DEMO = "demo"
DEMO_SEED = 7
# The demo's orders are placed in the half year before this moment, so that a replay can be
# repeated to the byte.
DEMO_NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
ORDER_KEYS = {"order", "placed_at", "channel", "lat", "lon", "postcode", "promised_by", "lines"}
Stock = dict[str, dict[str, int]]


def load_scenario(name: str) -> Scenario:
    """The built-in `demo`, or the folder `name`; raises FeedError naming file, line and column."""
    return demo_scenario() if name == DEMO else folder_scenario(Path(name))


def demo_scenario() -> Scenario:
    """1,374 real web orders on generated stock; see docs/demo-data.md for what is real."""
    articles = files.load_articles()
    by_sku = {article.sku: article for article in articles}
    locations = tuple(files.load_locations())
    stock: Stock = {}
    for code, sku, pieces in generate_stock(DEMO_SEED, articles, locations, files.load_demand()):
        stock.setdefault(sku, {})[code] = pieces
    orders = tuple(
        Request(
            order.invoice,
            "web",
            tuple(
                _line(number, by_sku[sku], pieces)
                for number, (sku, pieces) in enumerate(order.lines, start=1)
            ),
            Destination(
                order.destination.lat,
                order.destination.lon,
                "home",
                postcode=order.destination.postcode,
            ),
            order.placed_at,
        )
        for order in files.web_orders(10**6, DEMO_NOW)
    )
    return Scenario(DEMO, locations, _tables(), stock, orders, calendar=_calendar(orders))


def folder_scenario(folder: Path) -> Scenario:
    """articles, locations, pickup_points, tariffs, factors, stock as CSV, orders.jsonl, and
    inbound.csv when there is one. docs/sourcing.md describes each file."""
    by_sku = {article.sku: article for article in files.load_articles(folder)}
    locations = tuple(files.load_locations(folder))
    codes = {location.code for location in locations if location.holds_stock}
    orders = _orders(folder, by_sku)
    start = min((order.placed_at for order in orders), default=DEMO_NOW)
    arrivals: tuple[Arrival, ...] = ()
    if (folder / "inbound.csv").exists():
        arrivals = tuple(
            Arrival(start + timedelta(days=g.expected_in_days), g.sku, g.location, g.quantity)
            for g in files.load_inbound(folder)
        )
    return Scenario(
        folder.name,
        locations,
        _tables(folder),
        _stock(folder, by_sku, codes),
        orders,
        arrivals,
        _calendar(orders),
    )


def _tables(folder: Path | None = None) -> Tables:
    where = files.ASSETS if folder is None else folder
    return Tables.of(files.load_tariffs(where), files.load_factors(where))


def _stock(folder: Path, by_sku: Mapping[str, Article], codes: set[str]) -> Stock:
    stock: Stock = {}

    def build(row: Row) -> None:
        sku = row.known("sku", by_sku)
        stock.setdefault(sku, {})[row.known("location", codes)] = row.whole("on_hand")

    load_table(folder, "stock.csv", ("location", "sku", "on_hand"), build)
    return stock


def _orders(folder: Path, by_sku: Mapping[str, Article]) -> tuple[Request, ...]:
    orders = []
    for number, text in enumerate(read_text(folder, "orders.jsonl").splitlines(), start=1):
        if not text.strip():
            continue
        try:
            orders.append(_order(json.loads(text), by_sku))
        except (ValueError, KeyError, TypeError, ComptoirError) as error:
            raise FeedError(
                "{file}, line {line}: this order cannot be read ({cause}). Nothing was replayed; "
                "correct it and start again.",
                code="scenario.order",
                file="orders.jsonl",
                line=number,
                cause=str(error),
            ) from error
    return tuple(orders)


def _order(given: Mapping[str, Any], by_sku: Mapping[str, Article]) -> Request:
    unknown = sorted(set(given) - ORDER_KEYS)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    promised = given.get("promised_by")
    return Request(
        str(given["order"]),
        given.get("channel", "web"),
        tuple(
            _line(number, by_sku[sku], pieces)
            for number, (sku, pieces) in enumerate(given["lines"], start=1)
        ),
        Destination(
            float(given["lat"]), float(given["lon"]), "home", postcode=given.get("postcode", "")
        ),
        datetime.fromisoformat(given["placed_at"]),
        datetime.fromisoformat(promised) if promised else None,
    )


def _line(number: int, article: Article, pieces: int) -> RequestLine:
    value = Money(article.price.minor * pieces, article.price.currency)
    return RequestLine(number, article.sku, pieces, article.weight_g, value, article.category)


def _calendar(orders: tuple[Request, ...]) -> Calendar:
    years = {order.placed_at.year for order in orders} or {DEMO_NOW.year}
    days: list[date] = list(holidays.country_holidays("FR", years=years | {max(years) + 1}))
    return Calendar(frozenset(days))
