"""Many orders at once, under one stock and one day's capacity, with a certified gap.

Prices on stock and capacity (Lagrange multipliers) make the orders independent: each takes its
cheapest plan at those prices, and the sum of these costs, less the prices times what is there, is
a bound that no assignment can beat. Subgradient steps raise prices where too much is asked for.
The orders are then taken one by one at those prices, exactly, from what is left, in several
sequences and prices; the best assignment found is kept, and each of its orders is given anew, at
its real cost, from what the others leave. The gap is certified: cost over bound.

Orders with up to `LINES_MAX` lines, each line whole from one location; larger ones are not
re-optimised. Money in euros. Whoever has a cluster passes an executor: blocks are independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from time import monotonic

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.lattice import lattice

LINES_MAX = 6
BLOCK_CELLS = 1 << 18
TARGET_ABOVE = 1.015  # the optimum is thought to lie this far above the best bound
PATIENCE = 8
PASSES = 3  # over all orders, each given anew from what is left

BatchPlan = tuple[tuple[int, tuple[int, ...]], ...]  # (location, lines)


@dataclass(frozen=True, eq=False)
class BatchOrders:
    """Orders of one size: `fixed` [O, N] euros a shipment, `unit` [O, L, N] euros a line,
    `sku` [O, L] rows of the stock, `quantity` [O, L] pieces; `late` [O] euros when not filled.
    """

    number: Ints
    fixed: Floats
    unit: Floats
    sku: Ints
    quantity: Ints
    unfilled: Floats


@dataclass(frozen=True, eq=False)
class Assignment:
    """What each order does: `shipments` [(location, lines)], empty when it is not filled."""

    plans: dict[int, BatchPlan]
    cost: float


@dataclass(frozen=True, eq=False)
class BatchResult:
    """The best assignment, the one that takes orders as they came, and the bound on any."""

    best: Assignment
    sequential: Assignment
    bound: float
    iterations: int

    @property
    def gap(self) -> float:
        """How far above the optimum the best one may be, as a share of the bound."""
        return self.best.cost / self.bound - 1 if self.bound > 0 else float("inf")


def optimise(
    groups: Sequence[BatchOrders],
    stock: Ints,
    capacity: Ints,
    *,
    seconds: float = 60.0,
    iterations: int = 400,
    executor: Executor | None = None,
    clock: Callable[[], float] = monotonic,
) -> BatchResult:
    """Re-optimise `groups` under `stock` [S, N] pieces and `capacity` [N] orders.

    Stops after `iterations` or `seconds`, whichever comes first.
    """
    start = clock()
    sequential = assign(groups, stock, capacity, np.zeros(stock.shape), np.zeros(len(capacity)))
    took = clock() - start
    near = [_near(group, stock) for group in groups]
    ends = start + seconds - (3.0 + PASSES) * took  # room for what follows
    price, toll = np.zeros(stock.shape), np.zeros(len(capacity))
    best_prices, bound, target = (price, toll), -np.inf, sequential.cost
    step, done, stuck = 1.0, 0, 0
    while done < iterations and clock() < ends:
        value, asked, shipments = _relaxed(near, price, toll, executor)
        value -= float((price * stock).sum() + (toll * capacity).sum())
        done += 1
        if value > bound:
            bound, best_prices, stuck = value, (price, toll), 0
            target = min(sequential.cost, value * TARGET_ABOVE if value > 0 else np.inf)
        elif (stuck := stuck + 1) >= PATIENCE:
            step, stuck = step / 2, 0
            price, toll = best_prices
        over_stock = _projected(asked - stock, price)
        over_capacity = _projected(shipments - capacity, toll)
        norm = float((over_stock**2).sum() + (over_capacity**2).sum())
        if norm == 0:
            break
        length = step * max(target - value, 1e-3 * abs(value)) / norm
        price = np.maximum(0.0, price + length * over_stock)
        toll = np.maximum(0.0, toll + length * over_capacity)
    found = [
        assign(groups, stock, capacity, *best_prices, largest_first=first)
        for first in (False, True)
    ]
    best = min([sequential, *found], key=lambda plan: plan.cost)
    best = improved(groups, stock, capacity, best)
    return BatchResult(best, sequential, bound, done)


def _projected(over: Floats, price: Floats) -> Floats:
    """Too much asked for; what is left over counts only where there is a price to lower."""
    return np.where((price <= 0) & (over < 0), 0.0, over)


def worth_moving(
    before: Assignment, after: Assignment, costs: dict[int, tuple[float, float]], switching: float
) -> list[int]:
    """Orders that `after` fills elsewhere, at a gain above `switching` euros each.

    `costs` gives (cost before, cost after) of an order.
    """
    return [
        number
        for number, (old, new) in sorted(costs.items())
        if before.plans.get(number) != after.plans.get(number) and old - new > switching
    ]


@dataclass(frozen=True, eq=False)
class _Near:
    """A group with only the locations that stock something of each order: `place` [O, C]."""

    place: Ints
    fixed: Floats
    unit: Floats
    sku: Ints
    quantity: Ints
    unfilled: Floats


def _near(group: BatchOrders, stock: Ints) -> _Near:
    there = stock[group.sku] >= group.quantity[:, :, None]
    able = there.any(axis=1)
    width = max(1, int(able.sum(axis=1).max(initial=1)))
    # Those that are able come first, in order of their numbers; the rest is padding.
    place = np.argsort(~able, axis=1, kind="stable")[:, :width]
    padding = ~np.take_along_axis(able, place, axis=1)
    fixed = np.take_along_axis(group.fixed, place, axis=1)
    unit = np.take_along_axis(group.unit, place[:, None, :], axis=2)
    held = np.take_along_axis(there, place[:, None, :], axis=2)
    return _Near(
        place,
        np.where(padding, np.inf, fixed),
        np.where(held, unit, np.inf),
        group.sku,
        group.quantity,
        group.unfilled,
    )


Block = tuple[_Near, slice, Floats, Floats]


def _relaxed(
    groups: Sequence[_Near], price: Floats, toll: Floats, executor: Executor | None
) -> tuple[float, Floats, Floats]:
    """Sum of the cheapest plans at these prices, pieces asked [S, N] and shipments [N]."""
    blocks = [(group, rows, price, toll) for group in groups for rows in _blocks(group)]
    mapped = map(_block, blocks) if executor is None else executor.map(_block, blocks)
    value, asked = 0.0, np.zeros(price.shape)
    shipments = np.zeros(len(toll))
    for part, skus, places, pieces, ships in mapped:
        value += part
        np.add.at(asked, (skus, places), pieces)
        shipments += ships
    return value, asked, shipments


def _blocks(group: _Near) -> list[slice]:
    lines, width = group.unit.shape[1:]
    size = max(1, BLOCK_CELLS // ((1 << lines) * width))
    return [slice(at, at + size) for at in range(0, len(group.place), size)]


def _block(block: Block) -> tuple[float, Ints, Ints, Ints, Floats]:
    group, rows, price, toll = block
    sku, quantity, near = group.sku[rows], group.quantity[rows], group.place[rows]
    lines = sku.shape[1]
    unit = group.unit[rows] + price[sku[:, :, None], near[:, None, :]] * quantity[:, :, None]
    cost, column = _cheapest(group.fixed[rows] + toll[near], unit)
    value, parts = _partition(cost, lines)
    filled = value < group.unfilled[rows]
    total = float(np.where(filled, value, group.unfilled[rows]).sum())
    order, subset = _unfold(parts, np.flatnonzero(filled), lines)
    at = near[order, column[order, subset]]
    ships = np.bincount(at, minlength=len(toll)).astype(np.float64)
    held = (subset[:, None] >> np.arange(lines)) & 1 > 0
    which, line = np.nonzero(held)
    return (total, sku[order[which], line], at[which], quantity[order[which], line], ships)


def _cheapest(fixed: Floats, unit: Floats) -> tuple[Floats, Ints]:
    """For each order and set of lines, the cheapest location [O, 2**L] and its number."""
    count, lines, places = unit.shape
    table = np.empty((count, 1 << lines, places))
    table[:, 0] = fixed
    for line in range(lines):
        stride = 1 << line
        np.add(table[:, :stride], unit[:, line, None], out=table[:, stride : 2 * stride])
    place = table.argmin(axis=2)
    cost = np.take_along_axis(table, place[:, :, None], axis=2)[:, :, 0]
    cost[:, 0] = np.inf
    return cost, place


def _partition(cost: Floats, lines: int) -> tuple[Floats, Ints]:
    """The cheapest partition of all lines [O], and the part with the highest line of each set."""
    grid = lattice((1,) * lines)
    total = np.full(cost.shape, np.inf)
    total[:, 0] = 0.0
    chosen = np.zeros(cost.shape, np.int64)
    for point in range(1, grid.size):
        splits = grid.splits(point)
        ways = cost[:, splits] + total[:, point - splits]
        first = ways.argmin(axis=1)
        total[:, point] = np.take_along_axis(ways, first[:, None], axis=1)[:, 0]
        chosen[:, point] = splits[first]
    return total[:, -1], chosen


def _unfold(chosen: Ints, orders: Ints, lines: int) -> tuple[Ints, Ints]:
    """(order, set of lines) of every part of the partitions of `orders`."""
    left = np.full(len(orders), (1 << lines) - 1)
    rows, subsets = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    while len(orders):
        part = chosen[orders, left]
        rows.append(orders)
        subsets.append(part)
        left = left - part
        orders, left = orders[left > 0], left[left > 0]
    return np.concatenate(rows), np.concatenate(subsets)


def assign(
    groups: Sequence[BatchOrders],
    stock: Ints,
    capacity: Ints,
    price: Floats,
    toll: Floats,
    *,
    largest_first: bool = False,
) -> Assignment:
    """Take the orders one by one, each exactly at these prices from what is left.

    As they came, or those of most lines first: what is left fits small orders more easily.
    """
    left, room = stock.copy(), capacity.copy()
    queue = sorted(
        (-orders.sku.shape[1] if largest_first else 0, int(number), group, row)
        for group, orders in enumerate(groups)
        for row, number in enumerate(orders.number)
    )
    plans: dict[int, BatchPlan] = {}
    cost = 0.0
    for _, number, group, row in queue:
        plan, paid = _one(groups[group], row, left, room, price, toll)
        plans[number] = plan
        cost += paid
        _take(groups[group], row, plan, left, room, 1)
    return Assignment(plans, cost)


def improved(
    groups: Sequence[BatchOrders], stock: Ints, capacity: Ints, found: Assignment
) -> Assignment:
    """Give each order anew from what the others leave, where that costs less, a few times over."""
    where = {
        int(number): (group, row)
        for group in groups
        for row, number in enumerate(group.number.tolist())
    }
    left, room = stock.copy(), capacity.copy()
    plans, paid = dict(found.plans), {}
    for number, plan in plans.items():
        paid[number] = _paid(*where[number], plan)
        _take(*where[number], plan, left, room, 1)
    price, toll = np.zeros(stock.shape), np.zeros(len(capacity))
    for _ in range(PASSES):
        before = sum(paid.values())
        for number in sorted(plans):
            group, row = where[number]
            _take(group, row, plans[number], left, room, -1)
            plan, cost = _one(group, row, left, room, price, toll)
            if cost < paid[number]:
                plans[number], paid[number] = plan, cost
            _take(group, row, plans[number], left, room, 1)
        if sum(paid.values()) == before:
            break
    return Assignment(plans, sum(paid.values()))


def _take(
    orders: BatchOrders, row: int, plan: BatchPlan, left: Ints, room: Ints, sign: int
) -> None:
    """Take what a plan sends from `left` and `room`, or with -1 put it back."""
    for place, lines in plan:
        room[place] -= sign
        for line in lines:
            left[orders.sku[row, line], place] -= sign * orders.quantity[row, line]


def _paid(orders: BatchOrders, row: int, plan: BatchPlan) -> float:
    if not plan:
        return float(orders.unfilled[row])
    return sum(
        float(orders.fixed[row, place] + orders.unit[row, list(lines), place].sum())
        for place, lines in plan
    )


def _one(
    orders: BatchOrders, row: int, left: Ints, room: Ints, price: Floats, toll: Floats
) -> tuple[BatchPlan, float]:
    sku, quantity = orders.sku[row], orders.quantity[row]
    lines = len(sku)
    there = left[sku] >= quantity[:, None]
    there &= room > 0
    some = np.flatnonzero(there.any(axis=0))
    if len(some) == 0:
        return (), float(orders.unfilled[row])
    real = orders.unit[row][:, some]
    unit = np.where(there[:, some], real + price[sku[:, None], some] * quantity[:, None], np.inf)
    cost, place = _cheapest((orders.fixed[row, some] + toll[some])[None], unit[None])
    value, chosen = _partition(cost, lines)
    if value[0] >= orders.unfilled[row]:
        return (), float(orders.unfilled[row])
    _, subsets = _unfold(chosen, np.arange(1), lines)
    at = [int(place[0, subset]) for subset in subsets]
    # A location that two parts use needs room for two shipments.
    if _crowded(at, some, room):
        return (), float(orders.unfilled[row])
    plan, paid = [], 0.0
    for subset, column in zip(subsets.tolist(), at, strict=True):
        mine = tuple(line for line in range(lines) if subset >> line & 1)
        plan.append((int(some[column]), mine))
        paid += float(orders.fixed[row, some[column]] + real[list(mine), column].sum())
    return tuple(plan), paid


def _crowded(at: list[int], some: Ints, room: Ints) -> bool:
    return any(at.count(column) > room[some[column]] for column in set(at))
