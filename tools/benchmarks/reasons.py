"""A whole decision, from the request to the answer, with and without its reasons; and its row."""

from __future__ import annotations

from statistics import median
from time import process_time

import numpy as np
import zstandard

from sync.central.allocation.kept_inputs import pack
from sync.sourcing import Policy
from sync.sourcing.rates.working_days import Calendar
from tools.benchmarks.figure import Figure
from tools.benchmarks.instances import Company, company

LINES, SHARE = 5, 0.3
SIZES = (65, 1000, 5000, 10_000)
GOALS = {1000: (4.0, 15.0), 5000: (3.5, 60.0)}
EXPONENT_MAX = 1.1
ORDERS, ROUNDS = 5, 9
SEED = 2026
ROW_SIZE, ROW_LINES, ROW_BYTES_MAX = 5000, 3, 4096
COLUMNS_BYTES = 250  # of the order's number, times, labels and the reference's digest


def reasons_figures() -> list[Figure]:
    """Ratios in one run: each order is decided without and with reasons in turn, least CPU of
    nine; the middle of five orders."""
    figures, with_reasons = [], []
    for size in SIZES:
        without, whole = map(median, zip(*(_pair(size, n) for n in range(ORDERS)), strict=True))
        with_reasons.append(whole)
        how = f"{LINES} lines, two services, CPU: {without:.2f} ms without, {whole:.2f} ms with"
        ratio, most = GOALS.get(size, (float("inf"), float("inf")))
        figures += [
            Figure(
                f"decision with reasons over without, {size} locations",
                whole / without,
                ratio,
                "lower",
                "times",
                how,
            ),
            Figure(f"decision with reasons, {size} locations", whole, most, "lower", "ms", how),
        ]
    growth = np.polyfit(np.log(SIZES), np.log(with_reasons), 1)[0]
    figures.append(
        Figure(
            "decision with reasons, exponent of growth",
            float(growth),
            EXPONENT_MAX,
            "lower",
            "",
            f"least squares over {SIZES[0]} to {SIZES[-1]} locations, both logarithms",
        )
    )
    return [*figures, _row()]


def _pair(size: int, number: int) -> tuple[float, float]:
    """CPU milliseconds of one order without and with reasons."""
    asked = company(np.random.default_rng(SEED + number), LINES, size, SHARE)
    took: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for explain, times in took.items():
            begun = process_time()
            asked.source(explain=explain)
            times.append(1e3 * (process_time() - begun))
    return min(took[False]), min(took[True])


def _row() -> Figure:
    asked: Company = company(np.random.default_rng(SEED), ROW_LINES, ROW_SIZE, SHARE)
    body = zstandard.compress(asked.source(explain=False).canonical_bytes())
    inputs = pack(asked.request, asked.stock, asked.network, Policy(), Calendar())
    return Figure(
        f"a decision's row, {ROW_SIZE} locations",
        len(body) + len(inputs) + COLUMNS_BYTES,
        ROW_BYTES_MAX,
        "lower",
        "bytes",
        f"{ROW_LINES} lines, {SHARE:.0%} of locations stock each: {len(body)} of the decision, "
        f"{len(inputs)} of its inputs, {COLUMNS_BYTES} of the other columns",
    )
