"""A bag that a customer holds is never shipped again: a hand-over is booked in any case."""

from __future__ import annotations

import pytest

from sync.central.inventory import ledger as stock
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason
from sync.domain.order import Order
from sync.domain.order_status import OrderStatus
from sync.domain.stock import Balance, DiscrepancyKind
from sync.protocol.commands import Answer, HandOver, Outcome, PackFulfilment, RejectFulfilment
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import COLLECT, PEOPLE, SHIP, World, receive

pytestmark = BOTH_DATABASES

HANDED_OVER, REASSIGNED = FulfilmentState.HANDED_OVER, FulfilmentState.REASSIGNED


def bag(world: World, quantity: int = 1) -> tuple[Order, Fulfilment]:
    """Mugs that a customer collects in S1, which has them."""
    order = world.placed(("MUG", quantity, COLLECT, "S1"), till=world.till("S2"))
    fulfilment = world.fulfilment(order)
    assert fulfilment.location == "S1"
    return order, fulfilment


def handed_over_after_rejection(
    world: World, fulfilment: Fulfilment, reason: RejectionReason
) -> Answer:
    """One till of S1 packs and hands over with the network down; another one rejects first."""
    pack = world.command(PackFulfilment(fulfilment.fulfilment_id, PEOPLE, ()))
    hand = world.command(HandOver(fulfilment.fulfilment_id, PEOPLE), (pack.command_id,))
    assert world.reject(fulfilment, reason).outcome is Outcome.APPLIED
    assert world.send(world.till(), pack).code == "fulfilment.state"
    return world.send(world.till(), hand)


def listed(world: World, order: Order) -> list[Discrepancy]:
    with world.central.database.read() as connection:
        return discrepancies.about(connection, order.number.value)


@pytest.mark.parametrize("reason", RejectionReason)
def test_goods_that_were_rejected_and_left_all_the_same_are_not_sent_again(
    world: World, reason: RejectionReason
) -> None:
    order, fulfilment = bag(world)
    answer = handed_over_after_rejection(world, fulfilment, reason)
    assert (answer.outcome, answer.result["discrepancy"]) == (Outcome.APPLIED, None)
    states = [found.state for found in world.fulfilments(order)]
    assert states == [HANDED_OVER, REASSIGNED]
    assert world.balance("S1", "MUG") == Balance(on_hand=5)
    assert all(world.balance(code, "MUG").allocated == 0 for code in ("W1", "W2", "S2", "S3"))
    state = world.state(order)
    assert (state.status, state.captured) == (OrderStatus.COMPLETED, order.total)
    kinds = [event.kind for event in state.events]
    assert kinds[-2:] == ["handed_over", "taken_back"]
    assert listed(world, order) == []
    assert world.check() == []


def test_what_waits_for_stock_after_the_rejection_waits_no_more(world: World) -> None:
    order, fulfilment = bag(world)
    with world.central.database.write("count") as tx:
        for code in ("W1", "W2", "S2", "S3"):
            stock.count(tx, code, "MUG", 0, "count")
    assert world.reject(fulfilment, RejectionReason.NO_TIME).result["unfilled"] == 1
    assert world.hand_over(fulfilment).outcome is Outcome.APPLIED
    assert world.state(order).lines[0].unfilled == 0
    assert world.state(order).status is OrderStatus.COMPLETED
    assert world.check() == []


def test_what_another_location_has_begun_is_told_to_a_person(world: World) -> None:
    order, fulfilment = bag(world, 2)
    world.reject(fulfilment, RejectionReason.SOLD)
    second = world.fulfilment(order)
    world.pick(second)
    answer = world.hand_over(fulfilment)
    assert (answer.outcome, answer.result["discrepancy"]) == (Outcome.APPLIED, "sent_twice")
    (found,) = listed(world, order)
    assert (found.kind, found.location, found.sku, found.document, found.missing) == (
        DiscrepancyKind.SENT_TWICE,
        "S1",
        "MUG",
        order.number.value,
        2,
    )
    assert world.check() == []
    # Rejected there, as the person asks, it is not looked for again.
    world.reject(second, RejectionReason.NO_TIME)
    assert [found.state.value for found in world.fulfilments(order)] == ["handed_over", "rejected"]
    assert world.state(order).status is OrderStatus.COMPLETED
    assert world.check() == []


def test_what_goes_out_twice_is_paid_once_and_comes_back_once(world: World) -> None:
    order, fulfilment = bag(world)
    world.reject(fulfilment, RejectionReason.SOLD)
    second = world.fulfilment(order)
    world.pack(second)
    world.hand_over(fulfilment)
    assert world.hand_over(second).outcome is Outcome.APPLIED
    state = world.state(order)
    assert (state.captured, state.lines[0].handed_over) == (order.total, 1)
    assert world.check() == []
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods))
    again = world.goods_back(order, {1: 1})
    assert world.deposit(again).code == "return.not_eligible"
    assert world.check() == []


def test_a_part_is_taken_back_of_what_holds_more(world: World) -> None:
    """S1 rejects two pieces; the location that is found gets them with another that waited."""
    with world.central.database.write("count") as tx:
        for code in ("W1", "W2", "S2", "S3"):
            stock.count(tx, code, "LAMP", 0, "count")
    order = world.placed(("LAMP", 3, COLLECT, "S1"))
    (first,) = [found for found in world.fulfilments(order) if found.location == "S1"]
    assert (first.quantity, world.state(order).lines[0].unfilled) == (2, 1)
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "LAMP", 5)
    world.reject(first, RejectionReason.NO_TIME)
    second = world.fulfilment(order)
    assert (second.location, second.quantity) == ("W1", 3)
    assert world.hand_over(first).outcome is Outcome.APPLIED
    kept = world.fulfilments(order)[1]
    assert (kept.state, kept.quantity) == (FulfilmentState.ALLOCATED, 1)
    assert world.balance("W1", "LAMP") == Balance(on_hand=5, allocated=1)
    assert world.check() == []


def test_a_hand_over_of_goods_that_nobody_packed_is_booked(world: World) -> None:
    order, fulfilment = bag(world)
    answer = world.hand_over(fulfilment)
    assert (answer.outcome, answer.result["discrepancy"]) == (Outcome.APPLIED, None)
    assert world.balance("S1", "MUG") == Balance(on_hand=5)
    assert world.state(order).status is OrderStatus.COMPLETED
    assert world.check() == []


def test_goods_with_a_carrier_in_no_known_parcel_are_told_to_a_person(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    answer = world.hand_over(world.fulfilment(order))
    assert (answer.outcome, answer.result["discrepancy"]) == (Outcome.APPLIED, "left_unpacked")
    assert [found.kind for found in listed(world, order)] == [DiscrepancyKind.LEFT_UNPACKED]
    assert world.check() == []


def test_a_hand_over_that_two_tills_tell_of_is_one(world: World) -> None:
    order, fulfilment = bag(world)
    world.pack(fulfilment)
    world.hand_over(fulfilment)
    before = (world.state(order), world.balance("S1", "MUG"))
    assert world.hand_over(fulfilment).outcome is Outcome.APPLIED
    assert (world.state(order), world.balance("S1", "MUG")) == before
    assert world.check() == []


def test_a_rejection_after_the_hand_over_changes_nothing(world: World) -> None:
    order, fulfilment = bag(world)
    world.pack(fulfilment)
    world.hand_over(fulfilment)
    late = RejectFulfilment(fulfilment.fulfilment_id, PEOPLE, RejectionReason.DAMAGED)
    assert world.do(late).code == "fulfilment.state"
    assert len(world.fulfilments(order)) == 1
    assert world.check() == []
