"""A bound for orders too large for HiGHS's first relaxation, and the options worth giving it.

Each line has a price for an item, `pi`; what an option would cost beyond these prices is its
reduced cost. Whatever the prices are, no plan that sends everything costs less than

    L(pi) = pi . demand + sum over locations of min(0, least reduced cost of its options)

since a location ships once and every item is paid for (Lagrange relaxation of the demand). A tariff
that steps is replaced by straight lines that are nowhere above it. An option r is in no plan
cheaper than U where L(pi) - min(0, that of its location) + its own reduced cost > U. The prices are
moved by subgradient steps of Polyak's length towards the plan in hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.greedy import Parts
from sync.sourcing.solver.problem import Problem, WeightTariff

ROUNDS_MAX = 60
BUDGET_SHARE = 3  # of what is left, for the prices
SLOPES_MAX = 3
PATIENCE = 5  # rounds without a better bound before the steps are halved


@dataclass(frozen=True, eq=False)
class Relaxed:
    """`bound` on the cost of every plan that sends everything; `least` [R]: the same for those
    that use the option; `prices` [L] of an item with which they were found."""

    bound: float
    least: Floats
    prices: Floats


def relaxed(problem: Problem, start: Parts, budget: Budget) -> Relaxed:
    """Bounds from prices that begin with what the plan `start`, which sends everything, pays."""
    lines = _lines_below(problem)
    enough = sum(problem.cost(row, np.array(items)) for row, items in start)
    starts = np.unique(problem.location, return_index=True)[1]
    steps = 3 * problem.available.size * max(len(found) for found in lines)
    rounds = min(ROUNDS_MAX, budget.left // BUDGET_SHARE // steps)
    prices, length, since = _prices(problem, start), 1.0, 0
    best = Relaxed(-np.inf, np.full(len(problem.fixed), -np.inf), prices)
    for _ in range(rounds):
        budget.charge(steps)
        reduced, sent = _reduced(problem, lines, prices)
        of_location = np.minimum.reduceat(reduced, starts)
        saved = np.minimum(of_location, 0.0)
        bound = float(prices @ problem.demand + saved.sum())
        since += 1
        if bound > best.bound:
            owner = np.repeat(saved, np.diff(np.append(starts, len(reduced))))
            best, since = Relaxed(bound, bound - owner + reduced, prices), 0
        if since >= PATIENCE:
            length, since = length / 2, 0
        used = _used(reduced, of_location, starts)
        missing = problem.demand - sent[used].sum(axis=0)
        norm = float(missing @ missing)
        if norm == 0.0 or bound >= enough:
            break
        prices = prices + length * max(enough - bound, 1.0) / norm * missing
    return best


def _used(reduced: Floats, of_location: Floats, starts: Ints) -> Ints:
    """The cheapest option of each location whose reduced cost is negative."""
    ends = np.append(starts[1:], len(reduced))
    cheapest = np.repeat(of_location, ends - starts)
    rows = np.flatnonzero((reduced == cheapest) & (cheapest < 0))
    places = np.searchsorted(starts, rows, side="right")
    return rows[np.unique(places, return_index=True)[1]]


def _prices(problem: Problem, start: Parts) -> Floats:
    """What the plan pays for an item of each line: its cost shared by weight, and by the item."""
    paid = np.zeros(len(problem.demand))
    for row, items in start:
        sent = np.array(items, np.int64)
        weight = sent * problem.tariffs[int(problem.tariff[row])].item_weight + (sent > 0)
        own = sent * problem.unit[row]
        paid += own + (problem.cost(row, sent) - own.sum()) * weight / weight.sum()
    result: Floats = paid / np.maximum(problem.demand, 1)
    return result


def _reduced(
    problem: Problem, lines: list[list[tuple[float, float]]], prices: Floats
) -> tuple[Floats, Ints]:
    """For each option the least it costs beyond the prices, and the items with which."""
    reduced = np.full(len(problem.fixed), np.inf)
    sent = np.zeros(problem.available.shape, np.int64)
    for number in np.unique(problem.tariff).tolist():
        rows = np.flatnonzero(problem.tariff == number)
        best = np.full(len(rows), -np.inf)
        chosen: Bools = np.zeros((len(rows), len(prices)), np.bool_)
        for base, slope in lines[number]:
            each = problem.unit[rows] + slope * problem.tariffs[number].item_weight - prices
            pays = each < 0
            cost = problem.fixed[rows] + base + (each * pays * problem.available[rows]).sum(axis=1)
            better = cost > best
            best[better], chosen[better] = cost[better], pays[better]
        reduced[rows] = best
        sent[rows] = chosen * problem.available[rows]
    return reduced, sent


def _lines_below(problem: Problem) -> list[list[tuple[float, float]]]:
    """For each tariff straight lines (base, slope) that are nowhere above it."""
    return [_below(tariff) for tariff in problem.tariffs]


def _below(tariff: WeightTariff) -> list[tuple[float, float]]:
    # Beyond the heaviest bracket the price grows by full cartons: no steeper line stays below.
    steepest = float(tariff.prices[-1]) / float(tariff.limits[-1])
    at, price = tariff.limits.astype(np.float64), tariff.prices
    slopes = {0.0, steepest}
    for first in range(len(at)):
        rises = (price[first + 1 :] - price[first]) / (at[first + 1 :] - at[first])
        slopes |= {float(rise) for rise in rises if 0 < rise < steepest}
    found = sorted((float((price - slope * at).min()), slope) for slope in slopes)
    # Those that bound best somewhere: the steepest, the flattest, and what lies between.
    places = np.unique(np.linspace(0, len(found) - 1, SLOPES_MAX).round().astype(int))
    return [found[place] for place in places.tolist()]
