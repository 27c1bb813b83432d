"""Tables that the cost model reads: what carriers charge, and what transport emits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sync.domain.errors import InvalidInput
from sync.sourcing.rates.regions import RegionRow, Regions
from sync.sourcing.rates.services import (
    BY_DISTANCE,
    BY_WEIGHT_AND_DISTANCE,
    CARTON,
    CUSTOMER_TRIP,
    DELIVERY_VAN,
    HUB_PARCEL,
    HUB_WEIGHT,
    TRUNK_TRUCK,
    Service,
    ServiceRow,
    TariffRow,
    gather,
)

# Factors that the cost model asks for by name; services name others, the rest is not read.
FACTOR_UNITS = {
    TRUNK_TRUCK: BY_WEIGHT_AND_DISTANCE,
    DELIVERY_VAN: BY_DISTANCE,
    CUSTOMER_TRIP: BY_DISTANCE,
    HUB_PARCEL: "kg/parcel",
    HUB_WEIGHT: "kg/t",
    CARTON: "kg/kg",
}
NEEDED = (TRUNK_TRUCK, DELIVERY_VAN, CUSTOMER_TRIP)


@dataclass(frozen=True, slots=True)
class FactorRow:
    """An emission factor by `name`: `kg_co2e` per `unit`, well to wheel, with its `source`.

    The cost model reads `trunk_truck` (kg/t.km), `delivery_van` (kg/km) and `customer_trip`
    (kg/km); of what has no factor nothing is counted: `hub_parcel` (kg/parcel) and `hub_weight`
    (kg/t) for each platform, `carton` (kg/kg) for packaging.
    """

    name: str
    kg_co2e: float
    unit: str
    source: str = ""


@dataclass(frozen=True)
class Tables:
    """Tariffs gathered into services, factors by name, and the regions of destinations."""

    services: tuple[Service, ...]
    factors: Mapping[str, float]
    regions: Regions = field(default_factory=Regions)

    @classmethod
    def of(
        cls,
        tariffs: Iterable[TariffRow],
        factors: Iterable[FactorRow],
        services: Iterable[ServiceRow] = (),
        regions: Iterable[RegionRow] = (),
    ) -> Tables:
        """Gather rows; a service that is not described works as `ServiceRow` says by default.

        Raises InvalidInput for a tariff with a hole, a factor missing or of another unit.
        """
        gathered = gather(tariffs, services)
        if not gathered:
            raise InvalidInput(
                "No tariff: the sourcing needs at least one carrier.", code="tariff.none"
            )
        rows = tuple(factors)
        _check_vehicles(gathered, {row.name: row.unit for row in rows})
        return cls(gathered, _factors(rows), Regions.of(regions))

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str], tuple[Service, ...]]:
        found: dict[tuple[str, str], list[Service]] = {}
        for service in self.services:
            key = service.lane.destination, service.lane.country
            found.setdefault(key, []).append(service)
        return {key: tuple(value) for key, value in found.items()}

    def services_to(
        self, destination: str, country: str, postcode: str = ""
    ) -> tuple[Service, ...]:
        """Services that reach a kind of destination in a country, in order of their names.

        Those of a zone reach the postcodes of their zone only.
        """
        found = self._by_ends.get((destination, country), ())
        return tuple(service for service in found if service.reaches(postcode))


def _check_vehicles(services: Iterable[Service], units: Mapping[str, str]) -> None:
    for service in services:
        works = service.works
        named = ((works.trunk, BY_WEIGHT_AND_DISTANCE), (works.vehicle, BY_DISTANCE))
        for name, unit in named:
            # The default vehicles are looked for among the factors that are always needed.
            if name and name not in NEEDED and units.get(name) != unit:
                raise InvalidInput(
                    "Service {service} of {carrier}: there is no factor {name} in {unit}.",
                    code="service.factor",
                    carrier=works.carrier,
                    service=works.service,
                    name=name,
                    unit=unit,
                )


def _factors(rows: Iterable[FactorRow]) -> dict[str, float]:
    factors: dict[str, float] = {}
    for row in rows:
        expected = FACTOR_UNITS.get(row.name)
        if expected is not None and row.unit != expected:
            raise InvalidInput(
                "Factor {name}: the unit is “{unit}”, it must be {expected}.",
                code="factor.unit",
                name=row.name,
                unit=row.unit,
                expected=expected,
            )
        if not 0 <= row.kg_co2e < 1000 or row.name in factors:
            raise InvalidInput(
                "Factor {name}: given twice, negative or absurd.",
                code="factor.value",
                name=row.name,
            )
        factors[row.name] = row.kg_co2e
    for name in NEEDED:
        if name not in factors:
            raise InvalidInput(
                "Factor {name} is missing: CO₂e cannot be counted.",
                code="factor.missing",
                name=name,
            )
    return factors
