"""Real orders of the demo company: recent ones for the screens, all of them for replays."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from sync.central.catalogue.imports.records import Destination, HistoricLine, WebOrder
from sync.central.catalogue.imports.table import (
    VALUE_SHOWN_MAX,
    FeedError,
    Folder,
    ImportReport,
    Row,
    Seen,
    load_table,
    read_text,
)
from sync.domain.errors import InvalidInput
from sync.domain.order import LINES_MAX, QUANTITY_MAX

WEB_ORDERS_FILE = "web_orders.jsonl.gz"
ALL_ORDERS_FILE = "orders_all.csv.gz"
PERIOD_START = datetime(2010, 12, 1, tzinfo=UTC)  # day 0 of the file
LAST_ORDER_BEFORE_NOW = timedelta(minutes=3)
DAYS_MAX = 400
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)


def read_web_orders(
    folder: Folder,
    skus: Collection[str],
    destinations: Mapping[str, Destination],
    report: ImportReport | None = None,
) -> list[WebOrder]:
    """The orders of the file at their original times, oldest first.

    `skus` and `destinations` (by postcode) are those that exist; an order that names another is
    an error of its line.
    """
    orders: list[WebOrder] = []
    for line, text in enumerate(read_text(folder, WEB_ORDERS_FILE).splitlines(), start=1):
        try:
            orders.append(_web_order(line, text, skus, destinations))
        except FeedError as error:
            if report is None:
                raise
            report.left_out.append(error)
    if report is not None:
        report.rows_kept += len(orders)
    return sorted(orders, key=lambda order: (order.placed_at, order.invoice))


def shift_to(orders: Sequence[WebOrder], now: datetime) -> list[WebOrder]:
    """`orders`, oldest first, moved as a whole: the last is three minutes before `now`.

    The intervals between them stay what they were. `now` must carry its zone.
    """
    if now.tzinfo is None:
        raise InvalidInput("A time needs its zone.", code="order.naive_time")
    if not orders:
        return []
    shift = now.astimezone(UTC) - LAST_ORDER_BEFORE_NOW - orders[-1].placed_at
    return [
        replace(order, placed_at=(order.placed_at + shift).astimezone(now.tzinfo))
        for order in orders
    ]


def _web_order(
    line: int, text: str, skus: Collection[str], destinations: Mapping[str, Destination]
) -> WebOrder:
    match _json(text):
        case {
            "invoice": str(invoice),
            "day": int(day),
            "time": str(time),
            "customer": str(customer),
            "postcode": str(postcode),
            "lines": list(lines),
        }:
            pass
        case _:
            raise FeedError(
                "{file}, line {line}: this is not an order; a field is missing or of another "
                "type. The order was not loaded; correct it and load the file again.",
                code="feed.json",
                file=WEB_ORDERS_FILE,
                line=line,
            )
    clock = _CLOCK.fullmatch(time)
    if clock is None or not 0 <= day <= DAYS_MAX:
        raise FeedError(
            "{file}, line {line}: day {day} at “{time}” is not a time. The order was not loaded; "
            "correct it and load the file again.",
            code="feed.time",
            file=WEB_ORDERS_FILE,
            line=line,
            column="time",
            day=day,
            time=time[:VALUE_SHOWN_MAX],
        )
    if postcode not in destinations:
        raise _unknown(line, "postcode", postcode)
    hours, minutes = map(int, clock.groups())
    return WebOrder(
        invoice=invoice,
        placed_at=PERIOD_START + timedelta(days=day, hours=hours, minutes=minutes),
        customer=customer,
        destination=destinations[postcode],
        lines=_lines(line, lines, skus),
    )


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None  # which is not an order either


def _lines(line: int, lines: list[object], skus: Collection[str]) -> tuple[tuple[str, int], ...]:
    read: dict[str, int] = {}
    for item in lines:
        match item:
            case [str(sku), int(quantity)] if (
                1 <= quantity <= QUANTITY_MAX and not isinstance(quantity, bool) and sku not in read
            ):
                if sku not in skus:
                    raise _unknown(line, "lines", sku)
                read[sku] = quantity
            case _:
                raise _bad_lines(line)
    if not 1 <= len(read) <= LINES_MAX:
        raise _bad_lines(line)
    return tuple(read.items())


def _bad_lines(line: int) -> FeedError:
    return FeedError(
        "{file}, line {line}: the lines of this order are not pairs of an article, each once, and "
        "a quantity from 1 to {maximum}. The order was not loaded; correct it and load the file "
        "again.",
        code="feed.lines",
        file=WEB_ORDERS_FILE,
        line=line,
        column="lines",
        maximum=QUANTITY_MAX,
    )


def _unknown(line: int, column: str, value: str) -> FeedError:
    return FeedError(
        "{file}, line {line}, column {column}: “{value}” is not known here. The row was not "
        "loaded; load what it names first, or correct it.",
        code="feed.unknown",
        file=WEB_ORDERS_FILE,
        line=line,
        column=column,
        value=value[:VALUE_SHOWN_MAX],
    )


def historic_lines(folder: Folder, report: ImportReport | None = None) -> list[HistoricLine]:
    """Every clean order line of the half year in order of time: about 200,000.

    Times are those of the source, to the minute, taken as UTC.
    """

    seen: dict[str, Seen] = {}

    def build(row: Row) -> HistoricLine:
        invoice = row.text("invoice")
        return HistoricLine(
            invoice=invoice,
            ordered_at=_ordered_at(row),
            postcode=row.text("postcode"),
            sku=row.first_time("sku", seen.setdefault(invoice, {})),
            quantity=row.whole("quantity", minimum=1),
        )

    header = ("invoice", "ordered_at", "postcode", "sku", "quantity")
    return load_table(folder, ALL_ORDERS_FILE, header, build, report)


@lru_cache(maxsize=8)  # the lines of an order follow each other
def _minute(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)


def _ordered_at(row: Row) -> datetime:
    try:
        return _minute(row.text("ordered_at"))
    except ValueError:
        raise FeedError(
            "{file}, line {line}, column {column}: “{value}” is not a time such as "
            "2011-05-31T15:53. The row was not loaded; correct it and load the file again.",
            code="feed.time",
            **row.place("ordered_at"),
        ) from None
