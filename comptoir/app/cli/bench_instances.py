"""Random orders for the benchmark: points on a plane, costs that grow with distance, seeded."""

from __future__ import annotations

import numpy as np

from comptoir.sync.sourcing.problem import MICRO, Problem, WeightTariff

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
