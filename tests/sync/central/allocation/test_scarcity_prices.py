"""What scarce stock is worth, kept fresh by the server and used by every decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
import structlog.testing
import zstandard

from sync.central.allocation import scarcity_prices as pricing
from sync.central.allocation.scarcity_prices import ScarcityPrices
from sync.central.inventory import demand
from sync.central.inventory import ledger as stock
from sync.central.jobs.subprocess_executor import SideProcess
from sync.central.storage import tables
from sync.domain.errors import Unavailable
from sync.domain.order import Order
from sync.sourcing.decision import Decision
from sync.sourcing.explain.sentences import explain_decision
from tests.sync.central.inline import Inline
from tests.sync.central.world import SHIP, World, receive

RULES = 'version = "1"\n[scarcity]\nrefresh_minutes = 60\nchanged_share = 0.2\n'
YESTERDAY = date(2026, 11, 22)


def walk_in_customers(world: World, location: str, sku: str, pieces: float) -> None:
    place = world.central.reference.locations[location]
    asked = {(sku, demand.STORE, location): demand.Tally(pieces, place.lat, place.lon)}
    with world.central.database.write("history") as tx:
        demand.write_demand(tx, YESTERDAY, asked)


def mugs_in_two_shops(world: World) -> None:
    """One that may be promised in Lyon, near the customer, and three in Paris."""
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S2"):
            stock.count(tx, location, "MUG", 0, "count")
        stock.count(tx, "S1", "MUG", 2, "count")
    world.use_policy(RULES)


def job(world: World, executor: Inline | None = None) -> ScarcityPrices:
    return ScarcityPrices(replace(world.central.context, executor=executor or Inline()))


def renewed(prices: ScarcityPrices, world: World) -> int:
    """Two looks: one starts, the next one takes over."""
    world.pass_time(minutes=1)
    return prices.refresh() + prices.refresh()


def lists(world: World) -> list[Any]:
    with world.central.database.read() as connection:
        query = sa.select(tables.price_list).order_by(tables.price_list.c.id)
        return list(connection.execute(query))


def decision(world: World, order: Order) -> Decision:
    (explained,) = world.explained(order)
    return explained.decision


def placed_online(world: World) -> Order:
    """One mug shipped to Lyon; taken in the third store, so that no nearer one is preferred."""
    till = world.till("S3")
    return world.placed(("MUG", 1, SHIP), till=till)


def test_the_shop_that_will_need_its_last_piece_keeps_it(world: World) -> None:
    mugs_in_two_shops(world)
    world.use_policy(RULES + "[retail]\npreferred_relief_eur = 0\n")
    board = world.central.context.prices
    assert board.newest is None
    walk_in_customers(world, "S1", "MUG", 4.0)
    assert renewed(job(world), world) == 1
    assert board.newest is not None and set(board.newest.prices["MUG"]) == {"S1"}
    order = placed_online(world)
    assert world.fulfilment(order).location == "S3"
    found = decision(world, order)
    assert (found.prices_at, found.prices_too_old) == ("2026-11-23T09:01:00.000000+00:00", False)
    evaluation = next(v for v in found.evaluations if v.location == "S1")
    assert (evaluation.reason, evaluation.criterion) == ("dearer", "retail")


def test_without_prices_the_same_order_takes_that_last_piece(world: World) -> None:
    mugs_in_two_shops(world)
    world.use_policy(RULES + "[retail]\npreferred_relief_eur = 0\n")
    order = placed_online(world)
    assert world.fulfilment(order).location == "S1"
    assert decision(world, order).prices_at == ""


def test_prices_that_are_too_old_are_not_used_and_the_decision_says_so(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    assert renewed(job(world), world) == 1
    world.pass_time(hours=5)
    order = placed_online(world)
    assert world.fulfilment(order).location == "S1"
    found = decision(world, order)
    assert (found.prices_at, found.prices_too_old) == ("2026-11-23T09:01:00.000000+00:00", True)
    assert (
        "The scarcity prices of 2026-11-23 09:01+00:00 were too old and were not used."
        in explain_decision(found)
    )


def test_the_same_inputs_give_the_same_bytes_kept_with_time_and_position(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    assert renewed(job(world), world) == 1
    assert renewed(job(world), world) == 0  # nothing is due
    world.pass_time(minutes=60)
    assert renewed(job(world), world) == 1
    one, two = lists(world)
    assert one.body == two.body
    assert zstandard.decompress(one.body).startswith(b'{"MUG":{"S1":')
    position = world.central.view.position
    assert (one.snapshot_position, one.policy, one.demand_until) == (
        position, "test@1", "2026-11-22"
    )  # fmt: skip
    assert one.at == "2026-11-23T09:01:00.000000+00:00"


def test_new_prices_come_on_schedule_and_sooner_when_much_stock_moved(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    prices = job(world)
    assert renewed(prices, world) == 1
    everything = lists(world)[0].stock_pieces
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "LAMP", int(everything * 0.19))
    assert renewed(prices, world) == 0
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "LAMP", int(everything * 0.02))
    assert renewed(prices, world) == 1
    world.pass_time(minutes=58)
    assert renewed(prices, world) == 0
    world.pass_time(minutes=1)
    assert renewed(prices, world) == 1


def test_orders_are_taken_while_prices_are_computed(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    executor = Inline(hold=True)
    prices = job(world, executor)
    assert renewed(prices, world) == 0
    order = placed_online(world)
    assert decision(world, order).prices_at == ""
    executor.run_all()
    assert prices.refresh() == 1
    assert executor.calls == 1
    # Computed from the stock of when it began.
    assert lists(world)[0].snapshot_position < world.central.view.position


def test_a_computation_that_fails_leaves_the_old_prices_and_is_logged_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    prices = job(world)
    assert renewed(prices, world) == 1
    before = world.central.context.prices.newest

    def fails(_inputs: object) -> bytes:
        raise Unavailable("The solver says no.", code="sourcing.prices")

    monkeypatch.setattr(pricing, "price_bytes", fails)
    world.pass_time(minutes=60)
    with structlog.testing.capture_logs() as logged:
        assert [renewed(prices, world) for _ in range(5)] == [0] * 5
    assert [entry["event"] for entry in logged] == ["prices_not_renewed"]
    assert world.central.context.prices.newest is before
    monkeypatch.undo()
    world.pass_time(minutes=60)
    assert renewed(prices, world) == 1


def test_prices_of_before_a_restart_are_used_again(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    assert renewed(job(world), world) == 1
    before = world.central.context.prices.newest
    world.central.context.prices.newest = None
    assert renewed(job(world), world) == 0
    again = world.central.context.prices.newest
    assert again is not None and before is not None
    assert (again.at, again.position, again.prices) == (before.at, before.position, before.prices)


def test_a_policy_that_wants_no_prices_gets_none(world: World) -> None:
    mugs_in_two_shops(world)
    world.use_policy('version = "1"\n')
    walk_in_customers(world, "S1", "MUG", 4.0)
    assert renewed(job(world), world) == 0
    assert lists(world) == []


def test_in_a_process_of_its_own_the_answer_is_the_same(world: World) -> None:
    mugs_in_two_shops(world)
    walk_in_customers(world, "S1", "MUG", 4.0)
    inline = Inline(hold=True)
    job(world, inline).refresh()
    ((future, call, args, _),) = inline._waiting
    inline.run_all()
    side = SideProcess(seconds_max=60)
    assert side.submit(call, *args).result(60) == future.result()


def test_a_process_that_dies_or_takes_too_long_is_an_error_not_a_wait() -> None:
    import os
    import time

    with pytest.raises(Unavailable, match="ended without an answer"):
        SideProcess().submit(os._exit, 3).result(60)
    with pytest.raises(Unavailable, match="ended without an answer"):
        SideProcess(seconds_max=0.01).submit(time.sleep, 600).result(60)
    with pytest.raises(ZeroDivisionError):
        SideProcess().submit(divmod, 1, 0).result(60)
