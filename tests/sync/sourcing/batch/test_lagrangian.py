"""A batch under stock and capacity: the bound is a bound, and nothing is promised twice."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sync.sourcing.batch.lagrangian import (
    Assignment,
    BatchOrders,
    assign,
    improved,
    optimise,
    worth_moving,
)
from tools.benchmarks.batch import instance, violations

Ints = NDArray[np.int64]


def one_line_orders(
    cost: Sequence[Sequence[float]], sku: Sequence[int], unfilled: float = 50.0
) -> BatchOrders:
    """Orders of one line: `cost` [O, N] is all there is to pay."""
    count = len(cost)
    fixed = np.array(cost, float)
    return BatchOrders(
        np.arange(count),
        fixed,
        np.zeros((count, 1, fixed.shape[1])),
        np.array(sku).reshape(count, 1),
        np.ones((count, 1), np.int64),
        np.full(count, unfilled),
    )


def test_two_orders_that_want_the_same_last_piece_are_settled_for_the_company() -> None:
    # The first would take the near piece for 1 and leave the second one at 40.
    orders = one_line_orders([[1.0, 2.0], [1.0, 40.0]], [0, 0])
    found = optimise([orders], np.array([[1, 1]]), np.array([9, 9]), iterations=60)
    assert found.sequential.cost == 41.0
    assert found.best.cost == 3.0
    assert found.best.plans == {0: ((1, (0,)),), 1: ((0, (0,)),)}
    assert found.gap <= 0.05


def test_capacity_counts_like_stock() -> None:
    orders = one_line_orders([[1.0, 2.0], [1.0, 40.0]], [0, 1])
    found = optimise([orders], np.array([[5, 5], [5, 5]]), np.array([1, 9]), iterations=60)
    assert found.best.cost == 3.0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_assignment_beats_the_bound(data: st.DataObject) -> None:
    places, count = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 4))
    euros = st.integers(1, 30).map(float)
    cost = [[data.draw(euros) for _ in range(places)] for _ in range(count)]
    skus = [data.draw(st.integers(0, 1)) for _ in range(count)]
    stock = np.array([[data.draw(st.integers(0, 2)) for _ in range(places)] for _ in range(2)])
    capacity = np.array([data.draw(st.integers(0, 3)) for _ in range(places)])
    found = optimise([one_line_orders(cost, skus)], stock, capacity, iterations=25)
    optimum = min(
        sum(50.0 if place == places else cost[o][place] for o, place in enumerate(choice))
        for choice in product(range(places + 1), repeat=count)
        if _allowed(choice, skus, stock, capacity, places)
    )
    assert found.bound <= optimum + 1e-6
    assert found.best.cost >= optimum - 1e-6
    assert found.best.cost <= found.sequential.cost


def _allowed(
    choice: Sequence[int], skus: Sequence[int], stock: Ints, capacity: Ints, places: int
) -> bool:
    used, taken = np.zeros_like(stock), np.zeros_like(capacity)
    for order, place in enumerate(choice):
        if place < places:
            used[skus[order], place] += 1
            taken[place] += 1
    return bool((used <= stock).all() and (taken <= capacity).all())


@pytest.mark.parametrize("seed", [1, 2])
def test_an_independent_checker_finds_nothing_wrong_with_a_larger_batch(seed: int) -> None:
    made = instance(120, seed)
    found = optimise(*made, iterations=15)
    assert violations(made, found.best) == 0
    assert violations(made, found.sequential) == 0
    assert found.best.cost <= found.sequential.cost
    assert found.bound <= found.best.cost


@pytest.mark.parametrize("seed", [1, 2])
def test_orders_given_anew_cost_less_and_break_no_limit(seed: int) -> None:
    given = instance(400, seed)
    _, stock, capacity = given
    drawn = np.random.default_rng(seed)  # prices that mean nothing lead to a poor assignment
    first = assign(*given, drawn.uniform(0, 9, stock.shape), drawn.uniform(0, 9, len(capacity)))
    found = improved(*given, first)
    assert found.cost < first.cost
    assert violations(given, found) == 0
    assert improved(*given, found).cost <= found.cost


def test_the_checker_sees_a_piece_promised_twice() -> None:
    made = instance(50, 1)
    found = optimise(*made, iterations=2)
    groups, stock, capacity = made
    assert violations((groups, np.zeros_like(stock), capacity), found.best) > 0


def test_an_executor_gives_the_same_answer() -> None:
    made = instance(60, 3)
    alone = optimise(*made, iterations=8)
    with ThreadPoolExecutor(2) as pool:
        helped = optimise(*made, iterations=8, executor=pool)
    assert alone.best.plans == helped.best.plans
    assert alone.bound == pytest.approx(helped.bound, rel=1e-12)


def test_the_deadline_ends_it_with_an_answer() -> None:
    made = instance(60, 3)
    ticks = iter(range(1000))
    found = optimise(*made, seconds=6.0, clock=lambda: float(next(ticks)))
    assert found.iterations < 10
    assert violations(made, found.best) == 0


def test_an_order_moves_only_for_more_than_it_costs_to_move_it() -> None:
    before = Assignment({1: ((0, (0,)),), 2: ((0, (0,)),), 3: ((1, (0,)),)}, 0.0)
    after = Assignment({1: ((1, (0,)),), 2: ((1, (0,)),), 3: ((1, (0,)),)}, 0.0)
    costs = {1: (9.0, 8.5), 2: (9.0, 7.0), 3: (9.0, 1.0)}
    assert worth_moving(before, after, costs, switching=1.0) == [2]
