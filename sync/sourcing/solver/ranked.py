"""A plan by a ranking of the locations in place of the cost: the first sends all that it can."""

from __future__ import annotations

import numpy as np

from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.solver.greedy import costs_of
from sync.sourcing.solver.problem import Plan, Problem


def take_in_turn(problem: Problem, ranks: Ints, whole_first: bool) -> Plan:
    """Each location in turn, the lowest of `ranks` [N] first, sends what it has of what is missing.

    By its cheapest option. `whole_first`: a location that has everything goes first of all; so it
    does where one shipment is all that is allowed. The plan is what the ranking says, whatever it
    costs: its bound is its cost.
    """
    rows = np.arange(len(problem.location))
    order = rows[np.lexsort((rows, ranks[problem.location]))]
    whole: Bools = np.asarray((problem.available >= problem.demand).all(axis=1), np.bool_)
    if (whole_first or problem.shipments_max == 1) and whole.any():
        order = order[whole[order]][:1]
        order = rows[problem.location == problem.location[order[0]]]
    left, cost = problem.demand.copy(), 0.0
    parts: list[tuple[int, tuple[int, ...]]] = []
    for place in _in_turn(problem.location[order]):
        if not left.any() or (problem.shipments_max and len(parts) == problem.shipments_max):
            break
        mine = rows[problem.location == place]
        items = np.minimum(problem.available[mine], left)
        if not items.any():
            continue
        costs = costs_of(problem, mine, items)
        best = int(np.argmin(costs))
        parts.append((int(mine[best]), tuple(items[best].tolist())))
        cost += float(costs[best])
        left -= items[best]
    return Plan(tuple(sorted(parts)), cost, cost)


def _in_turn(places: Ints) -> list[int]:
    return list(dict.fromkeys(places.tolist()))
