"""Speed: against HiGHS, against a greedy engine, and how it grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.greedy import greedy
from sync.sourcing.solver.milp import solve_milp
from sync.sourcing.solver.problem import Problem
from sync.sourcing.solver.solve import solve
from tools.benchmarks.figure import Figure
from tools.benchmarks.highs import lean_highs
from tools.benchmarks.instances import plain

SEED = 20261122
ROUNDS = 7
HIGHS_WORK_MAX = 120_000


def seconds(work: Callable[..., object], *given: object) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work(*given)
    return time.perf_counter() - start


def timed(work: Callable[[Problem], Any], problem: Problem) -> tuple[float, Any]:
    """Wall time of one call, and what it gave."""
    start = time.perf_counter()
    result = work(problem)
    return time.perf_counter() - start, result


def _whole_highs(problem: Problem) -> object:
    return solve_milp(problem, Budget(HIGHS_WORK_MAX), reduced=False)


def _greedy(problem: Problem) -> list[tuple[int, tuple[int, ...]]]:
    return greedy(problem, fullest_first=False)


def speed_figures() -> list[Figure]:
    """Ours against HiGHS on the same problems, interleaved, medians of seven."""
    cases = (
        ("5 lines x 1000", 5, 1000, 0.3, 200.0),
        ("10 lines x 1000", 10, 1000, 0.3, 10.0),
        ("12 lines x 1000", 12, 1000, 0.1, 5.0),
    )
    rng = np.random.default_rng(SEED)
    figures = []
    for name, lines, locations, share, goal in cases:
        solve(plain(rng, lines, locations, share))  # the lattice of this shape is built once
        ours, theirs = [], []
        for _ in range(ROUNDS):
            problem = plain(rng, lines, locations, share)
            ours.append(seconds(solve, problem))
            # Two models of the same order; HiGHS gets the one that it likes better.
            theirs.append(
                min(
                    seconds(lean_highs, problem),
                    seconds(_whole_highs, problem),
                )
            )
        how = f"{share:.0%} of locations stock a line; HiGHS builds and solves on one thread"
        figures.append(
            Figure(
                f"faster than HiGHS, {name}",
                median(theirs) / median(ours),
                goal,
                "higher",
                "times",
                f"{how}; ours {median(ours) * 1e3:.3f} ms, HiGHS {median(theirs) * 1e3:.1f} ms",
            )
        )
    return figures


def greedy_figures() -> list[Figure]:
    """How much cheaper than taking the cheapest location first, and how much longer it takes."""
    figures = []
    for locations, goal in ((1000, 5.0), (5000, 8.0)):
        rng = np.random.default_rng(SEED + locations)
        ours, theirs, saved = [], [], []
        for _ in range(100):
            problem = plain(rng, 5, locations, 0.3)
            took, parts = timed(_greedy, problem)
            theirs.append(took)
            took, solved = timed(solve, problem)
            ours.append(took)
            saved.append(_cost(problem, parts) / solved.plan.cost - 1)
        figures += [
            Figure(
                f"greedy costs more, 5 lines x {locations}",
                100 * float(np.mean(saved)),
                goal,
                "higher",
                "%",
                "mean of 100 orders; greedy takes the location that is cheapest per piece",
            ),
            Figure(
                f"time over greedy's, 5 lines x {locations}",
                median(ours) / median(theirs),
                2.0,
                "lower",
                "times",
                f"ours {median(ours) * 1e3:.3f} ms, greedy {median(theirs) * 1e3:.3f} ms",
            ),
        ]
    return figures


def _cost(problem: Problem, parts: list[tuple[int, tuple[int, ...]]]) -> float:
    return sum(problem.cost(row, np.array(items)) for row, items in parts)


def growth_figures() -> list[Figure]:
    """Milliseconds by locations and by lines; stated, no goal."""
    shapes = [(5, n) for n in (100, 300, 1000, 3000, 10_000)]
    shapes += [(lines, 1000) for lines in (1, 2, 4, 6, 8, 10, 12)]
    figures = []
    rng = np.random.default_rng(SEED)
    for lines, locations in shapes:
        solve(plain(rng, lines, locations, 0.3))
        problems = [plain(rng, lines, locations, 0.3) for _ in range(ROUNDS)]
        times = [seconds(solve, problem) for problem in problems]
        figures.append(
            Figure(
                f"time, {lines} lines x {locations} locations",
                median(times) * 1e3,
                float("inf"),
                "lower",
                "ms",
                "30 % of locations stock a line; median of seven",
            )
        )
    return figures
