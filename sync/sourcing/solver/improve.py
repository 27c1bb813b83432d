"""Makes a plan cheaper by taking part of it back and filling it anew (ruin and recreate).

What is taken back is filled shipment by shipment: each time by the option whose further cost is
least for what its items are worth at the prices of the relaxation. A shipment of the plan may take
more as well. A plan that is a little dearer is gone on with, less and less so; the best is kept.
Choices are drawn from a generator with a seed of its own,
and the rounds are bounded by the budget: the same order gives the same plan.
"""

from __future__ import annotations

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.greedy import Parts, costs_of
from sync.sourcing.solver.problem import Problem

CANDIDATES = 120  # locations, besides those of the plan
TAKEN_MAX = 4  # shipments taken back at once
DEARER_MAX = 0.01  # a plan so much dearer than the best is gone on with at first
WOBBLE = 0.2  # by which prices are changed at random
ROUNDS_MAX = 2_000
BUDGET_SHARE = 70  # percent of what is left
LOOK_STEPS, CELL_STEPS = 60_000, 12  # of looking at all options once: fixed, and for each cell


def improved(
    problem: Problem, start: Parts, prices: Floats, least: Floats, budget: Budget
) -> Parts:
    """A plan that costs at most what `start` does, which sends everything; `least` [R] says which
    options are worth a look first."""
    if not start:
        return start
    rows = _candidates(problem, start, least)
    search = _Search(problem.restricted(rows))
    places = np.searchsorted(rows, [row for row, _ in start])
    best = np.zeros(search.problem.available.shape, np.int64)
    best[places] = [items for _, items in start]
    now, cost_now = best, search.cost(best)
    cost = cost_now
    draw = np.random.default_rng(0)
    whole = allowed = budget.left * BUDGET_SHARE // 100
    for number in range(ROUNDS_MAX):
        used = np.flatnonzero(now.any(axis=1))
        count = 1 + number % max(1, min(TAKEN_MAX, len(used) - 1))
        tried = now.copy()
        tried[draw.permutation(used)[:count]] = 0
        ban = int(used[draw.integers(len(used))]) if number % 3 == 0 else -1
        worth = np.maximum(prices, 1.0) * draw.uniform(1 - WOBBLE, 1 + WOBBLE, len(prices))
        looks, filled = search.fill(tried, worth, ban)
        steps = (looks + 1) * (LOOK_STEPS + CELL_STEPS * best.size)
        allowed -= steps
        if allowed < 0:
            break
        budget.charge(steps)
        found = search.cost(tried)
        if filled and found < cost + DEARER_MAX * cost * allowed / whole:
            now, cost_now = tried, found
            if cost_now < cost:
                best, cost = now, cost_now
    return [
        (int(rows[place]), tuple(best[place].tolist()))
        for place in np.flatnonzero(best.any(axis=1)).tolist()
    ]


def _candidates(problem: Problem, start: Parts, least: Floats) -> Ints:
    order = np.lexsort((np.arange(len(least)), least))
    first = np.unique(problem.location[order], return_index=True)[1]
    best = order[np.sort(first)[:CANDIDATES]]  # of each location the likeliest option
    return np.union1d(best, np.array([row for row, _ in start], np.int64))


class _Search:
    """What a plan over a few options costs, and how it is filled; plans are items [R, L]."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.rows = np.arange(len(problem.fixed))

    def cost(self, plan: Ints) -> float:
        """In micro-euros."""
        return float(self._each(plan)[plan.any(axis=1)].sum())

    def fill(self, plan: Ints, prices: Floats, ban: int) -> tuple[int, bool]:
        """Send what is missing, without option `ban`; how many looks it took, and whether
        everything is sent. `plan` is changed."""
        problem, looks = self.problem, 0
        left = problem.demand - plan.sum(axis=0)
        while left.any():
            looks += 1
            used = plan.any(axis=1)
            open_rows = ~np.isin(problem.location, problem.location[used]) | used
            if problem.shipments_max and used.sum() >= problem.shipments_max:
                open_rows &= used
            if ban >= 0:
                open_rows[ban] = False
            more = np.minimum(problem.available - plan, left)
            worth = more @ prices
            rows = np.flatnonzero(open_rows & (worth > 0))
            if len(rows) == 0:
                return looks, False
            after, before = self._each(plan + more), self._each(plan) * used
            score = (after - before)[rows] / worth[rows]
            row = int(rows[score.argmin()])
            plan[row] += more[row]
            left = left - more[row]
        return looks, True

    def _each(self, plan: Ints) -> Floats:
        return costs_of(self.problem, self.rows, plan)
