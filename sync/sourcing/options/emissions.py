"""Grams of CO2e of a shipment, within one boundary that follows ISO 14083.

    collection   the van that fetches the parcel, by the kind of location
    hubs         each platform, by parcel and by weight
    trunk        the truck between platforms: road kilometres times goods and packaging
    last mile    the vehicle of the round: what it drives for one stop
    cartons      what the packaging is made of

A service without a trunk starts its round at the location. What the customer drives to collect is
outside: it is told apart, in `promises`. docs/sourcing.md has the boundary and its sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.policy.policy import Carbon
from sync.sourcing.rates.services import CARTON, DELIVERY_VAN, HUB_PARCEL, HUB_WEIGHT, Service
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.request import Destination


@dataclass(frozen=True, slots=True)
class Roads:
    """What lies between the locations and one destination.

    `detour`: road over great circle. `stop_km`: what a delivery van drives for one parcel there.
    """

    detour: float
    stop_km: float

    @classmethod
    def to(cls, destination: Destination, carbon: Carbon, tables: Tables) -> Roads:
        """By the destination's region; by the policy where no region is known.

        One stop at a pickup point or store is for several parcels: as much less as the policy's
        two last kilometres are apart.
        """
        region = tables.regions.at(destination.country, destination.postcode)
        detour = carbon.detour_factor if region is None else region.detour
        home, point = carbon.last_km_per_home_parcel, carbon.last_km_per_point_parcel
        if destination.kind == "home":
            return cls(detour, home if region is None else region.stop_km)
        if region is None or not home:
            return cls(detour, point)
        return cls(detour, region.stop_km * point / home)


def per_gram(service: Service, metres: Ints, roads: Roads, factors: Mapping[str, float]) -> Floats:
    """Grams of CO2e per gram of goods [R]: the trunk and the hubs; 0 for a direct round.

    kg/t.km is g/kg.km, and kg/t is g/kg.
    """
    works = service.works
    if not works.trunk:
        return np.zeros(len(metres))
    trunk = factors[works.trunk] * roads.detour / 1e6  # per metre and gram
    hubs = works.hubs * factors.get(HUB_WEIGHT, 0.0) / 1000
    return np.asarray(metres * trunk + hubs, np.float64)


def per_shipment_g(
    service: Service,
    metres: Ints,
    roads: Roads,
    factors: Mapping[str, float],
    collection_km: Floats,
) -> Floats:
    """Grams of CO2e of the vehicles that stop for a shipment [R], whatever it weighs."""
    works = service.works
    km = np.full(len(metres), works.stop_share * roads.stop_km)
    if works.trunk:
        fetched: Floats = collection_km * factors[DELIVERY_VAN] * 1000
        return km * factors[works.vehicle] * 1000 + fetched
    km += 2 * metres / 1000 * roads.detour / works.stops
    return km * factors[works.vehicle] * 1000


def per_carton_g(service: Service, packaging_g: float, factors: Mapping[str, float]) -> float:
    """Grams of CO2e of one carton: what it is made of, and its way through each hub."""
    hubs = service.works.hubs if service.works.trunk else 0
    return hubs * factors.get(HUB_PARCEL, 0.0) * 1000 + packaging_g * factors.get(CARTON, 0.0)
