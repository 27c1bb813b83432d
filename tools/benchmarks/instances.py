"""Random orders for the benchmark: points on a plane, costs that grow with distance, seeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from sync.domain.location import Location, LocationKind
from sync.domain.money import Money
from sync.replay.stock import LiveStock
from sync.sourcing import (
    Decision,
    Destination,
    FactorRow,
    Network,
    Policy,
    Request,
    RequestLine,
    Tables,
    TariffRow,
    source,
)
from sync.sourcing.solver.problem import MICRO, Problem, WeightTariff

SIDE_KM = 1000.0
FREE = WeightTariff(np.array([1 << 40]), np.array([0.0]), np.array([0]))


def _costs(rng: np.random.Generator, lines: int, locations: int) -> tuple[np.ndarray, np.ndarray]:
    """Euros: a parcel 4 to 7 and 0.4 cents a km; a piece 0.3 to 0.9 and 0.1 cents a km."""
    km = np.linalg.norm(rng.random((locations, 2)) - rng.random(2), axis=1) * SIDE_KM
    fixed = rng.uniform(4.0, 7.0, locations) + 0.004 * km
    unit = rng.uniform(0.3, 0.9, (locations, lines)) + 0.001 * km[:, None]
    return np.rint(fixed * MICRO), np.rint(unit * MICRO)


def plain(rng: np.random.Generator, lines: int, locations: int, share: float) -> Problem:
    """One piece a line, a fixed cost for each location used; `share` of locations stock a line."""
    fixed, unit = _costs(rng, lines, locations)
    stock = (rng.random((locations, lines)) < share).astype(np.int64)
    stock[rng.integers(0, locations, lines), np.arange(lines)] = 1
    tariff = WeightTariff(FREE.limits, FREE.prices, np.zeros(lines, np.int64))
    ones = np.ones(lines, np.int64)
    where = np.arange(locations)
    return Problem(where, np.zeros_like(where), (tariff,), fixed, unit, stock, ones, ones)


def rich(
    rng: np.random.Generator, lines: int, locations: int, share: float, quantity_max: int
) -> Problem:
    """The same with quantities, a tariff in weight brackets and now and then a parcel limit."""
    base = plain(rng, lines, locations, share)
    demand = rng.integers(1, quantity_max + 1, lines)
    stock = base.available * rng.integers(1, quantity_max + 1, (locations, lines))
    demand = np.minimum(demand, stock.sum(axis=0))
    tariff = WeightTariff(
        np.array([500, 1000, 2000, 5000, 10_000, 30_000]),
        np.array([0.0, 0.9, 1.7, 4.8, 8.8, 15.9]) * MICRO,
        rng.integers(100, 1500, lines),
    )
    return Problem(
        base.location,
        base.tariff,
        (tariff,),
        base.fixed,
        base.unit,
        np.minimum(stock, demand),
        demand,
        base.pieces,
        int(rng.choice([0, 0, 0, 2, 3])),
    )


def tables() -> Tables:
    """Two carriers, and the factors of CO2e."""
    brackets = ((500, 670), (1000, 825), (2000, 955), (5000, 1465), (30_000, 3340))
    return Tables.of(
        [
            TariffRow(carrier, "home", "home", weight, price + more)
            for carrier, more in (("one", 0), ("two", 40))
            for weight, price in brackets
        ],
        [
            FactorRow("trunk_truck", 0.126, "kg/t.km"),
            FactorRow("delivery_van", 0.316, "kg/km"),
            FactorRow("customer_trip", 0.216, "kg/km"),
        ],
    )


@dataclass(frozen=True)
class Company:
    """A network of shops, its stock, and one order over it."""

    network: Network
    stock: LiveStock
    request: Request
    rates: Tables

    def source(self, *, explain: bool) -> Decision:
        """Decide, with reasons or without, by the policy's defaults."""
        return source(self.request, self.network, self.stock, Policy(), self.rates, explain=explain)


def company(rng: np.random.Generator, lines: int, locations: int, share: float) -> Company:
    """Shops of which `share` stock each line, and an order of one piece a line."""
    places = [
        Location(
            f"L{n:04}", LocationKind.STORE, "", "", "", "", 43 + 7 * rng.random(), 6 * rng.random()
        )
        for n in range(locations)
    ]
    network = Network.of(places)
    shelves = {
        f"sku{line}": {place.code: 5 for place in places if rng.random() < share}
        for line in range(lines)
    }
    request = Request(
        "B-1",
        "web",
        tuple(RequestLine(n, f"sku{n}", 1, 400, Money(2000)) for n in range(lines)),
        Destination(48.87, 2.33, "home"),
        datetime(2026, 11, 24, 9, 0, tzinfo=UTC),
    )
    return Company(network, LiveStock(network, shelves), request, tables())
