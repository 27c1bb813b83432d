"""Reads a scenario: a folder of CSV and JSONL files, or the demo company's real orders."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.central.catalogue.imports.table import (
    FeedError,
    Folder,
    ImportReport,
    Row,
    Seen,
    load_table,
    read_text,
)
from sync.demo import company as files
from sync.demo.carriage import load_regions, load_services
from sync.demo.stock import generate_stock
from sync.domain.catalogue import Article
from sync.domain.company import Region
from sync.domain.errors import InvalidInput
from sync.domain.location import Location
from sync.i18n import public_holidays
from sync.replay.run import Arrival, Scenario
from sync.replay.scenario_orders import (
    completed,
    read_orders,
    read_settings,
    request_line,
)
from sync.sourcing import Calendar, Destination, Request, Tables

DEMO = "demo"
DAYS_MAX = 400
DEMO_SEED = 7
# The demo's orders are placed in the half year before this moment, so that a replay can be
# repeated to the byte.
DEMO_NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
Stock = dict[str, dict[str, int]]


def load_scenario(name: str, report: ImportReport | None = None) -> Scenario:
    """The built-in `demo`, or the folder `name`; raises FeedError naming file, line and column.

    With `report`, rows that cannot be used are left out and collected there.
    """
    return demo_scenario() if name == DEMO else folder_scenario(Path(name), report)


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
                request_line(number, by_sku[sku], pieces)
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
    return Scenario(
        DEMO,
        locations,
        _tables(),
        stock,
        orders,
        calendar=_calendar(orders, files.load_company().region),
    )


def folder_scenario(folder: Path, report: ImportReport | None = None) -> Scenario:
    """articles, locations, pickup_points, tariffs, factors, stock as CSV, orders.jsonl, and
    scenario.toml, inbound.csv, services.csv and regions.csv when there are. docs/sourcing.md
    describes each file.

    With `report`, rows that cannot be used are collected there and the others given; without it
    the first one raises FeedError.
    """
    given = read_settings(folder)
    region = given.region()
    articles = files.load_articles(folder, report)
    by_sku = {a.sku: completed(a, region.currency, given.volume_cm3) for a in articles}
    locations = tuple(files.load_locations(folder, report))
    by_code = {location.code: location for location in locations}
    orders = read_orders(folder, by_sku, by_code, region.country, report)
    start = min((order.placed_at for order in orders), default=DEMO_NOW)
    return Scenario(
        given.name or folder.name,
        locations,
        _tables(folder),
        _stock(folder, by_sku, by_code, report),
        orders,
        _arrivals(folder, start, by_sku, by_code, report),
        _calendar(orders, region),
        given.replenish_days,
    )


def _arrivals(
    folder: Path,
    start: datetime,
    by_sku: Mapping[str, Article],
    by_code: Mapping[str, Location],
    report: ImportReport | None,
) -> tuple[Arrival, ...]:
    if not (folder / "inbound.csv").exists():
        return ()

    def build(row: Row) -> Arrival:
        return Arrival(
            start + timedelta(days=row.whole("expected_in_days", maximum=DAYS_MAX)),
            row.known("sku", by_sku),
            row.known("location", _holding(by_code)),
            row.whole("quantity", minimum=1),
        )

    header = ("location", "sku", "quantity", "expected_in_days")
    return tuple(load_table(folder, "inbound.csv", header, build, report))


def _holding(by_code: Mapping[str, Location]) -> dict[str, Location]:
    return {code: place for code, place in by_code.items() if place.holds_stock}


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


def _stock(
    folder: Path,
    by_sku: Mapping[str, Article],
    by_code: Mapping[str, Location],
    report: ImportReport | None,
) -> Stock:
    stock: Stock = {}
    held = _holding(by_code)
    seen: dict[str, Seen] = {sku: {} for sku in by_sku}

    def build(row: Row) -> None:
        sku = row.known("sku", by_sku)
        code = row.known("location", held)
        row.first_time("location", seen[sku])
        stock.setdefault(sku, {})[code] = row.whole("on_hand")

    load_table(folder, "stock.csv", ("location", "sku", "on_hand"), build, report)
    return stock


def _calendar(orders: tuple[Request, ...], region: Region) -> Calendar:
    years = {order.placed_at.year for order in orders} or {DEMO_NOW.year}
    days = frozenset().union(*(public_holidays(region, year) for year in sorted(years)))
    return Calendar(days, region.time_zone)
