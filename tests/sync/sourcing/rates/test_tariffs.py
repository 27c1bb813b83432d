"""Tariffs and factors: what is gathered, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.sourcing import FactorRow, Tables, TariffRow

FACTORS = [
    FactorRow("trunk_truck", 0.1, "kg/t.km"),
    FactorRow("delivery_van", 0.3, "kg/km"),
    FactorRow("customer_trip", 0.2, "kg/km"),
]


def bracket(weight: int, price: int, **more: object) -> TariffRow:
    return TariffRow("post", "home", "home", weight, price, **more)  # type: ignore[arg-type]


def test_brackets_are_gathered_in_order_of_weight() -> None:
    (service,) = Tables.of([bracket(1000, 800), bracket(250, 400)], FACTORS).services
    assert (service.code, service.max_weight_g, service.price_minor) == (
        "post:home",
        (250, 1000),
        (400, 800),
    )


@pytest.mark.parametrize(
    ("weight", "price"), [(0, 400), (250, 400), (251, 800), (1000, 800), (1001, 1200), (2251, 2400)]
)
def test_above_the_heaviest_bracket_there_are_full_cartons_and_one_for_the_rest(
    weight: int, price: int
) -> None:
    (service,) = Tables.of([bracket(250, 400), bracket(1000, 800)], FACTORS).services
    assert service.price_for(weight) == price


@given(st.integers(0, 100_000), st.integers(0, 5_000))
def test_a_heavier_consignment_never_costs_less(weight: int, more: int) -> None:
    (service,) = Tables.of([bracket(250, 400), bracket(1000, 800)], FACTORS).services
    assert service.price_for(weight + more) >= service.price_for(weight)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "No tariff: the sourcing needs at least one carrier."),
        (
            [bracket(250, 400), bracket(250, 500)],
            "Tariff of post, home: two prices for the same weight.",
        ),
        (
            [bracket(250, 400), bracket(500, 300)],
            "Tariff of post, home: a heavier parcel costs less; a bracket is missing or wrong.",
        ),
        (
            [bracket(250, 400), bracket(500, 500, transit_working_days=9)],
            "Tariff of post, home: its brackets differ in transit days or divisor.",
        ),
    ],
)
def test_a_tariff_that_makes_no_sense_names_the_carrier(
    rows: list[TariffRow], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Tables.of(rows, FACTORS)
    assert str(caught.value) == message


def test_a_row_is_checked_by_itself() -> None:
    with pytest.raises(InvalidInput, match="“moon” is not home, store or pickup_point"):
        TariffRow("post", "home", "moon", 250, 400)
    with pytest.raises(InvalidInput, match="a weight must be above 0"):
        bracket(0, 400)


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        (FACTORS[:2], "Factor customer_trip is missing"),
        ([FactorRow("trunk_truck", 0.1, "kg/km"), *FACTORS[1:]], "it must be kg/t.km"),
        ([*FACTORS, FACTORS[0]], "given twice, negative or absurd"),
        ([FactorRow("trunk_truck", -1, "kg/t.km"), *FACTORS[1:]], "given twice, negative or"),
        ([FactorRow("trunk_truck", float("nan"), "kg/t.km"), *FACTORS[1:]], "negative or absurd"),
    ],
)
def test_a_factor_that_is_missing_or_absurd_is_refused(
    factors: list[FactorRow], message: str
) -> None:
    with pytest.raises(InvalidInput, match=message):
        Tables.of([bracket(250, 400)], factors)
