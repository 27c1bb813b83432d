"""One line of any size: the optimum of two formulations that share no code with it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings

from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.milp import solve_milp
from sync.sourcing.solver.one_line import solve_one_line
from sync.sourcing.solver.problem import Plan, Problem, WeightTariff
from sync.sourcing.solver.solve import solve
from tests.sync.sourcing.solver.test_optimality import check_plan, independent, problems

CENT = 10_000.0


def solved(problem: Problem) -> Plan:
    plan = solve_one_line(problem, Budget())
    assert plan is not None
    return plan


@settings(max_examples=300, deadline=None)
@given(problems(lines_max=1, quantity_max=6))
def test_it_finds_the_optimum_of_the_set_partition(problem: Problem) -> None:
    most, cost = independent(problem)
    plan = solved(problem)
    pieces, ours = check_plan(problem, plan)
    assert pieces == most
    assert abs(ours - cost) <= 1
    assert plan.proven


def large(locations: int, pieces: int, seed: int, shipments_max: int = 0) -> Problem:
    """A line of many pieces over shelves that hold 0 to 40, and a few that hold much."""
    rng = np.random.default_rng(seed)
    tariffs = tuple(
        WeightTariff(
            np.array([500, 2000, 10_000, 30_000]),
            np.array([5.0, 7.0, 14.0, 25.0]) * 1e6 * factor,
            np.array([weight]),
        )
        for factor, weight in ((1.0, 400), (0.9, 650))
    )
    stock = rng.integers(0, 41, locations) * (rng.random(locations) < 0.3)
    stock[rng.random(locations) < 0.05] = 300
    rows = 2 * locations
    available = np.repeat(stock, 2)[:, None].astype(np.int64)
    wanted = int(min(pieces, stock.sum()))
    return Problem(
        np.repeat(np.arange(locations), 2),
        np.tile([0, 1], locations),
        tariffs,
        (rng.integers(0, 300, rows) * CENT).astype(np.float64),
        (rng.integers(-20, 90, (rows, 1)) * CENT).astype(np.float64),
        np.minimum(available, wanted),
        np.array([wanted]),
        np.ones(1, np.int64),
        shipments_max,
    )


def test_a_large_line_costs_what_highs_proves() -> None:
    for seed, limit in ((1, 0), (2, 0), (3, 4), (4, 0)):
        problem = large(12, 200, seed, limit)
        plan, other = solved(problem), solve_milp(problem, Budget(30_000))
        assert check_plan(problem, plan)[0] == check_plan(problem, other)[0]
        assert plan.cost <= other.cost + 1
        assert not other.proven or abs(plan.cost - other.cost) <= 1


def test_the_solver_of_orders_takes_it_for_a_large_line() -> None:
    problem = large(200, 999, 5)
    assert solve(problem).plan.parts == solved(problem).parts
    assert solve(problem).plan.proven


def test_what_the_budget_does_not_pay_for_is_not_begun() -> None:
    problem = large(500, 999, 6)
    budget = Budget(1)
    assert solve_one_line(problem, budget) is None
    assert budget.used <= budget.allowed
    assert solve(problem, Budget(1)).plan.parts, "the greedy plan is there all the same"
