"""The orders of a scenario's folder, one JSON object a line, and the settings that they rest on."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.central.catalogue.imports.table import FeedError, ImportReport, read_text
from sync.demo import company as files
from sync.domain.catalogue import Article
from sync.domain.company import Region
from sync.domain.errors import ComptoirError, InvalidInput
from sync.domain.location import Location
from sync.domain.money import Money
from sync.sourcing import Destination, Request, RequestLine

SETTINGS = "scenario.toml"
ORDERS = "orders.jsonl"
KEYS = frozenset(
    {
        "order",
        "placed_at",
        "channel",
        "lat",
        "lon",
        "postcode",
        "country",
        "collect_at",
        "service",
        "customer_class",
        "promised_by",
        "lines",
    }
)


@dataclass(frozen=True, slots=True)
class ScenarioSettings:
    """scenario.toml: what the files of a scenario do not say in each row.

    `country` (ISO 3166) of orders that name none and of public holidays, with
    `holidays_subdivision`; `time_zone` (IANA); `currency` (ISO 4217) of the prices; `volume_cm3` of
    articles that have none; `replenish_days`: shelves are filled up every so many days, 0 never.
    """

    name: str = ""
    country: str = ""
    time_zone: str = ""
    currency: str = ""
    holidays_subdivision: str = ""
    volume_cm3: int = 0
    replenish_days: int = 0

    def region(self) -> Region:
        """Where the scenario's company trades; what is not said is read from the demo's file."""
        demo = files.load_company().region
        own_country = bool(self.country) and self.country != demo.country
        subdivision = self.holidays_subdivision or (
            None if own_country else demo.holidays_subdivision
        )
        return replace(
            demo,
            country=self.country or demo.country,
            time_zone=self.time_zone or demo.time_zone,
            currency=self.currency or demo.currency,
            holidays_subdivision=subdivision,
        )


def read_settings(folder: Path) -> ScenarioSettings:
    """The settings of `folder`; raises InvalidInput naming the key that is wrong."""
    path = folder / SETTINGS
    if not path.exists():
        return ScenarioSettings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _setting("", str(error)) from error
    known = {item.name: item.default for item in fields(ScenarioSettings)}
    for key, value in given.items():
        if key not in known:
            raise _setting(key, "is not known; known are " + ", ".join(known))
        if type(value) is not type(known[key]) or (isinstance(value, int) and value < 0):
            what = "a text in quotes" if isinstance(known[key], str) else "a whole number"
            raise _setting(key, f"must be {what}")
    settings = ScenarioSettings(**given)
    try:
        ZoneInfo(settings.region().time_zone)
    except (ValueError, OSError, KeyError) as error:
        raise _setting("time_zone", f"there is no time zone {settings.time_zone}") from error
    return settings


def _setting(key: str, problem: str) -> InvalidInput:
    return InvalidInput(
        "{file}, {key}: {problem}. Nothing was replayed; correct it and start again.",
        code="scenario.setting",
        file=SETTINGS,
        key=key or "TOML",
        problem=problem,
    )


def read_orders(
    folder: Path,
    by_sku: Mapping[str, Article],
    by_code: Mapping[str, Location],
    country: str,
    report: ImportReport | None,
) -> tuple[Request, ...]:
    """The orders, to `country` where they name none; a line that cannot be used is collected in
    `report`, or raises FeedError."""
    first: dict[str, int] = {}
    orders: list[Request] = []
    for number, text in enumerate(read_text(folder, ORDERS).splitlines(), start=1):
        if not text.strip():
            continue
        try:
            order = _order(number, text, by_sku, by_code, country)
            _first_time(order, number, first)
        except FeedError as error:
            if report is None:
                raise
            report.left_out.append(error)
            continue
        orders.append(order)
    if report is not None:
        report.rows_kept += len(orders)
    return tuple(orders)


def _first_time(order: Request, line: int, first: dict[str, int]) -> None:
    before = first.setdefault(order.order_number, line)
    if before != line:
        raise FeedError(
            "{file}, line {line}, field {column}: order {order} stands in line {first} already.",
            code="scenario.order_twice",
            file=ORDERS,
            line=line,
            column="order",
            order=order.order_number,
            first=before,
        )


def _order(
    line: int,
    text: str,
    by_sku: Mapping[str, Article],
    by_code: Mapping[str, Location],
    country: str,
) -> Request:
    with _reading(line, "order"):
        given: Any = json.loads(text)
        if not isinstance(given, dict):
            raise TypeError("it is not an object")
        number = str(given["order"])
    for name in sorted(set(given) - KEYS):
        with _reading(line, name):
            raise ValueError(f"unknown field {name}")
    to = _destination(line, given, by_code, country)
    with _reading(line, "placed_at"):
        placed_at = datetime.fromisoformat(given["placed_at"])
        if placed_at.tzinfo is None:
            raise ValueError("a time needs its zone")
    with _reading(line, "promised_by"):
        promised = given.get("promised_by")
        promised_by = datetime.fromisoformat(promised) if promised else None
    with _reading(line, "lines"):
        for sku, _ in given["lines"]:
            if sku not in by_sku:
                raise ValueError(f"there is no article {sku}")
        lines = tuple(
            request_line(place, by_sku[sku], pieces)
            for place, (sku, pieces) in enumerate(given["lines"], start=1)
        )
        return Request(
            number,
            given.get("channel", "web"),
            lines,
            to,
            placed_at,
            promised_by,
            service=given.get("service", ""),
            customer_class=given.get("customer_class", ""),
        )


def _destination(
    line: int, given: Mapping[str, Any], by_code: Mapping[str, Location], country: str
) -> Destination:
    code = given.get("collect_at", "")
    if not code:
        with _reading(line, "lat, lon"):
            place = float(given["lat"]), float(given["lon"])
            postcode, where = given.get("postcode", ""), given.get("country", country)
            return Destination(*place, "home", country=where, postcode=postcode)
    with _reading(line, "collect_at"):
        at = by_code.get(code)
        if at is None or at.kind.value not in ("store", "pickup_point"):
            raise ValueError(f"there is no store or pickup point {code}")
        return Destination(at.lat, at.lon, at.kind.value, at.code, at.country, at.postcode)


@contextmanager
def _reading(line: int, column: str) -> Iterator[None]:
    """Whatever is wrong with a field of an order becomes an error that names it."""
    try:
        yield
    except (ValueError, KeyError, TypeError, RecursionError, ComptoirError) as error:
        cause = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise FeedError(
            "{file}, line {line}, field {column}: this order cannot be used ({cause}).",
            code="scenario.order",
            file=ORDERS,
            line=line,
            column=column,
            cause=cause,
        ) from error


def completed(article: Article, currency: str, volume_cm3: int) -> Article:
    """The article priced in `currency`, with `volume_cm3` where it has no volume of its own."""
    return replace(
        article,
        price=Money(article.price.minor, currency),
        volume_cm3=article.volume_cm3 or volume_cm3,
    )


def request_line(number: int, article: Article, pieces: int) -> RequestLine:
    """A line of an order for `pieces` of `article`."""
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
