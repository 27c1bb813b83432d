"""What could be sent: the cost of every vector of items that an option can send.

Two ways to the same numbers. Sparse: only vectors that are in stock, for networks where most
locations have little of an order. Dense: all vectors in blocks, for small orders, where a table
is quicker than lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.lattice import Lattice
from sync.sourcing.solver.problem import Problem

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
    """What `cheapest` gives for all options, by a table in blocks of options.

    Options of one tariff pay the same for the same items, so the cheapest of them is found before
    the tariff is added.
    """
    block = max(64, BLOCK_CELLS // grid.size)
    if len(problem.tariffs) == 1 and len(problem.fixed) <= block:
        first, best = _cheapest_of(problem, grid, np.arange(len(problem.fixed)))
        tariff = problem.tariffs[0]
        best += tariff.price(grid.digits @ tariff.item_weight)
        best[0] = np.inf
        first[np.isinf(best)] = -1
        return best, first
    best = np.full(grid.size, np.inf)
    first = np.full(grid.size, -1)
    for number, tariff in enumerate(problem.tariffs):
        rows = np.flatnonzero(problem.tariff == number)
        if len(rows) == 0:
            continue
        price = tariff.price(grid.digits @ tariff.item_weight)
        for start in range(0, len(rows), block):
            row, cost = _cheapest_of(problem, grid, rows[start : start + block])
            cost += price
            better = (cost < best) | ((cost == best) & (row < first))
            np.copyto(best, cost, where=better)
            np.copyto(first, row, where=better)
    best[0] = np.inf
    first[np.isinf(best)] = -1
    return best, first


def _cheapest_of(problem: Problem, grid: Lattice, rows: Ints) -> tuple[Ints, Floats]:
    """For every point the first of the cheapest of `rows`, and its cost before tariffs.

    Infinite where none has it all.
    """
    if len(rows) < len(problem.fixed):
        problem = problem.restricted(rows)
    table = np.empty((grid.size, len(rows)))
    table[0] = problem.fixed
    stock, unit = problem.available.T, problem.unit.T
    can = np.ascontiguousarray(np.where(stock > 0, unit, np.inf))
    for line, count in enumerate(grid.demand):
        stride = int(grid.strides[line])
        for taken in range(1, count + 1):
            more = can[line]
            if taken > 1:
                more = np.where(stock[line] >= taken, taken * unit[line], np.inf)
            np.add(table[:stride], more, out=table[taken * stride : (taken + 1) * stride])
    winner = table.argmin(axis=1)
    return rows[winner], table[grid.points, winner]


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
