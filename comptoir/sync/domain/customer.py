"""Who buys, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Customer:
    """What an order needs to know of a customer; all empty for a sale over the counter."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes. `lat`, `lon` in degrees: the centroid of the commune."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    street: str
    postcode: str
    commune: str
    lat: float
    lon: float
    country: str = "FR"
