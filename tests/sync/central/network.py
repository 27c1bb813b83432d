"""A small network to test on: two warehouses, three stores, a pickup point, four articles."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from sync.demo.carriage import carriers_body
from sync.domain.catalogue import Article
from sync.domain.identifiers import Gtin, gs1_check_digit
from sync.domain.location import Location, LocationKind
from sync.domain.money import Money


def gtin(number: int) -> Gtin:
    body = f"20{number:010d}"
    return Gtin(body + str(gs1_check_digit(body)))


ARTICLES = [
    Article("MUG", gtin(1), "Mug", "kitchen", Money(650), 2000, 350),
    Article("BAG", gtin(2), "Bag", "bags", Money(1290), 2000, 120),
    Article("LAMP", gtin(3), "Lamp", "home", Money(4999), 2000, 2100, guarantee=True),
    Article("CARD", gtin(4), "Card", "paper", Money(195), 550, 20),
]


def _place(code: str, kind: LocationKind, lat: float, lon: float, **more: Any) -> Location:
    return Location(code, kind, f"Place {code}", "1 rue", "69001", "Lyon", lat, lon, **more)


LOCATIONS = [
    _place("W1", LocationKind.WAREHOUSE, 45.7, 5.0),
    _place("W2", LocationKind.WAREHOUSE, 50.6, 3.0),
    _place("S1", LocationKind.STORE, 45.76, 4.84, safety_stock=1),
    _place("S2", LocationKind.STORE, 45.19, 5.72, safety_stock=1, threshold=1),
    _place("S3", LocationKind.STORE, 48.85, 2.35),
    _place("P1", LocationKind.PICKUP_POINT, 45.77, 4.80),
]
STOCK = [
    ("W1", "MUG", 40), ("W1", "BAG", 30), ("W1", "LAMP", 5), ("W1", "CARD", 200),
    ("W2", "MUG", 20), ("W2", "BAG", 10), ("W2", "LAMP", 5), ("W2", "CARD", 100),
    ("S1", "MUG", 6), ("S1", "BAG", 4), ("S1", "LAMP", 2), ("S1", "CARD", 20),
    ("S2", "MUG", 5), ("S2", "BAG", 3), ("S3", "MUG", 3), ("S3", "CARD", 9),
]  # fmt: skip


LIGHT = {
    "price_eur_per_t": "100.0",
    "value_eur_per_hour": "0.01",
    "overstock_from_pieces": "40",
    "overstock_relief_eur_per_piece": "0.1",
}


def one_carrier() -> dict[str, Any]:
    """The tables of a company with one carrier that has one service to each kind of place."""
    body = carriers_body()
    tariffs = [row for row in body["tariffs"] if row["carrier"] == "colissimo"]
    return {**body, "tariffs": tariffs, "services": [], "regions": []}


def policy_text() -> str:
    """The default policy where time and CO2e weigh little: warehouses go before shops."""
    text = (files("assets") / "policies" / "default.toml").read_text("utf-8")
    for key, value in LIGHT.items():
        text, found = re.subn(rf"(?m)^{key} = [\d.]+", f"{key} = {value}", text)
        assert found == 1, key
    return text
