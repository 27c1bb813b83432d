"""Carrier tariffs and CO2e factors, each row with its source."""

from __future__ import annotations

import csv
from pathlib import Path

from sync.demo import company
from sync.demo.carriage import REGION_HEADER, SERVICE_HEADER
from tools.demo_data.invented_carriers import (
    ASSUMED_FACTORS,
    build_regions,
    build_services,
    invented_tariffs,
)

__all__ = [
    "FACTOR_HEADER",
    "PARAMETER_HEADER",
    "REGION_HEADER",
    "SERVICE_HEADER",
    "TARIFF_HEADER",
    "build_factors",
    "build_parameters",
    "build_regions",
    "build_services",
    "build_tariffs",
]

TARIFF_HEADER = (*company.TARIFF_HEADER, *company.TARIFF_OPTIONAL)
FACTOR_HEADER = ("name", "kg_co2e", "unit", "source")
PARAMETER_HEADER = ("name", "value", "unit", "source")

COLISSIMO = Path("carriers/colissimo_france_2023.csv")
MONDIAL_RELAY = Path("carriers/mondial_relay_2025_unverified.csv")
DEFRA_TANK_TO_WHEEL = Path("co2/defra_2025_freighting_goods.csv")
DEFRA_WELL_TO_TANK = Path("co2/defra_2025_wtt_delivery_and_freight.csv")

COLISSIMO_TRANSIT_DAYS = 2  # what the carrier announces within France
MONDIAL_RELAY_TRANSIT_DAYS = 4  # middle of the announced three to five days
_COLISSIMO_SOURCE = "La Poste, Colissimo France, public tariff 2023"
_COLISSIMO_STORE_SOURCE = f"{_COLISSIMO_SOURCE}: the home tariff, to the address of a store"
_MONDIAL_RELAY_SOURCE = "Mondial Relay, tariff 2025 from a secondary source, not verified"

_DEFRA_SOURCE = (
    "DESNZ/DEFRA conversion factors 2025 (OGL v3), {vehicle}, {column}: "
    "{tank_to_wheel} + well to tank {well_to_tank}"
)
# name, level_2, level_3, column_text, unit in the table, unit here
_DEFRA_ROWS = (
    ("trunk_truck", "HGV (all diesel)", "All HGVs", "Average laden", "tonne.km", "kg/t.km"),
    (
        "trunk_truck_over_33_t",
        "HGV (all diesel)",
        "Articulated (>33t)",
        "Average laden",
        "tonne.km",
        "kg/t.km",
    ),
    (
        "truck_rigid_3_5_to_7_5_t",
        "HGV (all diesel)",
        "Rigid (>3.5 - 7.5 tonnes)",
        "Average laden",
        "tonne.km",
        "kg/t.km",
    ),
    ("delivery_van", "Vans", "Average (up to 3.5 tonnes)", "Diesel", "km", "kg/km"),
    (
        "delivery_van_battery",
        "Vans",
        "Average (up to 3.5 tonnes)",
        "Battery Electric Vehicle",
        "km",
        "kg/km",
    ),
    (
        "delivery_van_by_load",
        "Vans",
        "Average (up to 3.5 tonnes)",
        "Diesel",
        "tonne.km",
        "kg/t.km",
    ),
    (
        "delivery_van_battery_by_load",
        "Vans",
        "Average (up to 3.5 tonnes)",
        "Battery Electric Vehicle",
        "tonne.km",
        "kg/t.km",
    ),
)
_ADEME = "ADEME, model of the impact of parcel delivery (MIT), its parameters"
_ADEME_FACTORS = (
    ("customer_trip", "0.144", f"{_ADEME}: average car with its passengers"),
    ("customer_trip_combustion_car", "0.216", _ADEME),
    ("customer_trip_hybrid_car", "0.232", _ADEME),
    ("customer_trip_electric_car", "0.103", _ADEME),
    ("customer_trip_bus", "0.113", _ADEME),
    ("customer_trip_e_bike", "0.0109", _ADEME),
    ("customer_trip_on_foot_or_bicycle", "0", _ADEME),
)
_ADEME_PARAMETERS = (
    ("customer_trip_distance", "7", "km"),
    ("short_trip_on_foot_or_bicycle", "0.5", "share of trips under 2 km"),
    ("delivery_van_load", "0.2", "t"),
    ("trunk_truck_load", "3.5", "t"),
    ("detour", "1.05", "km driven per km planned"),
    ("empty_running", "0.20", "share of distance"),
)


def _minor(euros: str) -> str:
    whole, _, cents = euros.partition(".")
    return str(int(whole) * 100 + int(cents.ljust(2, "0")))


def _colissimo(folder: Path) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    services = (
        ("home", "home", "home_eur", _COLISSIMO_SOURCE),
        ("store", "store", "home_eur", _COLISSIMO_STORE_SOURCE),
        ("pickup_point", "pickup_point", "pickup_point_eur", _COLISSIMO_SOURCE),
    )
    days = str(COLISSIMO_TRANSIT_DAYS)
    with (folder / COLISSIMO).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for service, destination, column, source in services:
                if row[column]:
                    weight, price = row["max_weight_g"], _minor(row[column])
                    head = ("colissimo", service, destination, weight, price)
                    rows.append((*head, "FR", "FR", days, "0", "yes", source))
    return rows


def _mondial_relay(folder: Path) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    days = str(MONDIAL_RELAY_TRANSIT_DAYS)
    with (folder / MONDIAL_RELAY).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind, *countries = row["service"].split("_")
            destination = {"relay": "pickup_point", "home": "home"}[kind]
            head = ("mondial_relay", destination, destination, row["max_weight_g"])
            for country in countries:
                tail = ("FR", country, days, "0", "no", _MONDIAL_RELAY_SOURCE)
                rows.append((*head, _minor(row["price_eur_ttc"]), *tail))
    return rows


def build_tariffs(folder: Path) -> list[tuple[str, ...]]:
    """Colissimo 2023 (published), Mondial Relay 2025 (secondary source: `verified` is no), and the
    carriers that are invented for the demo."""
    rows = [(*row, "", "", "") for row in _colissimo(folder) + _mondial_relay(folder)]
    rows += invented_tariffs()
    return sorted(rows, key=lambda row: (row[0], row[6] != "FR", row[6], row[1], int(row[3])))


def _defra(path: Path, level_2: str, level_3: str, column: str, unit: str) -> str:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            if (
                row["level_2"].removeprefix("WTT- ").lower() == level_2.lower()
                and row["level_3"] == level_3
                and row["column_text"] == column
                and row["unit"] == unit
            ):
                return row["kg_co2e_per_unit_2025"]
    raise LookupError(f"{level_2} / {level_3} / {column} / {unit} is not in {path.name}")


def build_factors(folder: Path) -> list[tuple[str, ...]]:
    """kg CO2e per unit, well to wheel: DEFRA's two tables added up, and ADEME's trips."""
    rows: list[tuple[str, ...]] = []
    for name, level_2, level_3, column, table_unit, unit in _DEFRA_ROWS:
        tank_to_wheel, well_to_tank = (
            _defra(folder / path, level_2, level_3, column, table_unit)
            for path in (DEFRA_TANK_TO_WHEEL, DEFRA_WELL_TO_TANK)
        )
        source = _DEFRA_SOURCE.format(
            vehicle=f"{level_2} {level_3}",
            column=column,
            tank_to_wheel=tank_to_wheel,
            well_to_tank=well_to_tank,
        )
        rows.append((name, f"{float(tank_to_wheel) + float(well_to_tank):.5f}", unit, source))
    rows.extend((name, value, "kg/km", source) for name, value, source in _ADEME_FACTORS)
    rows.extend(ASSUMED_FACTORS)
    return rows


def build_parameters() -> list[tuple[str, ...]]:
    """Loads, distances and shares that a carbon model needs beside the factors."""
    return [(name, value, unit, _ADEME) for name, value, unit in _ADEME_PARAMETERS]
