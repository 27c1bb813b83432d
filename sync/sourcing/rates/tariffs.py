"""Tables that the cost model reads: what carriers charge, and what transport emits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sync.domain.errors import InvalidInput

DESTINATION_KINDS = ("home", "store", "pickup_point")

# Factors that the cost model asks for by name; others may be in the table and are not read.
TRUNK_TRUCK = "trunk_truck"  # kg CO2e per tonne.km between platforms
DELIVERY_VAN = "delivery_van"  # kg CO2e per km driven on the round
CUSTOMER_TRIP = "customer_trip"  # kg CO2e per km of the customer's own trip
FACTOR_UNITS = {TRUNK_TRUCK: "kg/t.km", DELIVERY_VAN: "kg/km", CUSTOMER_TRIP: "kg/km"}


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A bracket of a carrier's public tariff: up to `max_weight_g` grams for `price_minor` cents.

    `destination`: "home", "store" or "pickup_point". `origin`, `country`: ISO 3166 codes of the
    two ends. `transit_working_days`: days between the hand-over to the carrier and the arrival.
    `volumetric_divisor`: cm³ per kg charged, 0 when the carrier charges real weight only.
    `source` says where the price was published.
    """

    carrier: str
    service: str
    destination: str
    max_weight_g: int
    price_minor: int
    origin: str = "FR"
    country: str = "FR"
    transit_working_days: int = 2
    volumetric_divisor: int = 0
    source: str = ""

    def __post_init__(self) -> None:
        if self.destination not in DESTINATION_KINDS:
            raise InvalidInput(
                "Tariff of {carrier}: “{destination}” is not home, store or pickup_point.",
                code="tariff.destination",
                carrier=self.carrier,
                destination=self.destination,
            )
        if self.max_weight_g < 1 or self.price_minor < 0:
            raise InvalidInput(
                "Tariff of {carrier}, {service}: a weight must be above 0 and a price at least 0.",
                code="tariff.values",
                carrier=self.carrier,
                service=self.service,
            )


@dataclass(frozen=True, slots=True)
class FactorRow:
    """An emission factor by `name`: `kg_co2e` per `unit`, well to wheel, with its `source`.

    The cost model reads `trunk_truck` (kg/t.km), `delivery_van` (kg/km) and `customer_trip`
    (kg/km).
    """

    name: str
    kg_co2e: float
    unit: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Service:
    """A carrier's service to one kind of destination, with its brackets in order of weight."""

    carrier: str
    service: str
    destination: str
    origin: str
    country: str
    transit_working_days: int
    volumetric_divisor: int
    max_weight_g: tuple[int, ...]
    price_minor: tuple[int, ...]

    @property
    def code(self) -> str:
        """How a decision and a label name the service, as in `colissimo:home`."""
        return f"{self.carrier}:{self.service}"

    def price_for(self, weight_g: int) -> int:
        """Public price in cents of `weight_g`; above the heaviest bracket, of several cartons.

        Full cartons at the heaviest price and one for the rest: what a shipper pays for a
        consignment of several pieces.
        """
        heaviest = self.max_weight_g[-1]
        full = max(0, (weight_g - 1) // heaviest)
        rest = weight_g - full * heaviest
        for limit, price in zip(self.max_weight_g, self.price_minor, strict=True):
            if rest <= limit:
                return full * self.price_minor[-1] + price
        raise AssertionError("the last bracket holds any rest")


@dataclass(frozen=True)
class Tables:
    """Tariffs gathered into services, and factors by name."""

    services: tuple[Service, ...]
    factors: Mapping[str, float]

    @classmethod
    def of(cls, tariffs: Iterable[TariffRow], factors: Iterable[FactorRow]) -> Tables:
        """Gather rows; raises InvalidInput for a tariff with a hole or a factor missing."""
        grouped: dict[tuple[str, str, str, str, str], list[TariffRow]] = {}
        for row in tariffs:
            key = (row.carrier, row.service, row.destination, row.origin, row.country)
            grouped.setdefault(key, []).append(row)
        services = tuple(_service(rows) for _, rows in sorted(grouped.items()))
        if not services:
            raise InvalidInput(
                "No tariff: the sourcing needs at least one carrier.", code="tariff.none"
            )
        return cls(services, _factors(factors))

    @classmethod
    def standard(cls, tariffs: Iterable[TariffRow], factors: Iterable[FactorRow]) -> Tables:
        """The tables of the demo's assets; the caller reads the files."""
        return cls.of(tariffs, factors)

    @cached_property
    def _by_ends(self) -> dict[tuple[str, str], tuple[Service, ...]]:
        found: dict[tuple[str, str], list[Service]] = {}
        for service in self.services:
            found.setdefault((service.destination, service.country), []).append(service)
        return {key: tuple(value) for key, value in found.items()}

    def services_to(self, destination: str, country: str) -> tuple[Service, ...]:
        """Services that reach a kind of destination in a country, in order of their names."""
        return self._by_ends.get((destination, country), ())


def _service(rows: list[TariffRow]) -> Service:
    rows = sorted(rows, key=lambda row: row.max_weight_g)
    first = rows[0]
    where = {"carrier": first.carrier, "service": first.service}
    weights = tuple(row.max_weight_g for row in rows)
    prices = tuple(row.price_minor for row in rows)
    if len(set(weights)) != len(weights):
        raise InvalidInput(
            "Tariff of {carrier}, {service}: two prices for the same weight.",
            code="tariff.twice",
            **where,
        )
    if any(heavier < lighter for lighter, heavier in pairwise(prices)):
        raise InvalidInput(
            "Tariff of {carrier}, {service}: a heavier parcel costs less; a bracket is missing "
            "or wrong.",
            code="tariff.falls",
            **where,
        )
    if len({(row.transit_working_days, row.volumetric_divisor) for row in rows}) != 1:
        raise InvalidInput(
            "Tariff of {carrier}, {service}: its brackets differ in transit days or divisor.",
            code="tariff.mixed",
            **where,
        )
    return Service(
        first.carrier,
        first.service,
        first.destination,
        first.origin,
        first.country,
        first.transit_working_days,
        first.volumetric_divisor,
        weights,
        prices,
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
    for name in FACTOR_UNITS:
        if name not in factors:
            raise InvalidInput(
                "Factor {name} is missing: CO₂e cannot be counted.",
                code="factor.missing",
                name=name,
            )
    return factors
