"""Random orders against HiGHS: the same optimum, every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor

import numpy as np

from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.problem import MICRO
from sync.sourcing.solver.solve import solve
from tools.benchmarks.figure import Figure
from tools.benchmarks.highs import whole_highs
from tools.benchmarks.instances import rich

SEED = 20261122
OURS_WORK_MAX, HIGHS_SECONDS = 120_000, 60.0
# Locations and how often: HiGHS needs seconds for a large one, ours a millisecond.
SIZES = {5: 0.15, 20: 0.25, 60: 0.25, 200: 0.22, 1000: 0.1, 5000: 0.03}
Answer = tuple[int, float | None]  # locations; ours over theirs, None when HiGHS did not finish


def compare(number: int) -> Answer:
    """Order `number`: 1 to 12 lines, with quantities up to 3 when there are few."""
    rng = np.random.default_rng((SEED, number))
    lines = int(rng.integers(1, 13))
    locations = int(rng.choice(list(SIZES), p=list(SIZES.values())))
    share = float(rng.choice([0.1, 0.3])) if locations > 20 else 0.5
    problem = rich(rng, lines, locations, share, 3 if lines <= 5 else 1)
    ours = solve(problem, Budget(OURS_WORK_MAX)).plan
    theirs = whole_highs(problem, HIGHS_SECONDS)
    pieces = int(ours.sent(lines) @ problem.pieces)
    if not theirs.proven:
        beaten = (theirs.pieces, -theirs.cost) > (pieces, -ours.cost * (1 - 1e-9) + MICRO * 1e-6)
        return locations, np.inf if beaten else None
    if pieces != theirs.pieces:
        return locations, np.inf
    return locations, max(ours.cost, MICRO * 1e-3) / max(theirs.cost, MICRO * 1e-3)


def optimality(
    orders: int, executor: Executor | None = None, tell: Callable[[float], None] = lambda _: None
) -> list[Figure]:
    """The worst cost over HiGHS's optimum."""
    worst, apart, compared, unfinished = 1.0, 0.0, 0, 0
    sizes: Counter[int] = Counter()
    mapped = (
        map(compare, range(orders))
        if executor is None
        else executor.map(compare, range(orders), chunksize=4)
    )
    for done, (locations, ratio) in enumerate(mapped, start=1):
        tell(done / orders)
        if ratio is None:
            unfinished += 1
            continue
        compared += 1
        sizes[locations] += 1
        worst, apart = max(worst, ratio), max(apart, abs(ratio - 1))
    mix = ", ".join(f"{count} of {size}" for size, count in sorted(sizes.items()))
    return [
        Figure(
            "worst cost over HiGHS's optimum",
            worst,
            1 + 1e-6,
            "lower",
            "ratio",
            f"{compared} random orders of 1-12 lines with quantities, brackets and parcel limits "
            f"(orders of so many locations: {mix}); furthest apart {apart:.1e}; {unfinished} more "
            f"that HiGHS did not finish in {HIGHS_SECONDS:.0f} s, none of them better than ours",
        )
    ]
