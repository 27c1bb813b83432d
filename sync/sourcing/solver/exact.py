"""The optimum for an ordinary order: dynamic programming over what each location may send.

1. Every option's cost for every vector of items that it can send; the cheapest option of each.
2. The cheapest partition of the demand into such vectors.
3. A partition may use a location twice. That location is then treated by itself, with at most
   one shipment, and step 2 is done again for the others. What step 2 allows contains every true
   plan, so the first partition that uses no location twice is the optimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.solver import lattice as lattices
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.lattice import Lattice, lattice
from sync.sourcing.solver.offers import (
    Shipments,
    best_of_all,
    cheapest,
    dense_is_quicker,
    enumerate_shipments,
)
from sync.sourcing.solver.problem import Plan, Problem

ROUNDS_MAX = 40
SHIPMENTS_MAX = 6_000_000  # vectors that all options can send, together
SETTLE_STEPS = 4  # for an addition of the lattice: two gathers, a sum, a minimum


@dataclass(frozen=True, eq=False)
class Outcome:
    """The optimum, and the search that holds what any other cover would cost."""

    plan: Plan
    search: Search
    target: int


def solve_exact(problem: Problem, budget: Budget) -> Outcome | None:
    """The plan that sends most and then costs least; None when rounds or the budget run out.

    Needs `lattice.work(demand)` to be small; the caller looks. A round is counted before it is
    begun.
    """
    demand = tuple(problem.demand.tolist())
    alone: list[int] = []
    for _ in range(ROUNDS_MAX):
        if not budget.spend(round_steps(problem, demand, alone)):
            return None
        grid = lattice(demand)
        search = Search(problem, grid, tuple(alone))
        target, parts, cost = search.optimum()
        places = [int(problem.location[row]) for row, _ in parts]
        twice = sorted({place for place in places if places.count(place) > 1})
        if not twice:
            sent = tuple((row, tuple(grid.digits[point].tolist())) for row, point in sorted(parts))
            return Outcome(Plan(sent, cost, cost), search, target)
        alone += twice
    return None


def round_steps(problem: Problem, demand: tuple[int, ...], alone: list[int]) -> int:
    """Steps of one round, stated before it is made.

    All vectors that can be sent, one settling for each number of shipments, and for each location
    treated by itself what it can send against the whole lattice.
    """
    layers = problem.shipments_max + 1
    points = math.prod(count + 1 for count in demand)
    steps = min(points * len(problem.fixed), SHIPMENTS_MAX)
    steps += layers * SETTLE_STEPS * lattices.work(demand)
    for place in alone:
        row = int(np.searchsorted(problem.location, place))
        parts = math.prod((np.minimum(problem.available[row], problem.demand) + 1).tolist())
        steps += parts * points * (len(demand) + layers)
    return steps


class Search:
    """One round: locations in `alone` send at most one shipment, the others are free.

    `table(most)` gives, layer by layer, the cheapest cover of every point: layer 0 by the free
    locations, layer i with the first i of `alone` too. With `most` > 0 a layer is a list by the
    number of shipments allowed; with 0 there is no limit and its one entry stands for all.
    """

    def __init__(self, problem: Problem, grid: Lattice, alone: tuple[int, ...]) -> None:
        self.problem, self.grid = problem, grid
        self.single: list[tuple[Floats, Ints]] = []
        if not alone and dense_is_quicker(problem, grid):
            self.best, self.first = best_of_all(problem, grid)
        else:
            self._separate(alone)
        self.tables: dict[int, list[list[Floats]]] = {}

    def _separate(self, alone: tuple[int, ...]) -> None:
        shipments = self.shipments
        place = self.problem.location[shipments.row]
        others: Bools = np.ones(len(place), np.bool_)
        for location in alone:
            mine = place == location
            others &= ~mine
            self.single.append(cheapest(_only(shipments, mine), self.grid.size))
        free = _only(shipments, others) if alone else shipments
        self.best, self.first = cheapest(free, self.grid.size)

    @cached_property
    def shipments(self) -> Shipments:
        """All that could be sent, one by one."""
        return enumerate_shipments(self.problem, self.grid)

    def optimum(self) -> tuple[int, list[tuple[int, int]], float]:
        """The fullest and then cheapest point that can be covered, its parts and their cost.

        Sums of whole micro-euros are exact in any order: the table's value is the plan's cost.
        """
        most = self.problem.shipments_max
        target, allowed = self.fullest(self.values(0)), 0
        parts = self.cover(target, 0)
        if most and len(parts) > most:
            target, allowed = self.fullest(self.values(most)), most
            parts = self.cover(target, most)
        return target, parts, float(self.values(allowed)[target])

    def values(self, most: int) -> Floats:
        """The cheapest cover of every point by at most `most` shipments; 0 for any number."""
        return self.table(most)[-1][-1]

    def table(self, most: int) -> list[list[Floats]]:
        """See the class."""
        if most not in self.tables:
            layers = [self._settled(most)]
            for cost, _ in self.single:
                below = layers[-1]
                layers.append(
                    [
                        _with_one(self.grid, below[n], below[n - 1 if most else n], cost)
                        if n or not most
                        else below[0]
                        for n in range(len(below))
                    ]
                )
            self.tables[most] = layers
        return self.tables[most]

    def _settled(self, most: int) -> list[Floats]:
        if not most:
            return [self.grid.settle(self.best)]
        nothing = np.full(self.grid.size, np.inf)
        nothing[0] = 0.0
        settled = [nothing]
        for _ in range(most):
            settled.append(np.minimum(settled[-1], self.grid.settle(self.best, settled[-1])))
        return settled

    def cover(self, point: int, most: int) -> list[tuple[int, int]]:
        """The cheapest cover of `point`, as (row, point that it sends)."""
        table, left, parts = self.table(most), most, []
        step = 1 if most else 0
        for layer in range(len(self.single), 0, -1):
            if not point or table[layer][left][point] == table[layer - 1][left][point]:
                continue
            cost, row = self.single[layer - 1]
            part = _best_part(self.grid, table[layer - 1][left - step], cost, point)
            parts.append((int(row[part]), part))
            point, left = point - part, left - step
        settled = table[0]
        while point:
            while left and settled[left - 1][point] == settled[left][point]:
                left -= 1
            splits = self.grid.splits(point)
            ways = self.best[splits] + settled[left - step][point - splits]
            part = int(splits[np.argmin(ways)])
            parts.append((int(self.first[part]), part))
            point, left = point - part, left - step
        return parts

    def fullest(self, value: Floats) -> int:
        """The point with most pieces, then the lowest cost, then the first."""
        last = self.grid.size - 1
        if np.isfinite(value[last]):
            return last
        pieces = np.where(np.isfinite(value), self.grid.digits @ self.problem.pieces, -1)
        most = np.flatnonzero(pieces == pieces.max())
        return int(most[np.argmin(value[most])])


def _only(shipments: Shipments, mask: Bools) -> Shipments:
    return Shipments(shipments.row[mask], shipments.point[mask], shipments.cost[mask])


def _with_one(grid: Lattice, without: Floats, behind: Floats, cost: Floats) -> Floats:
    """min over y of cost[y] + behind[x - y], or `without` when the location sends nothing."""
    total = without.copy()
    for part in np.flatnonzero(np.isfinite(cost)):
        above = np.flatnonzero((grid.digits >= grid.digits[part]).all(axis=1))
        total[above] = np.minimum(total[above], cost[part] + behind[above - part])
    return total


def _best_part(grid: Lattice, behind: Floats, cost: Floats, point: int) -> int:
    parts = np.flatnonzero(np.isfinite(cost))
    parts = parts[(grid.digits[parts] <= grid.digits[point]).all(axis=1)]
    return int(parts[np.argmin(cost[parts] + behind[point - parts])])
