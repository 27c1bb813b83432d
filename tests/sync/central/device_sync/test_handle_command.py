"""Commands: one effect, one answer for ever, and none stands in another's way."""

from __future__ import annotations

import dataclasses
import uuid
from typing import Any

import pytest
from argon2 import PasswordHasher

from sync.domain.fulfilment import RejectionReason
from sync.domain.money import Money
from sync.domain.order_change import AddressChange
from sync.domain.stock import Balance
from sync.protocol.commands import (
    PAYLOADS,
    CancelPieces,
    ChangeAddress,
    Command,
    HandOver,
    Outcome,
    PackFulfilment,
    PayOutCash,
    PlaceOrder,
    RegisterReturn,
    RejectFulfilment,
    ResetPin,
    StartPicking,
)
from tests.sync.central.notifications.test_document_email import wanted
from tests.sync.central.world import CARRY, HOME, PEOPLE, SHIP, World


def ledger_length(world: World) -> int:
    with world.central.database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM movement").scalar_one())


def commands_of_a_whole_order(world: World) -> list[tuple[str, Command]]:
    """Every kind of command, each with the location that sends it, applied as it is made."""
    made: list[tuple[str, Command]] = []

    def go(location: str, payload: Any) -> None:
        command = world.command(payload)
        till = world.till(location)
        assert world.send(till, command).outcome is Outcome.APPLIED
        made.append((location, command))

    order = world.order(("MUG", 1, CARRY), ("CARD", 2, SHIP))
    go("S1", PlaceOrder(order))
    go("S1", ChangeAddress(AddressChange("A1", order.number, HOME), PEOPLE))
    go("S1", CancelPieces(world.cancelling(order, (2, 1)), PEOPLE))
    # Make it a store's fulfilment: the warehouses refuse.
    fulfilment = world.fulfilment(order)
    while not fulfilment.location.startswith("S"):
        world.reject(fulfilment, RejectionReason.NO_TIME)
        fulfilment = world.fulfilment(order)
    go(
        fulfilment.location,
        RejectFulfilment(fulfilment.fulfilment_id, PEOPLE, RejectionReason.NO_TIME),
    )
    fulfilment = world.fulfilment(order)
    go(fulfilment.location, StartPicking(fulfilment.fulfilment_id, PEOPLE))
    go(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, (world.parcel(),)))
    go(fulfilment.location, HandOver(fulfilment.fulfilment_id, PEOPLE))
    goods = world.goods_back(order, {1: 1, 2: 1}, returned_before={2: 1})
    go("S1", RegisterReturn(goods, world.receipt(order)))
    go("S1", world.inspected(goods))
    go("S1", PayOutCash(goods.number, PEOPLE, Money(650)))
    go("S1", wanted(order))
    go("S1", ResetPin(PEOPLE, PEOPLE, PasswordHasher().hash("902461")))
    return made


def test_every_kind_of_command_sent_again_changes_nothing_and_gets_its_answer(
    world: World,
) -> None:
    made = commands_of_a_whole_order(world)
    assert len({command.kind for _, command in made}) == len(PAYLOADS)
    before = ledger_length(world)
    for location, command in made * 2:
        assert world.send(world.till(location), command).outcome is Outcome.APPLIED
    assert ledger_length(world) == before
    assert world.check() == []


def test_a_refusal_is_an_answer_for_ever_too(world: World) -> None:
    command = world.command(StartPicking("C0001-000001-4.1", PEOPLE))
    first = world.send(world.till(), command)
    assert (first.outcome, first.code) == (Outcome.REFUSED, "fulfilment.unknown")
    world.placed(("CARD", 1, SHIP))
    assert world.send(world.till(), command) == first


def test_another_command_under_a_used_number_is_refused(world: World) -> None:
    order = world.order(("MUG", 1, CARRY))
    command = world.command(PlaceOrder(order))
    world.send(world.till(), command)
    other = dataclasses.replace(
        world.command(PlaceOrder(world.order(("MUG", 2, CARRY)))), command_id=command.command_id
    )
    answer = world.send(world.till(), other)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "command.reused")
    assert world.balance("S1", "MUG") == Balance(on_hand=5)


def test_another_device_does_not_get_the_answer(world: World) -> None:
    command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    world.send(world.till(), command)
    assert world.send(world.till("S2"), command).code == "command.reused"


def test_a_command_waits_for_the_one_that_it_depends_on(world: World) -> None:
    first = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    second = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))), (first.command_id,))
    waiting = world.send(world.till(), second)
    assert (waiting.outcome, waiting.code) == (Outcome.WAITING, "command.depends_on")
    assert world.send(world.till(), first).outcome is Outcome.APPLIED
    assert world.send(world.till(), second).outcome is Outcome.APPLIED


def test_what_depends_on_a_refused_command_is_refused(world: World) -> None:
    first = world.command(StartPicking("nothing", PEOPLE))
    second = world.command(StartPicking("nothing", PEOPLE), (first.command_id,))
    world.send(world.till(), first)
    assert world.send(world.till(), second).code == "command.dependency_refused"


def test_a_fact_is_booked_whatever_became_of_what_it_depends_on(world: World) -> None:
    first = world.command(StartPicking("nothing", PEOPLE))
    sale = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))), (first.command_id,))
    world.send(world.till(), first)
    assert world.send(world.till(), sale).outcome is Outcome.APPLIED
    assert world.balance("S1", "MUG") == Balance(on_hand=5)


@pytest.mark.parametrize(("kind", "version"), [("fly_to_the_moon", 1), ("start_picking", 2)])
def test_what_this_server_does_not_know_waits_on_the_device(
    world: World, kind: str, version: int
) -> None:
    command = Command(uuid.UUID(int=7), kind, world.now, {}, version=version)
    answer = world.send(world.till(), command)
    assert (answer.outcome, answer.code) == (Outcome.WAITING, "command.unknown_kind")


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"fulfilment_id": 7, "associate": "A"},
        {"fulfilment_id": "x", "associate": "A", "role": "manager"},
        {"fulfilment_id": None, "associate": []},
        {"order": {"number": "C"}},
    ],
)
def test_a_payload_that_cannot_be_read_is_refused_with_its_field(
    world: World, payload: dict[str, Any]
) -> None:
    command = Command(uuid.UUID(int=8), "start_picking", world.now, payload)
    answer = world.send(world.till(), command)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "message.invalid")
    assert answer.params["field"]


def test_a_fault_of_ours_keeps_the_command_on_the_device(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    command = world.command(PlaceOrder(world.order(("MUG", 1, CARRY))))
    monkeypatch.setattr("sync.central.payments.ledger.authorise", broken)
    answer = world.send(world.till(), command)
    assert (answer.outcome, answer.code) == (Outcome.WAITING, "server.fault")
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    monkeypatch.undo()
    assert world.send(world.till(), command).outcome is Outcome.APPLIED
    assert world.check() == []


def test_a_refused_command_leaves_no_trace_but_its_answer(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    before = (ledger_length(world), world.state(order))
    fulfilment = world.fulfilment(order)
    world.at(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, ()))
    assert (ledger_length(world), world.state(order)) == before


def test_a_device_may_not_take_web_orders(world: World) -> None:
    from sync.domain.order import Channel

    order = dataclasses.replace(world.order(("MUG", 1, CARRY)), channel=Channel.WEB)
    assert world.do(PlaceOrder(order)).code == "order.channel"


def test_while_there_is_no_policy_an_order_waits_on_the_device(world: World) -> None:
    reference = world.central.reference
    kept, reference.policies = reference.policies, ()
    reference.generation += 1
    order = world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP))
    command = world.command(PlaceOrder(order))
    answer = world.send(world.till(), command)
    assert (answer.outcome, answer.code) == (Outcome.WAITING, "sourcing.no_policy")
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    reference.policies = kept
    reference.generation += 1
    assert world.send(world.till(), command).outcome is Outcome.APPLIED
