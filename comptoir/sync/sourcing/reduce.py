"""Leaves out options that no optimal plan can use, by a bound that holds for every plan.

A plan of one shipment is found by looking. A plan of two or more pays at least twice the least
fixed cost, every line at its least unit cost, and a tariff that lies above a straight line
a + b * weight: 2a + b * (all the weight). With option r in it, r's own fixed cost replaces one of
the two. Where that is above the cost of a plan in hand, r can only serve alone.
"""

from __future__ import annotations

import numpy as np

from comptoir.sync.sourcing.network import Floats, Ints
from comptoir.sync.sourcing.problem import Problem


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
