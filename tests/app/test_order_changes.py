"""Orders changed at the counter: what the till shows at once, and what the server makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.device import Device
from app.usecases.returns.payouts import Payout, PayoutState
from app.usecases.returns.returns import Choice
from sync.domain.associate import ASSOCIATE
from sync.domain.customer import Address
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, Order
from sync.domain.order_change import CancelReason
from sync.domain.order_status import OrderStatus
from sync.domain.returns import Disposition, InspectedLine, ReturnReason
from sync.protocol.journal import REFUND
from sync.terminal import journal
from tests.app.central_link import LEO, Shops, stock_shown
from tests.app.test_with_central import carry, sell
from tests.sync.central.world import World

CUSTOMER = CancelReason.CUSTOMER
SHIP, COLLECT = FulfilmentMode.SHIP_HOME, FulfilmentMode.COLLECT


def cancelled(device: Device, order: Order) -> Payout:
    (document,) = device.orders.get(str(order.number)).state.cancellations
    return device.payouts.of_cancellation(document)


def signed(device: Device) -> list[int]:
    """The refunds in the till's journal, in cents; counter-entries below 0."""
    entries = journal.entries_after(device._store, 0, 1000)
    return [entry.content["amount_minor"] for entry in entries if entry.kind == REFUND]


def test_a_piece_is_cancelled_and_its_cash_leaves_the_drawer_once(
    shops: Shops, world: World
) -> None:
    till = shops.open("S1")
    order = sell(till, ("MUG", 2, SHIP, ""), ("CARD", 1, FulfilmentMode.CARRY_OUT, "")).order
    number = str(order.number)
    till.sync_once()
    (line,) = till.order_changes.cancellable(number)
    assert (line.line.sku, line.quantity_max) == ("MUG", 2)
    price = order.line(line.line.line_id).unit_price
    quoted = till.order_changes.quote(number, {line.line.line_id: 1})
    assert (quoted.refund, quoted.parts[0].amount) == (price, price)
    till.order_changes.cancel(number, {line.line.line_id: 1}, CUSTOMER, LEO)
    assert cancelled(till, order) == Payout(PayoutState.UNCONFIRMED, price)
    assert signed(till) == [price.minor]
    shops.sync_all()
    assert cancelled(till, order) == Payout(PayoutState.DUE, price)
    (document,) = till.orders.get(number).state.cancellations
    assert till.payouts.hand_out(document.number, LEO, document).state is PayoutState.HANDED_OUT
    with pytest.raises(Conflict):
        till.payouts.hand_out(document.number, LEO, document)
    shops.sync_all()
    assert till.orders.get(number).state == world.state(order)
    assert till.status.now().attention == ()
    assert world.check() == []


def test_offline_an_order_that_nobody_has_seen_is_cancelled_whole(
    shops: Shops, world: World
) -> None:
    till = shops.open("S1")
    shops.cable(till).down = True
    order = sell(till, ("MUG", 2, SHIP, "")).order
    number = str(order.number)
    till.order_changes.cancel(number, {1: 2}, CUSTOMER, LEO)
    assert till.orders.get(number).state.status is OrderStatus.CANCELLED
    assert till.order_changes.cancellable(number) == []
    shops.sync_all()
    assert world.state(order).status is OrderStatus.CANCELLED
    assert cancelled(till, order) == Payout(PayoutState.DUE, order.total)
    assert world.check() == []


def test_what_another_store_has_begun_meanwhile_is_refused_and_taken_back(
    shops: Shops, world: World
) -> None:
    till = shops.open("S1")
    order = sell(till, ("MUG", 2, SHIP, "")).order
    number = str(order.number)
    till.sync_once()
    shops.cable(till).down = True
    world.pick(world.fulfilment(order))
    till.order_changes.cancel(number, {1: 2}, CUSTOMER, LEO)
    assert till.orders.get(number).state.status is OrderStatus.CANCELLED
    shops.sync_all()
    state = till.orders.get(number).state
    assert (state.status, state.cancellations) == (OrderStatus.IN_PREPARATION, ())
    assert signed(till) == [order.total.minor, -order.total.minor]
    assert [entry.kind for entry in till.status.now().attention] == ["cancel_pieces"]
    assert world.check() == []


def test_a_return_after_a_cancellation_agrees_with_the_server(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    order = sell(till, ("MUG", 3, SHIP, "")).order
    number = str(order.number)
    till.sync_once()
    till.order_changes.cancel(number, {1: 1}, CUSTOMER, LEO)
    shops.sync_all()
    world.fulfil(order)
    shops.sync_all()
    choice = Choice(1, 2, ReturnReason.OTHER)
    goods = till.returns.register(number, [choice], person=LEO).goods
    till.returns.inspect(str(goods.number), [InspectedLine(1, Disposition.RESTOCK)], LEO)
    shops.sync_all()
    assert till.status.now().attention == ()
    assert till.orders.get(number).state.status is OrderStatus.RETURNED
    assert sum(signed(till)) == order.goods_total.minor
    assert world.check() == []


def test_a_bag_that_nobody_came_for_is_put_back(shops: Shops, world: World) -> None:
    till = shops.open("S2")
    order = world.placed(("BAG", 1, COLLECT, "S2"))
    shops.sync_all()
    (bag,) = till.fulfilments.todo()
    with pytest.raises(Conflict, match="not waiting"):
        till.order_changes.put_back(bag.fulfilment_id, LEO)
    till.fulfilments.pack(bag.fulfilment_id, LEO)
    shops.sync_all()
    before = stock_shown(till)["S2", "BAG"]
    assert till.order_changes.uncollected(bag.fulfilment_id).refund == order.total
    till.order_changes.put_back(bag.fulfilment_id, LEO)
    assert till.fulfilments.todo() == []
    assert stock_shown(till)["S2", "BAG"] == before + 1
    shops.sync_all()
    assert till.fulfilments.get(bag.fulfilment_id).state is FulfilmentState.CANCELLED
    assert stock_shown(till)["S2", "BAG"] == before + 1
    state = till.orders.get(str(order.number)).state
    assert (state.status, state.cancellations[0].reason) == (
        OrderStatus.CANCELLED,
        CancelReason.NOT_COLLECTED,
    )
    assert world.check() == []


def test_a_new_address_reaches_who_prepares_it(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    order = sell(till, ("MUG", 2, SHIP, "")).order
    number = str(order.number)
    shops.sync_all()
    home = Address("Zoé Petit", "1 quai du Port", "13002", "Marseille", 43.3, 5.37)
    with pytest.raises(InvalidInput, match="street"):
        till.order_changes.change_address(number, replace(home, street=" "), LEO)
    till.order_changes.change_address(number, home, LEO)
    assert till.orders.get(number).state.order.ship_to == home
    shops.sync_all()
    assert world.fulfilment(order).ship_to == home
    done = carry(till, "MUG").order
    with pytest.raises(Refused, match="still to be delivered"):
        till.order_changes.change_address(str(done.number), home, LEO)
    assert world.check() == []


def test_more_than_the_limit_needs_an_approval(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    order = sell(till, ("LAMP", 5, SHIP, "")).order
    number, limit = str(order.number), till.order_changes.refund_limit()
    assert order.total > limit > Money(0)
    with pytest.raises(Refused, match="needs somebody"):
        till.order_changes.cancel(number, {1: 5}, CUSTOMER, replace(LEO, role=ASSOCIATE))
    assert till.orders.get(number).state.cancellations == ()
    assert signed(till) == []


def test_a_store_sends_what_it_has_and_another_the_rest(shops: Shops, world: World) -> None:
    till = shops.open("S2")
    order = world.placed(("MUG", 2, COLLECT, "S2"))
    found = world.fulfilment(order)
    assert found.location == "S2"
    shops.sync_all()
    code = found.fulfilment_id
    with pytest.raises(Conflict, match="Nothing of it is missing"):
        till.fulfilments.reject_missing(code, RejectionReason.NOT_FOUND, LEO)
    till.fulfilments.start(code, LEO)
    till.fulfilments.picked(code, "MUG")
    shops.cable(till).down = True
    left = till.fulfilments.reject_missing(code, RejectionReason.NOT_FOUND, LEO)
    assert left.quantity == 1
    assert till.fulfilments.progress(code).complete  # what was picked is all there is to pick
    till.fulfilments.pack(code, LEO)
    shops.sync_all()
    assert till.fulfilments.get(code).state is FulfilmentState.PACKED
    others = [f for f in world.fulfilments(order) if f.fulfilment_id != code]
    assert sorted(f.state for f in others) == [FulfilmentState.ALLOCATED, FulfilmentState.REJECTED]
    assert till.status.now().attention == ()
    assert world.check() == []
