"""Carriers' services: when they run, what they drive, where they go, and what they charge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sync.domain.errors import InvalidInput

DESTINATION_KINDS = ("home", "store", "pickup_point")
DAY_MINUTES = 24 * 60

# Factors of the boundary by name, with their units; a service may name others of the same unit.
TRUNK_TRUCK = "trunk_truck"
DELIVERY_VAN = "delivery_van"
CUSTOMER_TRIP = "customer_trip"
HUB_PARCEL, HUB_WEIGHT, CARTON = "hub_parcel", "hub_weight", "carton"
BY_WEIGHT_AND_DISTANCE, BY_DISTANCE = "kg/t.km", "kg/km"


@dataclass(frozen=True, slots=True)
class TariffRow:
    """A bracket of a carrier's public tariff: up to `max_weight_g` grams for `price_minor` cents.

    `destination`: "home", "store" or "pickup_point". `origin`, `country`: ISO 3166 codes of the
    two ends. `transit_working_days`: days between the hand-over to the carrier and the arrival.
    `volumetric_divisor`: cm³ per kg charged, 0 when the carrier charges real weight only.
    Its zone: `postcodes` of the destination begin with one of these (spaces between, empty for
    any); the straight line is at least `beyond_km` and below `within_km` long (0: any).
    `source` says where the price was published. The heaviest bracket is what a carton may weigh.
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
    postcodes: str = ""
    beyond_km: int = 0
    within_km: int = 0

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
        if self.beyond_km < 0 or 0 < self.within_km <= self.beyond_km or self.within_km < 0:
            raise InvalidInput(
                "Tariff of {carrier}, {service}: its zone from {beyond} to {within} km is empty.",
                code="tariff.zone",
                carrier=self.carrier,
                service=self.service,
                beyond=self.beyond_km,
                within=self.within_km,
            )

    @property
    def lane(self) -> tuple[str, str, str, str, str, str, int, int]:
        """What the brackets of one price list have in common."""
        return (
            self.carrier,
            self.service,
            self.destination,
            self.origin,
            self.country,
            self.postcodes,
            self.beyond_km,
            self.within_km,
        )


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """How a carrier's service works, whatever it charges.

    `saturday`: it collects and delivers on Saturdays too. `cutoff_minute`, `arrival_minute`:
    minutes after midnight, 0 for the policy's. `kinds`, `locations`: from where it collects, with
    spaces between; empty for anywhere. `trunk`: the factor (kg/t.km) of the truck between
    platforms, empty when the vehicle of the round starts at the location itself; `hubs`: platforms
    passed. `vehicle`: the factor (kg/km) of the round; `stop_share`: of a delivery van's
    kilometres for a stop, what this vehicle drives; `stops`: of a round that starts at the
    location, over which its way there and back is shared. `source` says where this is from.
    """

    carrier: str
    service: str
    saturday: bool = False
    cutoff_minute: int = 0
    arrival_minute: int = 0
    kinds: str = ""
    locations: str = ""
    trunk: str = TRUNK_TRUCK
    hubs: int = 2
    vehicle: str = DELIVERY_VAN
    stop_share: float = 1.0
    stops: int = 1
    source: str = ""

    def __post_init__(self) -> None:
        minutes = (self.cutoff_minute, self.arrival_minute)
        right = all(0 <= minute < DAY_MINUTES for minute in minutes)
        if not right or self.hubs < 0 or self.stops < 1 or not 0 <= self.stop_share < 100:
            raise InvalidInput(
                "Service {service} of {carrier}: a time, a share or a count makes no sense.",
                code="service.values",
                carrier=self.carrier,
                service=self.service,
            )


@dataclass(frozen=True)
class Service:
    """A service on one lane to one zone, with its brackets in order of weight."""

    lane: TariffRow
    works: ServiceRow
    max_weight_g: tuple[int, ...]
    price_minor: tuple[int, ...]

    @cached_property
    def code(self) -> str:
        """How a decision and a label name the service, as in `colissimo:home`."""
        return f"{self.lane.carrier}:{self.lane.service}"

    @property
    def transit_working_days(self) -> int:
        """Working days of the carrier between the hand-over and the arrival."""
        return self.lane.transit_working_days

    @property
    def carton_max_g(self) -> int:
        """What a carton may weigh."""
        return self.max_weight_g[-1]

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Kinds of location that it collects from; empty for any."""
        return frozenset(self.works.kinds.split())

    @cached_property
    def locations(self) -> frozenset[str]:
        """Locations that it collects from; empty for any."""
        return frozenset(self.works.locations.split())

    @property
    def collects_anywhere(self) -> bool:
        """Whether it serves every location of its country at any distance."""
        lane = self.lane
        return not (self.kinds or self.locations or lane.beyond_km or lane.within_km)

    @cached_property
    def _prefixes(self) -> tuple[str, ...]:
        return tuple(self.lane.postcodes.split())

    def reaches(self, postcode: str) -> bool:
        """Whether the destination's postcode is in its zone."""
        return not self._prefixes or postcode.startswith(self._prefixes)

    def charged_g(self, weight_g: int, volume_cm3: int) -> int:
        """What one piece weighs for the carrier: really, or by its volume when that is more."""
        divisor = self.lane.volumetric_divisor
        return max(weight_g, -(-volume_cm3 * 1000 // divisor) if divisor else 0)

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


def gather(tariffs: Iterable[TariffRow], services: Iterable[ServiceRow]) -> tuple[Service, ...]:
    """Brackets and how services work, joined, in order of names.

    Raises InvalidInput for a hole in a tariff, a service described twice or without a tariff, and
    for one that would arrive on the day it leaves before its own cut-off.
    """
    lists: dict[object, list[TariffRow]] = {}
    for row in tariffs:
        lists.setdefault(row.lane, []).append(row)
    described = _described(services)
    unused = set(described) - {(rows[0].carrier, rows[0].service) for rows in lists.values()}
    if unused:
        carrier, service = min(unused)
        raise InvalidInput(
            "Service {service} of {carrier} has no tariff.",
            code="service.no_tariff",
            carrier=carrier,
            service=service,
        )
    found = (_service(rows, described) for rows in lists.values())
    return tuple(sorted(found, key=lambda s: s.lane.lane))


def _described(services: Iterable[ServiceRow]) -> dict[tuple[str, str], ServiceRow]:
    found: dict[tuple[str, str], ServiceRow] = {}
    for row in services:
        if (row.carrier, row.service) in found:
            raise InvalidInput(
                "Service {service} of {carrier} is described twice.",
                code="service.twice",
                carrier=row.carrier,
                service=row.service,
            )
        found[row.carrier, row.service] = row
    return found


def _service(rows: list[TariffRow], described: Mapping[tuple[str, str], ServiceRow]) -> Service:
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
    works = described.get((first.carrier, first.service)) or ServiceRow(
        first.carrier, first.service
    )
    if first.transit_working_days == 0 and not 0 < works.cutoff_minute <= works.arrival_minute:
        raise InvalidInput(
            "Service {service} of {carrier} arrives on the day it leaves: its arrival must be "
            "after its cut-off.",
            code="service.same_day",
            **where,
        )
    return Service(first, works, weights, prices)
