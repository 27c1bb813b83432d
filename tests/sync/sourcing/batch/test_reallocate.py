"""Whatever a batch proposes can be supplied, is worth it, and comes in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.location import Location
from sync.sourcing import Calendar, Decision, Network, Request
from sync.sourcing.batch.reallocate import BatchInputs, Move, OpenOrder, Proposal, propose
from sync.sourcing.reasons import with_reasons
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock

RULES = policy("[handling.store]\nparcel_eur = 3.0\n[batch]\nswitching_eur = 0.5")
PLACES = ("lyon", "nantes", "paris", "wh-north", "wh-south")
SKUS = ("cup", "tea")


def held(number: int, places: dict[str, str], **more: object) -> OpenOrder:
    """An order with one piece of each article, each from its place."""
    lines = [line(i, sku) for i, sku in enumerate(sorted(places), start=1)]
    asked: Request = request(*lines, order_number=f"W-{number}", **more)
    by_place: dict[str, list[int]] = {}
    for each in lines:
        by_place.setdefault(places[each.sku], []).append(each.line_id)
    return OpenOrder(
        asked,
        (f"W-{number}.1",),
        tuple((code, tuple(ids)) for code, ids in sorted(by_place.items())),
        (world.TUESDAY_10H,) * len(by_place),
        world.TUESDAY_10H - timedelta(hours=1),
        "everywhere",
    )


def proposed(
    orders: list[OpenOrder],
    free: dict[str, dict[str, int]],
    locations: list[Location] | None = None,
) -> Proposal:
    inputs = BatchInputs(
        tuple(orders),
        Network.of(locations or world.locations()),
        stock(free),
        RULES,
        world.tables(),
        {},
        world.TUESDAY_10H,
        Calendar(),
    )
    return propose(inputs)


def reasons_of(move: Move) -> Decision:
    found = with_reasons(
        move.decision,
        move.order.request,
        Network.of(world.locations()),
        move.stock,
        RULES,
        world.tables(),
        calendar=Calendar(),
    )
    assert found is not None
    return found


def test_nothing_open_is_nothing_to_do() -> None:
    assert proposed([], {}) == Proposal(0, (), 0.0)


def test_what_is_best_where_it_is_stays() -> None:
    found = proposed([held(1, {"tea": "wh-north"})], {"tea": {"paris": 9, "wh-south": 9}})
    assert (found.looked_at, found.groups) == (1, ())


def test_an_order_in_two_parcels_comes_together() -> None:
    order = held(1, {"tea": "paris", "cup": "nantes"})
    ((move,),) = proposed([order], {"tea": {"wh-north": 1}, "cup": {"wh-north": 1}}).groups
    assert move.decision.locations == ("wh-north",)
    assert move.decision.moved is not None
    assert move.decision.moved.locations == ("nantes", "paris")


PLACE = st.sampled_from(PLACES)
OPEN = st.lists(
    st.dictionaries(st.sampled_from(SKUS), PLACE, min_size=1, max_size=2), min_size=1, max_size=5
)
FREE = st.fixed_dictionaries({sku: st.dictionaries(PLACE, st.integers(0, 2)) for sku in SKUS})


@settings(max_examples=40, deadline=None)
@given(OPEN, FREE)
def test_whatever_is_proposed_is_supplied_worth_it_and_the_same_again(
    places: list[dict[str, str]], free: dict[str, dict[str, int]]
) -> None:
    orders = [held(number, where) for number, where in enumerate(places)]
    found = proposed(orders, free)
    left = Counter({(sku, code): n for sku, at in free.items() for code, n in at.items()})
    for group in found.groups:
        assert sum(move.saving_micro for move in group) > 500_000 * len(group)
        for move in group:
            left.update(move.order.pieces())
        for move in group:
            left.subtract(move.takes)
            assert sum(move.takes.values()) == len(move.order.request.lines)
            explained = reasons_of(move)
            told = {v.location for v in explained.evaluations} | set(move.decision.locations)
            assert told == set(PLACES)
        assert all(count >= 0 for count in left.values())
    numbers = [move.order.request.order_number for group in found.groups for move in group]
    assert len(set(numbers)) == len(numbers)
    assert found == proposed(orders, free)


def test_a_cheaper_place_that_would_break_the_promise_is_not_proposed() -> None:
    """The warehouse would cost less, and takes days longer."""
    slow = [
        replace(place, lead_time_hours=30.0) if place.code == "wh-south" else place
        for place in world.locations()
    ]
    free = {"tea": {"wh-south": 5}}
    ((move,),) = proposed([held(1, {"tea": "paris"})], free, slow).groups
    (shipment,) = move.decision.shipments
    late = shipment.arrives_at - timedelta(hours=1)
    promised = held(1, {"tea": "paris"}, promised_by=late)
    assert proposed([promised], free, slow).groups == ()
    in_time = held(1, {"tea": "paris"}, promised_by=shipment.arrives_at)
    assert len(proposed([in_time], free, slow).groups) == 1
