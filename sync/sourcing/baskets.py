"""Every way in which a customer can have a whole basket, and why not (see page 0074)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from sync.domain.order import FulfilmentMode
from sync.sourcing.decision import SOURCED, Decision, PlannedShipment
from sync.sourcing.engine import source
from sync.sourcing.evaluations import NO_SERVICE
from sync.sourcing.network import Network, Stock
from sync.sourcing.policy.policy import Policy, policy_for
from sync.sourcing.promises import MODES, Place, trip_g
from sync.sourcing.rates.services import Service
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Destination, Request, RequestLine

SERVICES_MAX = 6  # of a place, the first by name: nobody reads more


class Mark(StrEnum):
    """What an option is best at."""

    FASTEST = "fastest"
    GREENEST = "greenest"
    CHEAPEST = "cheapest"
    FEWEST_PARCELS = "fewest_parcels"


class WhyNot(StrEnum):
    """Why a line cannot be had."""

    NO_STOCK = "no_stock"  # no location has a piece that this channel may have
    TOO_FEW = "too_few"  # all locations together have fewer
    NO_CARRIER = "no_carrier"  # those that have it reach the place with no service
    NO_CAPACITY = "no_capacity"  # those that have it are full
    NOT_ALLOWED = "not_allowed"  # a rule of the policy stops those that have it
    NOT_TOGETHER = "not_together"  # it can be had, and not with the rest in the parcels allowed


@dataclass(frozen=True, slots=True)
class BasketOption:
    """One way to have all lines: to one place, from one or more locations.

    `at`: when the last parcel is planned to arrive. `fee_minor`: what the customer pays for the
    delivery, in cents. `cost_eur`: what it costs the company by the policy's criteria. `co2e_g`
    without the customer's own trip, which is `trip_co2e_g`. `asked_service`: what an order must ask
    for to have it; empty for what the sourcing chooses.
    """

    mode: FulfilmentMode
    at: datetime
    fee_minor: int
    cost_eur: float
    co2e_g: int
    trip_co2e_g: int
    shipments: tuple[PlannedShipment, ...]
    collect_at: str = ""
    asked_service: str = ""
    marks: frozenset[Mark] = field(default_factory=frozenset)

    @property
    def parcels(self) -> int:
        """Parcels or bags, one for each location."""
        return len(self.shipments)


@dataclass(frozen=True, slots=True)
class Missing:
    """`pieces` of a line cannot be had; `left` may be."""

    line_id: int
    pieces: int
    left: int
    why: WhyNot


@dataclass(frozen=True)
class Ground:
    """What promises rest on: the network, its stock and the rules."""

    network: Network
    stock: Stock
    policies: Sequence[Policy]
    tables: Tables
    calendar: Calendar


def basket_options(
    lines: Sequence[RequestLine],
    places: Sequence[Place],
    ground: Ground,
    *,
    now: datetime,
    channel: str,
    preferred: str = "",
) -> list[BasketOption]:
    """All ways to have every line whole, those that another beats in everything left out.

    Cheapest for the company first, then soonest. Empty when no place can have all of it. Raises
    NotFound when no policy is for such an order.
    """
    found: list[BasketOption] = []
    for place in places:
        found += _to(tuple(lines), place, ground, now, channel, preferred)
    kept = [one for one in found if not any(_beats(other, one) for other in found)]
    kept.sort(key=lambda one: (one.cost_eur, one.at, one.mode.value, one.collect_at))
    return _marked(kept)


def missing(
    lines: Sequence[RequestLine],
    place: Place,
    ground: Ground,
    *,
    now: datetime,
    channel: str,
    preferred: str = "",
) -> list[Missing]:
    """What of `lines` cannot be had at `place`, each line with its reason; empty when all can."""
    request = _request(tuple(lines), place.destination, now, channel, preferred)
    decision = _decide(request, ground, policy_for(request, ground.policies))
    short = dict(decision.unfilled)
    found = []
    for line in lines:
        if short.get(line.line_id):
            alone = replace(request, lines=(line,))
            found.append(_why(line, short[line.line_id], alone, ground))
    return found


def _to(
    lines: tuple[RequestLine, ...],
    place: Place,
    ground: Ground,
    now: datetime,
    channel: str,
    preferred: str,
) -> list[BasketOption]:
    request = _request(lines, place.destination, now, channel, preferred)
    policy = policy_for(request, ground.policies)
    best = _decide(request, ground, policy)
    if best.status != SOURCED:
        return []
    services = _services(place.destination, ground.tables)
    found = [_option(request, place, best, policy, ground, "")]

    def add(asked: Request, rules: Policy) -> None:
        decision = _decide(asked, ground, rules)
        if decision.status == SOURCED:
            found.append(_option(asked, place, decision, policy, ground, asked.service))

    for code in sorted({service.code for service in services})[:SERVICES_MAX]:
        if any(shipment.service != code for shipment in best.shipments):
            add(replace(request, service=code), policy)
    if len(best.shipments) > 1:
        one_parcel = replace(policy, limits=replace(policy.limits, max_parcels=1))
        add(request, one_parcel)
    return found


def _request(
    lines: tuple[RequestLine, ...], to: Destination, now: datetime, channel: str, preferred: str
) -> Request:
    return Request("", channel, lines, to, now, preferred=preferred)


def _decide(request: Request, ground: Ground, policy: Policy, *, explain: bool = False) -> Decision:
    return source(
        request,
        ground.network,
        ground.stock,
        policy,
        ground.tables,
        calendar=ground.calendar,
        explain=explain,
    )


def _services(to: Destination, tables: Tables) -> tuple[Service, ...]:
    return tables.services_to(to.kind, to.country, to.postcode)


def _option(
    request: Request,
    place: Place,
    decision: Decision,
    policy: Policy,
    ground: Ground,
    asked: str,
) -> BasketOption:
    trip = trip_g(place, policy, ground.tables)
    carbon_eur = trip * policy.carbon.price_eur_per_t / 1e6 * policy.weights.ecological
    to = place.destination
    return BasketOption(
        MODES[to.kind],
        max(shipment.arrives_at for shipment in decision.shipments),
        _fee_minor(request.lines, to, asked, ground.tables),
        round(decision.cost.total + carbon_eur, 4),
        decision.co2e_g,
        round(trip),
        decision.shipments,
        to.location,
        asked,
    )


def _fee_minor(lines: Sequence[RequestLine], to: Destination, asked: str, tables: Tables) -> int:
    """What the customer pays in cents: nothing to a store, the tariff of the service asked for
    the whole basket, else that of the cheapest that collects anywhere."""
    if to.kind == "store":
        return 0
    prices: Iterable[int] = (
        service.price_for(
            sum(service.charged_g(line.weight_g, line.volume_cm3) * line.quantity for line in lines)
        )
        for service in _services(to, tables)
        if (service.code == asked if asked else service.collects_anywhere)
    )
    return min(prices, default=0)


def _beats(one: BasketOption, other: BasketOption) -> bool:
    """Whether `one`, to the same place, is no worse in anything and better in something."""
    if (one.mode, one.collect_at) != (other.mode, other.collect_at) or one is other:
        return False
    mine = (one.at, one.fee_minor, one.co2e_g, one.parcels, bool(one.asked_service))
    theirs = (other.at, other.fee_minor, other.co2e_g, other.parcels, bool(other.asked_service))
    no_worse = (
        one.at <= other.at,
        one.fee_minor <= other.fee_minor,
        one.co2e_g <= other.co2e_g,
        one.parcels <= other.parcels,
        bool(one.asked_service) <= bool(other.asked_service),
    )
    return mine != theirs and all(no_worse)


def _marked(options: list[BasketOption]) -> list[BasketOption]:
    if not options:
        return []
    best: dict[Mark, Callable[[BasketOption], tuple[object, ...]]] = {
        Mark.FASTEST: lambda one: (one.at, one.fee_minor),
        Mark.GREENEST: lambda one: (one.co2e_g + one.trip_co2e_g, one.at),
        Mark.CHEAPEST: lambda one: (one.fee_minor, one.at),
        Mark.FEWEST_PARCELS: lambda one: (one.parcels, one.fee_minor, one.at),
    }
    marks: dict[int, set[Mark]] = {}
    for mark, key in best.items():
        place = min(range(len(options)), key=lambda n: key(options[n]))
        marks.setdefault(place, set()).add(mark)
    return [
        replace(one, marks=frozenset(marks.get(place, ()))) for place, one in enumerate(options)
    ]


def _why(line: RequestLine, short: int, request: Request, ground: Ground) -> Missing:
    """Why this line alone falls short, from what stopped the locations that have it."""
    have = ground.stock.pieces(line.sku, ground.network, with_withheld=True)
    there = int(np.maximum(have, 0).sum())
    if there == 0:
        return Missing(line.line_id, short, 0, WhyNot.NO_STOCK)
    policy = policy_for(request, ground.policies)
    decision = _decide(request, ground, policy, explain=True)
    unfilled = sum(pieces for _, pieces in decision.unfilled)
    if not unfilled:
        return Missing(line.line_id, short, line.quantity - short, WhyNot.NOT_TOGETHER)
    left = line.quantity - unfilled
    if there < line.quantity:
        return Missing(line.line_id, short, left, WhyNot.TOO_FEW)
    codes = {ground.network.codes[place] for place in np.flatnonzero(have > 0)}
    reasons = {one.reason for one in decision.evaluations if one.location in codes}
    stopped = {reason for reason in reasons if reason.startswith("filtered:")}
    if NO_SERVICE in stopped or not _services(request.destination, ground.tables):
        return Missing(line.line_id, short, left, WhyNot.NO_CARRIER)
    if "filtered:capacity" in stopped:
        return Missing(line.line_id, short, left, WhyNot.NO_CAPACITY)
    if stopped or decision.action:
        return Missing(line.line_id, short, left, WhyNot.NOT_ALLOWED)
    return Missing(line.line_id, short, left, WhyNot.TOO_FEW)
