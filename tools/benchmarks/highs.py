"""HiGHS on the same orders, by models that share no code with the engine's.

`lean_highs`: facility location, the leanest for a plain order, so that the comparison is with
HiGHS at its best. `whole_highs`: quantities, weight brackets and parcel limits, for the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import highspy
import numpy as np

from sync.sourcing.solver.problem import MICRO, Problem

# Dearer than any way to send a piece: sending more pieces always pays.
UNSENT_EUR = 1000.0


@dataclass
class Model:
    """A programme written down column by column and row by row."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])
    row_lower: list[float] = field(default_factory=list)
    row_upper: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float, *, whole: bool = True) -> int:
        """Add a column from 0 to `upper`; its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, cells: dict[int, float], lower: float, upper: float) -> None:
        """Add lower <= sum of cells <= upper."""
        self.index += cells.keys()
        self.value += cells.values()
        self.starts.append(len(self.index))
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def solve(self, seconds: float) -> tuple[float, float, list[float]]:
        """Objective, bound and columns of the best found on one thread."""
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.row_lower)
        model.col_cost_ = np.array(self.cost)
        model.col_lower_, model.col_upper_ = np.zeros(len(self.cost)), np.array(self.upper)
        model.row_lower_, model.row_upper_ = np.array(self.row_lower), np.array(self.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self.starts, np.int32)
        model.a_matrix_.index_ = np.array(self.index, np.int32)
        model.a_matrix_.value_ = np.array(self.value)
        kinds = highspy.HighsVarType
        model.integrality_ = [kinds.kInteger if w else kinds.kContinuous for w in self.whole]
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", 1e-7)
        solver.setOptionValue("mip_feasibility_tolerance", 1e-9)
        solver.setOptionValue("time_limit", seconds)
        solver.passModel(model)
        solver.run()
        found, info = solver.getSolution(), solver.getInfo()
        return float(info.objective_function_value), float(info.mip_dual_bound), found.col_value


def lean_highs(problem: Problem) -> float:
    """Build and solve a plain order on one thread; the optimum in micro-euros.

    A binary z for each location used, a continuous x for each line and location that stocks it,
    x <= z, every line covered once. Right for one piece a line and no tariff steps.
    """
    count = len(problem.fixed)
    row, line = np.nonzero(problem.available)
    cells = len(row)
    x = count + np.arange(cells)
    by_line = np.argsort(line, kind="stable")
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count + cells, len(problem.demand) + cells
    model.col_cost_ = np.concatenate([problem.fixed, problem.unit[row, line]]) / MICRO
    model.col_lower_, model.col_upper_ = np.zeros(count + cells), np.ones(count + cells)
    model.row_lower_ = np.concatenate([np.ones(len(problem.demand)), np.full(cells, -np.inf)])
    model.row_upper_ = np.concatenate([np.ones(len(problem.demand)), np.zeros(cells)])
    covers = np.bincount(line, minlength=len(problem.demand))
    lengths = np.concatenate([covers, np.full(cells, 2)])
    links = np.stack([x, row], axis=1).ravel()
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    model.a_matrix_.index_ = np.concatenate([x[by_line], links]).astype(np.int32)
    model.a_matrix_.value_ = np.concatenate([np.ones(cells), np.tile([1.0, -1.0], cells)])
    kinds = highspy.HighsVarType
    model.integrality_ = [kinds.kInteger] * count + [kinds.kContinuous] * cells
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return float(solver.getInfo().objective_function_value) * MICRO


@dataclass(frozen=True, slots=True)
class Found:
    """The pieces that HiGHS sends and the cost in micro-euros; `proven` within its tolerance."""

    pieces: int
    cost: float
    proven: bool


def whole_highs(problem: Problem, seconds: float) -> Found:
    """Most pieces and then least cost, in one programme: a piece not sent costs `UNSENT_EUR`.

    A binary for each option and weight bracket (one tariff, nothing beyond its heaviest), an
    integer for each option and line.
    """
    model = Model()
    tariff = problem.tariffs[0]
    everything = int(problem.demand @ tariff.item_weight)
    brackets = [
        (int(limit), float(price))
        for before, limit, price in zip(
            [0, *tariff.limits[:-1]], tariff.limits, tariff.prices, strict=True
        )
        if before < everything
    ]
    if everything > brackets[-1][0] or len(np.unique(problem.location)) != len(problem.fixed):
        raise AssertionError("this model is for one option a location and one carton")
    covers: list[dict[int, float]] = [{} for _ in problem.demand]
    opened = []
    for option in range(len(problem.fixed)):
        carried = int(problem.available[option] @ tariff.item_weight)
        z = {
            model.column((float(problem.fixed[option]) + price) / MICRO, 1.0): float(limit)
            for before, (limit, price) in zip(
                [0, *(b[0] for b in brackets)], brackets, strict=False
            )
            if before < carried or before == 0
        }
        opened.append(z)
        load = {column: -limit / 1000 for column, limit in z.items()}
        for line, most in enumerate(problem.available[option].tolist()):
            if not most:
                continue
            x = model.column(float(problem.unit[option, line]) / MICRO, most)
            covers[line][x] = 1.0
            load[x] = float(tariff.item_weight[line]) / 1000
            model.row({x: 1.0} | dict.fromkeys(z, -float(most)), -np.inf, 0.0)
        model.row(load, -np.inf, 0.0)
        model.row(dict.fromkeys(z, 1.0), 0.0, 1.0)
    unsent = []
    for line, wanted in enumerate(problem.demand.tolist()):
        unsent.append(model.column(UNSENT_EUR * float(problem.pieces[line]), wanted))
        model.row(covers[line] | {unsent[-1]: 1.0}, wanted, wanted)
    if problem.shipments_max:
        every = {column: 1.0 for z in opened for column in z}
        model.row(every, 0.0, problem.shipments_max)
    objective, bound, values = model.solve(seconds)
    missing = np.rint([values[column] for column in unsent]).astype(np.int64) @ problem.pieces
    cost = (objective - UNSENT_EUR * float(missing)) * MICRO
    proven = objective - bound <= 1e-6 * max(1.0, abs(cost) / MICRO)
    return Found(int(problem.demand @ problem.pieces) - int(missing), cost, proven)
