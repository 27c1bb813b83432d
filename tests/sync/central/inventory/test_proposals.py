"""Transfers that are proposed help, take nothing that is needed, and vanish once they are made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.central.inventory import consignments, demand
from sync.central.inventory.consignments import Consignment
from sync.central.inventory.demand import STORE, Tally
from sync.central.inventory.proposals import Acceptance, Proposal, accept, propose
from sync.domain.consignment import ConsignmentState, GoodsLine, Receipt, Transfer
from sync.domain.errors import Conflict, InvalidInput, NotFound
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import World

pytestmark = BOTH_DATABASES


def sell(world: World, sku: str, by_store: dict[str, float], weeks: int = 12) -> None:
    """So many pieces a week, for so many weeks before now."""
    with world.central.database.write("test") as tx:
        for ago in range(1, weeks + 1):
            day = (world.now - ago * timedelta(weeks=1) + timedelta(days=2)).date()
            asked = {(sku, STORE, code): Tally(n, 0.0, 0.0) for code, n in by_store.items() if n}
            demand.write_demand(tx, day, asked)


def proposed(world: World, **more: float) -> list[Proposal]:
    with world.central.database.read() as connection:
        return propose(world.central.reference, connection, world.now, **more)  # type: ignore[arg-type]


def test_without_demand_nothing_is_proposed(world: World) -> None:
    assert proposed(world) == []


def test_what_will_sell_is_sent_from_where_there_is_most_to_spare(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0, "S1": 0.5})
    found = proposed(world)
    assert found
    best = found[0]
    assert (best.sku, best.source, best.destination) == ("MUG", "W1", "S3")
    assert best.there == 3
    assert best.quantity == best.enough - 3 <= best.spare
    assert (best.weekly, best.quantity, best.lost) == (3.25, 8, 3.49)  # of 6.5 in two weeks
    given = sum(each.quantity for each in found if each.source == "W1")
    assert given <= world.balance("W1", "MUG").free
    assert all(each.source != each.destination for each in found)


def test_a_transfer_that_was_made_is_not_proposed_again(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    best = proposed(world)[0]
    with world.central.database.write("test") as tx:
        sent = Transfer(
            best.number,
            best.source,
            best.destination,
            world.now.date() + timedelta(days=2),
            (GoodsLine(best.sku, best.quantity),),
        )
        consignments.send(world.central.reference, tx, sent, "test")
    assert best.number not in {each.number for each in proposed(world)}
    assert "S3" not in {each.destination for each in proposed(world)}
    assert world.check() == []


def test_more_certainty_and_more_days_ask_for_more(world: World) -> None:
    sell(world, "MUG", {"S3": 4.0, "S2": 4.0})
    few = sum(each.quantity for each in proposed(world, service_level=0.6, cover_days=7))
    many = sum(each.quantity for each in proposed(world, service_level=0.99, cover_days=28))
    assert few < many
    assert len(proposed(world, limit=1)) == 1


def test_a_store_without_an_article_gets_none_of_it(world: World) -> None:
    sell(world, "LAMP", {"S1": 5.0, "S2": 5.0})
    assert {each.destination for each in proposed(world)} == {"S1"}


@pytest.mark.parametrize("asked", [{"service_level": 1.0}, {"service_level": 0.0},
                                   {"cover_days": 0}, {"cover_days": 1000}])  # fmt: skip
def test_what_nobody_can_mean_is_refused(world: World, asked: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        proposed(world, **asked)


def accepted(world: World, *numbers: str) -> list[Consignment]:
    wanted = Acceptance(numbers) if numbers else Acceptance(all=True)
    return accept(world.central.reference, world.central.database, wanted, "test")


def send(world: World, asked: Proposal, quantity: int, destination: str = "") -> Consignment:
    lines = (GoodsLine(asked.sku, quantity),)
    to, day = destination or asked.destination, world.now.date() + timedelta(days=1)
    with world.central.database.write("test") as tx:
        transfer = Transfer(asked.number, asked.source, to, day, lines)
        return consignments.send(world.central.reference, tx, transfer, "test")


def to_come(world: World) -> list[tuple[str, ConsignmentState]]:
    with world.central.database.read() as connection:
        return [(each.number, each.state) for each in consignments.listed(connection)]


def test_what_is_accepted_is_asked_for_once_and_moves_nothing(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    best = proposed(world)[0]
    before = world.balance(best.source, "MUG"), world.balance("S3", "MUG")
    made = accepted(world, best.number)
    assert made == accepted(world, best.number)
    (one,) = made
    assert (one.number, one.source, one.destination, one.state) == (
        best.number, best.source, "S3", ConsignmentState.REQUESTED,
    )  # fmt: skip
    assert [(line.sku, line.expected) for line in one.lines] == [("MUG", best.quantity)]
    assert (world.balance(best.source, "MUG"), world.balance("S3", "MUG")) == before
    assert to_come(world) == [(best.number, ConsignmentState.REQUESTED)]
    assert "S3" not in {each.destination for each in proposed(world)}
    assert world.check() == []


def test_what_was_asked_for_leaves_as_it_was_found(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    best = proposed(world)[0]
    accepted(world, best.number)
    with world.central.database.write("test") as tx, pytest.raises(Conflict) as caught:
        receipt = Receipt((GoodsLine("MUG", 1),))
        consignments.receive(world.central.reference, tx, best.number, receipt, "test")
    assert caught.value.code == "consignment.requested"
    with pytest.raises(Conflict):
        send(world, best, 1, destination="S2")
    there = world.balance(best.source, "MUG").on_hand
    assert send(world, best, best.quantity - 1).state is ConsignmentState.SENT
    assert send(world, best, best.quantity - 1).state is ConsignmentState.SENT
    assert world.balance(best.source, "MUG").on_hand == there - best.quantity + 1
    assert world.balance("S3", "MUG").in_transit == best.quantity - 1
    assert to_come(world) == [(best.number, ConsignmentState.SENT)]
    assert accepted(world, best.number)[0].state is ConsignmentState.SENT
    assert world.check() == []


def test_what_was_asked_for_is_called_off_and_proposed_again_the_next_day(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    best = proposed(world)[0]
    accepted(world)
    with world.central.database.write("test") as tx:
        assert consignments.cancel(tx, best.number).state is ConsignmentState.CANCELLED
    assert best.number not in {each.number for each in proposed(world)}
    world.now += timedelta(days=1)
    assert proposed(world)[0].destination == "S3"
    assert world.check() == []


def test_of_acceptances_that_nobody_can_mean_nothing_is_made(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    with pytest.raises(NotFound) as caught:
        accepted(world, proposed(world)[0].number, "P-NONE")
    assert caught.value.code == "proposals.unknown"
    assert to_come(world) == []
    for numbers, everything in (((), False), (("P1",), True)):
        with pytest.raises(InvalidInput):
            Acceptance(numbers, everything)
