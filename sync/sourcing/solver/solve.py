"""One optimum, three ways: dynamic programming for ordinary orders and for one line of any size,
HiGHS for large orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.solver import lattice
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.exact import SHIPMENTS_MAX, Outcome, solve_exact
from sync.sourcing.solver.milp import solve_milp
from sync.sourcing.solver.one_line import solve_one_line
from sync.sourcing.solver.problem import Plan, Problem

ONE_LINE_MIN = 50  # items; up to so many the lattice is quick, and keeps its table for the reasons
LATTICE_WORK_MAX = 600_000  # additions in the dynamic programme: 3**12 and a little


@dataclass(frozen=True, eq=False)
class Solved:
    """A plan, and with dynamic programming the table from which it was read."""

    plan: Plan
    outcome: Outcome | None = None


def solve(problem: Problem, budget: Budget | None = None) -> Solved:
    """The plan that sends most items and then costs least, with a bound on any other's cost.

    When `budget` ends (without one: a policy's that says nothing): the best plan found, at least
    the greedy one.
    """
    budget = budget or Budget()
    if len(problem.fixed) == 0 or not problem.demand.any():
        return Solved(Plan((), 0.0, 0.0))
    if len(problem.demand) == 1 and problem.demand[0] > ONE_LINE_MIN:
        plan = solve_one_line(problem, budget)
        if plan is not None:
            return Solved(plan)
    elif fits_exact(problem):
        outcome = solve_exact(problem, budget)
        if outcome is not None:
            return Solved(outcome.plan, outcome)
    return Solved(solve_milp(problem, budget))


def fits_exact(problem: Problem) -> bool:
    """Whether the dynamic programme is small enough for this order."""
    if lattice.work(tuple(problem.demand.tolist())) > LATTICE_WORK_MAX:
        return False
    points = float(np.prod(problem.demand + 1.0))
    if points * len(problem.fixed) <= SHIPMENTS_MAX:
        return True
    sendable = np.prod(np.minimum(problem.available, problem.demand) + 1.0, axis=1).sum()
    return bool(sendable <= SHIPMENTS_MAX)
