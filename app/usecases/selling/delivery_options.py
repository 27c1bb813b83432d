"""Promises from the local copy of the network: the sourcing engine, fed from the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.usecases.reference import Reference
from sync.domain.catalogue import Article
from sync.domain.company import Collecting
from sync.domain.customer import Address
from sync.domain.location import Location, LocationKind, distance_km
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, check_quantity
from sync.domain.promise import Promise
from sync.i18n import public_holidays
from sync.sourcing import (
    Calendar,
    Destination,
    FactorRow,
    Network,
    Place,
    Policy,
    RegionRow,
    RequestLine,
    ServiceRow,
    Snapshot,
    Tables,
    TariffRow,
    collect_points,
    in_order,
    options,
)
from sync.sourcing.policy.policy_file import parse_policy
from sync.terminal.store import catalogue_queries
from sync.terminal.store.local_store import LocalStore

COUNTER = "counter"
COLLECT_STORES_MAX = 5
PICKUP_POINTS_MAX = 3


@dataclass(frozen=True, slots=True)
class _Ground:
    """What promises rest on beside stock; kept until the feed changes it."""

    network: Network
    policies: tuple[Policy, ...]
    tables: Tables | None


class DeliveryOptions:
    """Says how an article can be had, where the customer stands and where they live."""

    def __init__(
        self,
        store: LocalStore,
        reference: Reference,
        here: str,
        clock: Callable[[], datetime],
        online: Callable[[], bool],
    ) -> None:
        self._store, self._reference, self._here = store, reference, here
        self._clock, self._online = clock, online
        self._ground: _Ground | None = None
        store.subscribe(self._changed)

    def promises(self, article: Article, quantity: int, ship_to: Address | None) -> list[Promise]:
        """Every delivery option for `quantity` pieces whole, best first.

        Best is what asks least of company and customer together; what lies here comes first.
        Without an address a parcel is promised to the store's own commune. Carrying it out is
        always among them: a piece in the customer's hand is sold whatever the records say; when
        they say that it is not there, that option comes last and is not `sure`.
        """
        check_quantity(quantity)
        ground, here = self._known_ground(), self._reference.location(self._here)
        stock = catalogue_queries.stock_of(self._store, article.sku)
        shelf = max(0, stock[here.code].shelf) if here.code in stock else 0
        now, region = self._clock(), self._reference.company().region
        found: list[Promise] = []
        places = self._destinations(ground.network, here, ship_to, at_hand=shelf >= quantity)
        if ground.tables is not None:
            found = options(
                RequestLine(
                    1,
                    article.sku,
                    quantity,
                    article.weight_g,
                    article.price * quantity,
                    article.category,
                    article.volume_cm3,
                    article.tags,
                    article.vat_rate_bp,
                ),
                here.code,
                places,
                ground.network,
                Snapshot(0, {article.sku: {code: have.available for code, have in stock.items()}}),
                ground.policies,
                ground.tables,
                now=now,
                calendar=Calendar(public_holidays(region, now.year), region.time_zone),
                carry_out_pieces=shelf,
                sure=self._online(),
            )
            found.sort(key=effort(places, self._reference.company().collecting))
        if not any(promise.mode is FulfilmentMode.CARRY_OUT for promise in found):
            nothing = Money(0, article.price.currency)
            found.append(
                Promise(
                    FulfilmentMode.CARRY_OUT,
                    here.code,
                    COUNTER,
                    now,
                    nothing,
                    0.0,
                    0,
                    sure=shelf >= quantity,
                )
            )
        return found

    def _destinations(
        self, network: Network, here: Location, ship_to: Address | None, *, at_hand: bool
    ) -> list[Place]:
        if ship_to is None:
            home = Destination(here.lat, here.lon, "home", "", here.country, here.postcode)
        else:
            home = Destination(
                ship_to.lat, ship_to.lon, "home", "", ship_to.country, ship_to.postcode
            )
        points = collect_points(
            network,
            here.lat,
            here.lon,
            nearest=COLLECT_STORES_MAX + 1,
            radius_km=self._reference.company().collecting.radius_km,
        )
        trips = [
            Place(point, distance_km(home.lat, home.lon, point.lat, point.lon))
            for point in points
            # What lies on the shelf here need not be collected here.
            if not (at_hand and point.location == here.code)
        ]
        return [Place(home), *trips[:COLLECT_STORES_MAX], *self._pickup_points(home)]

    def _pickup_points(self, home: Destination) -> list[Place]:
        """The nearest to where the customer lives; to the store while that is not known."""
        radius_km = self._reference.company().collecting.radius_km
        points = [
            place
            for place in self._reference.locations().values()
            if place.kind is LocationKind.PICKUP_POINT
        ]
        near = sorted(
            (distance_km(home.lat, home.lon, place.lat, place.lon), place.code, place)
            for place in points
        )
        return [
            Place(
                Destination(
                    place.lat, place.lon, "pickup_point", place.code, place.country, place.postcode
                ),
                km,
            )
            for km, _, place in near[:PICKUP_POINTS_MAX]
            if km <= radius_km
        ]

    def _known_ground(self) -> _Ground:
        ground = self._ground
        if ground is None:
            texts = catalogue_queries.policies(self._store)
            tables = catalogue_queries.tables(self._store)
            ground = _Ground(
                Network.of(self._reference.locations().values()),
                in_order(parse_policy(text, name) for text, name in texts) or (Policy(),),
                _tables(tables) if tables else None,
            )
            self._ground = ground
        return ground

    def _changed(self, topic: str) -> None:
        if topic in ("locations", "policy"):
            self._ground = None


def effort(places: Iterable[Place], collecting: Collecting) -> Callable[[Promise], float]:
    """What a promise asks of everybody: its cost by the policy, the customer's drive there and
    back, and what the customer pays for it, so that nobody is offered first what costs them
    more than coming back here."""
    km = {place.destination.location: place.trip_km or 0.0 for place in places}

    def of(promise: Promise) -> float:
        trip = km.get(promise.collect_at, 0.0) if promise.collect_at else 0.0
        return promise.cost_eur + 2 * trip * collecting.trip_cost_per_km + promise.fee.minor / 100

    return of


def _tables(text: str) -> Tables:
    body = json.loads(text)
    return Tables.of(
        [TariffRow(**row) for row in body["tariffs"]],
        [FactorRow(**row) for row in body["factors"]],
        [ServiceRow(**row) for row in body.get("services", ())],
        [RegionRow(**row) for row in body.get("regions", ())],
    )
