"""By which right goods come back, as the server knows it from what was delivered."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import timedelta

from sync.central.allocation.decisions import Decisions
from sync.central.orders.place_order import place_order
from sync.central.records import order_records
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Channel, Order
from sync.domain.returns import (
    Disposition,
    InspectedLine,
    Return,
    ReturnReason,
    ReturnRight,
    shipping_vat,
)
from sync.protocol.commands import InspectReturn, Outcome, RegisterReturn
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, PEOPLE, SHIP, World

pytestmark = BOTH_DATABASES
SERIALS = itertools.count(1)
WITHDRAWAL = ReturnRight.WITHDRAWAL


def web_order(world: World) -> Order:
    """Two mugs and a lamp, bought online and handed to the carrier."""
    order = dataclasses.replace(
        world.order(("MUG", 2, SHIP), ("LAMP", 1, SHIP), fee=690),
        number=DocumentNumber.build(WEB_ORDER, 0, next(SERIALS)),
        channel=Channel.WEB,
        associate="",
    )
    ctx = world.central.context
    decisions = Decisions(ctx)
    ctx.database.settle("test", lambda tx: place_order(ctx, tx, order, decisions))
    world.fulfil(order)
    return order


def deliver(world: World) -> None:
    world.run("booking")
    for _ in range(6):
        world.pass_time(days=1)
        world.run("tracking")


def back(world: World, order: Order, lines: dict[int, int], fee: int = 0) -> Return:
    """The return as a till makes it."""
    goods = world.goods_back(order, lines)
    due = Money(fee)
    return dataclasses.replace(goods, shipping=due, shipping_vat=shipping_vat(order, due))


def returned(world: World, goods: Return) -> Return:
    with world.central.database.read() as connection:
        return order_records.return_record(connection, goods.number.value).goods


def refused(world: World, goods: Return) -> str:
    world.hire("A02")
    answer = world.by("A02", RegisterReturn(goods))
    assert answer.outcome is Outcome.REFUSED, answer
    return str(answer.code)


def test_with_all_of_a_distance_sale_the_standard_delivery_goes_back(world: World) -> None:
    order = web_order(world)
    deliver(world)
    goods = back(world, order, {1: 2, 2: 1}, fee=490)
    world.applied(RegisterReturn(goods))
    assert [line.right for line in returned(world, goods).lines] == [WITHDRAWAL, WITHDRAWAL]
    world.applied(world.inspected(goods))
    expected = order.goods_total + Money(490)
    assert world.state(order).refunded == {0: expected}
    assert world.check() == []


def test_a_fee_that_does_not_go_back_is_not_announced(world: World) -> None:
    order = web_order(world)
    deliver(world)
    for goods in (back(world, order, {1: 2, 2: 1}), back(world, order, {1: 2}, fee=490)):
        assert refused(world, goods) == "return.shipping"
    assert world.state(order).lines[0].returning == 0


def test_what_is_kept_back_at_the_inspection_keeps_the_fee(world: World) -> None:
    order = web_order(world)
    deliver(world)
    goods = back(world, order, {1: 2, 2: 1}, fee=490)
    world.applied(RegisterReturn(goods))
    lines = (InspectedLine(1, Disposition.RESTOCK), InspectedLine(2, Disposition.DESTROY, False))
    world.applied(InspectReturn(goods.number, PEOPLE, lines))
    assert world.state(order).refunded == {0: order.lines[0].amount}
    assert world.check() == []


def test_the_days_count_from_when_the_carrier_brought_it(world: World) -> None:
    order = web_order(world)
    world.pass_time(days=60)  # nobody has said yet that it arrived
    assert world.state(order).received_at is None
    deliver(world)
    received = world.state(order).received_at
    assert received is not None
    world.now = received + timedelta(days=13)
    goods = back(world, order, {1: 2, 2: 1}, fee=490)
    world.applied(RegisterReturn(goods))
    world.applied(world.inspected(goods, accepted=False))
    world.now = received + timedelta(days=17)
    late = back(world, order, {1: 2, 2: 1}, fee=490)
    assert refused(world, late) == "return.not_eligible"


def test_after_the_policy_only_what_is_not_as_sold_comes_back(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    assert world.state(order).received_at == order.placed_at
    world.pass_time(days=31)
    goods = world.goods_back(order, {1: 1})
    assert refused(world, goods) == "return.not_eligible"
    faulty = dataclasses.replace(goods.lines[0], reason=ReturnReason.FAULTY)
    world.applied(RegisterReturn(dataclasses.replace(goods, lines=(faulty,))))
    assert returned(world, goods).lines[0].right is ReturnRight.GUARANTEE
    world.pass_time(days=700)
    again = world.goods_back(order, {1: 1}, returned_before={1: 1})
    faulty = dataclasses.replace(again.lines[0], reason=ReturnReason.FAULTY)
    over = dataclasses.replace(again, lines=(faulty,))
    assert refused(world, over) == "return.not_eligible"
