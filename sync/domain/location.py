"""Locations: the points that hold stock, and the points where customers collect."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

EARTH_RADIUS_KM = 6371.0088  # mean radius R1 of the IUGG


class LocationKind(StrEnum):
    """What a location is; a pickup point holds no stock."""

    WAREHOUSE = "warehouse"
    STORE = "store"
    SUPPLIER = "supplier"
    DISTRIBUTOR = "distributor"
    RETURNS_CENTRE = "returns_centre"
    PICKUP_POINT = "pickup_point"


@dataclass(frozen=True, slots=True)
class Location:
    """A point of the network.

    `lat`, `lon` in degrees; `opens`, `closes` in local minutes after midnight (Monday to
    Saturday); `capacity_orders_per_day` is how many orders it can prepare,
    `capacity_pieces_per_day` of how many pieces, 0 for any number; `safety_stock` is kept per SKU
    for its walk-in customers, `threshold` because counts are never quite right; `lead_time_hours`
    from order to ready for the carrier.
    """

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    kind: LocationKind
    name: str
    address: str
    postcode: str
    commune: str
    lat: float
    lon: float
    country: str = "FR"
    opens: int = 9 * 60 + 30
    closes: int = 19 * 60 + 30
    capacity_orders_per_day: int = 100
    capacity_pieces_per_day: int = 0
    safety_stock: int = 0
    threshold: int = 0
    lead_time_hours: float = 4.0

    @property
    def holds_stock(self) -> bool:
        """Whether orders can be filled from here."""
        return self.kind is not LocationKind.PICKUP_POINT


def distance_km(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> float:
    """Great-circle distance in km between two points in degrees (haversine formula)."""
    phi_a, phi_b = math.radians(lat_a), math.radians(lat_b)
    half = (
        math.sin((phi_b - phi_a) / 2) ** 2
        + math.cos(phi_a) * math.cos(phi_b) * math.sin(math.radians(lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))
