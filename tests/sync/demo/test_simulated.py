"""The demo's carrier and locations: they work by the clock alone."""

from __future__ import annotations

from sync.demo.simulated_carrier import s10_check_digit
from sync.demo.simulated_locations import SimulatedLocations
from sync.domain.fulfilment import FulfilmentState
from tests.sync.central.world import COLLECT, SHIP, World


def test_the_check_digit_is_that_of_the_upu() -> None:
    # RR 473124829 GB is the usual example; 11 becomes 5 and 10 becomes 0.
    assert s10_check_digit(47312482) == 9
    assert [s10_check_digit(n) for n in (0, 1, 4000)] == [5, 4, 0]


def test_locations_without_a_device_fill_their_orders(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    locations = SimulatedLocations(world.central.context)
    states = []
    for _ in range(4):
        world.pass_time(minutes=3)
        locations.advance()
        states.append(world.fulfilment(order).state)
    assert states == [
        FulfilmentState.PICKING,
        FulfilmentState.PACKED,
        FulfilmentState.HANDED_OVER,
        FulfilmentState.HANDED_OVER,
    ]
    assert world.check() == []


def test_a_store_with_a_device_is_left_alone(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S1"))
    world.pass_time(hours=5)
    assert SimulatedLocations(world.central.context).advance() == 0
    assert world.fulfilment(order).state is FulfilmentState.ALLOCATED


def test_it_spares_a_store_whose_device_is_still_to_come(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S3"))
    fulfilment = world.fulfilment(order)
    world.pass_time(hours=5)
    assert SimulatedLocations(world.central.context, (fulfilment.location,)).advance() == 0
    assert SimulatedLocations(world.central.context).advance() == 1
