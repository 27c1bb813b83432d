"""Carrier tariffs and CO2e factors, each row with its source."""

from __future__ import annotations

import csv
from pathlib import Path

TARIFF_HEADER = ("carrier", "service", "zone", "max_weight_g", "price_minor", "verified", "source")
FACTOR_HEADER = ("name", "value", "unit", "source")
COLISSIMO = Path("carriers/colissimo_france_2023.csv")
MONDIAL_RELAY = Path("carriers/mondial_relay_2025_unverified.csv")
DEFRA_TANK_TO_WHEEL = Path("co2/defra_2025_freighting_goods.csv")
DEFRA_WELL_TO_TANK = Path("co2/defra_2025_wtt_delivery_and_freight.csv")

_DEFRA_SOURCE = (
    "DESNZ/DEFRA conversion factors 2025 (OGL v3), freighting goods + well to tank: "
    "{vehicle}, {fuel}: {tank_to_wheel} + {well_to_tank}"
)
_ADEME = "ADEME, model of the impact of parcel delivery (MIT): parameters"
# name, level_2, level_3, column_text
_DEFRA_ROWS = (
    ("delivery_van_diesel", "Vans", "Average (up to 3.5 tonnes)", "Diesel"),
    ("delivery_van_battery", "Vans", "Average (up to 3.5 tonnes)", "Battery Electric Vehicle"),
    ("truck_rigid_7_5_t", "HGV (all diesel)", "Rigid (>3.5 - 7.5 tonnes)", "Average laden"),
    ("truck_all", "HGV (all diesel)", "All HGVs", "Average laden"),
    ("trunk_truck_over_33_t", "HGV (all diesel)", "Articulated (>33t)", "Average laden"),
)
_ADEME_ROWS = (
    ("customer_trip", "7", "km"),
    ("customer_car_combustion", "216", "gCO2e/km"),
    ("customer_car_hybrid", "232", "gCO2e/km"),
    ("customer_car_electric", "103", "gCO2e/km"),
    ("customer_car_average", "144", "gCO2e/km"),
    ("customer_bus", "113", "gCO2e/km"),
    ("customer_e_bike", "10.9", "gCO2e/km"),
    ("customer_on_foot_or_bicycle", "0", "gCO2e/km"),
    ("short_trip_on_foot_or_bicycle", "0.5", "share of trips under 2 km"),
    ("delivery_van_load", "0.2", "t"),
    ("trunk_truck_load", "3.5", "t"),
    ("detour", "1.05", "ratio of road driven to planned"),
    ("empty_running", "0.20", "share of distance"),
)


def _minor(euros: str) -> int:
    whole, _, cents = euros.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def build_tariffs(folder: Path) -> list[tuple[str, ...]]:
    """Colissimo 2023 (published) and Mondial Relay 2025 (secondary source: `verified` is no)."""
    rows: list[tuple[str, ...]] = []
    with (folder / COLISSIMO).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for service in ("home", "pickup_point"):
                if row[f"{service}_eur"]:
                    price = str(_minor(row[f"{service}_eur"]))
                    rows.append(
                        (
                            "colissimo",
                            service,
                            "FR",
                            row["max_weight_g"],
                            price,
                            "yes",
                            "La Poste, Colissimo France, public tariff 2023",
                        )  # fmt: skip
                    )
    with (folder / MONDIAL_RELAY).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            kind, _, zone = row["service"].partition("_")
            service = {"relay": "pickup_point", "home": "home"}[kind]
            rows.append(
                (
                    "mondial_relay",
                    service,
                    zone,
                    row["max_weight_g"],
                    str(_minor(row["price_eur_ttc"])),
                    "no",
                    "Mondial Relay, tariff 2025 from a secondary source, not verified",
                )  # fmt: skip
            )
    return sorted(rows, key=lambda row: (*row[:3], int(row[3])))


def _defra(path: Path, level_2: str, level_3: str, column: str) -> str:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        for row in csv.DictReader(file):
            if (
                row["level_2"].removeprefix("WTT- ").lower() == level_2.lower()
                and row["level_3"] == level_3
                and row["column_text"] == column
                and row["unit"] == "tonne.km"
            ):
                return row["kg_co2e_per_unit_2025"]
    raise LookupError(f"{level_2} / {level_3} / {column} is not in {path.name}")


def build_factors(folder: Path) -> list[tuple[str, ...]]:
    """kg CO2e per tonne.km of vehicles, well to wheel, and the parameters of the last kilometres."""
    rows: list[tuple[str, ...]] = []
    for name, level_2, level_3, column in _DEFRA_ROWS:
        tank_to_wheel = _defra(folder / DEFRA_TANK_TO_WHEEL, level_2, level_3, column)
        well_to_tank = _defra(folder / DEFRA_WELL_TO_TANK, level_2, level_3, column)
        source = _DEFRA_SOURCE.format(
            vehicle=f"{level_2} {level_3}",
            fuel=column,
            tank_to_wheel=tank_to_wheel,
            well_to_tank=well_to_tank,
        )
        total = f"{float(tank_to_wheel) + float(well_to_tank):.5f}"
        rows.append((name, total, "kgCO2e/t.km", source))
    rows.extend((name, value, unit, _ADEME) for name, value, unit in _ADEME_ROWS)
    return rows
