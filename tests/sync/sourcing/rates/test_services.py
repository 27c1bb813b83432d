"""Services: days, hours, zones, what they refuse, and a region for each postcode."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.sourcing import FactorRow, RegionRow, ServiceRow, Tables, TariffRow
from sync.sourcing.rates.regions import Regions

FACTORS = [
    FactorRow("trunk_truck", 0.1, "kg/t.km"),
    FactorRow("delivery_van", 0.3, "kg/km"),
    FactorRow("customer_trip", 0.2, "kg/km"),
    FactorRow("bike", 0.02, "kg/km"),
]


def bracket(price: int = 400, **more: Any) -> TariffRow:
    return TariffRow("post", "home", "home", 1000, price, **more)


def works(**more: Any) -> ServiceRow:
    return ServiceRow("post", "home", **more)


def test_a_zone_is_reached_by_the_beginning_of_the_postcode() -> None:
    tables = Tables.of([bracket(), bracket(300, postcodes="69 38100")], FACTORS)
    dear, cheap = tables.services
    assert (dear.price_for(1), cheap.price_for(1)) == (400, 300)
    assert tables.services_to("home", "FR", "69001") == (dear, cheap)
    assert tables.services_to("home", "FR", "38100") == (dear, cheap)
    assert tables.services_to("home", "FR", "38000") == (dear,)
    assert tables.services_to("home", "FR") == (dear,)
    assert tables.services_to("home", "BE", "6900") == ()


def test_bands_of_distance_are_price_lists_of_their_own() -> None:
    tables = Tables.of([bracket(within_km=50), bracket(900, beyond_km=50)], FACTORS)
    assert sorted((s.lane.beyond_km, s.price_for(1)) for s in tables.services) == [
        (0, 400),
        (50, 900),
    ]


def test_what_a_piece_weighs_by_its_volume_counts_when_it_is_more() -> None:
    (service,) = Tables.of([bracket(volumetric_divisor=5000)], FACTORS).services
    assert service.charged_g(400, 0) == 400
    assert service.charged_g(400, 10_000) == 2_000
    assert service.charged_g(400, 10_001) == 2_001  # rounded up
    (real,) = Tables.of([bracket()], FACTORS).services
    assert real.charged_g(400, 10_000) == 400


@pytest.mark.parametrize(
    ("tariffs", "services", "code"),
    [
        ([bracket()], [works(), works()], "service.twice"),
        ([bracket()], [ServiceRow("post", "moon")], "service.no_tariff"),
        ([bracket()], [works(vehicle="sledge")], "service.factor"),
        ([bracket()], [works(trunk="bike")], "service.factor"),  # a factor of another unit
        ([bracket(transit_working_days=0)], [], "service.same_day"),
        (
            [bracket(transit_working_days=0)],
            [works(cutoff_minute=900, arrival_minute=800)],
            "service.same_day",
        ),
    ],
)
def test_services_that_cannot_be_are_refused(
    tariffs: list[TariffRow], services: list[ServiceRow], code: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        Tables.of(tariffs, FACTORS, services)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"cutoff_minute": -1},
        {"arrival_minute": 1440},
        {"hubs": -1},
        {"stops": 0},
        {"stop_share": -0.1},
        {"stop_share": float("nan")},
    ],
)
def test_a_service_whose_numbers_make_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="makes no sense"):
        works(**wrong)


@pytest.mark.parametrize(
    ("zone", "refused"),
    [({"beyond_km": 5}, False), ({"within_km": 5}, False), ({"beyond_km": 5, "within_km": 5}, True),
     ({"beyond_km": -1}, True), ({"within_km": -1}, True)],
)  # fmt: skip
def test_an_empty_zone_is_refused(zone: dict[str, int], refused: bool) -> None:
    if refused:
        with pytest.raises(InvalidInput, match="is empty"):
            bracket(**zone)
    else:
        assert bracket(**zone).within_km == zone.get("within_km", 0)


def test_the_longest_prefix_is_the_region() -> None:
    rows = [
        RegionRow("FR", "", 1.3, 1.0),
        RegionRow("FR", "69", 1.2, 0.4),
        RegionRow("FR", "6900", 1.2, 0.1),
        RegionRow("BE", "1", 1.1, 0.2),
    ]
    regions = Regions.of(rows)
    found = {code: regions.at("FR", code) for code in ("69001", "69100", "01000", "", "690")}
    assert [row and row.stop_km for row in found.values()] == [0.1, 0.4, 1.0, 1.0, 0.4]
    assert regions.at("BE", "4000") is None
    assert regions.at("DE", "1") is None
    with pytest.raises(InvalidInput, match="is given twice"):
        Regions.of([*rows, rows[1]])


@given(st.floats(allow_nan=True, allow_infinity=True), st.floats())
def test_a_road_is_never_shorter_than_the_straight_line(detour: float, stop_km: float) -> None:
    if 1 <= detour < 10 and 0 <= stop_km < 1000:
        assert RegionRow("FR", "69", detour, stop_km).detour == detour
    else:
        with pytest.raises(InvalidInput):
            RegionRow("FR", "69", detour, stop_km)
