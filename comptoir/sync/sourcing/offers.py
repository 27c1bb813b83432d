"""What could be sent: the cost of every vector of items that an option can send.

Two ways to the same numbers. Sparse: only vectors that are in stock, for networks where most
locations have little of an order. Dense: all vectors in blocks, for small orders, where a table
is quicker than lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comptoir.sync.sourcing.lattice import Lattice
from comptoir.sync.sourcing.network import Floats, Ints
from comptoir.sync.sourcing.problem import Problem

DENSE_POINTS_MAX = 64
DENSE_SHARE = 0.15  # of all vectors; with more in stock than this the table is quicker
BLOCK_CELLS = 1 << 17


@dataclass(frozen=True, eq=False)
class Shipments:
    """All that could be sent: option `row` sends lattice point `point` at `cost`."""

    row: Ints
    point: Ints
    cost: Floats


def enumerate_shipments(problem: Problem, grid: Lattice) -> Shipments:
    """Every vector that every option can send, with its cost; only what is in stock is built."""
    row = np.arange(len(problem.fixed))
    point = np.zeros(len(row), np.int64)
    cost = problem.fixed
    for line, count in enumerate(grid.demand):
        stock = problem.available[:, line]
        unit = problem.unit[:, line]
        stride = int(grid.strides[line])
        rows, points, costs = [row], [point], [cost]
        for taken in range(1, count + 1):
            can = np.flatnonzero(stock[row] >= taken)
            if len(can) == 0:
                break
            by = row[can]
            rows.append(by)
            points.append(point[can] + taken * stride)
            costs.append(cost[can] + taken * unit[by])
        if len(rows) > 1:
            row, point, cost = np.concatenate(rows), np.concatenate(points), np.concatenate(costs)
    return _with_tariffs(problem, grid, row, point, cost)


def _with_tariffs(
    problem: Problem, grid: Lattice, row: Ints, point: Ints, cost: Floats
) -> Shipments:
    something = point > 0
    row, point, cost = row[something], point[something], cost[something]
    prices = _prices(problem, grid)
    return Shipments(row, point, cost + prices[problem.tariff[row], point])


def _prices(problem: Problem, grid: Lattice) -> Floats:
    return np.stack([t.price(grid.digits @ t.item_weight) for t in problem.tariffs])


def best_of_all(problem: Problem, grid: Lattice) -> tuple[Floats, Ints]:
    """What `cheapest` gives for all options, by a table in blocks of options."""
    best = np.full(grid.size, np.inf)
    first = np.full(grid.size, -1)
    prices = _prices(problem, grid)
    one_tariff = len(problem.tariffs) == 1
    block = max(64, BLOCK_CELLS // grid.size)
    for start in range(0, len(problem.fixed), block):
        rows = slice(start, start + block)
        table = _table(problem, grid, rows)
        table += prices[0][:, None] if one_tariff else prices[problem.tariff[rows]].T
        winner = table.argmin(axis=1)
        cost = table[np.arange(grid.size), winner]
        better = cost < best
        best[better] = cost[better]
        first[better] = winner[better] + start
    best[0], first[0] = np.inf, -1
    return best, first


def _table(problem: Problem, grid: Lattice, rows: slice) -> Floats:
    """Cost before tariffs [points, options]; infinite where stock is short."""
    fixed = problem.fixed[rows]
    table = np.empty((grid.size, len(fixed)))
    table[0] = fixed
    for line, count in enumerate(grid.demand):
        stock, unit = problem.available[rows, line], problem.unit[rows, line]
        stride = int(grid.strides[line])
        for taken in range(1, count + 1):
            step = np.where(stock >= taken, taken * unit, np.inf)
            np.add(table[:stride], step, out=table[taken * stride : (taken + 1) * stride])
    return table


def dense_is_quicker(problem: Problem, grid: Lattice) -> bool:
    """Whether to fill a table rather than lists."""
    if grid.size <= DENSE_POINTS_MAX:
        return True
    share = np.prod(
        (np.minimum(problem.available, problem.demand) + 1.0) / (problem.demand + 1.0), axis=1
    )
    return bool(share.mean() > DENSE_SHARE)


def cheapest(shipments: Shipments, size: int) -> tuple[Floats, Ints]:
    """The cheapest option for each point, the first of equals; -1 where there is none."""
    best = np.full(size, np.inf)
    np.minimum.at(best, shipments.point, shipments.cost)
    first = np.full(size, np.iinfo(np.int64).max)
    ties = np.flatnonzero(shipments.cost == best[shipments.point])
    np.minimum.at(first, shipments.point[ties], shipments.row[ties])
    first[np.isinf(best)] = -1
    return best, first
