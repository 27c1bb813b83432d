"""Real orders of the demo company: recent ones for the screens, all of them for replays."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from comptoir.sync.central.feeds.records import Destination, HistoricLine, WebOrder
from comptoir.sync.central.feeds.table import (
    FeedError,
    Folder,
    ImportReport,
    Row,
    load_table,
    read_text,
)
from comptoir.sync.domain.errors import InvalidInput
from comptoir.sync.domain.order import LINES_MAX, QUANTITY_MAX

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
    try:
        match json.loads(text):
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
                raise _error(line, "", "feed.json", "a field is missing or of another type.")
    except (json.JSONDecodeError, RecursionError):
        raise _error(line, "", "feed.json", "this is not a JSON object.") from None
    clock = _CLOCK.fullmatch(time)
    if clock is None or not 0 <= day <= DAYS_MAX:
        raise _error(line, "time", "feed.value", f"day {day} at “{time[:20]}” is no time.")
    if postcode not in destinations:
        raise _error(line, "postcode", "feed.unknown", f"no place has “{postcode[:20]}”.")
    return WebOrder(
        invoice=invoice,
        placed_at=PERIOD_START
        + timedelta(days=day, hours=int(clock.group(1)), minutes=int(clock.group(2))),
        customer=customer,
        destination=destinations[postcode],
        lines=_lines(line, lines, skus),
    )


def _lines(line: int, lines: list[object], skus: Collection[str]) -> tuple[tuple[str, int], ...]:
    if not 1 <= len(lines) <= LINES_MAX:
        raise _error(line, "lines", "feed.range", f"an order of {len(lines)} lines.")
    read: dict[str, int] = {}
    for item in lines:
        match item:
            case [str(sku), int(quantity)] if not isinstance(quantity, bool):
                pass
            case _:
                raise _error(line, "lines", "feed.json", "a line is [SKU, quantity].")
        if sku not in skus:
            raise _error(line, "lines", "feed.unknown", f"no article has “{sku[:20]}”.")
        if not 1 <= quantity <= QUANTITY_MAX:
            raise _error(line, "lines", "feed.range", f"a quantity of {quantity}.")
        if sku in read:
            raise _error(line, "lines", "feed.duplicate", f"“{sku}” is there twice.")
        read[sku] = quantity
    return tuple(read.items())


def _error(line: int, column: str, code: str, what: str) -> FeedError:
    return FeedError(
        "{file}, line {line}, field {column}: {what} The order was not loaded; correct it and "
        "load the file again.",
        code=code,
        file=WEB_ORDERS_FILE,
        line=line,
        column=column,
        what=what,
    )


def historic_lines(folder: Folder, report: ImportReport | None = None) -> list[HistoricLine]:
    """Every clean order line of the half year in order of time: about 200,000.

    Times are those of the source, to the minute, taken as UTC.
    """

    def build(row: Row) -> HistoricLine:
        try:
            ordered_at = datetime.fromisoformat(row.text("ordered_at")).replace(tzinfo=UTC)
        except ValueError:
            raise row.error("ordered_at", "feed.value", "“{value}” is not a time.") from None
        return HistoricLine(
            row.text("invoice"),
            ordered_at,
            row.text("postcode"),
            row.text("sku"),
            row.whole("quantity", minimum=1),
        )

    header = ("invoice", "ordered_at", "postcode", "sku", "quantity")
    return load_table(
        folder, ALL_ORDERS_FILE, header, build, unique=("invoice+sku",), report=report
    )
