"""The relaxation's bounds hold for every plan, and improving never makes a plan worse."""

from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings

from sync.sourcing import source
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.exact import solve_exact
from sync.sourcing.solver.greedy import Parts, greedy
from sync.sourcing.solver.improve import improved
from sync.sourcing.solver.problem import Plan, Problem
from sync.sourcing.solver.relaxed import relaxed
from tests.sync.sourcing.solver.test_optimality import check_plan, problems
from tools.benchmarks.large_orders import case


def cost_of(problem: Problem, parts: Parts) -> float:
    return sum(problem.cost(row, np.array(items)) for row, items in parts)


def sends_everything(problem: Problem, parts: Parts) -> bool:
    sent = sum((np.array(items) for _, items in parts), np.zeros_like(problem.demand))
    return bool((sent == problem.demand).all())


@settings(max_examples=200, deadline=None)
@given(problems())
def test_no_plan_costs_less_than_the_bounds(problem: Problem) -> None:
    """Nor does one with a certain option cost less than that option's."""
    start = greedy(problem, fullest_first=True)
    assume(sends_everything(problem, start))
    found = relaxed(problem, start, Budget())
    outcome = solve_exact(problem, Budget())
    assert outcome is not None
    best = outcome.plan
    assert found.bound <= best.cost + 1
    for row, _ in best.parts:
        assert found.least[row] <= best.cost + 1


@settings(max_examples=200, deadline=None)
@given(problems())
def test_an_improved_plan_sends_everything_and_costs_no_more(problem: Problem) -> None:
    start = greedy(problem, fullest_first=False)
    assume(sends_everything(problem, start))
    found = relaxed(problem, start, Budget())
    better = improved(problem, start, found.prices, found.least, Budget(50))
    cost = cost_of(problem, better)
    check_plan(problem, Plan(tuple(better), cost, cost))
    assert sends_everything(problem, better)
    assert cost <= cost_of(problem, start)
    assert cost >= found.bound - 1


def test_a_large_order_ends_within_its_budget_with_a_bound_and_the_same_bytes() -> None:
    made = case("stores", 300, "when_needed", 1, lines=40)
    inputs = (made.request, made.network, made.stock, made.policy, made.tables)
    first, second = (source(*inputs, explain=False) for _ in range(2))
    assert first == second
    assert not first.unfilled
    assert 0 < first.gap_micro < first.cost.total_micro // 5
