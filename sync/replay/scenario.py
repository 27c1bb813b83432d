"""Reads a scenario: a folder of CSV and JSONL files, or the demo company's real orders."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sync.central.catalogue.imports.table import FeedError, Folder, Row, load_table, read_text
from sync.demo import company as files
from sync.demo.carriage import load_regions, load_services
from sync.demo.stock import generate_stock
from sync.domain.catalogue import Article
from sync.domain.errors import ComptoirError, InvalidInput
from sync.domain.money import Money
from sync.i18n import public_holidays
from sync.replay.run import Arrival, Scenario
from sync.sourcing import Calendar, Destination, Request, RequestLine, Tables

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
    tariffs, factors = files.load_tariffs(where), files.load_factors(where)
    try:
        return Tables.of(tariffs, factors, load_services(where), load_regions(where))
    except InvalidInput as error:
        raise _of_row(where, error) from error


def _of_row(folder: Folder, error: InvalidInput) -> FeedError:
    """The same fault with its file and the first line that it is about."""
    about_factors = error.code.startswith("factor.")
    file, column = ("factors.csv", "name") if about_factors else ("tariffs.csv", "price_minor")
    wanted = [str(error.params.get(name)) for name in ("carrier", "service", "name")]
    lines = read_text(folder, file).splitlines()
    found = (
        number
        for number, line in enumerate(lines, start=1)
        if any(cell in wanted for cell in line.split(",")[:1])
        and (about_factors or wanted[1] in line.split(","))
    )
    return FeedError(
        "{file}, from line {line}, column {column}: {cause} Nothing was replayed; correct it and "
        "start again.",
        code="scenario.table",
        file=file,
        line=next(found, 1),
        column=column,
        cause=str(error),
    )


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
        orders.append(_order(number, text, by_sku))
    return tuple(orders)


def _order(line: int, text: str, by_sku: Mapping[str, Article]) -> Request:
    with _reading(line, "order"):
        given: Any = json.loads(text)
        if not isinstance(given, dict):
            raise TypeError("it is not an object")
    for name in sorted(set(given) - ORDER_KEYS):
        with _reading(line, name):
            raise ValueError(f"unknown field {name}")
    with _reading(line, "lat, lon"):
        place = float(given["lat"]), float(given["lon"])
        to = Destination(*place, "home", postcode=given.get("postcode", ""))
    with _reading(line, "placed_at"):
        placed_at = datetime.fromisoformat(given["placed_at"])
        if placed_at.tzinfo is None:
            raise ValueError("a time needs its zone")
    with _reading(line, "promised_by"):
        promised = given.get("promised_by")
        promised_by = datetime.fromisoformat(promised) if promised else None
    with _reading(line, "lines"):
        lines = tuple(
            _line(number, by_sku[sku], pieces)
            for number, (sku, pieces) in enumerate(given["lines"], start=1)
        )
        channel = given.get("channel", "web")
        return Request(str(given["order"]), channel, lines, to, placed_at, promised_by)


@contextmanager
def _reading(line: int, column: str) -> Iterator[None]:
    """Whatever is wrong with a field of an order becomes an error that names it."""
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError, ComptoirError) as error:
        cause = f"{error} is not known" if isinstance(error, KeyError) else str(error)
        raise FeedError(
            "{file}, line {line}, field {column}: this order cannot be read ({cause}). Nothing "
            "was replayed; correct it and start again.",
            code="scenario.order",
            file="orders.jsonl",
            line=line,
            column=column,
            cause=cause,
        ) from error


def _line(number: int, article: Article, pieces: int) -> RequestLine:
    value = Money(article.price.minor * pieces, article.price.currency)
    return RequestLine(
        number,
        article.sku,
        pieces,
        article.weight_g,
        value,
        article.category,
        article.volume_cm3,
        article.tags,
        article.vat_rate_bp,
    )


def _calendar(orders: tuple[Request, ...]) -> Calendar:
    region = files.load_company().region
    years = {order.placed_at.year for order in orders} or {DEMO_NOW.year}
    days = frozenset().union(*(public_holidays(region, year) for year in sorted(years)))
    return Calendar(days, region.time_zone)
