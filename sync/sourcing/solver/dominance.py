"""Leaves out options that no optimal plan can use, by a bound that holds for every plan.

A plan of one shipment is found by looking. A plan of two or more pays at least twice the least
fixed cost, every line at its least unit cost, and a tariff that lies above a straight line
a + b * weight: 2a + b * (all the weight). With option r in it, r's own fixed cost replaces one of
the two. Where that is above the cost of a plan in hand, r can only serve alone.
"""

from __future__ import annotations

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.problem import Problem, WeightTariff

CORNERS_MAX = 1_000_000


def single_costs(problem: Problem) -> Floats:
    """What each option costs when it sends everything; infinite where it cannot."""
    able = (problem.available >= problem.demand).all(axis=1)
    cost = np.full(len(problem.fixed), np.inf)
    for number, tariff in enumerate(problem.tariffs):
        rows = np.flatnonzero(able & (problem.tariff == number))
        weight = np.array([int(problem.demand @ tariff.item_weight)])
        cost[rows] = (
            problem.fixed[rows] + problem.unit[rows] @ problem.demand + tariff.price(weight)[0]
        )
    return cost


def relevant_rows(problem: Problem) -> Ints:
    """Numbers of the options that may be in an optimal plan that sends everything.

    All of them when no single option can send everything: there is no plan in hand then.
    """
    alone = single_costs(problem)
    in_hand = alone.min(initial=np.inf)
    if not np.isfinite(in_hand):
        return np.arange(len(problem.fixed))
    if problem.shipments_max == 1:
        return np.flatnonzero(alone == in_hand)[:1]
    together = _bound_with(problem) <= in_hand
    together[np.flatnonzero(alone == in_hand)[:1]] = True
    return np.flatnonzero(together)


def _bound_with(problem: Problem) -> Floats:
    """For each option, a bound on the cost of any plan of two or more shipments that uses it."""
    unit = np.where(problem.available > 0, problem.unit, np.inf)
    wanted = problem.demand > 0
    lines = float(unit[:, wanted].min(axis=0, initial=np.inf) @ problem.demand[wanted])
    start, rest = _tariff_bound(problem)
    least = problem.fixed.min()
    if least + start < 0:  # more shipments could cost less: no bound from counting two
        return np.full(len(problem.fixed), -np.inf)
    result: Floats = problem.fixed + least + 2 * start + rest + lines
    return result


def _tariff_bound(problem: Problem) -> tuple[float, float]:
    """(a, b * weight of all) of the line below every tariff that bounds two shipments best."""
    used = [problem.tariffs[number] for number in np.unique(problem.tariff)]
    lightest = np.min([t.item_weight for t in used], axis=0)
    weight = int(problem.demand @ lightest)
    # A line that rises meets a step at its right end.
    corners = [
        (float(at), float(price))
        for t in used
        for at, price in zip(t.limits, t.prices, strict=True)
    ]
    slopes = {0.0}
    for at, price in corners:
        for other_at, other_price in corners:
            if other_at > at and other_price > price:
                slopes.add((other_price - price) / (other_at - at))
    # Beyond the heaviest bracket the price grows by full cartons: no steeper line stays below.
    steepest = min(t.prices[-1] / float(t.limits[-1]) for t in used)
    lines = [
        (min(price - slope * at for at, price in corners), slope * weight)
        for slope in slopes
        if slope <= steepest
    ]
    return max(lines, key=lambda line: 2 * line[0] + line[1])


def undominated_rows(problem: Problem, budget: Budget) -> Ints:
    """Options that no other can replace at no more cost, whatever else the plan holds.

    Option s replaces r when it has whole whatever r has, at no higher fixed and unit costs, with
    a tariff that is nowhere higher, and when two of its shipments are never cheaper than one by
    more than r's fixed cost: the plan may use s already, and its location ships once. It may as
    well use another option of that location: each of them takes what r has, at no higher cost
    than r, into its shipment. Options that a tenth of the budget does not reach are kept.
    """
    count, lines = problem.available.shape
    if count < 2:
        return np.arange(count)
    steps_max = budget.left // 10
    has = problem.available > 0
    whole = problem.available >= problem.demand
    tariffs = _replaceable(problem)
    kept = np.ones(count, np.bool_)
    # The widest and cheapest first: they are the likeliest to replace others.
    order = np.lexsort((problem.fixed, -whole.sum(axis=1)))
    for s in order.tolist():
        if not kept[s]:
            continue
        better = tariffs[problem.tariff, problem.tariff[s]] <= problem.fixed
        better &= problem.fixed[s] <= problem.fixed
        better &= kept
        better[s] = False
        rows = np.flatnonzero(better)
        here = np.flatnonzero(kept & (problem.location == problem.location[s]))
        steps = 6 * count + 4 * lines * len(rows) * len(here)
        steps_max -= steps
        if steps_max < 0 or not budget.spend(steps):
            break
        for other in here.tolist():
            fits = (~has[rows] | whole[other]).all(axis=1)
            fits &= (~has[rows] | (problem.unit[other] <= problem.unit[rows])).all(axis=1)
            fits &= tariffs[problem.tariff[rows], problem.tariff[other]] <= problem.fixed[rows]
            if other != s:  # an option of the same location is not used beside r
                fits |= problem.location[rows] == problem.location[s]
            rows = rows[fits]
        kept[rows] = False
    return np.flatnonzero(kept)


def _replaceable(problem: Problem) -> Floats:
    """[r, s]: the least fixed cost of an option with tariff r for one with tariff s to replace it.

    Infinite when tariff s is somewhere above tariff r, or counts weight otherwise.
    """
    count = len(problem.tariffs)
    needed = np.full((count, count), np.inf)
    used = np.unique(problem.tariff).tolist()
    for r in used:
        for s in used:
            old, new = problem.tariffs[r], problem.tariffs[s]
            if (old.item_weight < new.item_weight).any():
                continue
            heaviest = int(problem.demand @ old.item_weight)
            steps = np.unique(np.concatenate([_steps(old, heaviest), _steps(new, heaviest)]))
            if (new.price(steps) > old.price(steps)).any():
                continue
            mine, theirs = steps[:, None], _steps(new, heaviest)[None, :]
            if mine.size * theirs.size > CORNERS_MAX:
                continue
            together = new.price((mine + theirs).ravel()).reshape(mine.size, theirs.size)
            excess = together - old.price(steps)[:, None] - new.price(theirs.ravel())[None, :]
            needed[r, s] = max(0.0, float(excess.max()))
    return needed


def _steps(tariff: WeightTariff, heaviest: int) -> Ints:
    """The heaviest weights of all brackets up to `heaviest` grams, cartons included."""
    cartons = 1 + max(0, heaviest - 1) // int(tariff.limits[-1])
    steps = np.concatenate([n * tariff.limits[-1] + tariff.limits for n in range(cartons)])
    within = np.unique(np.minimum(steps, max(1, heaviest)))
    return within.astype(np.int64)
