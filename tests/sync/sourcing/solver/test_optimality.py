"""The optimum, against a formulation that shares no code with the engine's two solvers.

The independent one is a set partition: a binary for every option and every vector that it can
send, each location once, every line covered. Small enough to be written out.
"""

from __future__ import annotations

from itertools import product

import highspy
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.exact import solve_exact
from sync.sourcing.solver.milp import solve_milp
from sync.sourcing.solver.problem import MICRO, Plan, Problem, WeightTariff


@st.composite
def problems(
    draw: st.DrawFn, locations_max: int = 5, lines_max: int = 4, quantity_max: int = 3
) -> Problem:
    lines = draw(st.integers(1, lines_max))
    euros = st.integers(0, 900).map(lambda cents: cents * 10_000.0)
    tariffs = []
    for _ in range(draw(st.integers(1, 2))):
        limits = sorted(draw(st.sets(st.integers(1, 40), min_size=1, max_size=4)))
        steps = draw(st.lists(euros, min_size=len(limits), max_size=len(limits)))
        weights = draw(st.lists(st.integers(0, 30), min_size=lines, max_size=lines))
        tariffs.append(
            WeightTariff(np.array(limits), np.cumsum(steps), np.array(weights, np.int64))
        )
    demand = draw(st.lists(st.integers(1, quantity_max), min_size=lines, max_size=lines))
    location, tariff, available = [], [], []
    for place in range(draw(st.integers(1, locations_max))):
        stock = draw(st.lists(st.integers(0, quantity_max), min_size=lines, max_size=lines))
        for service in range(len(tariffs)):
            location.append(place)
            tariff.append(service)
            available.append(stock)
    there = np.array(available).reshape(-1, lines)
    first = np.flatnonzero(np.diff(np.array([-1, *location])) > 0)
    wanted = np.minimum(demand, there[first].sum(axis=0))
    rows = len(location)
    fixed = np.array(draw(st.lists(euros, min_size=rows, max_size=rows)))
    relief = st.integers(-50, 300).map(lambda cents: cents * 10_000.0)
    unit = np.array(draw(st.lists(relief, min_size=rows * lines, max_size=rows * lines)))
    return Problem(
        np.array(location),
        np.array(tariff),
        tuple(tariffs),
        fixed,
        unit.reshape(rows, lines),
        np.minimum(there, wanted),
        wanted,
        np.ones(lines, np.int64),
        draw(st.sampled_from([0, 0, 1, 2, 3])),
    )


def independent(problem: Problem) -> tuple[int, float]:
    """Most pieces, and the least cost with them, by the set partition."""
    columns = []
    for row in range(len(problem.fixed)):
        for items in product(*(range(int(n) + 1) for n in problem.available[row])):
            if any(items):
                columns.append((row, np.array(items)))
    if not columns:
        return 0, 0.0
    cost = np.array([problem.cost(row, items) for row, items in columns])
    pieces = np.array([int(items @ problem.pieces) for _, items in columns], float)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    for _ in columns:
        solver.addVar(0, 1)
    for number in range(len(columns)):
        solver.changeColIntegrality(number, highspy.HighsVarType.kInteger)
    every = np.arange(len(columns), dtype=np.int32)
    for index, wanted in enumerate(problem.demand):
        covers = np.array([items[index] for _, items in columns], float)
        solver.addRow(0, float(wanted), len(columns), every, covers)
    for place in np.unique(problem.location):
        mine = np.array([float(problem.location[row] == place) for row, _ in columns])
        solver.addRow(0, 1, len(columns), every, mine)
    if problem.shipments_max:
        solver.addRow(0, problem.shipments_max, len(columns), every, np.ones(len(columns)))
    solver.changeColsCost(len(columns), every, -pieces)
    solver.run()
    most = round(-solver.getObjectiveValue())
    solver.addRow(most, most, len(columns), every, pieces)
    solver.changeColsCost(len(columns), every, cost / MICRO)
    solver.run()
    return most, solver.getObjectiveValue() * MICRO


def check_plan(problem: Problem, plan: Plan) -> tuple[int, float]:
    """Pieces and cost of a plan that breaks no limit."""
    places = [int(problem.location[row]) for row, _ in plan.parts]
    assert len(set(places)) == len(places)
    assert not problem.shipments_max or len(places) <= problem.shipments_max
    for row, items in plan.parts:
        assert (np.array(items) <= problem.available[row]).all()
    sent = plan.sent(len(problem.demand))
    assert (sent <= problem.demand).all()
    cost = sum(problem.cost(row, np.array(items)) for row, items in plan.parts)
    assert cost == plan.cost
    return int(sent @ problem.pieces), cost


@settings(max_examples=300, deadline=None)
@given(problems())
def test_dynamic_programming_finds_the_optimum(problem: Problem) -> None:
    outcome = solve_exact(problem, Budget())
    assert outcome is not None
    most, cost = independent(problem)
    pieces, ours = check_plan(problem, outcome.plan)
    assert pieces == most
    assert abs(ours - cost) <= 1
    assert outcome.plan.proven


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_solver_for_large_orders_finds_the_same_optimum(problem: Problem) -> None:
    small = solve_exact(problem, Budget())
    assert small is not None
    large = solve_milp(problem, Budget(30_000))
    assert check_plan(problem, large)[0] == check_plan(problem, small.plan)[0]
    assert abs(large.cost - small.plan.cost) <= 1
    assert large.proven


def test_an_option_is_not_left_out_for_one_whose_location_ships_otherwise() -> None:
    """Two locations with two options each: the cheap plan takes the first of one and the second of
    the other, and no location ships twice."""
    tariffs = (
        WeightTariff(np.array([1, 2, 3, 4]), np.full(4, 10_000.0), np.array([0, 5])),
        WeightTariff(np.array([1, 2, 3, 4]), np.array([0.0, 2e4, 2e4, 2e4]), np.array([2, 0])),
    )
    problem = Problem(
        np.array([0, 0, 1, 1]),
        np.array([0, 1, 0, 1]),
        tariffs,
        np.zeros(4),
        np.zeros((4, 2)),
        np.array([[1, 0], [1, 0], [1, 1], [1, 1]]),
        np.array([1, 1]),
        np.array([1, 1]),
    )
    found = solve_milp(problem, Budget(30_000))
    assert found.parts == ((0, (1, 0)), (3, (0, 1)))
    assert found.cost == 10_000
    assert found.proven


@settings(max_examples=100, deadline=None)
@given(problems(), st.data())
def test_more_stock_never_costs_more(problem: Problem, data: st.DataObject) -> None:
    row = data.draw(st.integers(0, len(problem.fixed) - 1))
    index = data.draw(st.integers(0, len(problem.demand) - 1))
    more = problem.available.copy()
    same = problem.location == problem.location[row]
    more[same, index] = problem.demand[index]
    richer = Problem(
        problem.location,
        problem.tariff,
        problem.tariffs,
        problem.fixed,
        problem.unit,
        more,
        problem.demand,
        problem.pieces,
        problem.shipments_max,
    )
    before, after = solve_exact(problem, Budget()), solve_exact(richer, Budget())
    assert before is not None
    assert after is not None
    pieces_before, cost_before = check_plan(problem, before.plan)
    pieces_after, cost_after = check_plan(richer, after.plan)
    assert pieces_after >= pieces_before
    if pieces_after == pieces_before == int(problem.demand @ problem.pieces):
        assert cost_after <= cost_before
