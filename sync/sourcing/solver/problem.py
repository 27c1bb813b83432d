"""The mathematical problem behind one order, with nothing of shops left in it.

Rows are options: a location with a service. A plan gives every row a vector of items, at most
one row of each location, so that the vectors add up to the demand. A row that is used costs
`fixed[row]`, plus `unit[row, line]` for each item, plus its tariff at the weight it carries.

All costs are whole micro-euros held in float64: sums below 2**53 are exact in any order, so the
same inputs give the same bytes on every machine, and ties are real ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints

MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class WeightTariff:
    """A price that steps with weight: up to `limits[i]` grams `prices[i]`, in micro-euros.

    Above the heaviest limit, full cartons and one for the rest. `item_weight[line]` is what one
    item weighs for this carrier (real or volumetric) in grams.
    """

    limits: Ints
    prices: Floats
    item_weight: Ints

    def price(self, weight: Ints) -> Floats:
        """Prices of shipments of `weight` grams."""
        heaviest = self.limits[-1]
        full = np.maximum(weight - 1, 0) // heaviest
        rest = weight - full * heaviest
        result: Floats = full * self.prices[-1] + self.prices[np.searchsorted(self.limits, rest)]
        return result


@dataclass(frozen=True, eq=False)
class Problem:
    """See the module. Arrays by row (R) and by line (L).

    `location` [R] non-decreasing; `tariff` [R] index into `tariffs`; `fixed` [R]; `unit` [R, L]
    micro-euros; `available` [R, L] items (the same for all rows of a location); `demand` [L]
    items; `pieces` [L] pieces in an item; `shipments_max` 0 for no limit.
    """

    location: Ints
    tariff: Ints
    tariffs: tuple[WeightTariff, ...]
    fixed: Floats
    unit: Floats
    available: Ints
    demand: Ints
    pieces: Ints
    shipments_max: int = 0

    def cost(self, row: int, items: Ints) -> float:
        """What row `row` costs when it sends `items` [L], in micro-euros."""
        tariff = self.tariffs[int(self.tariff[row])]
        weight = np.array([int(items @ tariff.item_weight)])
        return float(self.fixed[row] + items @ self.unit[row] + tariff.price(weight)[0])

    def restricted(self, rows: Ints) -> Problem:
        """The same with only `rows`, whose numbers change to 0, 1, ..."""
        return Problem(
            self.location[rows],
            self.tariff[rows],
            self.tariffs,
            self.fixed[rows],
            self.unit[rows],
            self.available[rows],
            self.demand,
            self.pieces,
            self.shipments_max,
        )


@dataclass(frozen=True, eq=False)
class Plan:
    """Rows with what each sends; `cost` in micro-euros; no plan costs less than `bound`."""

    parts: tuple[tuple[int, tuple[int, ...]], ...]
    cost: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether the plan is the optimum."""
        return self.cost <= self.bound

    def sent(self, lines: int) -> Ints:
        """Items sent of each line."""
        total = np.zeros(lines, np.int64)
        for _, items in self.parts:
            total += np.array(items, np.int64)
        return total
