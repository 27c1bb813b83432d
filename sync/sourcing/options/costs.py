"""What every option costs by criterion: from a request and a policy to a `Problem`.

    economic    tariff share * tariff(weight) + handling + packaging
    ecological  grams of CO2e * carbon price
    logistic    hours to the customer, lateness, load against capacity
    retail      scarcity price - relief of overstock - relief for the store that took the order

Each is multiplied by its weight and rounded to whole micro-euros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.decision import CostBreakdown
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
        """The cost of one shipment by criterion."""
        return CostBreakdown(
            *(int(part) for part in self.breakdowns(np.array([row]), pieces[None])[:, 0])
        )

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
    fixed[0] = weights.economic * (parcel_eur + np.where(counter, 0.0, packaging_eur))
    piece[0] = (weights.economic * piece_eur)[:, None]
    co2e_fixed_g, co2e_piece_g = _co2e(site, place, counter)
    carbon = weights.ecological * policy.carbon.price_eur_per_t / MICRO
    fixed[1] = carbon * co2e_fixed_g
    piece[1] = carbon * co2e_piece_g
    fixed[2] = weights.logistic * _logistic(site, place, arrives)
    fixed[3] = (
        -weights.retail
        * policy.retail.preferred_relief_eur
        * (place == site.network.index.get(site.request.preferred, -1))
    )
    piece[3] = weights.retail * _retail(site, place)
    return Options(
        place,
        number,
        services,
        (*(_tariff(site, service) for service in services), _free(len(lines))),
        np.rint(fixed * MICRO),
        np.rint(piece * MICRO),
        co2e_fixed_g,
        co2e_piece_g,
        site.ready[place],
        arrives,
    )


def _free(lines: int) -> WeightTariff:
    return WeightTariff(np.array([1 << 40]), np.array([0.0]), np.zeros(lines, np.int64))


def _tariff(site: Site, service: Service) -> WeightTariff:
    divisor = service.volumetric_divisor
    weight = [
        max(line.weight_g, -(-line.volume_cm3 * 1000 // divisor) if divisor else 0)
        for line in site.request.lines
    ]
    euros = site.policy.weights.economic * site.policy.tariff_share / 100
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


def _logistic(site: Site, place: Ints, arrives: Ints) -> Floats:
    time = site.policy.time
    hours = (arrives - site.now_minute) / 60
    cost = time.value_eur_per_hour * hours
    if site.request.promised_by is not None:
        promised = site.calendar.minutes(site.midnight, site.request.promised_by)
        cost = cost + time.lateness_eur_per_hour * np.maximum(0.0, (arrives - promised) / 60)
    if time.full_load_eur:
        limits = np.maximum(day_limits(site.network, site.policy), 1)
        share = site.snapshot.orders_taken(site.network) / limits
        # Squared: the first orders of a day hinder nobody, the last ones hinder all the others.
        cost = cost + time.full_load_eur * share[place] ** 2
    return cost


def _retail(site: Site, place: Ints) -> Floats:
    retail, network = site.policy.retail, site.network
    cost = np.zeros((len(place), len(site.request.lines)))
    for number, line in enumerate(site.request.lines):
        priced = site.prices.get(line.sku)
        if priced:
            by_place = np.zeros(len(network))
            for code, price in priced.items():
                if code in network.index:
                    by_place[network.index[code]] = price
            cost[:, number] += by_place[place]
        if retail.overstock_relief_eur_per_piece:
            stock = site.snapshot.pieces(line.sku, network)[place]
            over = stock >= retail.overstock_from_pieces
            cost[:, number] -= retail.overstock_relief_eur_per_piece * over
    return cost


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
