"""An order that waits is sourced again when stock comes in, behind nobody who cannot be served."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import BACKORDER
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.orders import backorders, place_order
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import Unavailable
from sync.domain.order import Order
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import SHIP, World, receive

pytestmark = BOTH_DATABASES


def sold_out(world: World) -> None:
    with world.central.database.write("count") as tx:
        for location in ("W1", "W2", "S1", "S2", "S3"):
            stock.count(tx, location, "MUG", 0, "count")


def delivered(world: World, pieces: int) -> None:
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "MUG", pieces)


def got(world: World, *orders: Order) -> list[int]:
    return [len(world.fulfilments(order)) for order in orders]


def test_stock_that_comes_in_queues_the_orders_that_wait_for_it_oldest_first(
    world: World,
) -> None:
    sold_out(world)
    waiting = []
    for _ in range(3):
        world.pass_time(minutes=1)
        waiting.append(world.placed(("MUG", 1, SHIP)))
    assert world.run(BACKORDER) == 0
    delivered(world, 2)
    assert world.run(BACKORDER) == 3
    assert got(world, *waiting) == [1, 1, 0]
    assert world.check() == []


def test_stock_that_goes_queues_nothing(world: World) -> None:
    sold_out(world)
    world.placed(("MUG", 1, SHIP))
    world.placed(("BAG", 1, SHIP))
    assert world.run(BACKORDER) == 0


@pytest.mark.parametrize("fault", [Unavailable("Away."), ZeroDivisionError()])
def test_an_order_that_cannot_be_filled_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    sold_out(world)
    first, second = world.placed(("MUG", 1, SHIP)), world.placed(("MUG", 1, SHIP))
    delivered(world, 5)
    retry = place_order.retry_backorder

    def sometimes(ctx: Context, tx: Transaction, number: str, decisions: Decisions) -> bool:
        if number == first.number.value:
            raise fault
        return retry(ctx, tx, number, decisions)

    monkeypatch.setattr(place_order, "retry_backorder", sometimes)
    assert world.run(BACKORDER) == 1
    assert got(world, first, second) == [0, 1]
    monkeypatch.undo()
    world.pass_time(seconds=5)
    assert (world.run(BACKORDER), got(world, first, second)) == (1, [1, 1])


def test_the_sweep_finds_every_order_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backorders, "PAGE", 2)
    sold_out(world)
    waiting = [world.placed(("MUG", 1, SHIP)) for _ in range(5)]
    delivered(world, 5)
    with world.central.database.write("as if nothing had been queued") as tx:
        tx.connection.execute(sa.delete(tables.job))
    assert world.fill_backorders() == 5
    assert got(world, *waiting) == [1] * 5
