"""CO2e of a shipment: one boundary, each part of it by hand, and more of anything is never less."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sourcing import (
    Decision,
    Destination,
    FactorRow,
    RegionRow,
    Request,
    ServiceRow,
    Tables,
    TariffRow,
    source,
)
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock

FACTORS = {
    "trunk_truck": (0.1, "kg/t.km"),
    "delivery_van": (0.3, "kg/km"),
    "customer_trip": (0.2, "kg/km"),
    "bike": (0.02, "kg/km"),
    "hub_parcel": (0.04, "kg/parcel"),
    "hub_weight": (8.0, "kg/t"),
    "carton": (1.0, "kg/kg"),
}
RULES = """
[carbon]
detour_factor = 1.2
packaging_weight_g = 200
last_km_per_home_parcel = 0.8
last_km_per_point_parcel = 0.2
[handling.store]
collection_km_per_parcel = 0.5
"""
ANYWHERE = RegionRow("FR", "", 1.4, 2.0)


def tables(regions: tuple[RegionRow, ...] = (), **works: Any) -> Tables:
    days: dict[str, Any] = {"transit_working_days": 0} if works.get("trunk") == "" else {}
    tariffs = [
        TariffRow("c", "s", to, limit, 500, **days)
        for to in ("home", "pickup_point")
        for limit in (1000, 5000)
    ]
    hours: dict[str, Any] = {"cutoff_minute": 1080, "arrival_minute": 1200} if days else {}
    factors = [FactorRow(name, *value) for name, value in FACTORS.items()]
    return Tables.of(tariffs, factors, [ServiceRow("c", "s", **hours, **works)], regions)


def decided(asked: Request, with_tables: Tables, place: str = "lyon", rules: str = "") -> Decision:
    there = stock({x.sku: {place: 99} for x in asked.lines})
    return source(asked, world.network(), there, policy(RULES + rules), with_tables)


def test_collection_hubs_trunk_last_mile_and_carton_by_hand() -> None:
    decision = decided(request(line(1, "tea", 3, weight_g=600)), tables(hubs=2))
    (shipment,) = decision.shipments
    trunk = 0.1 * shipment.distance_km * 1.2 * (1800 + 200) / 1000
    hubs = 2 * (40 + 8.0 * 2000 / 1000)
    last_mile, collection, carton = 0.8 * 300, 0.5 * 300, 200 * 1.0
    assert shipment.co2e_g == round(trunk + hubs + last_mile + collection + carton)
    assert shipment.cost.ecological_micro == pytest.approx(shipment.co2e_g * 100, rel=1e-2)


def test_a_warehouse_is_not_fetched_from_parcel_by_parcel() -> None:
    asked = request(line(1, "tea"), destination=Destination(45.0, 4.6, "home"))
    store, warehouse = (
        decided(asked, tables(hubs=0), place).shipments[0] for place in ("lyon", "wh-south")
    )
    road = 0.1 * 1.2 * (store.distance_km - warehouse.distance_km) * 0.6
    assert store.co2e_g - warehouse.co2e_g == pytest.approx(150 + road, abs=1)


def test_a_round_that_starts_at_the_location_shares_its_way_over_its_stops() -> None:
    to = Destination(45.77, 4.85, "home")
    bike = tables(trunk="", hubs=2, vehicle="bike", stop_share=0.5, stops=10)
    (shipment,) = decided(request(line(1, "tea"), destination=to), bike).shipments
    km = 0.5 * 0.8 + 2 * shipment.distance_km * 1.2 / 10
    assert shipment.co2e_g == round(km * 20 + 200)  # no hub, no trunk, no collection


def test_the_region_of_the_destination_says_how_long_roads_and_rounds_are() -> None:
    asked = request(line(1, "tea"))
    plain, there = decided(asked, tables(hubs=0)), decided(asked, tables((ANYWHERE,), hubs=0))
    km = plain.shipments[0].distance_km
    more = 0.1 * km * (1.4 - 1.2) * 0.6 + (2.0 - 0.8) * 300
    assert there.co2e_g - plain.co2e_g == pytest.approx(more, abs=1)


def test_at_a_pickup_point_one_stop_is_for_several_parcels() -> None:
    to = Destination(48.85, 2.36, "pickup_point", "relay", postcode="75004")
    asked = request(line(1, "tea"))
    home, point = (
        decided(replace(asked, destination=d), tables((ANYWHERE,), hubs=0)).co2e_g
        for d in (replace(to, kind="home", location=""), to)
    )
    assert home - point == pytest.approx((2.0 - 2.0 * 0.2 / 0.8) * 300, abs=1)


def test_each_carton_is_handled_packed_and_counted() -> None:
    one, three = (
        decided(request(line(1, "tea", pieces, weight_g=5000)), tables(hubs=2)).shipments[0]
        for pieces in (1, 3)
    )
    assert (one.cartons, three.cartons) == (1, 3)
    more = three.co2e_g - one.co2e_g
    trunk = 0.1 * one.distance_km * 1.2 * 10 + 2 * 8.0 * 10
    assert more == pytest.approx(2 * (200 + 2 * 40) + trunk, abs=1)
    cash = [shipment.cost.cash_parts() for shipment in (one, three)]
    assert cash[1]["packaging"] == 3 * cash[0]["packaging"] > 0
    assert cash[1]["handling"] == 3 * cash[0]["handling"] > 0  # 3 parcels of 1 piece each


def test_what_is_collected_where_it_lies_goes_nowhere() -> None:
    to = Destination(45.76, 4.85, "store", "lyon")
    decision = decided(request(line(1, "tea"), destination=to), tables(), "lyon")
    assert decision.shipments[0].service == "counter"
    assert decision.co2e_g == 0
    assert decision.cost.cash_parts()["packaging"] == 0


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 20),
    st.integers(0, 3000),
    st.sampled_from(["hubs", "detour", "stop_km", "weight", "pieces", "stop_share"]),
    st.floats(0.05, 3.0),
)
def test_more_of_anything_is_never_less_co2e(
    pieces: int, grams: int, what: str, more: float
) -> None:
    def co2e(extra: float) -> int:
        def of(name: str, value: float) -> float:
            return value + extra if what == name else value

        region = RegionRow("FR", "", of("detour", 1.2), of("stop_km", 0.5))
        works = {"hubs": round(of("hubs", 1)), "stop_share": of("stop_share", 1.0)}
        count = pieces + (round(extra * 10) if what == "pieces" else 0)
        heavy = grams + (round(extra * 1000) if what == "weight" else 0)
        asked = request(line(1, "tea", count, weight_g=heavy))
        return decided(asked, tables((region,), **works)).co2e_g

    assert co2e(more) >= co2e(0.0)
