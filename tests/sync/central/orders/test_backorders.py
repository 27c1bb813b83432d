"""An order that waits is sourced again when stock comes in, behind nobody who cannot be served."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
import sqlalchemy as sa

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import BACKORDER
from sync.central.context import Context
from sync.central.inventory import consignments
from sync.central.inventory import ledger as stock
from sync.central.orders import backorders, place_order
from sync.central.orders.waiting import waiting
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.consignment import AdvanceNotice, GoodsLine
from sync.domain.errors import Unavailable
from sync.domain.order import Order
from sync.protocol.commands import PlaceOrder
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.notifications.mails import mails
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


def test_who_was_promised_first_has_the_first_pieces(world: World) -> None:
    """Whoever came first: an order of today with an earlier promise goes before."""
    there = world.everywhere("LAMP")
    world.placed(("LAMP", there, SHIP))
    patient, urgent, silent = (promised(world, days) for days in (20, 2, None))
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "LAMP", 2)
    world.run(BACKORDER)
    waits = {str(o.number): world.state(o).lines[0].unfilled for o in (patient, urgent, silent)}
    # What was promised nothing is due since it came in.
    assert waits == {str(silent.number): 0, str(urgent.number): 0, str(patient.number): 1}
    assert world.check() == []


def promised(world: World, days: int | None) -> Order:
    order = world.order(("LAMP", 1, SHIP))
    (line,) = order.lines
    at = None if days is None else world.now + timedelta(days=days)
    order = dataclasses.replace(order, lines=(dataclasses.replace(line, promised_at=at),))
    world.applied(PlaceOrder(order))
    assert world.state(order).lines[0].unfilled == 1
    return order


@pytest.mark.parametrize("more", [1, 2])
def test_who_waits_is_told_the_day_or_that_there_is_none(world: World, more: int) -> None:
    day = world.now.date() + timedelta(days=5)
    with world.central.database.write("test") as tx:
        notice = AdvanceNotice("PO1", "W1", day, (GoodsLine("LAMP", 1),), "ACME")
        consignments.announce(world.central.reference, tx, notice, "test")
    order = world.placed(("LAMP", world.everywhere("LAMP") + more, SHIP))
    kinds = [(event.kind, event.params.get("day")) for event in world.state(order).events]
    expected = ("backordered_until", day.isoformat()) if more == 1 else ("backordered", None)
    assert expected in kinds
    world.run("mail")
    ((_, _, subject),) = mails(world)
    assert subject == f"Votre commande {order.number} prend plus de temps"
    (file,) = world.mail_folder.iterdir()
    body = message_from_bytes(file.read_bytes(), policy=default).get_content()
    assert f"{more} × Lamp" in body
    assert ("28 novembre 2026" in body) == (more == 1)


def test_who_waits_is_listed_with_the_day_of_the_goods_that_are_theirs(world: World) -> None:
    days = [world.now.date() + timedelta(days=n) for n in (3, 9)]
    with world.central.database.write("test") as tx:
        for number, day in zip(("PO1", "PO2"), days, strict=True):
            notice = AdvanceNotice(number, "W1", day, (GoodsLine("LAMP", 2),), "ACME")
            consignments.announce(world.central.reference, tx, notice, "test")
    first = world.placed(("LAMP", world.everywhere("LAMP") + 1, SHIP))
    world.pass_time(minutes=1)
    second = world.placed(("LAMP", 2, SHIP))
    world.pass_time(minutes=1)
    third = world.placed(("LAMP", 2, SHIP), ("MUG", 1, SHIP))
    with world.central.database.read() as connection:
        found = waiting(connection, world.now.date(), 10)
    told = {one.number: ([line.pieces for line in one.lines], one.expected_on) for one in found}
    assert list(told) == [str(order.number) for order in (first, second, third)]
    assert told == {
        str(first.number): ([1], days[0].isoformat()),
        str(second.number): ([2], days[1].isoformat()),  # one of the first day, one of the second
        str(third.number): ([2], ""),  # one is on no list yet
    }
