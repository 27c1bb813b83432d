"""Maison Comptoir, the fictional retailer of the demo: loaders of assets/demo.

Articles, prices and orders are real ones (PROVENANCE.md beside the files); stores are invented,
and stock is generated from the demand. Every loader takes a `folder` (the assets by default) and
an optional `ImportReport`: without it the first bad row raises FeedError, with it bad rows are
collected and the good ones given.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from sync.central.catalogue.imports.records import (
    Demand,
    Destination,
    HistoricLine,
    InboundGoods,
    Parameter,
    WebOrder,
)
from sync.central.catalogue.imports.table import (
    FeedError,
    Folder,
    ImportReport,
    Row,
    Seen,
    load_table,
    read_text,
)
from sync.demo.orders import historic_lines, read_web_orders, shift_to
from sync.demo.stock import generate_stock
from sync.domain.catalogue import Article
from sync.domain.company import CompanyFile
from sync.domain.company_file import parse_company
from sync.domain.location import Location, LocationKind
from sync.domain.money import BASIS_POINTS, Money
from sync.domain.order import Channel
from sync.sourcing.rates.services import TariffRow
from sync.sourcing.rates.tariffs import FactorRow

__all__ = [
    "ASSETS",
    "DEMO_STORE",
    "LeftOut",
    "SourceReport",
    "all_order_lines",
    "generate_stock",
    "load_articles",
    "load_company",
    "load_demand",
    "load_destinations",
    "load_factors",
    "load_inbound",
    "load_locations",
    "load_tariffs",
    "load_transport_parameters",
    "source_report",
    "web_orders",
]

COMPANY_FILE = "company.toml"
DEMO_STORE = "S001"  # Lyon Bellecour: the store of the demo's terminal
ASSETS: Folder = files("assets") / "demo"
DEMAND_WEEKS = 26
EXPECTED_IN_DAYS_MAX = 400
_PIECES = re.compile(r"[0-9]{1,9}", re.ASCII)
IMPORT_REPORT_FILE = "import_report.json"
MINUTES_A_DAY = 24 * 60

ARTICLE_HEADER = (
    "sku",
    "gtin",
    "name",
    "category",
    "price_minor",
    "vat_rate_bp",
    "weight_g",
    "guarantee",
)
ARTICLE_OPTIONAL = ("volume_cm3", "tags")
LOCATION_HEADER = (
    "code",
    "kind",
    "name",
    "address",
    "postcode",
    "commune",
    "lat",
    "lon",
    "opens",
    "closes",
    "capacity_orders_per_day",
    "safety_stock",
    "threshold",
    "lead_time_hours",
)
LOCATION_OPTIONAL = ("capacity_pieces_per_day",)
TARIFF_HEADER = (
    "carrier",
    "service",
    "destination",
    "max_weight_g",
    "price_minor",
    "origin",
    "country",
    "transit_working_days",
    "volumetric_divisor",
    "verified",
    "source",
)
TARIFF_OPTIONAL = ("postcodes", "beyond_km", "within_km")


def load_articles(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[Article]:
    """The range: about 3,000 articles, by SKU. SKU and GTIN are each unique."""
    skus: Seen = {}
    gtins: Seen = {}

    def build(row: Row) -> Article:
        gtin = row.gtin("gtin")
        row.first_time("gtin", gtins)
        return Article(
            sku=row.first_time("sku", skus),
            gtin=gtin,
            name=row.text("name"),
            category=row.text("category"),
            price=Money(row.whole("price_minor", minimum=1)),
            vat_rate_bp=row.whole("vat_rate_bp", maximum=BASIS_POINTS),
            weight_g=row.whole("weight_g", minimum=1),
            guarantee=row.yes_no("guarantee"),
            volume_cm3=row.whole("volume_cm3") if row.raw("volume_cm3") else 0,
            tags=tuple(row.raw("tags").split()),
        )

    return load_table(folder, "articles.csv", ARTICLE_HEADER, build, report, ARTICLE_OPTIONAL)


def load_locations(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[Location]:
    """60 stores, 5 other stock points, then 300 pickup points; codes are unique over all."""
    codes: Seen = {}
    kinds = {kind.value: kind for kind in LocationKind}
    (pieces,) = LOCATION_OPTIONAL

    def build(row: Row) -> Location:
        return Location(
            code=row.first_time("code", codes),
            kind=row.choice("kind", kinds),
            name=row.text("name"),
            address=row.text("address"),
            postcode=row.text("postcode"),
            commune=row.text("commune"),
            lat=row.decimal("lat", -90, 90),
            lon=row.decimal("lon", -180, 180),
            opens=row.whole("opens", maximum=MINUTES_A_DAY),
            closes=row.whole("closes", maximum=MINUTES_A_DAY),
            capacity_orders_per_day=row.whole("capacity_orders_per_day"),
            safety_stock=row.whole("safety_stock"),
            threshold=row.whole("threshold"),
            lead_time_hours=row.decimal("lead_time_hours"),
            capacity_pieces_per_day=row.whole(pieces) if row.raw(pieces) else 0,
        )

    return [
        location
        for name in ("locations.csv", "pickup_points.csv")
        for location in load_table(folder, name, LOCATION_HEADER, build, report, LOCATION_OPTIONAL)
    ]


def load_tariffs(
    folder: Folder = ASSETS,
    report: ImportReport | None = None,
    *,
    include_unverified: bool = False,
) -> list[TariffRow]:
    """Brackets of carriers' tariffs. Those from a secondary source (`verified` no: Mondial Relay)
    are left aside unless asked for; whoever shows them says that they are not verified. Those of
    carriers that do not exist (`verified` invented) are what they say."""

    brackets: defaultdict[tuple[str, ...], Seen] = defaultdict(dict)

    def build(row: Row) -> tuple[bool, TariffRow]:
        tariff = TariffRow(
            carrier=row.text("carrier"),
            service=row.text("service"),
            destination=row.text("destination"),
            max_weight_g=row.whole("max_weight_g", minimum=1),
            price_minor=row.whole("price_minor"),
            origin=row.text("origin"),
            country=row.text("country"),
            transit_working_days=row.whole("transit_working_days", maximum=60),
            volumetric_divisor=row.whole("volumetric_divisor"),
            source=row.text("source"),
            postcodes=row.raw("postcodes"),
            beyond_km=row.whole("beyond_km") if row.raw("beyond_km") else 0,
            within_km=row.whole("within_km") if row.raw("within_km") else 0,
        )
        row.first_time("max_weight_g", brackets[tuple(map(str, tariff.lane))])
        return row.choice("verified", {"yes": True, "invented": True, "no": False}), tariff

    rows = load_table(folder, "tariffs.csv", TARIFF_HEADER, build, report, TARIFF_OPTIONAL)
    return [tariff for verified, tariff in rows if verified or include_unverified]


def load_factors(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[FactorRow]:
    """Emission factors in kg CO2e per unit, well to wheel, each with its source."""
    names: Seen = {}

    def build(row: Row) -> FactorRow:
        return FactorRow(
            name=row.first_time("name", names),
            kg_co2e=row.decimal("kg_co2e"),
            unit=row.text("unit"),
            source=row.text("source"),
        )

    header = ("name", "kg_co2e", "unit", "source")
    return load_table(folder, "factors.csv", header, build, report)


def load_transport_parameters(
    folder: Folder = ASSETS, report: ImportReport | None = None
) -> list[Parameter]:
    """Loads, distances and shares of the last kilometres, each with its unit and source."""
    names: Seen = {}

    def build(row: Row) -> Parameter:
        return Parameter(
            name=row.first_time("name", names),
            value=row.decimal("value"),
            unit=row.text("unit"),
            source=row.text("source"),
        )

    header = ("name", "value", "unit", "source")
    return load_table(folder, "transport_parameters.csv", header, build, report)


def load_demand(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[Demand]:
    """Pieces sold by SKU and channel in each of 26 weeks."""
    channels = {channel.value: channel for channel in Channel}
    seen: dict[Channel, Seen] = {channel: {} for channel in Channel}

    def build(row: Row) -> Demand:
        channel = row.choice("channel", channels)
        return Demand(
            sku=row.first_time("sku", seen[channel]),
            channel=channel,
            order_lines=row.whole("order_lines", minimum=1),
            units_by_week=_weeks(row),
        )

    header = ("sku", "channel", "order_lines", "units_by_week")
    return load_table(folder, "demand.csv", header, build, report)


def _weeks(row: Row) -> tuple[int, ...]:
    weeks = row.text("units_by_week").split(" ")
    if len(weeks) != DEMAND_WEEKS or not all(_PIECES.fullmatch(week) for week in weeks):
        raise FeedError(
            "{file}, line {line}, column {column}: {expected} whole numbers with a space between "
            "are expected. The row was not loaded; correct it and load the file again.",
            code="feed.weeks",
            expected=DEMAND_WEEKS,
            **row.place("units_by_week"),
        )
    return tuple(map(int, weeks))


def load_inbound(folder: Folder = ASSETS, report: ImportReport | None = None) -> list[InboundGoods]:
    """Goods to come, of articles and to locations that the two other files know."""
    skus = _skus(folder)
    seen: dict[str, Seen] = {
        location.code: {} for location in load_locations(folder) if location.holds_stock
    }

    def build(row: Row) -> InboundGoods:
        location = row.known("location", seen)
        row.known("sku", skus)
        return InboundGoods(
            location=location,
            sku=row.first_time("sku", seen[location]),
            quantity=row.whole("quantity", minimum=1),
            expected_in_days=row.whole("expected_in_days", maximum=EXPECTED_IN_DAYS_MAX),
        )

    header = ("location", "sku", "quantity", "expected_in_days")
    return load_table(folder, "inbound.csv", header, build, report)


def load_company(folder: Folder = ASSETS) -> CompanyFile:
    """The settings of the fictional company."""
    return parse_company(read_text(folder, COMPANY_FILE), COMPANY_FILE)


def load_destinations(
    folder: Folder = ASSETS, report: ImportReport | None = None
) -> list[Destination]:
    """The postcodes of metropolitan France with a point each, for addresses and orders."""
    postcodes: Seen = {}

    def build(row: Row) -> Destination:
        return Destination(
            postcode=row.first_time("postcode", postcodes),
            commune=row.text("commune"),
            lat=row.decimal("lat", -90, 90),
            lon=row.decimal("lon", -180, 180),
            inhabitants=row.whole("inhabitants"),
        )

    header = ("postcode", "commune", "lat", "lon", "inhabitants")
    return load_table(folder, "destinations.csv", header, build, report)


def _skus(folder: Folder) -> frozenset[str]:
    return frozenset(article.sku for article in load_articles(folder))


def web_orders(
    limit: int, now: datetime, folder: Folder = ASSETS, report: ImportReport | None = None
) -> list[WebOrder]:
    """The last `limit` real orders that a household could have placed, oldest first.

    The source's customers are often shops that buy by the dozen; the file holds only orders of 1
    to 12 lines and 1 to 12 pieces a line (1,374 of 8,060), with their real quantities. They are
    shifted as a whole so that the last was placed three minutes before `now`, which must carry
    its zone. Fewer are given when there are fewer.
    """
    destinations = {place.postcode: place for place in load_destinations(folder, report)}
    orders = read_web_orders(folder, _skus(folder), destinations, report)
    return shift_to(orders[max(0, len(orders) - limit) :] if limit > 0 else [], now)


def all_order_lines(
    folder: Folder = ASSETS, report: ImportReport | None = None
) -> list[HistoricLine]:
    """Every clean order line of the half year in order of time: about 200,000, for replays."""
    return historic_lines(folder, report)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of the public source that the builder left out for one reason."""

    code: str
    meaning: str
    rows: int
    example: str


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What the builder read and left out: `rows_kept` + those of `left_out` = `rows_read`.

    `communes` are rows of the geography, not of the orders. `counts` names what was built.
    """

    source: str
    rows_read: int
    rows_kept: int
    left_out: tuple[LeftOut, ...]
    communes: LeftOut
    counts: Mapping[str, int]


def source_report(folder: Folder = ASSETS) -> SourceReport:
    """The report that the builder wrote beside the data; raises FeedError when it is not one."""
    try:
        report = json.loads(read_text(folder, IMPORT_REPORT_FILE))
        return SourceReport(
            source=report["source"],
            rows_read=report["rows_read"],
            rows_kept=report["rows_kept"],
            left_out=tuple(LeftOut(**reason) for reason in report["left_out"]),
            communes=LeftOut(**report["communes_left_out"]),
            counts=report["counts"],
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise FeedError(
            "The file {file} is not a report of the demo data. Nothing was loaded; build the "
            "demo data again.",
            code="feed.json",
            file=IMPORT_REPORT_FILE,
        ) from error
