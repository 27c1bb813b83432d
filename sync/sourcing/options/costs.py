"""What every option costs by criterion: from a request and a policy to a `Problem`.

    economic    tariff share * tariff(weight) + handling + packaging
    ecological  grams of CO2e * carbon price
    logistic    hours to the customer, lateness, load against capacity
    retail      scarcity price - relief of overstock - relief for the store that took the order

Each part is multiplied by its criterion's weight and rounded to whole micro-euros; what is paid is
kept beside it as it is, without a weight.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.decision import CostBreakdown, CostParts
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.filters import day_limits
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.tariffs import DELIVERY_VAN, TRUNK_TRUCK, Service, Tables
from sync.sourcing.rates.working_days import (
    Calendar,
    arrival_minutes,
    opens_in_minutes,
    ready_minutes,
)
from sync.sourcing.request import Request
from sync.sourcing.solver.problem import MICRO, Problem, WeightTariff

COUNTER = "counter"  # the customer collects where the goods lie: no carrier

Prices = Mapping[str, Mapping[str, float]]  # sku -> location -> euros that a piece is worth there


@dataclass(frozen=True, eq=False)
class Site:
    """What is the same for all steps of a policy: distances, times and loads per location [N]."""

    request: Request
    network: Network
    snapshot: Stock
    policy: Policy
    tables: Tables
    calendar: Calendar
    prices: Prices
    midnight: datetime
    now_minute: int
    distance_m: Ints
    opens_in: Ints
    ready: Ints
    carrier_days: Ints

    @classmethod
    def of(
        cls,
        request: Request,
        network: Network,
        snapshot: Stock,
        policy: Policy,
        tables: Tables,
        calendar: Calendar,
        prices: Prices,
        now: datetime,
    ) -> Site:
        """Distances to the destination, and when each location would be ready from `now`."""
        midnight = calendar.midnight(now)
        minute = calendar.minutes(midnight, now)
        first = midnight.date()
        return cls(
            request,
            network,
            snapshot,
            policy,
            tables,
            calendar,
            prices,
            midnight,
            minute,
            network.distances_m(request.destination.lat, request.destination.lon),
            opens_in_minutes(
                minute, calendar.shop_days(first), network.opens_minute, network.closes_minute
            ),
            ready_minutes(
                minute,
                calendar.shop_days(first),
                network.opens_minute,
                network.closes_minute,
                network.lead_minutes,
            ),
            calendar.carrier_days(first),
        )


@dataclass(frozen=True, eq=False)
class Parts:
    """What the criteria are made of by row, in micro-euros: see `CostParts`.

    `tariffs` by service, `handling` [R], `packaging` [R] and `handling_piece` [R] are cash without
    a weight; `time`, `lateness`, `load`, `preference` [R] and `overstock` [R, L] are weighted.
    """

    tariffs: tuple[WeightTariff, ...]
    handling: Floats
    handling_piece: Floats
    packaging: Floats
    time: Floats
    lateness: Floats
    load: Floats
    preference: Floats
    overstock: Floats


@dataclass(frozen=True, eq=False)
class Options:
    """Rows: a location with a service. Parts of the cost by criterion, in micro-euros.

    `fixed` [4, R] per shipment; `piece` [4, R, L] per piece; CO2e in grams per shipment [R] and
    per piece [R, L]; minutes [R]; `service` [R] index into `services`, -1 for the counter.
    """

    place: Ints
    service: Ints
    services: tuple[Service, ...]
    tariffs: tuple[WeightTariff, ...]
    fixed: Floats
    piece: Floats
    co2e_fixed_g: Floats
    co2e_piece_g: Floats
    ready: Ints
    arrives: Ints
    parts: Parts

    def breakdowns(self, rows: Ints, pieces: Ints) -> Floats:
        """Costs [4, K] of shipments by criterion: option rows[k] sends pieces[k, :].

        Adds up to the problem's cost exactly; a shipment of nothing costs nothing.
        """
        parts = self.fixed[:, rows] + np.einsum("crl,rl->cr", self.piece[:, rows, :], pieces)
        service = self.service[rows]
        for number in sorted(set(service.tolist())):
            tariff, mine = self.tariffs[number], service == number
            parts[0, mine] += tariff.price(pieces[mine] @ tariff.item_weight)
        parts[:, ~pieces.any(axis=1)] = 0.0
        return np.asarray(parts, np.float64)

    def breakdown(self, row: int, pieces: Ints) -> CostBreakdown:
        """The cost of one shipment by criterion, and what it is made of."""
        criteria = self.breakdowns(np.array([row]), pieces[None])[:, 0]
        if not pieces.any():
            return CostBreakdown()
        parts, count = self.parts, int(pieces.sum())
        tariff = parts.tariffs[int(self.service[row])]
        overstock = int(parts.overstock[row] @ pieces)
        preference = int(parts.preference[row])
        made_of = CostParts(
            tariff=int(tariff.price(np.array([pieces @ tariff.item_weight]))[0]),
            handling=int(parts.handling[row] + parts.handling_piece[row] * count),
            packaging=int(parts.packaging[row]),
            time=int(parts.time[row]),
            lateness=int(parts.lateness[row]),
            load=int(parts.load[row]),
            scarcity=int(criteria[3]) - overstock - preference,
            overstock=overstock,
            preference=preference,
        )
        return CostBreakdown(*(int(part) for part in criteria), parts=made_of)

    def cartons(self, row: int, pieces: Ints) -> int:
        """How many boxes a shipment needs under its carrier's heaviest bracket."""
        if self.service[row] == len(self.services):
            return 1
        tariff = self.tariffs[int(self.service[row])]
        return max(1, -(-int(pieces @ tariff.item_weight) // int(tariff.limits[-1])))

    def service_code(self, row: int) -> str:
        """`carrier:service`, or `counter`."""
        place = int(self.service[row])
        return COUNTER if place == len(self.services) else self.services[place].code


def build_options(site: Site, places: Ints) -> Options:
    """Every way in which the locations `places` can reach the destination."""
    request = site.request
    services = _services(site)
    rows: list[tuple[Ints, int]] = []
    here = -1
    if request.destination.kind == "store":
        here = site.network.index.get(request.destination.location, -1)
        at_counter = places[places == here]
        if len(at_counter):
            rows.append((at_counter, len(services)))
    for number, service in enumerate(services):
        origin = site.network.countries[places] == service.origin
        reach = places[origin & (places != here)]
        rows.append((reach, number))
    none = np.zeros(0, np.int64)
    place = np.concatenate([none, *(reach for reach, _ in rows)])
    which = np.concatenate([none, *(np.full(len(reach), n, np.int64) for reach, n in rows)])
    order = np.lexsort((which, place))
    return _priced(site, place[order], which[order], services)


def _services(site: Site) -> tuple[Service, ...]:
    destination = site.request.destination
    found = site.tables.services_to(destination.kind, destination.country)
    if not found and destination.kind == "store":
        found = site.tables.services_to("home", destination.country)
    return found


def _priced(site: Site, place: Ints, number: Ints, services: tuple[Service, ...]) -> Options:
    policy, lines = site.policy, site.request.lines
    weights = policy.weights
    counter = number == len(services)
    arrives = site.ready[place].copy()
    for index, service in enumerate(services):
        mine = number == index
        arrives[mine] = arrival_minutes(
            site.ready[place[mine]],
            site.carrier_days,
            policy.time.carrier_cutoff_minute,
            service.transit_working_days,
            policy.time.carrier_arrival_minute,
        )
    fixed = np.zeros((4, len(place)))
    piece = np.zeros((4, len(place), len(lines)))
    parcel_eur, piece_eur, packaging_eur = (a[place] for a in _handling(site))
    packaging_eur = np.where(counter, 0.0, packaging_eur)
    fixed[0] = _micro(weights.economic * parcel_eur) + _micro(weights.economic * packaging_eur)
    piece[0] = _micro(weights.economic * piece_eur)[:, None]
    co2e_fixed_g, co2e_piece_g = _co2e(site, place, counter)
    carbon = weights.ecological * policy.carbon.price_eur_per_t / MICRO
    fixed[1] = _micro(carbon * co2e_fixed_g)
    piece[1] = _micro(carbon * co2e_piece_g)
    time, lateness, load = (_micro(weights.logistic * p) for p in _logistic(site, place, arrives))
    fixed[2] = time + lateness + load
    fixed[3] = _micro(
        -weights.retail
        * policy.retail.preferred_relief_eur
        * (place == site.network.index.get(site.request.preferred, -1))
    )
    scarcity, overstock = (_micro(weights.retail * part) for part in _retail(site, place))
    piece[3] = scarcity + overstock
    return Options(
        place,
        number,
        services,
        (*(_tariff(site, service, weights.economic) for service in services), _free(len(lines))),
        fixed,
        piece,
        co2e_fixed_g,
        co2e_piece_g,
        site.ready[place],
        arrives,
        Parts(
            (*(_tariff(site, service, 1.0) for service in services), _free(len(lines))),
            _micro(parcel_eur),
            _micro(piece_eur),
            _micro(packaging_eur),
            time,
            lateness,
            load,
            fixed[3],
            overstock,
        ),
    )


def _micro(euros: Floats) -> Floats:
    """Whole micro-euros: their sums are exact in any order."""
    result: Floats = np.rint(euros * MICRO)
    return result


def _free(lines: int) -> WeightTariff:
    return WeightTariff(np.array([1 << 40]), np.array([0.0]), np.zeros(lines, np.int64))


def _tariff(site: Site, service: Service, weight_of_cash: float) -> WeightTariff:
    divisor = service.volumetric_divisor
    weight = [
        max(line.weight_g, -(-line.volume_cm3 * 1000 // divisor) if divisor else 0)
        for line in site.request.lines
    ]
    euros = weight_of_cash * site.policy.tariff_share / 100
    return WeightTariff(
        np.array(service.max_weight_g, np.int64),
        np.rint(np.array(service.price_minor) * euros * MICRO),
        np.array(weight, np.int64),
    )


def _handling(site: Site) -> tuple[Floats, Floats, Floats]:
    parcel, piece, packaging = (np.zeros(len(site.network)) for _ in range(3))
    for kind, mask in site.network.by_kind.items():
        costs = site.policy.handling[kind]
        parcel[mask], piece[mask] = costs.parcel_eur, costs.piece_eur
        packaging[mask] = costs.packaging_eur
    return parcel, piece, packaging


def _co2e(site: Site, place: Ints, counter: Bools) -> tuple[Floats, Floats]:
    """Grams per shipment and per piece: the trunk by weight and distance, the van by the stop.

    kg/t.km is g/kg.km, so grams = factor * kg * km. The van's kilometres are per parcel.
    """
    carbon, factors = site.policy.carbon, site.tables.factors
    km = np.where(counter, 0.0, site.distance_m[place] / 1000 * carbon.detour_factor)
    per_gram = factors[TRUNK_TRUCK] * km / 1000
    home = site.request.destination.kind == "home"
    last_km = carbon.last_km_per_home_parcel if home else carbon.last_km_per_point_parcel
    van = np.where(counter, 0.0, last_km * factors[DELIVERY_VAN] * 1000)
    weight = np.array([line.weight_g for line in site.request.lines], np.float64)
    return per_gram * carbon.packaging_weight_g + van, per_gram[:, None] * weight


def _logistic(site: Site, place: Ints, arrives: Ints) -> tuple[Floats, Floats, Floats]:
    """Euros per shipment of the time until the customer has it, of lateness and of load."""
    time = site.policy.time
    hours = (arrives - site.now_minute) / 60
    late, load = np.zeros(len(place)), np.zeros(len(place))
    if site.request.promised_by is not None:
        promised = site.calendar.minutes(site.midnight, site.request.promised_by)
        late = time.lateness_eur_per_hour * np.maximum(0.0, (arrives - promised) / 60)
    if time.full_load_eur:
        limits = np.maximum(day_limits(site.network, site.policy), 1)
        share = site.snapshot.orders_taken(site.network) / limits
        # Squared: the first orders of a day hinder nobody, the last ones hinder all the others.
        load = time.full_load_eur * share[place] ** 2
    return time.value_eur_per_hour * hours, late, load


def _retail(site: Site, place: Ints) -> tuple[Floats, Floats]:
    """Euros per piece [R, L]: what the piece is worth where it lies, and the relief of overstock.

    The relief is negative.
    """
    retail, network = site.policy.retail, site.network
    scarcity = np.zeros((len(place), len(site.request.lines)))
    relief = np.zeros_like(scarcity)
    for number, line in enumerate(site.request.lines):
        priced = site.prices.get(line.sku)
        if priced:
            by_place = np.zeros(len(network))
            for code, price in priced.items():
                if code in network.index:
                    by_place[network.index[code]] = price
            scarcity[:, number] = by_place[place]
        if retail.overstock_relief_eur_per_piece:
            stock = site.snapshot.pieces(line.sku, network)[place]
            over = stock >= retail.overstock_from_pieces
            relief[:, number] = -retail.overstock_relief_eur_per_piece * over
    return scarcity, relief


def build_problem(
    options: Options, available: Ints, demand: Ints, pieces: Ints, shipments_max: int
) -> Problem:
    """The problem over `options`: `available` [R, L] and `demand` [L] in items of `pieces` [L]."""
    tariffs = tuple(
        WeightTariff(t.limits, t.prices, t.item_weight * pieces) for t in options.tariffs
    )
    return Problem(
        options.place,
        options.service,
        tariffs,
        options.fixed.sum(axis=0),
        options.piece.sum(axis=0) * pieces,
        available,
        demand,
        pieces,
        shipments_max,
    )
