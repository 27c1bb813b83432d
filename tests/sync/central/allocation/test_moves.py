"""Moves that must not break a limit, stop for one bad order, or name prices that they never saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.central.allocation import reallocate as reallocation
from sync.central.allocation.reallocate import apply, inputs_for
from sync.central.catalogue import reference
from sync.central.inventory import ledger as stock
from sync.central.storage.database import Transaction, stamp
from sync.domain.location import LocationKind
from sync.sourcing import source
from sync.sourcing.batch.reallocate import propose
from sync.sourcing.scarcity.price_list import PriceList
from tests.sync.central.network import LOCATIONS
from tests.sync.central.world import COLLECT, SHIP, World, receive

RULES = """version = "1"
[handling.store]
parcel_eur = 3.0
[batch]
switching_eur = 0.5
"""


@pytest.fixture
def shops(world: World) -> World:
    """Mugs and bags are in the third shop only; the warehouse gets some when it pleases."""
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S1", "S2"):
            for sku in ("MUG", "BAG"):
                stock.count(tx, location, sku, 0, "count")
        stock.count(tx, "S3", "BAG", 3, "count")
    world.use_policy(RULES)
    return world


def delivered(world: World, location: str, sku: str, pieces: int) -> None:
    with world.central.database.write("delivery") as tx:
        receive(tx, location, sku, pieces)


def changed(world: World, code: str, **changes: Any) -> None:
    (place,) = (place for place in LOCATIONS if place.code == code)
    with world.central.database.write("locations") as tx:
        reference.load_locations(tx, [replace(place, **changes)])
    world.central.refresh()


def made(world: World) -> list[str]:
    """Order numbers that a batch has moved, in order."""
    moves = apply(world.central.context, propose(inputs_for(world.central.context)))
    return [move.order.request.order_number for move in moves]


def fulfilments_at(world: World, location: str) -> int:
    return sum(given.get(location, (0, 0))[0] for given in world.central.view.load().values())


def test_a_policy_that_leaves_a_piece_on_the_shelf_moves_fulfilments_too(shops: World) -> None:
    shops.use_policy(RULES + "[filters]\nminimum_stock_pieces = 1\n")
    order = shops.placed(("MUG", 2, SHIP))
    delivered(shops, "W1", "MUG", 2)
    assert made(shops) == []  # one of the two stays on the shelf
    delivered(shops, "W1", "MUG", 1)
    assert made(shops) == [order.number.value]
    assert shops.check() == []


def test_fulfilments_that_the_batch_leaves_alone_count_in_the_day_of_their_location(
    shops: World,
) -> None:
    """The batch looks at the oldest order only; those it does not look at stay where they are."""
    delivered(shops, "W1", "MUG", 1)
    delivered(shops, "S3", "MUG", 10)
    first = shops.placed(("BAG", 1, SHIP))
    second = shops.placed(("MUG", 1, SHIP))
    assert (shops.fulfilment(first).location, shops.fulfilment(second).location) == ("S3", "W1")
    changed(shops, "W1", capacity_orders_per_day=1)
    delivered(shops, "W1", "MUG", 1)
    assert shops.fulfilment(shops.placed(("MUG", 1, SHIP))).location == "W1"  # for tomorrow
    delivered(shops, "W1", "BAG", 5)
    shops.use_policy(RULES + "orders_max = 1\n")
    assert made(shops) == []
    assert fulfilments_at(shops, "W1") == 2


def test_a_move_into_a_day_that_has_become_full_does_not_happen(shops: World) -> None:
    first = shops.placed(("MUG", 1, SHIP))
    second = shops.placed(("BAG", 1, SHIP))
    delivered(shops, "W1", "MUG", 5)
    delivered(shops, "W1", "BAG", 5)
    found = propose(inputs_for(shops.central.context))
    assert len(found.groups) == 2
    changed(shops, "W1", capacity_orders_per_day=1)
    assert len(apply(shops.central.context, found)) == 1
    assert fulfilments_at(shops, "W1") == 1
    assert {shops.fulfilment(first).location, shops.fulfilment(second).location} == {"S3", "W1"}
    assert shops.check() == []


def test_an_order_that_cannot_be_looked_at_stops_no_other(shops: World) -> None:
    """The shop where it is collected has become a warehouse since."""
    delivered(shops, "S3", "CARD", 5)
    shops.placed(("MUG", 1, COLLECT, "S2"))
    order = shops.placed(("MUG", 1, SHIP))
    changed(shops, "S2", kind=LocationKind.WAREHOUSE)
    delivered(shops, "W1", "MUG", 10)
    assert made(shops) == [order.number.value]


def test_a_group_that_fails_unexpectedly_stops_no_other(
    shops: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shops.placed(("MUG", 1, SHIP))
    second = shops.placed(("BAG", 1, SHIP))
    delivered(shops, "W1", "MUG", 5)
    delivered(shops, "W1", "BAG", 5)
    give = reallocation._give

    def fails(ctx: Any, tx: Transaction, move: Any) -> None:
        give(ctx, tx, move)
        if move.order.request.order_number == first.number.value:
            raise KeyError("S9")

    monkeypatch.setattr(reallocation, "_give", fails)
    assert made(shops) == [second.number.value]
    assert shops.fulfilment(first).location == "S3"
    assert shops.check() == []


def test_a_move_names_the_prices_that_it_was_computed_with(shops: World) -> None:
    order = shops.placed(("MUG", 1, SHIP))
    delivered(shops, "W1", "MUG", 5)
    board = shops.central.context.prices
    before = shops.now
    board.newest = PriceList(before, 1, {"MUG": {"W1": 0.01}})
    found = propose(inputs_for(shops.central.context))
    shops.pass_time(minutes=1)
    board.newest = PriceList(shops.now, 2, {})
    assert len(apply(shops.central.context, found)) == 1
    assert shops.state(order).decisions[-1]["prices_at"] == stamp(before)


def test_a_decision_names_the_prices_that_it_was_made_with(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = world.central.context.prices
    board.newest = PriceList(world.now, 1, {})

    def overtaken(*arguments: Any, **more: Any) -> Any:
        board.newest = PriceList(world.now + timedelta(seconds=1), 2, {})
        return source(*arguments, **more)

    monkeypatch.setattr("sync.central.allocation.allocate.source", overtaken)
    order = world.placed(("MUG", 1, SHIP))
    assert world.state(order).decisions[-1]["prices_at"] == stamp(world.now)


def test_a_group_that_finds_a_day_full_is_tried_again_after_another_has_moved(
    shops: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shops.placed(("MUG", 1, SHIP))
    shops.placed(("BAG", 1, SHIP))
    delivered(shops, "W1", "MUG", 5)
    delivered(shops, "W1", "BAG", 5)
    found = propose(inputs_for(shops.central.context))
    first, second = found.groups
    move_together = reallocation._move_together
    asked: list[Any] = []

    def full_at_first(ctx: Any, tx: Transaction, group: Any) -> None:
        asked.append(group)
        if group is first and second not in asked:
            raise reallocation._DayIsFull
        move_together(ctx, tx, group)

    monkeypatch.setattr(reallocation, "_move_together", full_at_first)
    assert apply(shops.central.context, found) == [*second, *first]
    assert asked == [first, second, first]
    assert shops.check() == []
