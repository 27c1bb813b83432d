"""Why nobody else: the runner-up, and an evaluation on every location that was not chosen.

A location is dearer by the difference between the plan and the cheapest plan in which it sends
at least one item. The table of the dynamic programme holds what the rest would cost, so this is
exact (but for a location that such a plan would use twice: then it is a lower bound). For large
orders, solved otherwise, it is the price of letting the location take over what it can of one of
the planned shipments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.attempt import Attempt
from sync.sourcing.decision import CostBreakdown, RunnerUp
from sync.sourcing.evaluations import (
    CHOSEN,
    CRITERIA,
    DEARER,
    LATER,
    LIMITS,
    NO_SERVICE,
    NO_STOCK,
    WAITS,
    Evaluations,
)
from sync.sourcing.options.costs import Site
from sync.sourcing.solver.exact import Outcome
from sync.sourcing.solver.solve import solve


@dataclass(frozen=True, eq=False)
class Alternatives:
    """For each location `place` [K] not chosen: the cheapest plan with it, cost [4, K].

    `rest` gives, for an index into `place`, the rows of the options that serve the rest of that
    plan.
    """

    place: Ints
    cost: Floats
    rest: Callable[[int], Iterable[int]]


NO_ALTERNATIVES = Alternatives(np.zeros(0, np.int64), np.zeros((4, 0)), lambda _: ())


def evaluate(
    site: Site, attempt: Attempt, cost: CostBreakdown
) -> tuple[RunnerUp | None, Evaluations]:
    """The runner-up (None when there is no other plan) and all evaluations, in order of codes."""
    chosen = sorted({int(attempt.options.place[row]) for row, _ in attempt.plan.parts})
    ranked = site.policy.ranking.by != "cost"
    others = NO_ALTERNATIVES if ranked else _alternatives(attempt, chosen)
    more = others.cost - _vector(cost)[:, None]
    reasons, reason = _not_able(site, attempt)
    by_micro, criterion = (np.zeros(len(reason), np.int64) for _ in range(2))
    reason[others.place] = reasons.index(DEARER)
    by_micro[others.place] = np.maximum(0, more.sum(axis=0)).astype(np.int64)
    criterion[others.place] = more.argmax(axis=0) if len(others.place) else 0
    reason[chosen] = reasons.index(CHOSEN)
    evaluations = Evaluations(
        site.network.codes, reasons, reason, by_micro, criterion, site.request.excluded
    )
    second = None if ranked else _runner_up(site, attempt, others, chosen)
    return second, evaluations


def _not_able(site: Site, attempt: Attempt) -> tuple[tuple[str, ...], Ints]:
    """The reasons there are, and for each location the index of what stops it."""
    kept = site.policy.kept_in(attempt.step)
    stock, free = (np.zeros(len(site.network), np.int64) for _ in range(2))
    for number, line in enumerate(site.request.lines):
        pieces = site.snapshot.pieces(line.sku, site.network)
        np.maximum(stock, pieces, out=stock)
        if attempt.barred is not None:
            pieces = np.where(attempt.barred[:, number], 0, pieces)
        np.maximum(free, pieces, out=free)
    unreached = np.ones(len(site.network), np.bool_)
    unreached[attempt.options.place] = False
    rules = attempt.allowed.rules
    reasons = (
        CHOSEN,
        DEARER,
        *(name for name, _ in rules),
        NO_SERVICE,
        _why_not_used(site, attempt),
        "filtered:minimum_stock",
        "filtered:tag",
        NO_STOCK,
    )
    first = 2 + len(rules)
    reason: Ints = np.select(
        [(free > kept) & unreached, free > kept, free > 0, stock > 0],
        [first, first + 1, first + 2, first + 3],
        first + 4,
    ).astype(np.int64)
    # Written backwards: the first rule that stops a location is the one that stays.
    for number in range(len(rules) - 1, -1, -1):
        reason[rules[number][1]] = 2 + number
    return reasons, reason


def _why_not_used(site: Site, attempt: Attempt) -> str:
    """What stops a location that could send something and is dearer than nobody."""
    if not attempt.plan.parts:
        return WAITS
    return LIMITS if site.policy.ranking.by == "cost" else LATER


def _alternatives(attempt: Attempt, chosen: list[int]) -> Alternatives:
    if not attempt.plan.parts:
        return NO_ALTERNATIVES
    outcome = attempt.solved.outcome
    if outcome is None:
        return _taking_over(attempt, chosen)
    return _forced(attempt, outcome, chosen)


def _forced(attempt: Attempt, outcome: Outcome, chosen: list[int]) -> Alternatives:
    """The exact alternatives, from the table of the dynamic programme."""
    options, search, grid = attempt.options, outcome.search, outcome.search.grid
    offers, most = search.shipments, attempt.problem.shipments_max
    if most == 1:
        behind = np.full(grid.size, np.inf)
        behind[0] = 0.0
    else:
        behind = search.values(most - 1 if most else 0)
    fits = (grid.digits <= grid.digits[outcome.target]).all(axis=1)
    free = np.ones(len(options.place), np.bool_)
    for place in chosen:
        free &= options.place != place
    usable = fits[offers.point] & free[offers.row]
    row, point = offers.row[usable], offers.point[usable]
    total = offers.cost[usable] + behind[outcome.target - point]
    winner = _cheapest_of_each(options.place[row], row, total)
    row, point = row[winner], point[winner]
    cost = options.breakdowns(row, grid.digits[point] * attempt.problem.pieces)
    left, kind = np.unique(outcome.target - point, return_inverse=True)
    covers = [search.cover(int(rest), max(0, most - 1)) for rest in left]
    if len(covers):
        rests = np.stack([_cost_of(attempt, grid.digits, parts) for parts in covers], axis=1)
        cost += rests[:, kind]
    return Alternatives(options.place[row], cost, lambda one: [r for r, _ in covers[kind[one]]])


def _cheapest_of_each(place: Ints, row: Ints, total: Floats) -> Ints:
    """For each place, in order, the index of its least finite total; of equals the lowest row."""
    least = np.full(int(place.max(initial=-1)) + 1, np.inf)
    np.minimum.at(least, place, total)
    ties = np.flatnonzero((total == least[place]) & np.isfinite(total))
    order = ties[np.lexsort((row[ties], place[ties]))]
    _, first = np.unique(place[order], return_index=True)
    result: Ints = order[first]
    return result


def _cost_of(attempt: Attempt, digits: Ints, parts: list[tuple[int, int]]) -> Floats:
    if not parts:
        return np.zeros(4)
    rows = np.array([row for row, _ in parts])
    pieces = np.stack([digits[point] for _, point in parts]) * attempt.problem.pieces
    total: Floats = attempt.options.breakdowns(rows, pieces).sum(axis=1)
    return total


def _taking_over(attempt: Attempt, chosen: list[int]) -> Alternatives:
    """For large orders: each location takes what it can of the planned shipment where it pays."""
    options, problem = attempt.options, attempt.problem
    rows = np.flatnonzero(~np.isin(options.place, chosen))
    best = np.full((4, len(rows)), np.inf)
    planned = [(row, np.array(items, np.int64)) for row, items in attempt.plan.parts]
    whole = sum((_cost_part(attempt, row, items) for row, items in planned), np.zeros(4))
    for row, items in planned:
        taken = np.minimum(problem.available[rows], items)
        left = (items - taken) * problem.pieces
        cost = options.breakdowns(rows, taken * problem.pieces)
        cost += options.breakdowns(np.full(len(rows), row), left)
        cost += (whole - _cost_part(attempt, row, items))[:, None]
        better = taken.any(axis=1) & (cost.sum(axis=0) < best.sum(axis=0))
        best[:, better] = cost[:, better]
    order = np.lexsort((rows, best.sum(axis=0), options.place[rows]))
    order = order[np.isfinite(best[0, order])]
    place, first = np.unique(options.place[rows[order]], return_index=True)
    return Alternatives(place, best[:, order[first]], lambda _: [row for row, _ in planned])


def _cost_part(attempt: Attempt, row: int, items: Ints) -> Floats:
    cost: Floats = attempt.options.breakdowns(
        np.array([row]), (items * attempt.problem.pieces)[None]
    )[:, 0]
    return cost


def _runner_up(
    site: Site, attempt: Attempt, others: Alternatives, chosen: list[int]
) -> RunnerUp | None:
    found: list[tuple[float, tuple[int, ...], CostBreakdown]] = []
    if len(others.place):
        best = int(np.argmin(others.cost.sum(axis=0)))
        places = {int(attempt.options.place[row]) for row in others.rest(best)}
        places.add(int(others.place[best]))
        cost = CostBreakdown(*(int(part) for part in others.cost[:, best]))
        found.append((cost.total_micro, tuple(sorted(places)), cost))
    if len(chosen) > 1:
        found += [
            other for place in chosen if (other := _without(attempt, chosen, place)) is not None
        ]
    if not found:
        return None
    _, places_used, cost = min(found, key=lambda item: item[:2])
    return RunnerUp(tuple(site.network.codes[place] for place in places_used), cost)


def _without(
    attempt: Attempt, chosen: list[int], dropped: int
) -> tuple[float, tuple[int, ...], CostBreakdown] | None:
    """The best plan by the chosen locations less one, when it sends as much."""
    kept = [place for place in chosen if place != dropped]
    rows = np.flatnonzero(np.isin(attempt.options.place, kept))
    plan = solve(attempt.problem.restricted(rows), attempt.budget).plan
    sent = plan.sent(len(attempt.problem.demand)) * attempt.problem.pieces
    if int(sent.sum()) < int(attempt.pieces_sent.sum()):
        return None
    cost = sum(
        (
            _cost_part(attempt, int(rows[row]), np.array(items, np.int64))
            for row, items in plan.parts
        ),
        np.zeros(4),
    )
    places = tuple(sorted({int(attempt.options.place[rows[row]]) for row, _ in plan.parts}))
    breakdown = CostBreakdown(*(int(part) for part in cost))
    return breakdown.total_micro, places, breakdown


def _vector(cost: CostBreakdown) -> Floats:
    return np.array([getattr(cost, f"{name}_micro") for name in CRITERIA], np.float64)
