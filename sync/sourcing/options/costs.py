"""What every option costs by criterion: from a request and a policy to a `Problem`.

    economic    tariff share * tariff(weight) + handling and packaging of each carton
    ecological  grams of CO2e * carbon price
    logistic    hours to the customer, lateness, load against capacity
    retail      scarcity price - relief of overstock - relief for the store that took the order

Each part is multiplied by its criterion's weight and rounded to whole micro-euros; what is paid is
kept beside it as it is, without a weight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.emissions import Roads, per_carton_g, per_gram, per_shipment_g
from sync.sourcing.options.filters import may_use
from sync.sourcing.options.options import Options, Parts, PriceList
from sync.sourcing.options.ways import cheapest_ways, dearer_by
from sync.sourcing.options.workload import Workload, workload
from sync.sourcing.policy.policy import Handling, Policy
from sync.sourcing.rates.services import Service
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import (
    Calendar,
    arrival_minutes,
    opens_in_minutes,
)
from sync.sourcing.request import Request
from sync.sourcing.solver.problem import MICRO, WeightTariff

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
    workload: Workload
    shop_days: Ints
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
        shop_days = calendar.shop_days(first)
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
            opens_in_minutes(minute, shop_days, network.opens_minute, network.closes_minute),
            workload(network, snapshot, policy, calendar, now),
            shop_days,
            calendar.carrier_days(first),
        )


@dataclass(frozen=True, eq=False)
class _Rows:
    """Costs that do not depend on what is sent, by row: a location `place` [R] with a service.

    `service` [R] and `price_list` [R] as in `Options`; `fixed` [4, R] and `time`, `lateness`,
    `load`, `preference` [R] in weighted micro-euros; `co2e_fixed_g` [R] grams, `per_gram` [R]
    grams of CO2e per gram of goods; `arrives` [R] minutes.
    """

    place: Ints
    service: Ints
    price_list: Ints
    fixed: Floats
    time: Floats
    lateness: Floats
    load: Floats
    preference: Floats
    co2e_fixed_g: Floats
    per_gram: Floats
    arrives: Ints

    def only(self, kept: Ints) -> _Rows:
        """The rows `kept`."""
        return _Rows(
            self.place[kept],
            self.service[kept],
            self.price_list[kept],
            self.fixed[:, kept],
            self.time[kept],
            self.lateness[kept],
            self.load[kept],
            self.preference[kept],
            self.co2e_fixed_g[kept],
            self.per_gram[kept],
            self.arrives[kept],
        )


def build_options(site: Site, places: Ints) -> Options:
    """Every way in which the locations `places` can reach the destination, but those that cost
    no less than another of the same location whatever is sent."""
    services = _services(site)
    place, number = _ways(site, places, services)
    group, work = _work(site, place)
    lists, price_list = _price_lists(site, number, group, work, services)
    rows = _fixed(site, place, number, price_list, services)
    lines = site.request.lines
    order_g = sum(line.quantity * line.weight_g for line in lines)
    pieces = sum(line.quantity for line in lines)
    quantity = np.array([line.quantity for line in lines], np.int64)
    kept = cheapest_ways(
        rows.place,
        rows.fixed.sum(axis=0),
        _carbon_eur_per_g(site) * rows.per_gram * order_g * MICRO,
        pieces,
        rows.price_list,
        dearer_by([prices.tariff for prices in lists], quantity),
    )
    if len(kept) < len(rows.place):
        rows = rows.only(kept)
    return _options(site, rows, services, lists)


def _services(site: Site) -> tuple[Service, ...]:
    """Those that reach the destination and may carry the order; where there are some, those whose
    cartons hold each piece."""
    to = site.request.destination
    found = _usable(site, site.tables.services_to(to.kind, to.country, to.postcode))
    if not found and to.kind == "store":
        found = _usable(site, site.tables.services_to("home", to.country, to.postcode))
    heaviest = max(line.weight_g for line in site.request.lines)
    return tuple(s for s in found if s.carton_max_g >= heaviest) or found


def _usable(site: Site, services: tuple[Service, ...]) -> tuple[Service, ...]:
    return tuple(s for s in services if may_use(site.request, site.policy, s.code))


def _ways(site: Site, places: Ints, services: tuple[Service, ...]) -> tuple[Ints, Ints]:
    """Locations and services [R] in order of both; the counter is one beyond the services."""
    to, network = site.request.destination, site.network
    here = network.index.get(to.location, -1) if to.kind == "store" else -1
    none = np.zeros(0, np.int64)
    rows = [(places[places == here], len(services))]
    away = places[places != here]
    for number, service in enumerate(services):
        reach = network.countries[away] == service.lane.origin
        metres = site.distance_m[away]
        if service.lane.beyond_km:
            reach &= metres >= service.lane.beyond_km * 1000
        if service.lane.within_km:
            reach &= metres < service.lane.within_km * 1000
        if service.kinds:
            of_kind = [m for kind, m in network.by_kind.items() if kind in service.kinds]
            reach &= np.any([m[away] for m in of_kind], axis=0) if of_kind else False
        if service.locations:
            named = [network.index[c] for c in service.locations if c in network.index]
            reach &= np.isin(away, named)
        rows.append((away[reach], number))
    place = np.concatenate([none, *(reach for reach, _ in rows)])
    which = np.concatenate([none, *(np.full(len(reach), n, np.int64) for reach, n in rows)])
    order = np.lexsort((which, place))
    return place[order], which[order]


def _work(site: Site, place: Ints) -> tuple[Ints, list[Handling]]:
    """Which of the returned rules for work and packaging is for each row [R]."""
    kinds = sorted(site.network.by_kind)
    work = [site.policy.handling[kind] for kind in kinds]
    group = np.zeros(len(site.network), np.int64)
    for number, kind in enumerate(kinds):
        # Kinds with the same costs share a price list.
        group[site.network.by_kind[kind]] = work.index(work[number])
    return group[place], work


def _price_lists(
    site: Site, service: Ints, group: Ints, work: list[Handling], services: tuple[Service, ...]
) -> tuple[tuple[PriceList, ...], Ints]:
    """A price list for each service with each rule for work that occurs, and which is for whom."""
    pairs, which = np.unique(service * len(work) + group, return_inverse=True)
    lists = []
    for pair in pairs.tolist():
        number, rules = divmod(pair, len(work))
        if number == len(services):
            lists.append(_counter(site, work[rules]))
        else:
            lists.append(_price_list(site, services[number], work[rules]))
    return tuple(lists), np.asarray(which, np.int64)


def _price_list(site: Site, service: Service, work: Handling) -> PriceList:
    policy, lines = site.policy, site.request.lines
    weight = np.array([service.charged_g(x.weight_g, x.volume_cm3) for x in lines], np.int64)
    limits = np.array(service.max_weight_g, np.int64)
    eur = np.array(service.price_minor) * policy.tariff_share / 100
    carton_g = per_carton_g(service, policy.carbon.packaging_weight_g, site.tables.factors)
    carbon = float(_micro(_carbon_eur_per_g(site) * carton_g))
    economic = policy.weights.economic
    carton = sum(float(_micro(economic * part)) for part in (work.parcel_eur, work.packaging_eur))
    return PriceList(
        WeightTariff(limits, _micro(economic * eur) + carton + carbon, weight),
        carbon,
        WeightTariff(limits, _micro(eur), weight),
        float(_micro(work.parcel_eur)),
        float(_micro(work.packaging_eur)),
        carton_g,
    )


def _counter(site: Site, work: Handling) -> PriceList:
    """What the customer collects where it lies: the work, no carrier and no box."""
    limits, weight = np.array([1 << 40]), np.zeros(len(site.request.lines), np.int64)
    work_eur = site.policy.weights.economic * work.parcel_eur
    return PriceList(
        WeightTariff(limits, np.array([float(_micro(work_eur))]), weight),
        0.0,
        WeightTariff(limits, np.array([0.0]), weight),
        float(_micro(work.parcel_eur)),
        0.0,
        0.0,
    )


def _fixed(
    site: Site, place: Ints, number: Ints, price_list: Ints, services: tuple[Service, ...]
) -> _Rows:
    policy, factors = site.policy, site.tables.factors
    arrives = site.workload.ready[place].copy()
    grams, per_g = np.zeros(len(place)), np.zeros(len(place))
    roads = Roads.to(site.request.destination, policy.carbon, site.tables)
    collection = _by_kind(site, lambda work: work.collection_km_per_parcel)
    for index, service in enumerate(services):
        mine = number == index
        at, works = place[mine], service.works
        arrives[mine] = arrival_minutes(
            site.workload.ready[at],
            site.shop_days if works.saturday else site.carrier_days,
            works.cutoff_minute or policy.time.carrier_cutoff_minute,
            service.transit_working_days,
            works.arrival_minute or policy.time.carrier_arrival_minute,
        )
        metres = site.distance_m[at]
        per_g[mine] = per_gram(service, metres, roads, factors)
        grams[mine] = per_shipment_g(service, metres, roads, factors, collection[at])
    grams += per_g * policy.carbon.packaging_weight_g
    time, lateness, load = (
        _micro(policy.weights.logistic * part) for part in _logistic(site, place, arrives)
    )
    preference = _micro(
        -policy.weights.retail
        * policy.retail.preferred_relief_eur
        * (place == site.network.index.get(site.request.preferred, -1))
    )
    carbon = _micro(_carbon_eur_per_g(site) * grams)
    fixed = np.stack([np.zeros(len(place)), carbon, time + lateness + load, preference])
    return _Rows(
        place, number, price_list, fixed, time, lateness, load, preference, grams, per_g, arrives
    )


def _options(
    site: Site, rows: _Rows, services: tuple[Service, ...], lists: tuple[PriceList, ...]
) -> Options:
    """The rows with what each piece costs."""
    weights, place = site.policy.weights, rows.place
    weight_g = np.array([line.weight_g for line in site.request.lines], np.float64)
    piece_eur = _by_kind(site, lambda work: work.piece_eur)[place]
    co2e_piece_g = rows.per_gram[:, None] * weight_g
    piece = np.zeros((4, len(place), len(weight_g)))
    piece[0] = _micro(weights.economic * piece_eur)[:, None]
    piece[1] = _micro(_carbon_eur_per_g(site) * co2e_piece_g)
    scarcity, overstock = (_micro(weights.retail * part) for part in _retail(site, place))
    piece[3] = scarcity + overstock
    return Options(
        place,
        rows.service,
        services,
        rows.price_list,
        lists,
        rows.fixed,
        piece,
        rows.co2e_fixed_g,
        co2e_piece_g,
        site.workload.ready[place],
        rows.arrives,
        Parts(_micro(piece_eur), rows.time, rows.lateness, rows.load, rows.preference, overstock),
    )


def _carbon_eur_per_g(site: Site) -> float:
    """Euros of a gram of CO2e, weighted."""
    return site.policy.weights.ecological * site.policy.carbon.price_eur_per_t / 1e6


def _micro(euros: Floats | float) -> Floats:
    """Whole micro-euros: their sums are exact in any order."""
    result: Floats = np.rint(np.asarray(euros) * MICRO)
    return result


def _by_kind(site: Site, what: Callable[[Handling], float]) -> Floats:
    """What the policy says of each location's kind [N]."""
    found = np.zeros(len(site.network))
    for kind, mask in site.network.by_kind.items():
        found[mask] = what(site.policy.handling[kind])
    return found


def _logistic(site: Site, place: Ints, arrives: Ints) -> tuple[Floats, Floats, Floats]:
    """Euros per shipment of the time until the customer has it, of lateness and of load."""
    time = site.policy.time
    hours = (arrives - site.now_minute) / 60
    late, load = np.zeros(len(place)), np.zeros(len(place))
    if site.request.promised_by is not None:
        promised = site.calendar.minutes(site.midnight, site.request.promised_by)
        late = time.lateness_eur_per_hour * np.maximum(0.0, (arrives - promised) / 60)
    if time.full_load_eur:
        # Squared: the first orders of a day hinder nobody, the last ones hinder all the others.
        load = time.full_load_eur * site.workload.share[place] ** 2
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
