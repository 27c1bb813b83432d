"""A plan found quickly: a start for the solver, an answer when it runs out of time, and the
yardstick of what a rule by rule engine would do."""

from __future__ import annotations

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.problem import Problem

Parts = list[tuple[int, tuple[int, ...]]]


def greedy(problem: Problem, *, fullest_first: bool) -> Parts:
    """Send as much as possible from one option, then from the next, until all is sent.

    `fullest_first`: the option that sends most pieces, then the cheapest; else the option that
    is cheapest per piece.
    """
    left = problem.demand.copy()
    open_rows = np.ones(len(problem.fixed), np.bool_)
    parts: Parts = []
    while left.any() and open_rows.any():
        if problem.shipments_max and len(parts) == problem.shipments_max:
            break
        items = np.minimum(problem.available, left)
        pieces = items @ problem.pieces
        rows = np.flatnonzero(open_rows & (pieces > 0))
        if len(rows) == 0:
            break
        cost = costs_of(problem, rows, items[rows])
        if fullest_first:
            order = np.lexsort((rows, cost, -pieces[rows]))
        else:
            order = np.lexsort((rows, cost / pieces[rows]))
        row = int(rows[order[0]])
        parts.append((row, tuple(items[row].tolist())))
        left = left - items[row]
        open_rows &= problem.location != problem.location[row]
    return parts


def costs_of(problem: Problem, rows: Ints, items: Ints) -> Floats:
    """What each of `rows` costs when it sends its `items` [rows, L]."""
    cost = problem.fixed[rows] + (problem.unit[rows] * items).sum(axis=1)
    for number in np.unique(problem.tariff[rows]):
        mine = problem.tariff[rows] == number
        tariff = problem.tariffs[int(number)]
        cost[mine] += tariff.price(items[mine] @ tariff.item_weight)
    return np.asarray(cost, np.float64)
