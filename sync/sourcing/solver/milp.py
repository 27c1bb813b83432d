"""The same optimum for large orders: a mixed-integer programme for HiGHS.

Binary z[r, b]: option r ships in weight bracket b; y[r], their sum: it ships. Integer x[r, l]:
items of line l that it sends. At most one option of each location; weight within the bracket; x
only where y; every line covered; at most `shipments_max` of all y; all brackets together hold at
least the whole weight, which follows from the others and is what the solver finds its cuts on.
Brackets beyond the heaviest stand for several cartons. Two passes when not everything can be sent:
most pieces first, then cost. The greedy plan is where the solver starts; a large model is looked at
by a relaxation first, which gives a better plan, a bound, and the options that are left.

HiGHS stops at a call of its own (`cbMipInterrupt`), by count: a clock would decide otherwise on a
busy machine. Between two calls lie a round of cuts, a dive or some nodes; none of its limits on
nodes bounds the root. What a call costs grows with the model, so a model whose root alone is
beyond the budget is not begun.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.dominance import relevant_rows, undominated_rows
from sync.sourcing.solver.greedy import Parts, greedy
from sync.sourcing.solver.improve import improved
from sync.sourcing.solver.problem import MICRO, Plan, Problem
from sync.sourcing.solver.relaxed import relaxed

# Measured on orders of 13 to 60 lines over 5 to 5,000 locations, in steps for so many entries of
# the matrix: the first relaxation a fifth of their square; a call, while there are cuts to be
# found, their square, and no more than a share of them.
ROOT_SHARE = 5
CALL_STEPS_ENOUGH = 60_000_000
CALL_STEPS_PER_ENTRY = 2_500
CALL_ENTRIES_MIN = 500
CALLS_MIN = 5  # fewer find nothing
RELAXED_ENTRIES_MIN = 3_000


@dataclass(frozen=True, eq=False)
class _Columns:
    """z by (row, bracket), then x by (row, line), then y by row."""

    z_row: Ints
    z_limit: Ints
    z_cost: Floats
    x_row: Ints
    x_line: Ints
    x_most: Ints
    x_cost: Floats
    rows: int

    @property
    def size(self) -> int:
        return len(self.z_row) + len(self.x_row) + self.rows


def solve_milp(problem: Problem, budget: Budget, *, reduced: bool = True) -> Plan:
    """The plan with most pieces and then least cost.

    `reduced=False` gives HiGHS every option, to be measured against. When the budget ends it:
    the best plan found, at least the greedy one, and the bound.
    """
    kept = np.arange(len(problem.fixed))
    if reduced:
        kept = undominated_rows(problem, budget)
        kept = kept[relevant_rows(problem.restricted(kept))]
    small = problem.restricted(kept)
    parts, bound = _fullest_then_cheapest(small, budget)
    cost = sum(small.cost(row, np.array(items)) for row, items in parts)
    # HiGHS proves within its tolerance; what is closer than that is the optimum.
    proven = cost - bound <= max(1.0, 1e-7 * abs(cost))
    renumbered = tuple((int(kept[row]), items) for row, items in sorted(parts))
    return Plan(renumbered, cost, cost if proven else bound)


def _fullest_then_cheapest(problem: Problem, budget: Budget) -> tuple[Parts, float]:
    columns = _columns(problem)
    everything = problem.demand.astype(np.float64)
    nothing = np.zeros(len(everything))
    wanted = int(problem.demand @ problem.pieces)
    start = _best_greedy(problem)
    pieces = _pieces(problem, start)
    if pieces < wanted:
        # Most pieces first: only then is the cost of so many pieces asked for.
        most = _run(problem, columns, nothing, everything, start, budget, fill=True)
        if most is not None and _pieces(problem, most[0]) > pieces:
            start, pieces = most[0], _pieces(problem, most[0])
    if pieces == wanted and _entries(columns) > RELAXED_ENTRIES_MIN:
        return _relaxed_first(problem, start, budget)
    least = everything if pieces == wanted else nothing
    exactly = 0 if pieces == wanted else pieces
    found = _run(problem, columns, least, everything, start, budget, pieces=exactly)
    if found is None:
        return start, _floor(problem)
    return found[0], max(found[1], _floor(problem))


def _relaxed_first(problem: Problem, start: Parts, budget: Budget) -> tuple[Parts, float]:
    """A better plan and a bound by the relaxation; then HiGHS over the options that may still be
    in a cheaper one, where the budget pays for that."""
    found = relaxed(problem, start, budget)
    start = improved(problem, start, found.prices, found.least, budget)
    enough = sum(problem.cost(row, np.array(items)) for row, items in start)
    used = np.array([row for row, _ in start], np.int64)
    kept = np.union1d(np.flatnonzero(found.least < enough), used)
    small = problem.restricted(kept)
    columns = _columns(small)
    bound = max(found.bound, _floor(problem))
    steps = root_steps(_entries(columns)) + CALLS_MIN * call_steps(_entries(columns))
    if steps > budget.left:
        return start, bound
    places = np.searchsorted(kept, used).tolist()
    moved = [(place, items) for place, (_, items) in zip(places, start, strict=True)]
    everything = problem.demand.astype(np.float64)
    best = _run(small, columns, everything, everything, moved, budget)
    if best is None:
        return start, bound
    return [(int(kept[row]), items) for row, items in best[0]], max(bound, min(best[1], enough))


def _entries(columns: _Columns) -> int:
    """About the entries of the model's matrix."""
    return 4 * len(columns.x_row) + 3 * len(columns.z_row) + 3 * columns.rows


def _floor(problem: Problem) -> float:
    """A bound that needs no solver: only what is negative is counted, as often as it can be."""
    locations = len(np.unique(problem.location))
    units = np.minimum(problem.unit.min(axis=0), 0.0) @ problem.demand
    return float(units + locations * min(0.0, float(problem.fixed.min())))


def _best_greedy(problem: Problem) -> Parts:
    plans = [greedy(problem, fullest_first=first) for first in (True, False)]

    def rank(parts: Parts) -> tuple[int, float]:
        cost = sum(problem.cost(row, np.array(items)) for row, items in parts)
        return -_pieces(problem, parts), cost

    return min(plans, key=rank)


def _pieces(problem: Problem, parts: Parts) -> int:
    return sum(int(np.array(items) @ problem.pieces) for _, items in parts)


def _columns(problem: Problem) -> _Columns:
    z_row, z_limit, z_cost = [], [], []
    heaviest = {
        number: problem.demand @ tariff.item_weight for number, tariff in enumerate(problem.tariffs)
    }
    for row, tariff_number in enumerate(problem.tariff.tolist()):
        tariff = problem.tariffs[tariff_number]
        carried = int(np.minimum(problem.available[row], problem.demand) @ tariff.item_weight)
        limits = _brackets(tariff.limits, min(carried, int(heaviest[tariff_number])))
        z_row += [row] * len(limits)
        z_limit += np.minimum(limits, carried).tolist()
        z_cost += (problem.fixed[row] + tariff.price(limits)).tolist()
    x_row, x_line = np.nonzero(problem.available)
    most = np.minimum(problem.available, problem.demand)[x_row, x_line]
    return _Columns(
        np.array(z_row, np.int64),
        np.array(z_limit, np.int64),
        np.array(z_cost),
        x_row,
        x_line,
        most,
        problem.unit[x_row, x_line],
        len(problem.fixed),
    )


def _brackets(limits: Ints, weight_max: int) -> Ints:
    """Upper weights of the brackets needed for up to `weight_max` grams, cartons included."""
    heaviest = int(limits[-1])
    found: list[int] = []
    full = 0
    while True:
        for limit in limits.tolist():
            found.append(full * heaviest + limit)
            if found[-1] >= weight_max:
                return np.array(found, np.int64)
        full += 1


def _run(
    problem: Problem,
    columns: _Columns,
    least: Floats,
    most: Floats,
    start: Parts,
    budget: Budget,
    *,
    fill: bool = False,
    pieces: int = 0,
) -> tuple[Parts, float] | None:
    """Solve once: between `least` and `most` items of each line; `fill` maximises pieces."""
    rows = _Rows()
    z = np.arange(len(columns.z_row))
    x = len(z) + np.arange(len(columns.x_row))
    options = len(problem.fixed)
    y = len(z) + len(x) + np.arange(options)
    rows.add_groups(columns.x_line, x, np.ones(len(x)), least, most, len(problem.demand))
    location, place = np.unique(problem.location, return_inverse=True)
    rows.add_groups(place, y, np.ones(options), None, np.ones(len(location)), len(location))
    rows.add_groups(
        np.concatenate([np.arange(options), columns.z_row]),
        np.concatenate([y, z]),
        np.concatenate([np.ones(options), -np.ones(len(z))]),
        np.zeros(options),
        np.zeros(options),
        options,
    )
    weight = np.stack([t.item_weight for t in problem.tariffs])[
        problem.tariff[columns.x_row], columns.x_line
    ]
    rows.add_groups(
        np.concatenate([columns.x_row, columns.z_row]),
        np.concatenate([x, z]),
        np.concatenate([weight, -columns.z_limit]) / 1000,
        None,
        np.zeros(options),
        options,
    )
    each = np.arange(len(x))
    rows.add_groups(
        np.concatenate([each, each]),
        np.concatenate([x, y[columns.x_row]]),
        np.concatenate([np.ones(len(x)), -columns.x_most.astype(float)]),
        None,
        np.zeros(len(x)),
        len(x),
    )
    _add_whole_weight(problem, columns, rows, least)
    if problem.shipments_max:
        rows.add_one(y, np.ones(options), 0, problem.shipments_max)
    if pieces:
        rows.add_one(x, problem.pieces[columns.x_line].astype(float), pieces, pieces)
    cost = np.concatenate([columns.z_cost, columns.x_cost, np.zeros(options)]) / MICRO
    if fill:
        cost = np.zeros(columns.size)
        cost[x] = -problem.pieces[columns.x_line]
    upper = np.concatenate([np.ones(len(z)), columns.x_most.astype(float), np.ones(options)])
    return _solve(problem, columns, rows, cost, upper, start, budget)


def _add_whole_weight(problem: Problem, columns: _Columns, rows: _Rows, least: Floats) -> None:
    """The weight that must be sent, by the lightest tariff that weighs, is within the brackets."""
    used = [problem.tariffs[number] for number in np.unique(problem.tariff)]
    weighing = [t.item_weight for t in used if t.item_weight.any()]
    if not weighing or not least.any():
        return
    weight = np.min(weighing, axis=0)
    carried = np.minimum(problem.available, problem.demand) @ weight
    bounded = np.array([bool((t.item_weight >= weight).all()) for t in problem.tariffs])
    holds = np.where(
        bounded[problem.tariff[columns.z_row]],
        np.minimum(columns.z_limit, carried[columns.z_row]),
        carried[columns.z_row],
    )
    z = np.arange(len(columns.z_row))
    rows.add_one(z, holds / 1000, float(least @ weight) / 1000, np.inf)


class _Rows:
    """Constraints gathered row by row for HiGHS."""

    def __init__(self) -> None:
        self.index: list[Ints] = []
        self.value: list[Floats] = []
        self.length: list[Ints] = []
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []

    def add_groups(
        self,
        group: Ints,
        index: Ints,
        value: Floats,
        lower: Floats | None,
        upper: Floats,
        count: int,
    ) -> None:
        order = np.argsort(group, kind="stable")
        self.index.append(index[order])
        self.value.append(np.asarray(value, float)[order])
        self.length.append(np.bincount(group, minlength=count))
        self.lower.append(np.full(count, -np.inf) if lower is None else lower)
        self.upper.append(upper)

    def add_one(self, index: Ints, value: Floats, lower: float, upper: float) -> None:
        self.add_groups(
            np.zeros(len(index), np.int64), index, value, np.array([lower]), np.array([upper]), 1
        )


def _solve(
    problem: Problem,
    columns: _Columns,
    rows: _Rows,
    cost: Floats,
    upper: Floats,
    start: Parts,
    budget: Budget,
) -> tuple[Parts, float] | None:
    lengths = np.concatenate(rows.length)
    entries = int(lengths.sum())
    if not budget.spend(root_steps(entries)):
        return None
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns.size, len(lengths)
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(columns.size), upper
    model.row_lower_ = np.concatenate(rows.lower)
    model.row_upper_ = np.concatenate(rows.upper)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate(rows.index).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate(rows.value)
    model.integrality_ = [highspy.HighsVarType.kInteger] * columns.size
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", 0)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 1e-7)
    solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
    solver.passModel(model)
    known = highspy.HighsSolution()
    known.col_value = _values(problem, columns, start)
    solver.setSolution(known)
    _stop_when_spent(solver, entries, budget)
    solver.run()
    status = solver.getModelStatus()
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    bound = info.mip_dual_bound * MICRO
    if status == highspy.HighsModelStatus.kOptimal:
        bound = info.objective_function_value * MICRO
    return _parts(problem, columns, np.array(solver.getSolution().col_value)), bound


def root_steps(entries: int) -> int:
    """Steps of the first relaxation of a model with so many matrix entries."""
    return entries * entries // ROOT_SHARE


def call_steps(entries: int) -> int:
    """Steps between two calls of HiGHS on a model with so many matrix entries."""
    enough = max(CALL_STEPS_ENOUGH, CALL_STEPS_PER_ENTRY * entries)
    return min(entries * max(entries, CALL_ENTRIES_MIN), enough)


def _stop_when_spent(solver: highspy.Highs, entries: int, budget: Budget) -> None:
    """Ask HiGHS to stop at the first call that the budget does not pay for."""
    calls = 0

    def called(event: highspy.HighsCallbackEvent) -> None:
        nonlocal calls
        calls += 1
        if not budget.spend(call_steps(entries)):
            event.interrupt()

    solver.cbMipInterrupt.subscribe(called)


def _values(problem: Problem, columns: _Columns, parts: Parts) -> Floats:
    values = np.zeros(columns.size)
    for row, items in parts:
        tariff = problem.tariffs[int(problem.tariff[row])]
        weight = int(np.array(items) @ tariff.item_weight)
        brackets = np.flatnonzero((columns.z_row == row) & (columns.z_limit >= weight))
        values[brackets[0]] = 1.0
        mine = np.flatnonzero(columns.x_row == row)
        values[len(columns.z_row) + mine] = np.array(items)[columns.x_line[mine]]
        values[len(columns.z_row) + len(columns.x_row) + row] = 1.0
    return values


def _parts(problem: Problem, columns: _Columns, values: Floats) -> Parts:
    first, count = len(columns.z_row), len(columns.x_row)
    items = np.rint(values[first : first + count]).astype(np.int64)
    sent = np.zeros((len(problem.fixed), len(problem.demand)), np.int64)
    np.add.at(sent, (columns.x_row, columns.x_line), items)
    return [(int(row), tuple(sent[row].tolist())) for row in np.flatnonzero(sent.any(axis=1))]
