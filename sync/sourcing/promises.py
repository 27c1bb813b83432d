"""Every way in which a customer can have one line: the promises shown at the counter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from sync.domain.location import LocationKind
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from sync.sourcing.decision import SOURCED, Decision
from sync.sourcing.engine import source
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.options import COUNTER
from sync.sourcing.policy.policy import Policy, policy_for
from sync.sourcing.rates.services import CUSTOMER_TRIP
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Destination, Request, RequestLine

MODES = {
    "home": FulfilmentMode.SHIP_HOME,
    "store": FulfilmentMode.COLLECT,
    "pickup_point": FulfilmentMode.PICKUP_POINT,
}
KM_WALKED = 2.0  # half of the trips below are on foot or by bike (ADEME): fewer, the longer
FASTER_MAX = 2  # services that are offered because they are faster than the best


@dataclass(frozen=True, slots=True)
class Place:
    """A destination to try: to a home, a store or a pickup point; `trip_km` one way to it.

    `trip_km` None: the policy's default trip.
    """

    destination: Destination
    trip_km: float | None = None


def options(
    line: RequestLine,
    store: str,
    destinations: Sequence[Destination | Place],
    network: Network,
    snapshot: Stock,
    policies: Sequence[Policy],
    tables: Tables,
    *,
    now: datetime,
    calendar: Calendar | None = None,
    channel: str = "store",
    carry_out_pieces: int | None = None,
    sure: bool = True,
) -> list[Promise]:
    """All ways to have `line` whole, best first by the policy's cost, then by time.

    Of `policies`, the first that is for such an order decides; one must be for any order.

    `store` is the code of the store where the customer stands; its own stock gives CARRY_OUT
    (`carry_out_pieces` when the till knows better than the snapshot). For every destination: the
    optimum of the policy, so a store that has the line itself promises it from its shelf and
    another has it sent. To a home, faster services are offered beside it, for an order that asks
    for them. `cost_eur` is the policy's cost plus the customer's trip at the carbon price;
    `co2e_g` is without that trip, which `trip_co2e_g` has. `fee` is a carrier's public tariff for
    a home or pickup point, of the cheapest unless a service is asked for, and nothing for a
    store. A way that does not exist is not in the list.
    """
    calendar = calendar or Calendar()
    promises = _carry_out(line, store, network, snapshot, now, carry_out_pieces)
    for place in destinations:
        at = place if isinstance(place, Place) else Place(place)
        request = Request("", channel, (line,), at.destination, now, preferred=store)
        policy = policy_for(request, policies)

        def decide(asked: Request, rules: Policy = policy) -> Decision:
            return source(
                asked, network, snapshot, rules, tables, calendar=calendar, now=now, explain=False
            )

        decision = decide(request)
        if decision.status == SOURCED:
            best = _promise(line, at, decision, policy, tables, sure)
            promises.append(best)
            if at.destination.kind == "home":
                promises += _faster(line, at, request, best, decide, policy, tables)
    return sorted(promises, key=lambda p: (p.cost_eur, p.at, p.mode, p.collect_at))


def collect_points(
    network: Network, lat: float, lon: float, nearest: int = 5, radius_km: float = 50.0
) -> list[Destination]:
    """The `nearest` stores within `radius_km` as destinations, nearest first."""
    stores = network.by_kind.get(LocationKind.STORE.value)
    if stores is None:
        return []
    metres = network.distances_m(lat, lon)
    near = np.flatnonzero(stores & (metres <= radius_km * 1000))
    # Places are in order of their codes, which is the order of equals.
    found = [network.locations[place] for place in near[np.argsort(metres[near], kind="stable")]]
    return [
        Destination(loc.lat, loc.lon, "store", loc.code, loc.country, loc.postcode)
        for loc in found[:nearest]
    ]


def _carry_out(
    line: RequestLine,
    store: str,
    network: Network,
    snapshot: Stock,
    now: datetime,
    known: int | None,
) -> list[Promise]:
    place = network.index.get(store)
    here = known or 0
    if known is None and place is not None:
        here = int(snapshot.pieces(line.sku, network)[place])
    if here < line.quantity:
        return []
    return [
        Promise(
            FulfilmentMode.CARRY_OUT, store, COUNTER, now, Money(0, line.value.currency), 0.0, 0
        )
    ]


def _faster(
    line: RequestLine,
    place: Place,
    request: Request,
    best: Promise,
    decide: Callable[[Request], Decision],
    policy: Policy,
    tables: Tables,
) -> list[Promise]:
    """Services by which the customer has the line earlier than by the best, the cheapest for each
    day, each earlier than the cheaper ones."""
    to = place.destination
    codes = {service.code for service in tables.services_to(to.kind, to.country, to.postcode)}
    found = []
    for code in sorted(codes - {best.service}):
        decision = decide(replace(request, service=code))
        if decision.status == SOURCED:
            promise = _promise(line, place, decision, policy, tables, best.sure, asked=code)
            if promise.at < best.at:
                found.append(promise)
    kept: list[Promise] = []
    earliest = best.at
    for promise in sorted(found, key=lambda p: (p.fee.minor, p.at, p.service)):
        if promise.at < earliest:
            kept.append(promise)
            earliest = promise.at
    return kept[:FASTER_MAX]


def _promise(
    line: RequestLine,
    place: Place,
    decision: Decision,
    policy: Policy,
    tables: Tables,
    sure: bool,
    asked: str = "",
) -> Promise:
    destination = place.destination
    first = decision.shipments[0]
    trip = trip_g(place, policy, tables)
    carbon_eur = trip * policy.carbon.price_eur_per_t / 1e6 * policy.weights.ecological
    return Promise(
        mode=MODES[destination.kind],
        source=first.location,
        service=first.service,
        at=max(shipment.arrives_at for shipment in decision.shipments),
        fee=Money(_fee_minor(line, destination, asked, tables), line.value.currency),
        cost_eur=round(decision.cost.total + carbon_eur, 4),
        co2e_g=decision.co2e_g,
        trip_co2e_g=round(trip),
        asked_service=asked,
        collect_at=destination.location,
        distance_km=first.distance_km,
        sure=sure,
    )


def trip_g(place: Place, policy: Policy, tables: Tables) -> float:
    """Grams of the customer's own trip to collect, there and back; none for a home."""
    if place.destination.kind == "home":
        return 0.0
    carbon = policy.carbon
    km = carbon.customer_trip_km
    if place.trip_km is not None:
        # All walk next door and nobody walks KM_WALKED: half of them in the mean below it.
        km = 2 * place.trip_km * min(1.0, place.trip_km / KM_WALKED)
    return km * carbon.customer_trip_share * tables.factors[CUSTOMER_TRIP] * 1000


def _fee_minor(
    line: RequestLine, destination: Destination, service_code: str, tables: Tables
) -> int:
    """What the customer pays in cents: nothing to a store, the tariff of the service asked for, and
    else that of the cheapest that collects anywhere, whichever is sent with."""
    if destination.kind == "store":
        return 0
    found: Iterable[int] = (
        service.price_for(service.charged_g(line.weight_g, line.volume_cm3) * line.quantity)
        for service in tables.services_to(
            destination.kind, destination.country, destination.postcode
        )
        if (service.code == service_code if service_code else service.collects_anywhere)
    )
    return min(found, default=0)
