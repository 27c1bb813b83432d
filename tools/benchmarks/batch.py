"""A batch of orders over many locations: the certified gap, and what waiting together saves."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sync.sourcing.batch.lagrangian import Assignment, BatchOrders, BatchResult, optimise
from tools.benchmarks.figure import Figure

LOCATIONS, SKUS = 500, 2000
SIDE_KM = 1000.0
UNFILLED_EUR = 60.0
GOAL_SECONDS = 60.0
Instance = tuple[list[BatchOrders], np.ndarray, np.ndarray]


def instance(orders: int, seed: int) -> Instance:
    """Orders of 1 to 5 lines, popular articles asked for more; stock and a day's capacity that
    are enough in all but often not where they are wanted."""
    rng = np.random.default_rng(seed)
    points = rng.random((LOCATIONS, 2)) * SIDE_KM
    handling = rng.uniform(4.0, 7.0, LOCATIONS)
    popular = 1 / np.arange(10, SKUS + 10) ** 0.7
    popular /= popular.sum()
    sizes = rng.choice([1, 2, 3, 4, 5], orders, p=[0.4, 0.25, 0.15, 0.1, 0.1])
    groups = []
    for size in range(1, 6):
        number = np.flatnonzero(sizes == size)
        home = rng.random((len(number), 2)) * SIDE_KM
        km = np.linalg.norm(home[:, None] - points[None], axis=2)
        sku = np.stack([rng.choice(SKUS, size, replace=False, p=popular) for _ in number])
        groups.append(
            BatchOrders(
                number,
                handling + 0.006 * km,
                np.repeat((0.5 + 0.002 * km)[:, None, :], size, axis=1),
                sku,
                np.ones_like(sku),
                np.full(len(number), UNFILLED_EUR),
            )
        )
    asked = np.bincount(np.concatenate([g.sku.ravel() for g in groups]), minlength=SKUS)
    stock = np.zeros((SKUS, LOCATIONS), np.int64)
    for article in range(SKUS):
        shelves = rng.choice(LOCATIONS, 60, replace=False)
        pieces = rng.multinomial(int(asked[article] * 1.15) + 2, np.full(60, 1 / 60))
        stock[article, shelves] = pieces
    capacity = rng.integers(30, 60, LOCATIONS) * orders // 10_000 + 1
    return groups, stock, capacity


def violations(given: Instance, found: Assignment) -> int:
    """What an assignment does that it may not, counted without any of the engine's code."""
    groups, stock, capacity = given
    where = {int(n): (g, row) for g in groups for row, n in enumerate(g.number)}
    used = np.zeros_like(stock)
    taken = np.zeros_like(capacity)
    wrong, cost = 0, 0.0
    for number, plan in found.plans.items():
        group, row = where[number]
        lines = sorted(line for _, some in plan for line in some)
        wrong += bool(plan) and lines != list(range(group.sku.shape[1]))
        for place, some in plan:
            taken[place] += 1
            cost += float(group.fixed[row, place])
            for line in some:
                used[group.sku[row, line], place] += group.quantity[row, line]
                cost += float(group.unit[row, line, place])
        cost += 0.0 if plan else float(group.unfilled[row])
    wrong += len(where) - len(found.plans)
    wrong += abs(cost - found.cost) > 1e-6 * cost
    return int(wrong + (used > stock).sum() + (taken > capacity).sum())


def batch_figures(orders: int, seconds: float = GOAL_SECONDS) -> list[Figure]:
    """Gap, saving and violations of one batch."""
    given = instance(orders, 1)
    start = time.perf_counter()
    # Threads: numpy lets go of the interpreter where the time goes.
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        found: BatchResult = optimise(*given, seconds=seconds * 0.85, executor=threads)
    took = time.perf_counter() - start
    unfilled = [sum(not p for p in a.plans.values()) for a in (found.best, found.sequential)]
    how = (
        f"{orders} orders x {LOCATIONS} locations, {found.iterations} steps in {took:.0f} s; "
        f"{unfilled[0]} orders unfilled, {unfilled[1]} one after the other"
    )
    return [
        Figure("batch, certified gap", 100 * found.gap, 2.0, "lower", "%", how),
        Figure("batch, time", took, GOAL_SECONDS, "lower", "s", how),
        Figure(
            "batch, below sequential",
            100 * (1 - found.best.cost / found.sequential.cost),
            2.0,
            "higher",
            "%",
            how,
        ),
        Figure("batch, violations", float(violations(given, found.best)), 0, "lower", "", how),
    ]
