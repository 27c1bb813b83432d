"""A location that has some of what it was given sends that; the rest comes from elsewhere."""

from __future__ import annotations

from collections import Counter

import pytest

from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason
from sync.domain.order import Order
from sync.domain.order_change import LineCount
from sync.protocol.commands import Answer, Outcome, RejectFulfilment
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import PEOPLE, SHIP, World

pytestmark = BOTH_DATABASES
NOT_FOUND, NO_TIME = RejectionReason.NOT_FOUND, RejectionReason.NO_TIME


def short(
    world: World, found: Fulfilment, *lines: tuple[int, int], reason: RejectionReason = NOT_FOUND
) -> Answer:
    counts = tuple(LineCount(*line) for line in lines)
    payload = RejectFulfilment(found.fulfilment_id, PEOPLE, reason, counts)
    return world.at(found.location, payload)


def open_ones(world: World, order: Order) -> dict[str, int]:
    """Pieces by location of what is to be prepared."""
    done = (FulfilmentState.REJECTED, FulfilmentState.HANDED_OVER)
    pieces: Counter[str] = Counter()
    for found in world.fulfilments(order):
        if found.state not in done:
            pieces[found.location] += found.quantity
    return dict(pieces)


@pytest.mark.parametrize("reason", list(RejectionReason))
def test_what_is_missing_comes_from_elsewhere_and_the_rest_from_here(
    world: World, reason: RejectionReason
) -> None:
    order = world.placed(("MUG", 3, SHIP), ("CARD", 2, SHIP))
    found = world.fulfilment(order)
    world.pick(found)
    before = world.balance(found.location, "MUG")
    answer = short(world, found, (1, 1), reason=reason)
    assert (answer.outcome, answer.result["unfilled"]) == (Outcome.APPLIED, 0)
    after = world.balance(found.location, "MUG")
    lost = reason in (NOT_FOUND, RejectionReason.DAMAGED)
    assert after.allocated == before.allocated - 1
    assert after.on_hand == before.on_hand - lost
    pieces = open_ones(world, order)
    assert pieces.pop(found.location) == 4
    assert list(pieces.values()) == [1]
    again = next(f for f in world.fulfilments(order) if f.fulfilment_id == found.fulfilment_id)
    assert again.state is FulfilmentState.PICKING  # it goes on where it was
    world.fulfil(order)
    assert world.state(order).captured == order.total
    assert world.check() == []


def test_all_of_a_line_or_of_everything(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP), ("CARD", 2, SHIP))
    found = world.fulfilment(order)
    short(world, found, (1, 1))
    assert open_ones(world, order)[found.location] == 2
    short(world, found, (2, 2))
    assert found.location not in open_ones(world, order)
    assert sum(open_ones(world, order).values()) == 3
    assert world.check() == []


def test_what_nobody_else_has_waits(world: World) -> None:
    there = world.everywhere("LAMP")
    order = world.placed(("LAMP", there, SHIP))
    found = world.fulfilments(order)[0]
    answer = short(world, found, (1, 1))
    assert answer.result["unfilled"] == 1
    assert world.state(order).lines[0].unfilled == 1
    assert world.check() == []


@pytest.mark.parametrize("lines", [((1, 4),), ((1, 0),), ((9, 1),), ((1, 1), (1, 1))])
def test_pieces_that_are_not_on_the_list_change_nothing(
    world: World, lines: tuple[tuple[int, int], ...]
) -> None:
    order = world.placed(("MUG", 3, SHIP))
    found = world.fulfilment(order)
    answer = short(world, found, *lines)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "fulfilment.pieces")
    assert world.fulfilment(order) == found


def test_what_is_packed_is_rejected_whole_or_not(world: World) -> None:
    order = world.placed(("MUG", 3, SHIP))
    found = world.fulfilment(order)
    world.pack(found)
    answer = short(world, found, (1, 1))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "fulfilment.packed")
    assert short(world, found, (1, 3)).outcome is Outcome.APPLIED
    assert world.check() == []
