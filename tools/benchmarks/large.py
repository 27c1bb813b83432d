"""Large orders within their budget, and the same decisions on an idle and on a busy machine."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from statistics import median
from time import process_time

import numpy as np

from sync.sourcing import Decision, source
from sync.sourcing.solver.budget import WORK_MAX
from tools.benchmarks.figure import Figure
from tools.benchmarks.instances import company
from tools.benchmarks.large_orders import KINDS, POINTS, SPLITS, Case, case, cases

STATED = float("inf")
CPU_S_MAX, LINE_CPU_S_MAX = 2.0, 0.3
OVER_MEDIAN, OVER_WORST = 1.005, 1.03
MORE_WORK = 8  # times the policy's budget, for the best cost that is known
LINE_PIECES = 999
BUSY, LOADED = 8, 2000
SIZES = (65, 1000)
LARGE_EVERY = 100  # one in so many orders of the comparison is a large one


def large_figures(count: int, tell: Callable[[float], None] = lambda _: None) -> list[Figure]:
    """`count` of the 36 seeded orders of 60 lines x 11 pieces, and lines of 999 pieces."""
    chosen = cases()[:: max(1, 36 // count)][:count]
    took, over, gaps = [], [], []
    for done, made in enumerate(chosen, start=1):
        found, seconds = _decided(made)
        limits = replace(made.policy.limits, work_max=WORK_MAX * MORE_WORK)
        more, _ = _decided(replace(made, policy=replace(made.policy, limits=limits)))
        best = min(found.cost.total_micro, more.cost.total_micro)
        took.append(seconds)
        over.append(found.cost.total_micro / best)
        gaps.append(found.gap_micro / found.cost.total_micro)
        tell(done / (len(chosen) + 1))
    how = (
        f"{len(chosen)} seeded orders of 60 lines x 11 pieces over {POINTS[0]} to {POINTS[-1]:,} "
        f"points, stock {', '.join(KINDS)}; certified gap {median(gaps):.1%} in the middle, "
        f"{max(gaps):.1%} at most, {sum(gap == 0 for gap in gaps)} proven"
    )
    known = f"{how}; best known: of this and of {MORE_WORK} times the work"
    return [
        Figure("60 lines x 11, most CPU", max(took), CPU_S_MAX, "lower", "s", how),
        Figure("60 lines x 11 over best known", median(over), OVER_MEDIAN, "lower", "ratio", known),
        Figure("60 lines x 11 over best known, worst", max(over), OVER_WORST, "lower", "", known),
        Figure("60 lines x 11, largest gap", 100 * max(gaps), STATED, "lower", "%", how),
        _lines(),
    ]


def _lines() -> Figure:
    """One line of 999 pieces over each kind of stock."""
    made = [
        case(kind, points, split, 1, lines=1, pieces=LINE_PIECES)
        for kind in KINDS
        for points in POINTS
        for split in SPLITS
    ]
    found = [_decided(each) for each in made]
    seconds = [took for _, took in found]
    exact = sum(decision.gap_micro == 0 for decision, _ in found)
    return Figure(
        f"one line x {LINE_PIECES}, most CPU",
        max(seconds),
        LINE_CPU_S_MAX,
        "lower",
        "s",
        f"{len(made)} orders over {POINTS[0]} to {POINTS[-1]:,} points; {exact} exact, "
        f"{median(seconds):.3f} s in the middle, "
        f"{sum(took <= LINE_CPU_S_MAX for took in seconds)} within {LINE_CPU_S_MAX} s",
    )


def _decided(made: Case) -> tuple[Decision, float]:
    begun = process_time()
    inputs = (made.request, made.network, made.stock, made.policy, made.tables)
    found = source(*inputs, explain=False)
    return found, process_time() - begun


def load_figures(count: int = LOADED, busy: int = BUSY) -> list[Figure]:
    """`count` orders decided twice: on an idle machine and beside `busy` busy processes."""
    idle = _digests(count)
    with _busy(busy):
        loaded = _digests(count)
    equal = sum(one == other for one, other in zip(idle, loaded, strict=True))
    return [
        Figure(
            "decisions equal, idle and busy",
            100 * equal / count,
            100.0,
            "higher",
            "%",
            f"{equal} of {count} byte for byte, reasons included; beside {busy} busy processes; "
            f"one in {LARGE_EVERY} of 40 lines x 11 pieces, the others of 1 to 8 lines",
        )
    ]


def _digests(count: int) -> Sequence[str]:
    return [hashlib.sha256(_bytes(number)).hexdigest() for number in range(count)]


def _bytes(number: int) -> bytes:
    size = SIZES[number % len(SIZES)]
    if number % LARGE_EVERY == LARGE_EVERY // 2:
        kind = KINDS[number // LARGE_EVERY % len(KINDS)]
        made = case(kind, size, "when_needed", number, lines=40)
        return _decided(made)[0].canonical_bytes()
    asked = company(np.random.default_rng(number), 1 + number % 8, size, 0.3)
    return asked.source(explain=True).canonical_bytes()


@contextmanager
def _busy(count: int) -> Iterator[None]:
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_spin, daemon=True) for _ in range(count)]
    for process in running:
        process.start()
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.join()


def _spin() -> None:
    numbers = np.arange(100_000.0)
    while True:
        numbers = np.sqrt(numbers + 1.0)
