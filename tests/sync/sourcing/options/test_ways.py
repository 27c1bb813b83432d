"""Services that another of the same location makes needless: leaving them out changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sourcing import FactorRow, ServiceRow, Tables, TariffRow, source
from sync.sourcing.options import costs
from sync.sourcing.options.ways import dearer_by
from sync.sourcing.solver.problem import WeightTariff
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock

PRICES = st.lists(st.integers(100, 3000), min_size=2, max_size=3).map(sorted)
LIMITS = (300, 1500, 9000)


@st.composite
def carriers(draw: st.DrawFn) -> Tables:
    """Two to four services with prices, times, zones and vehicles of any kind."""
    tariffs, services = [], []
    for number in range(draw(st.integers(2, 4))):
        name = f"s{number}"
        zone: dict[str, Any] = draw(st.sampled_from([{}, {"within_km": 400}]))
        days, divisor = draw(st.integers(1, 4)), draw(st.sampled_from([0, 3000]))
        tariffs += [
            TariffRow(
                "c", name, "home", limit, price, transit_working_days=days,
                volumetric_divisor=divisor, **zone,
            )
            for limit, price in zip(LIMITS, draw(PRICES), strict=False)
        ]  # fmt: skip
        services.append(
            ServiceRow(
                "c",
                name,
                saturday=draw(st.booleans()),
                trunk=draw(st.sampled_from(["trunk_truck", ""])),
                stops=draw(st.integers(1, 40)),
                hubs=draw(st.integers(0, 3)),
            )
        )
    factors = [
        FactorRow("trunk_truck", draw(st.floats(0, 5)), "kg/t.km"),
        FactorRow("delivery_van", 0.316, "kg/km"),
        FactorRow("customer_trip", 0.216, "kg/km"),
        FactorRow("hub_parcel", 0.05, "kg/parcel"),
        FactorRow("hub_weight", 9.0, "kg/t"),
        FactorRow("carton", 1.0, "kg/kg"),
    ]
    return Tables.of(tariffs, factors, services)


@settings(max_examples=120, deadline=None)
@given(
    carriers(),
    st.lists(st.tuples(st.integers(1, 3), st.integers(0, 4000)), min_size=1, max_size=3),
    st.sampled_from([0.0, 1.0, 20.0]),
    st.sampled_from([0.0, 1.0, 20.0]),
)
def test_without_needless_services_the_decision_is_the_same(
    tables: Tables, lines: list[tuple[int, int]], economic: float, ecological: float
) -> None:
    asked = request(
        *(line(n, f"a{n}", quantity, grams) for n, (quantity, grams) in enumerate(lines))
    )
    there = stock({f"a{n}": {"paris": 2, "lyon": 1, "wh-north": 3} for n in range(len(lines))})
    rules = policy(f"[weights]\neconomic = {economic}\necological = {ecological}")
    decision = source(asked, world.network(), there, rules, tables)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(costs, "cheapest_ways", lambda place, *_: np.arange(len(place)))
        whole = source(asked, world.network(), there, rules, tables)
    assert decision.cost.total_micro == whole.cost.total_micro
    assert decision.unfilled == whole.unfilled
    if decision.runner_up and whole.runner_up:
        assert decision.runner_up.cost.total_micro == whole.runner_up.cost.total_micro
    assert [(v.location, v.reason, v.by_micro) for v in decision.evaluations] == [
        (v.location, v.reason, v.by_micro) for v in whole.evaluations
    ] or decision.locations != whole.locations


@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.lists(st.integers(1, 99), min_size=2, max_size=2)),
        min_size=1,
        max_size=4,
    ),
    st.integers(1, 9),
    st.integers(0, 30),
)
def test_no_part_of_an_order_costs_more_than_the_bound_says(
    given_tariffs: list[tuple[int, list[int]]], count: int, grams: int
) -> None:
    tariffs = [
        WeightTariff(np.array([limit, 3 * limit]), np.array(sorted(prices), float), weight)
        for (limit, prices), weight in zip(
            given_tariffs, (np.array([grams + n % 2]) for n in range(9)), strict=False
        )
    ]
    bound = dearer_by(tariffs, np.array([count]))
    for a, mine in enumerate(tariffs):
        for b, other in enumerate(tariffs):
            for sent in range(1, count + 1):
                paid = mine.price(np.array([sent * mine.item_weight[0]]))[0]
                instead = other.price(np.array([sent * other.item_weight[0]]))[0]
                assert paid - instead <= bound[a, b]
