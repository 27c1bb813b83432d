"""The leanest model of a plain order for HiGHS, so that the comparison is with its best.

Facility location: a binary z for each location used, a continuous x for each line and location
that stocks it, x <= z, every line covered once. Right for one piece a line and no tariff steps.
"""

from __future__ import annotations

import highspy
import numpy as np

from comptoir.sync.sourcing.problem import MICRO, Problem


def lean_highs(problem: Problem) -> float:
    """Build and solve on one thread; the optimum in micro-euros."""
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
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    return float(solver.getInfo().objective_function_value) * MICRO
