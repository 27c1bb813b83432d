"""The optimum for an order of one line, however many pieces: a dynamic programme by location.

    f'[q] = min(f[q], min over k of f[q - k] + c_n(k))

f[q]: the least cost of q items from the locations looked at so far; c_n(k): what location n asks
for one shipment of k items, by the cheapest of its options. With a limit on shipments, f has a row
for each number of them.

The few locations that are cheapest for an item give a first plan U. Then k items of n can be in a
plan that is no dearer only where c_n(k) + F[wanted - k] <= U. F[r] is what r items cost at least:
the cheapest items first, each location's at its least cost for one, as many as it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.dominance import undominated_rows
from sync.sourcing.solver.problem import Plan, Problem

FIRST = 40  # locations for the first plan
SPARSE_STEPS = 4  # of looking up one cell, beside one in a row


@dataclass(frozen=True, eq=False)
class _Shelf:
    """One location: for k = 1, 2, ... items the least cost [k - 1] of a shipment and its row.
    `looked_at`: the k that a plan may use, rising."""

    costs: Floats
    rows: Ints
    looked_at: Ints

    @property
    def width(self) -> int:
        """From the least to the most that is looked at."""
        return int(self.looked_at[-1] - self.looked_at[0] + 1)

    @property
    def sparse(self) -> bool:
        """Whether so few are looked at that each is looked up."""
        return SPARSE_STEPS * len(self.looked_at) < self.width

    @property
    def steps(self) -> int:
        """Of each quantity."""
        return SPARSE_STEPS * len(self.looked_at) if self.sparse else self.width


def solve_one_line(problem: Problem, budget: Budget) -> Plan | None:
    """The plan with most items and then least cost of a problem with one line.

    None when the budget does not pay for it.
    """
    kept = undominated_rows(problem, budget)
    small = problem.restricted(kept)
    wanted, limit = int(small.demand[0]), small.shipments_max
    if not budget.spend(int(np.minimum(small.available[:, 0], wanted).sum()) * 10):
        return None
    shelves = _shelves(small, wanted)
    rates = np.array([float((s.costs / s.looked_at).min()) for s in shelves])
    nearest = [shelves[place] for place in np.argsort(rates, kind="stable")[:FIRST]]
    first = _least(nearest, wanted, limit, budget)
    if first is None:
        return None
    enough = float(first[0][-1, wanted])
    if np.isfinite(enough):
        shelves = _within(shelves, enough, _at_least(shelves, rates, wanted))
    found = _least(shelves, wanted, limit, budget)
    return None if found is None else _plan(kept, shelves, *found)


def _shelves(problem: Problem, wanted: int) -> list[_Shelf]:
    starts = np.unique(problem.location, return_index=True)[1]
    ends = np.append(starts[1:], len(problem.fixed))
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        most = min(int(problem.available[start, 0]), wanted)
        items = np.arange(1, most + 1)
        costs = np.empty((end - start, most))
        for row in range(start, end):
            tariff = problem.tariffs[int(problem.tariff[row])]
            carried = tariff.price(items * tariff.item_weight[0])
            costs[row - start] = problem.fixed[row] + items * problem.unit[row, 0] + carried
        if most:
            rows = start + costs.argmin(axis=0)
            found.append(_Shelf(costs.min(axis=0), rows, items))
    return found


def _at_least(shelves: Sequence[_Shelf], rates: Floats, wanted: int) -> Floats:
    """What 0 to `wanted` items cost at least."""
    order = np.argsort(rates, kind="stable")
    each = np.repeat(rates[order], [len(shelves[place].costs) for place in order.tolist()])[:wanted]
    return np.concatenate([[0.0], np.cumsum(each)])


def _within(shelves: Sequence[_Shelf], enough: float, at_least: Floats) -> list[_Shelf]:
    """The shelves and quantities that a plan of at most `enough` may use; a micro-euro is left
    for rounding."""
    found = []
    for shelf in shelves:
        rest = at_least[len(at_least) - 1 - shelf.looked_at]
        may = shelf.looked_at[shelf.costs + rest <= enough + 1.0]
        if len(may):
            found.append(replace(shelf, looked_at=may))
    return found


def _least(
    shelves: Sequence[_Shelf], wanted: int, limit: int, budget: Budget
) -> tuple[Floats, Ints] | None:
    """(f, how many each shelf sends [shelf, shipments, q]); None when the budget does not pay."""
    steps = 2 * (wanted + 1) * (limit or 1) * sum(shelf.steps for shelf in shelves)
    if not budget.spend(steps):
        return None
    least = np.full((limit + 1, wanted + 1), np.inf)
    least[:, 0] = 0.0
    taken = np.zeros((len(shelves), *least.shape), np.int64)
    for place, shelf in enumerate(shelves):
        _add(shelf, least, taken[place], limited=bool(limit))
    return least, taken


def _add(shelf: _Shelf, least: Floats, taken: Ints, *, limited: bool) -> None:
    """Let one location more send what is looked at of it."""
    quantities, low, high = least.shape[1], int(shelf.looked_at[0]), int(shelf.looked_at[-1])
    sent = shelf.looked_at if shelf.sparse else np.arange(low, high + 1)
    sent = sent[::-1]
    costs = shelf.costs[sent - 1]
    for count in reversed(range(1, len(least))) if limited else (0,):
        before = least[count - 1] if limited else least[0]
        padded = np.concatenate([np.full(high, np.inf), before])
        # rest[q, i] is what q - sent[i] items cost.
        if shelf.sparse:
            rest = padded[np.arange(quantities)[:, None] + (high - sent)]
        else:
            rest = np.lib.stride_tricks.sliding_window_view(padded, len(sent))[:quantities]
        together = rest + costs
        place = together.argmin(axis=1)
        found = together[np.arange(quantities), place]
        better = np.flatnonzero(found < least[count])
        taken[count, better] = sent[place[better]]
        least[count, better] = found[better]


def _plan(kept: Ints, shelves: Sequence[_Shelf], least: Floats, taken: Ints) -> Plan:
    left = int(np.flatnonzero(np.isfinite(least[-1])).max())
    cost, count = float(least[-1, left]), len(least) - 1
    parts = []
    for place in reversed(range(len(shelves))):
        items = int(taken[place, count, left])
        if items:
            parts.append((int(kept[shelves[place].rows[items - 1]]), (items,)))
            left -= items
            count = max(0, count - 1)
    return Plan(tuple(sorted(parts)), cost, cost)
