"""Generated stock is the same for the same seed, and looks like a retailer's."""

import random
from collections import defaultdict
from statistics import mean

import pytest

from sync.demo.company import DEMO_STORE, generate_stock, load_articles, load_demand, load_locations
from sync.domain.order import Channel

ARTICLES, LOCATIONS, DEMAND = load_articles(), load_locations(), load_demand()


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, str, int]]:
    return list(generate_stock(7, ARTICLES, LOCATIONS, DEMAND))


@pytest.fixture(scope="module")
def stock(rows: list[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    by_location: dict[str, dict[str, int]] = defaultdict(dict)
    for code, sku, on_hand in rows:
        by_location[code][sku] = on_hand
    return by_location


def test_the_same_seed_gives_the_same_rows_in_any_order(rows: list[tuple[str, str, int]]) -> None:
    articles, locations, demand = list(ARTICLES), list(LOCATIONS), list(DEMAND)
    random.Random(1).shuffle(articles)
    random.Random(1).shuffle(locations)
    random.Random(1).shuffle(demand)
    assert list(generate_stock(7, articles, locations, demand)) == rows


def test_another_seed_gives_other_rows(rows: list[tuple[str, str, int]]) -> None:
    assert list(generate_stock(8, ARTICLES, LOCATIONS, DEMAND)) != rows


def test_a_location_and_an_article_meet_once(rows: list[tuple[str, str, int]]) -> None:
    assert len({(code, sku) for code, sku, _ in rows}) == len(rows)
    assert rows == sorted(rows)
    assert 45_000 <= len(rows) <= 60_000


def test_no_stock_is_negative_or_at_a_pickup_point(stock: dict[str, dict[str, int]]) -> None:
    assert set(stock) == {location.code for location in LOCATIONS if location.holds_stock}
    assert min(min(on_hand.values()) for on_hand in stock.values()) == 0


def test_stores_carry_a_local_range_with_gaps(stock: dict[str, dict[str, int]]) -> None:
    stores = [held for code, held in stock.items() if code.startswith("S")]
    assert all(600 <= len(held) <= 900 for held in stores)
    assert stores[1].keys() != stores[2].keys()
    counts = [on_hand for held in stores for on_hand in held.values()]
    assert 0.03 < counts.count(0) / len(counts) < 0.08
    assert 0.03 < counts.count(1) / len(counts) < 0.10
    assert 3 < mean(counts) < 12
    assert max(counts) <= 48


def test_the_demo_store_carries_the_best_sellers(stock: dict[str, dict[str, int]]) -> None:
    lines = {row.sku: row.order_lines for row in DEMAND if row.channel is Channel.STORE}
    best = sorted(lines, key=lambda sku: (-lines[sku], sku))[:600]
    assert set(best) <= stock[DEMO_STORE].keys()


def test_warehouses_hold_nearly_everything_in_depth(stock: dict[str, dict[str, int]]) -> None:
    either = stock["W01"].keys() | stock["W02"].keys()
    assert len(either) > 0.98 * len(ARTICLES)
    deepest_store = max(sum(h.values()) for code, h in stock.items() if code.startswith("S"))
    assert sum(stock["W01"].values()) > 10 * deepest_store


def test_supplier_distributor_and_returns_centre_hold_a_part(
    stock: dict[str, dict[str, int]],
) -> None:
    assert 300 < len(stock["P01"]) < 1_500
    assert 1_000 < len(stock["D01"]) < 1_500
    assert len(stock["R01"]) == 220
    assert max(stock["R01"].values()) <= 5


def test_an_article_that_nobody_has_bought_yet_still_gets_stock() -> None:
    places = [location for location in LOCATIONS if location.code in ("S001", "W01")]
    made = list(generate_stock(1, ARTICLES[:5], places, []))
    assert {code for code, _, _ in made} == {"S001", "W01"}


def test_nothing_to_stock_is_no_stock() -> None:
    assert list(generate_stock(1, [], LOCATIONS, [])) == []
    assert list(generate_stock(1, ARTICLES, [], DEMAND)) == []
