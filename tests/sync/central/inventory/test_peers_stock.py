"""Behaviours of stock that peers test, told in our terms and held against our own server.

The allocation service of “Architecture Patterns with Python” (batches with an arrival date), the
warehouse tests of Saleor (allocations, reservations, back-orders) and the stock control of Vendure
(on hand, allocated, out-of-stock threshold, cancelled and refunded orders). Each test is ours.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from sync.central.inventory import consignments, ledger, reservations, rules
from sync.central.orders import cancel_order
from sync.central.orders.cancel_order import CancelOrder
from sync.central.promises.basket import AskedLine, Promised, PromiseRequest, Where, promise
from sync.domain.consignment import AdvanceNotice, GoodsLine, Receipt
from sync.domain.errors import Refused
from sync.domain.fulfilment import RejectionReason
from sync.domain.order import Channel, Order
from sync.domain.reservation import Reservation
from sync.domain.returns import Disposition
from sync.domain.stock import Balance
from sync.domain.stock_rules import StockRule, StockRules
from sync.protocol.commands import PlaceOrder
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, COLLECT, SHIP, World, receive

pytestmark = BOTH_DATABASES


def announce(world: World, number: str, days: int, pieces: int, sku: str = "LAMP") -> date:
    day = world.now.date() + timedelta(days=days)
    with world.central.database.write("test") as tx:
        notice = AdvanceNotice(number, "W1", day, (GoodsLine(sku, pieces),), "ACME")
        consignments.announce(world.central.reference, tx, notice, "test")
    return day


def told(world: World, pieces: int, sku: str = "LAMP") -> Promised:
    home = Where(45.75, 4.83, "FR", "69002")
    return promise(world.central.context, PromiseRequest((AskedLine(1, sku, pieces),), home))


def sell_all(world: World, sku: str = "LAMP") -> Order:
    return world.placed((sku, world.everywhere(sku), SHIP))


def cancel(world: World, order: Order) -> None:
    with world.central.database.write("test") as tx:
        cancel_order.cancel(
            world.central.context, tx, order.number.value, CancelOrder(str(order.number)), "test"
        )


# ---- batches with an arrival date ------------------------------------------------------------


def test_what_is_there_goes_before_what_is_to_come(world: World) -> None:
    announce(world, "PO1", 1, 100)
    order = world.placed(("LAMP", 2, SHIP))
    assert world.fulfilment(order).quantity == 2
    assert world.balance("W1", "LAMP").inbound == 100


def test_the_earlier_delivery_is_promised_first(world: World) -> None:
    sell_all(world)
    later, sooner = announce(world, "PO2", 9, 50), announce(world, "PO1", 3, 5)
    assert told(world, 5).missing[0].from_day == sooner
    assert told(world, 6).missing[0].from_day == later


def test_more_than_there_is_and_will_be_is_out_of_stock(world: World) -> None:
    sell_all(world)
    announce(world, "PO1", 3, 5)
    (line,) = told(world, 6).missing
    assert (line.pieces, line.from_day) == (6, None)


def test_an_order_that_is_sent_twice_allocates_once(world: World) -> None:
    order = world.order(("LAMP", 2, SHIP))
    command = world.command(PlaceOrder(order))
    first, second = world.send(world.till(), command), world.send(world.till(), command)
    assert first == second
    assert world.fulfilment(order).quantity == 2


def test_a_batch_that_turns_out_smaller_moves_its_orders(world: World) -> None:
    """A count that finds less: what was promised of it is a discrepancy, then found elsewhere."""
    order = world.placed(("MUG", 2, SHIP))
    found = world.fulfilment(order)
    with world.central.database.write("count") as tx:
        ledger.count(tx, found.location, "MUG", 1, "count")
    world.reject(found, RejectionReason.NOT_FOUND)
    again = world.fulfilment(order)
    assert again.location != found.location
    assert world.check() == []


# ---- allocations and reservations ------------------------------------------------------------


def test_allocated_pieces_are_on_hand_until_they_leave(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    place = world.fulfilment(order).location
    before = world.balance(place, "MUG")
    assert before.allocated == 2
    world.fulfil(order)
    after = world.balance(place, "MUG")
    assert (after.on_hand, after.allocated) == (before.on_hand - 2, 0)


def test_one_line_is_allocated_in_two_places_when_neither_has_it_all(world: World) -> None:
    order = sell_all(world)
    assert len(world.fulfilments(order)) > 1
    assert sum(f.quantity for f in world.fulfilments(order)) == order.lines[0].quantity


def test_a_reservation_counts_against_others_until_it_ends(world: World) -> None:
    free = world.available("S1", "MUG")
    until = world.now + timedelta(minutes=15)
    with world.central.database.write("test") as tx:
        held = Reservation("R1", "S1", "MUG", free, until, Channel.WEB)
        reservations.reserve(world.central.reference, tx, held, "test")
    assert world.available("S1", "MUG") == 0
    with pytest.raises(Refused), world.central.database.write("test") as tx:
        more = Reservation("R2", "S1", "MUG", 1, until, Channel.WEB)
        reservations.reserve(world.central.reference, tx, more, "test")
    world.pass_time(minutes=16)
    reservations.Expiry(world.central.database).run()
    assert world.available("S1", "MUG") == free


def test_a_piece_that_is_reserved_can_still_be_carried_out(world: World) -> None:
    """The customer has it in hand: the sale is booked, and what was held short is listed."""
    until = world.now + timedelta(minutes=15)
    with world.central.database.write("test") as tx:
        held = Reservation("R1", "S1", "LAMP", 1, until)
        reservations.reserve(world.central.reference, tx, held, "test")
    world.placed(("LAMP", 2, CARRY))
    assert world.balance("S1", "LAMP") == Balance(on_hand=0, reserved=1)
    assert world.check() == []


def test_a_preorder_beyond_the_stock_waits_and_is_filled_by_what_comes(world: World) -> None:
    there = world.everywhere("LAMP")
    announce(world, "PO1", 3, 10)
    order = world.placed(("LAMP", there + 4, SHIP))
    assert world.state(order).lines[0].unfilled == 4
    with world.central.database.write("dock") as tx:
        receipt = Receipt((GoodsLine("LAMP", 10),), complete=True)
        consignments.receive(world.central.reference, tx, "PO1", receipt, "dock")
    world.run("backorder")
    assert world.state(order).lines[0].unfilled == 0
    assert world.everywhere("LAMP") == 6
    assert world.check() == []


# ---- on hand, allocated, threshold, cancelled, refunded ---------------------------------------


def test_a_cancelled_order_gives_its_pieces_back(world: World) -> None:
    before = world.everywhere("LAMP")
    order = world.placed(("LAMP", 4, SHIP))
    assert world.everywhere("LAMP") == before - 4
    cancel(world, order)
    assert world.everywhere("LAMP") == before


def test_the_pieces_of_a_cancelled_order_go_to_who_waits(world: World) -> None:
    first = sell_all(world)
    waits = world.placed(("LAMP", 1, SHIP))
    assert world.state(waits).lines[0].unfilled == 1
    cancel(world, first)
    world.run("backorder")
    assert world.state(waits).lines[0].unfilled == 0


def test_a_refunded_order_is_on_the_shelf_only_when_it_is_put_there(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    goods = world.goods_back(order, {1: 2})
    world.deposit(goods)
    assert world.balance("S1", "MUG") == Balance(on_hand=4, quarantined=2)
    world.applied(world.inspected(goods, how=Disposition.DESTROY))
    assert world.balance("S1", "MUG") == Balance(on_hand=4)


@pytest.mark.parametrize(("threshold", "left"), [(0, 39), (10, 29), (40, 0), (99, 0)])
def test_the_threshold_is_never_promised(world: World, threshold: int, left: int) -> None:
    world.placed(("MUG", 1, COLLECT, "S1"))
    with world.central.database.write("test") as tx:
        rule = StockRule(location="W1", threshold=threshold)
        rules.set_rules(world.central.reference, tx, StockRules((rule,)))
    world.central.refresh()
    now = world.available("W1", "MUG")
    assert now == max(0, world.balance("W1", "MUG").free - threshold)
    assert now in (left, max(0, 40 - threshold))


def test_stock_that_comes_in_is_sold_to_nobody_twice(world: World) -> None:
    sell_all(world)
    first, second = world.placed(("LAMP", 2, SHIP)), world.placed(("LAMP", 2, SHIP))
    with world.central.database.write("dock") as tx:
        receive(tx, "W1", "LAMP", 3)
    world.run("backorder")
    unfilled = [world.state(order).lines[0].unfilled for order in (first, second)]
    assert sum(unfilled) == 1
    assert world.check() == []
