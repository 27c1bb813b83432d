"""Web orders of the demo are real ones, moved in time and never changed otherwise."""

import gzip
import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync.central.catalogue.imports.table import FeedError, ImportReport
from sync.demo.company import ASSETS, all_order_lines, load_articles, load_destinations, web_orders
from sync.domain.errors import InvalidInput

NOW = datetime(2026, 3, 29, 9, 30, tzinfo=ZoneInfo("Europe/Paris"))  # clocks went forward at 2
SKUS = {article.sku for article in load_articles()}


def documents() -> list[dict[str, Any]]:
    content = gzip.decompress((ASSETS / "web_orders.jsonl.gz").read_bytes())
    return [json.loads(line) for line in content.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("articles.csv", "destinations.csv"):
        shutil.copy(str(ASSETS / name), tmp_path / name)
    return tmp_path


def write(folder: Path, lines: list[str]) -> None:
    (folder / "web_orders.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


def test_the_last_order_was_placed_three_minutes_ago() -> None:
    orders = web_orders(50, NOW)
    assert len(orders) == 50
    assert orders[-1].placed_at == NOW - timedelta(minutes=3)
    assert all(one.placed_at <= two.placed_at for one, two in pairwise(orders))
    assert {order.placed_at.tzinfo for order in orders} == {NOW.tzinfo}


def test_intervals_are_those_of_the_source_even_over_a_change_of_clocks() -> None:
    orders = web_orders(40, NOW)
    start = datetime(2010, 12, 1, tzinfo=UTC)
    by_invoice = {doc["invoice"]: doc for doc in documents()}

    def original(invoice: str) -> datetime:
        hours, minutes = map(int, by_invoice[invoice]["time"].split(":"))
        return start + timedelta(days=by_invoice[invoice]["day"], hours=hours, minutes=minutes)

    for order in orders:
        moved = orders[-1].placed_at.astimezone(UTC) - order.placed_at.astimezone(UTC)
        assert moved == original(orders[-1].invoice) - original(order.invoice)


def test_quantities_are_the_real_ones_of_all_orders() -> None:
    real = {(line.invoice, line.sku): line.quantity for line in all_order_lines()}
    lines_of = Counter(invoice for invoice, _ in real)
    for order in web_orders(10_000, NOW):
        assert len(order.lines) == lines_of[order.invoice]
        assert all(real[order.invoice, sku] == quantity for sku, quantity in order.lines)


def test_orders_are_such_as_a_household_places() -> None:
    orders = web_orders(10_000, NOW)
    assert len(orders) == 1_374
    assert {len(order.lines) for order in orders} == set(range(1, 13))
    assert {quantity for order in orders for _, quantity in order.lines} == set(range(1, 13))
    assert {sku for order in orders for sku, _ in order.lines} <= SKUS


def test_a_customer_lives_in_one_place() -> None:
    homes: dict[str, set[str]] = {}
    for order in web_orders(10_000, NOW):
        if order.customer:
            homes.setdefault(order.customer, set()).add(order.destination.postcode)
    assert len(homes) > 500
    assert max(len(places) for places in homes.values()) == 1


@pytest.mark.parametrize("limit", [0, -1])
def test_no_orders_are_given_when_none_are_wanted(limit: int) -> None:
    assert web_orders(limit, NOW) == []


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        web_orders(5, NOW.replace(tzinfo=None))
    assert caught.value.code == "order.naive_time"


def test_all_order_lines_are_of_known_articles_and_places_in_order_of_time() -> None:
    lines = all_order_lines()
    postcodes = {place.postcode for place in load_destinations()}
    assert len(lines) == 199_150
    assert {line.sku for line in lines} == SKUS
    assert {line.postcode for line in lines} <= postcodes
    assert all(one.ordered_at <= two.ordered_at for one, two in pairwise(lines))
    assert lines[0].ordered_at == datetime(2010, 12, 1, 8, 26, tzinfo=UTC)


GOOD: dict[str, Any] = {
    "invoice": "1",
    "day": 3,
    "time": "08:15",
    "customer": "",
    "postcode": "69002",
    "lines": [["85123A", 2]],
}


def test_a_good_order_is_read_as_a_whole(folder: Path) -> None:
    write(folder, [json.dumps(GOOD)])
    (order,) = web_orders(5, NOW, folder)
    assert (order.invoice, order.customer, order.lines) == ("1", "", (("85123A", 2),))
    assert (order.destination.postcode, order.destination.commune) == ("69002", "Lyon")
    assert order.quantity == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"day": "3"}, "feed.json"),
        ({"invoice": 1}, "feed.json"),
        ({"customer": None}, "feed.json"),
        ({"lines": {}}, "feed.json"),
        ({"day": -1}, "feed.time"),
        ({"day": 10**30}, "feed.time"),
        ({"time": "24:00"}, "feed.time"),
        ({"time": "8:15"}, "feed.time"),
        ({"time": "٠٨:١٥"}, "feed.time"),
        ({"postcode": "00000"}, "feed.unknown"),
        ({"lines": []}, "feed.lines"),
        ({"lines": [["85123A", 0]]}, "feed.lines"),
        ({"lines": [["85123A", 1000]]}, "feed.lines"),
        ({"lines": [["85123A", 1.5]]}, "feed.lines"),
        ({"lines": [["85123A", True]]}, "feed.lines"),
        ({"lines": [["85123A"]]}, "feed.lines"),
        ({"lines": ["85123A"]}, "feed.lines"),
        ({"lines": [["85123A", 1], ["85123A", 1]]}, "feed.lines"),
        ({"lines": [["NONE", 1]]}, "feed.unknown"),
    ],
)
def test_a_bad_order_is_named_by_its_line_and_the_others_are_kept(
    folder: Path, change: dict[str, Any], code: str
) -> None:
    write(folder, [json.dumps(GOOD), json.dumps(GOOD | {"invoice": "2"} | change)])
    with pytest.raises(FeedError) as caught:
        web_orders(5, NOW, folder)
    assert (caught.value.code, caught.value.line) == (code, 2)
    report = ImportReport()
    assert [order.invoice for order in web_orders(5, NOW, folder, report)] == ["1"]
    assert report.by_code() == {code: 1}


@pytest.mark.parametrize("text", ["{", "null", "[]", '"', "[" * 50_000, "NaN"])
def test_a_line_that_is_no_order_is_refused(folder: Path, text: str) -> None:
    write(folder, [text])
    with pytest.raises(FeedError) as caught:
        web_orders(5, NOW, folder)
    assert (caught.value.code, caught.value.line) == ("feed.json", 1)


@pytest.mark.parametrize("missing", GOOD)
def test_a_field_that_is_missing_is_refused(folder: Path, missing: str) -> None:
    write(folder, [json.dumps({name: GOOD[name] for name in GOOD if name != missing})])
    with pytest.raises(FeedError) as caught:
        web_orders(5, NOW, folder)
    assert caught.value.code == "feed.json"
