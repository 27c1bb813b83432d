"""What a location can prepare in a day: orders and pieces, today and on its next working day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sourcing import Decision, Network, Snapshot, source
from sync.sourcing.options.workload import workload
from sync.sourcing.rates.working_days import Calendar
from tests.sync.sourcing import world
from tests.sync.sourcing.world import TUESDAY_10H, line, policy, request

ONLY_PARIS = {"tea": {"paris": 50}}
TEN = policy("[limits.orders_per_day]\nstore = 10")


def network(capacity_pieces_per_day: int) -> Network:
    return Network.of(
        replace(place, capacity_pieces_per_day=capacity_pieces_per_day)
        if place.code == "paris"
        else place
        for place in world.network().locations
    )


def decided(
    load: dict[str, int],
    next_day: dict[str, int],
    rules: str = "[limits.orders_per_day]\nstore = 10",
    at: datetime = TUESDAY_10H,
) -> Decision:
    return source(
        request(line(1, "tea"), placed_at=at),
        world.network(),
        world.stock(ONLY_PARIS, load, next_day),
        policy(rules),
        world.tables(),
    )


def test_a_day_that_is_full_puts_the_order_on_the_next_one() -> None:
    today, tomorrow = decided({"paris": 9}, {}), decided({"paris": 10}, {"paris": 9})
    (soon,), (later,) = today.shipments, tomorrow.shipments
    assert soon.ready_at.date() == TUESDAY_10H.date()
    assert later.ready_at.date() == TUESDAY_10H.date() + timedelta(1)
    place = world.network().locations[world.network().index["paris"]]
    minutes = later.ready_at.hour * 60 + later.ready_at.minute
    assert minutes == place.opens + place.lead_time_hours * 60
    assert later.arrives_at > soon.arrives_at


def test_two_full_days_are_enough() -> None:
    refused = decided({"paris": 10}, {"paris": 10})
    assert refused.status == "unfillable"
    reasons = {v.location: v.reason for v in refused.evaluations}
    assert reasons["paris"] == "filtered:capacity"


def test_without_the_filter_nobody_is_full() -> None:
    rules = "[limits.orders_per_day]\nstore = 10\n[filters]\nrespect_capacity = false"
    (shipment,) = decided({"paris": 500}, {"paris": 500}, rules).shipments
    assert shipment.ready_at.date() == TUESDAY_10H.date()


def test_the_day_after_saturday_is_monday() -> None:
    saturday = TUESDAY_10H + timedelta(4)
    full = {saturday.date(): {"paris": (10, 10)}}
    asked = request(line(1, "tea"), placed_at=saturday)
    stock = Snapshot(7, ONLY_PARIS, full)
    (shipment,) = source(asked, world.network(), stock, TEN, world.tables()).shipments
    assert shipment.ready_at.date() == saturday.date() + timedelta(2)


def test_an_order_of_the_evening_counts_on_the_day_on_which_it_is_ready() -> None:
    evening = TUESDAY_10H.replace(hour=17)
    (shipment,) = decided({"paris": 99}, {"paris": 9}, at=evening).shipments
    assert shipment.ready_at.date() == TUESDAY_10H.date() + timedelta(1)
    (shipment,) = decided({"paris": 99}, {"paris": 10}, at=evening).shipments
    assert shipment.ready_at.date() == TUESDAY_10H.date() + timedelta(2)


@pytest.mark.parametrize(("pieces", "days"), [(0, 0), (30, 0), (27, 1), (12, 1)])
def test_pieces_have_a_limit_of_their_own(pieces: int, days: int) -> None:
    """Nine orders of three pieces are there already."""
    asked, stock = request(line(1, "tea", 5)), world.stock(ONLY_PARIS, {"paris": 9})
    among = network(capacity_pieces_per_day=pieces)
    (shipment,) = source(asked, among, stock, policy(), world.tables()).shipments
    assert shipment.ready_at.date() == TUESDAY_10H.date() + timedelta(days)


def test_the_load_that_costs_is_that_of_the_day_meant() -> None:
    rules = "[limits.orders_per_day]\nstore = 10\n[time]\nfull_load_eur = 4"
    for load, next_day, share in (({"paris": 5}, {}, 0.5), ({"paris": 10}, {"paris": 2}, 0.2)):
        decision = decided(load, next_day, rules)
        parts = decision.shipments[0].cost.parts
        assert parts is not None
        assert parts.load == pytest.approx(4e6 * share**2)


@settings(max_examples=200, deadline=None)
@given(
    load=st.dictionaries(st.sampled_from(["paris", "lyon", "nantes"]), st.integers(0, 12)),
    next_day=st.dictionaries(st.sampled_from(["paris", "lyon", "nantes"]), st.integers(0, 12)),
    hours=st.integers(0, 9 * 24),
    pieces=st.integers(0, 36),
)
def test_nothing_is_put_on_a_day_that_is_full(
    load: dict[str, int], next_day: dict[str, int], hours: int, pieces: int
) -> None:
    at = TUESDAY_10H + timedelta(hours=hours)
    among = network(capacity_pieces_per_day=pieces)
    stock = world.stock({"tea": {"paris": 9, "lyon": 9, "nantes": 9}}, load, next_day)
    decision = source(request(line(1, "tea"), placed_at=at), among, stock, TEN, world.tables())
    days = workload(among, stock, TEN, Calendar(), at)
    for shipment in decision.shipments:
        place = among.index[shipment.location]
        orders, given_pieces = stock.due(among, shipment.ready_at.date())[:, place]
        assert orders < 10
        assert shipment.location != "paris" or not pieces or given_pieces < pieces
        assert not days.full[place]
