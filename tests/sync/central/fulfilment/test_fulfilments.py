"""Fulfilments: one state at a time, by the location that has them, with goods and money in step."""

from __future__ import annotations

import dataclasses

import pytest

from sync.domain.fulfilment import Fulfilment, FulfilmentState, Parcel, RejectionReason
from sync.domain.money import Money
from sync.domain.stock import Balance
from sync.protocol.commands import (
    HandOver,
    Outcome,
    PackFulfilment,
    Payload,
    StartPicking,
)
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import COLLECT, PEOPLE, SHIP, World

pytestmark = BOTH_DATABASES


def collected_here(world: World) -> Fulfilment:
    """A click and collect bag that S1 fills from its own shelf."""
    order = world.placed(("CARD", 2, COLLECT, "S1"))
    fulfilment = world.fulfilment(order)
    assert (fulfilment.location, fulfilment.collect_at) == ("S1", "S1")
    return fulfilment


def test_goods_and_money_move_when_the_fulfilment_is_handed_over(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    fulfilment = world.fulfilment(order)
    world.pick(fulfilment)
    world.pack(fulfilment)
    assert world.balance(fulfilment.location, "MUG").allocated == 2
    assert world.state(order).captured == Money(0)
    world.hand_over(fulfilment)
    assert world.balance(fulfilment.location, "MUG") == Balance(on_hand=38)
    state = world.state(order)
    assert (state.captured, state.lines[0].handed_over) == (order.total, 2)
    assert world.check() == []


def test_a_fulfilment_can_be_packed_without_being_picked_first(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    assert world.pack(world.fulfilment(order)).outcome is Outcome.APPLIED


def test_a_bag_for_the_customer_needs_no_label_and_tells_that_it_is_ready(world: World) -> None:
    fulfilment = collected_here(world)
    assert world.pack(fulfilment).outcome is Outcome.APPLIED
    with world.central.database.read() as connection:
        mails = connection.exec_driver_sql("SELECT subject FROM mail").scalars().all()
    assert mails == [f"Votre commande {fulfilment.order_number} est prête"]


def test_a_parcel_without_label_is_refused(world: World) -> None:
    fulfilment = world.fulfilment(world.placed(("MUG", 1, SHIP)))
    answer = world.at(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, ()))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "pack.no_parcel")


@pytest.mark.parametrize("weight_g", [0, -1, 1_000_001])
def test_a_parcel_of_an_absurd_weight_is_refused(world: World, weight_g: int) -> None:
    fulfilment = world.fulfilment(world.placed(("MUG", 1, SHIP)))
    box = dataclasses.replace(world.parcel(), weight_g=weight_g)
    answer = world.at(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, (box,)))
    assert answer.code == "pack.weight"


def test_the_carriers_number_is_the_carriers_to_give(world: World) -> None:
    fulfilment = world.fulfilment(world.placed(("MUG", 1, SHIP)))
    box = dataclasses.replace(world.parcel(), tracking_number="DX123")
    answer = world.at(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, (box,)))
    assert answer.code == "pack.tracking_number"


def test_an_sscc_is_never_used_twice(world: World) -> None:
    first, second = (world.fulfilment(world.placed(("MUG", 1, SHIP))) for _ in range(2))
    box = world.parcel()

    def packed(fulfilment: Fulfilment, *boxes: Parcel) -> str:
        return world.at(
            fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, boxes)
        ).code

    assert packed(first, box, box) == "pack.sscc_used"
    assert packed(first, box) == ""
    assert packed(second, box) == "pack.sscc_used"


def test_the_sscc_of_a_rejected_fulfilment_stays_used(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    first = world.fulfilment(order)
    box = world.parcel()
    world.at(first.location, PackFulfilment(first.fulfilment_id, PEOPLE, (box,)))
    world.reject(first, RejectionReason.DAMAGED)
    second = world.fulfilment(order)
    answer = world.at(second.location, PackFulfilment(second.fulfilment_id, PEOPLE, (box,)))
    assert answer.code == "pack.sscc_used"


@pytest.mark.parametrize("done", ["handed_over", "rejected"])
def test_a_finished_fulfilment_cannot_be_done_again(world: World, done: str) -> None:
    fulfilment = world.fulfilment(world.placed(("MUG", 1, SHIP)))
    if done == "rejected":
        world.reject(fulfilment, RejectionReason.NO_TIME)
    else:
        world.pack(fulfilment)
        world.hand_over(fulfilment)
    for again in (world.pick, world.pack):
        answer = again(fulfilment)
        assert (answer.outcome, answer.code) == (Outcome.REFUSED, "fulfilment.state")
        assert answer.params["current"] == done
    assert world.check() == []


@pytest.mark.parametrize("kind", ["pick", "pack", "hand_over"])
def test_a_fulfilment_of_another_store_does_not_exist(world: World, kind: str) -> None:
    fulfilment = collected_here(world)
    payloads: dict[str, Payload] = {
        "pick": StartPicking(fulfilment.fulfilment_id, PEOPLE),
        "pack": PackFulfilment(fulfilment.fulfilment_id, PEOPLE, ()),
        "hand_over": HandOver(fulfilment.fulfilment_id, PEOPLE),
    }
    answer = world.do(payloads[kind], world.till("S2"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "fulfilment.unknown")
    assert world.fulfilments(world.state_of(fulfilment).order)[0].state is FulfilmentState.ALLOCATED


def test_a_parcel_from_elsewhere_is_handed_over_by_the_store_of_collection(world: World) -> None:
    order = world.placed(("LAMP", 1, COLLECT, "S3"))
    fulfilment = world.fulfilment(order)
    assert fulfilment.location != "S3"
    world.pack(fulfilment)
    assert world.do(HandOver(fulfilment.fulfilment_id, PEOPLE), world.till("S3")).code == (
        "fulfilment.unknown"
    )
    world.hand_over(fulfilment)
    assert world.state(order).captured == order.total
    assert world.state(order).lines[0].handed_over == 0
    assert world.do(HandOver(fulfilment.fulfilment_id, PEOPLE), world.till("S3")).code == ""
    assert world.state(order).lines[0].handed_over == 1
    before = world.state(order)
    again = world.do(HandOver(fulfilment.fulfilment_id, PEOPLE), world.till("S3"))
    assert (again.outcome, world.state(order)) == (Outcome.APPLIED, before)
    assert world.check() == []


def test_a_packed_fulfilment_that_is_rejected_gives_its_promise_back(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    fulfilment = world.fulfilment(order)
    world.pack(fulfilment)
    world.reject(fulfilment, RejectionReason.NO_TIME)
    assert world.balance(fulfilment.location, "MUG") == Balance(on_hand=40)
    assert world.fulfilment(order).location != fulfilment.location
    assert world.check() == []


def test_a_history_tells_what_happened_in_order(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    world.pick(world.fulfilment(order))
    world.fulfil(order)
    kinds = [event.kind for event in world.state(order).events]
    assert kinds == ["received", "sourced", "picking", "packed", "shipped"]
