"""What was asked for, counted day by day, and what is therefore expected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from sync.central.inventory import demand
from sync.central.storage import tables
from sync.sourcing.policy.policy import Scarcity
from tests.sync.central.world import CARRY, COLLECT, HOME, MONDAY, POINT, SHIP, World


def counted(world: World) -> list[tuple[str, str, str, str, float]]:
    rows = tables.demand
    with world.central.database.read() as connection:
        query = sa.select(rows.c.day, rows.c.sku, rows.c.kind, rows.c.place, rows.c.pieces)
        return [tuple(row) for row in connection.execute(query.order_by(*rows.primary_key))]


def expected(world: World, **rules: Any) -> dict[str, dict[str, float]]:
    """sku -> destination -> pieces."""
    with world.central.database.read() as connection:
        found = demand.forecast(
            world.central.reference,
            connection,
            world.central.view.everything().available,
            replace(Scarcity(), **rules),
            world.now,
        )
    return {
        article.sku: {f"{to.kind}:{to.location or to.postcode}": n for to, n in article.pieces}
        for article in found.expected
    }


def test_a_day_is_counted_once_when_it_is_over(world: World) -> None:
    world.placed(
        ("MUG", 2, CARRY), ("CARD", 3, SHIP), ("BAG", 1, COLLECT, "S2"), ("CARD", 1, POINT, "P1")
    )
    world.placed(("CARD", 4, SHIP))
    assert demand.count_days(world.central.database, world.central.reference) == 0
    world.pass_time(days=1)
    assert demand.count_days(world.central.database, world.central.reference) == 1
    assert demand.count_days(world.central.database, world.central.reference) == 0
    monday = "2026-11-23"
    assert counted(world) == [
        (monday, "BAG", "store", "S2", 1.0),
        (monday, "CARD", "home", "69", 7.0),
        (monday, "CARD", "pickup_point", "P1", 1.0),
        (monday, "MUG", "store", "S1", 2.0),
    ]


def test_a_day_that_has_only_just_ended_waits_for_its_last_orders(world: World) -> None:
    world.placed(("CARD", 3, SHIP))
    world.now = MONDAY.replace(hour=0, minute=9) + timedelta(days=1)
    assert demand.count_days(world.central.database, world.central.reference) == 0
    world.pass_time(minutes=1)
    assert demand.count_days(world.central.database, world.central.reference) == 1


def test_after_a_month_without_the_server_it_catches_up_bit_by_bit(world: World) -> None:
    world.placed(("CARD", 3, SHIP))
    world.pass_time(days=10)
    assert [
        demand.count_days(world.central.database, world.central.reference) for _ in range(3)
    ] == [7, 3, 0]
    assert [row[0] for row in counted(world)] == ["2026-11-23"]


def test_expected_demand_is_the_mean_of_the_days_times_the_days_ahead(world: World) -> None:
    asked: demand.Asked = {}
    demand.add_home(asked, "CARD", 6.0, HOME.postcode, HOME.lat, HOME.lon)
    asked["CARD", demand.STORE, "S1"] = demand.Tally(3.0, 45.76, 4.84)
    with world.central.database.write("test") as tx:
        demand.write_demand(tx, date(2026, 11, 20), asked)  # three days ago, and nothing since
    assert expected(world, horizon_days=5) == {"CARD": {"home:69": 10.0, "store:S1": 5.0}}
    assert expected(world, horizon_days=5, demand_days=2) == {}


def test_shops_that_history_does_not_name_are_all_shops_alike(world: World) -> None:
    asked: demand.Asked = {("MUG", demand.STORE, demand.ANY_STORE): demand.Tally(9.0)}
    asked["MUG", demand.STORE, "S1"] = demand.Tally(1.0, 45.76, 4.84)
    with world.central.database.write("test") as tx:
        demand.write_demand(tx, date(2026, 11, 22), asked)
    found = expected(world, horizon_days=1)["MUG"]
    assert found == {"store:S1": pytest.approx(4.0), "store:S2": 3.0, "store:S3": 3.0}


def test_only_the_articles_that_are_shortest_of_stock_are_looked_at(world: World) -> None:
    asked: demand.Asked = {}
    for sku in ("MUG", "BAG", "CARD", "GHOST"):
        demand.add_home(asked, sku, 10.0, "69002", 45.75, 4.83)
    asked["CARD", demand.STORE, "S3"] = demand.Tally(90.0, 48.85, 2.35)  # which has 9 of them
    with world.central.database.write("test") as tx:
        demand.write_demand(tx, date(2026, 11, 22), asked)
    assert list(expected(world, articles_max=1, horizon_days=1)) == ["CARD"]
    assert list(expected(world, articles_max=2, horizon_days=1)) == ["BAG", "CARD"]


def test_the_middle_of_a_department_is_where_its_pieces_go(world: World) -> None:
    asked: demand.Asked = {}
    demand.add_home(asked, "MUG", 3.0, "69001", 45.0, 4.0)
    demand.add_home(asked, "MUG", 1.0, "69400", 47.0, 6.0)
    tally = asked["MUG", demand.HOME, "69"]
    assert (tally.pieces, tally.lat, tally.lon) == (4.0, 45.5, 4.5)
