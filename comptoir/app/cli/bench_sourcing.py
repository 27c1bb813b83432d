"""`comptoir bench sourcing`: ratios in one run, against HiGHS, a greedy engine and bounds."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from comptoir.app.cli.bench_docs import growth_picture, write_section
from comptoir.app.cli.bench_figure import Figure
from comptoir.app.cli.bench_highs import lean_highs
from comptoir.app.cli.bench_instances import company, plain, rich
from comptoir.sync.sourcing.greedy import greedy
from comptoir.sync.sourcing.milp import solve_milp
from comptoir.sync.sourcing.problem import Problem
from comptoir.sync.sourcing.solve import solve

app = typer.Typer(pretty_exceptions_enable=False)
SEED = 20261122
ROUNDS = 7
HIGHS_SECONDS = 120.0
GROWTH = re.compile(r"time, (\d+) lines x (\d+) locations")


@app.command("sourcing")
def sourcing(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    orders: Annotated[int, typer.Option(help="Random orders against HiGHS.")] = 1000,
    instances: Annotated[int, typer.Option(help="Instances of Ma's generator.")] = 30,
    sequences: Annotated[int, typer.Option(help="Sequences for each instance.")] = 3,
    batch: Annotated[int, typer.Option(help="Orders of the batch; 0 for none.")] = 10_000,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this page.")] = None,
) -> None:
    """Measure the sourcing engine; ratios in one run, medians of seven."""
    from comptoir.app.cli.bench_batch import batch_figures
    from comptoir.app.cli.bench_ma import ma_figures

    figures: list[Figure] = []
    figures += speed_figures()
    figures += greedy_figures()
    figures += growth_figures()
    figures += decision_figures()
    figures += optimality(orders)
    if instances:
        figures += ma_figures(instances, sequences)
    if batch:
        figures += batch_figures(batch)
    report = {
        "bench": "sourcing",
        "machine": machine(),
        "figures": [_plain(figure) for figure in figures],
        "left_out": left_out(),
    }
    if docs is not None:
        picture = docs.parent / "pictures" / "sourcing-growth.svg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(growth_picture(_growth(figures), "ms"), encoding="utf-8")
        where = f"pictures/{picture.name}"
        write_section(docs, "sourcing", machine(), figures, left_out(), where)
    console = Console()
    if as_json:
        console.print_json(json.dumps(report))
        return
    table = Table("figure", "value", "goal", "holds", "unit")
    for figure in figures:
        sign = "<=" if figure.better == "lower" else ">="
        goal = "" if np.isinf(figure.goal) or figure.goal == 0 else f"{sign} {figure.goal:g}"
        table.add_row(
            figure.name, f"{figure.value:.4g}", goal, "yes" if figure.holds else "no", figure.unit
        )
    console.print(table)
    for word in left_out():
        console.print(word)


def _plain(figure: Figure) -> dict[str, Any]:
    """JSON has no infinity: a figure without a goal has null."""
    values = asdict(figure) | {"value": float(figure.value), "holds": bool(figure.holds)}
    return values | {"goal": None} if np.isinf(figure.goal) else values


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.system(),
        "processor": platform.machine(),
    }


def left_out() -> list[str]:
    """Peers that are not on this machine."""
    words = ["Tryton assign_try and Vendure first-fit: not installed here, not measured."]
    if importlib.util.find_spec("ortools") is None:
        words.append("CP-SAT: ortools is not installed here, not measured.")
    return words


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
    return solve_milp(problem, HIGHS_SECONDS, reduced=False)


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


def decision_figures() -> list[Figure]:
    """A whole decision, from the request to the answer, with and without its reasons."""
    figures = []
    for explain in (False, True):
        ask = company(np.random.default_rng(SEED), 5, 1000, 0.3)
        ask(explain)
        took = median(seconds(ask, explain) for _ in range(3 * ROUNDS))
        figures.append(
            Figure(
                "time, whole decision" + (" with 1000 reasons" if explain else ""),
                took * 1e3,
                float("inf"),
                "lower",
                "ms",
                "5 lines x 1000 locations, two services, the policy's defaults",
            )
        )
    return figures


def _growth(figures: Sequence[Figure]) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {"locations": [], "lines": []}
    for figure in figures:
        if shape := GROWTH.fullmatch(figure.name):
            lines, locations = int(shape[1]), int(shape[2])
            if lines == 5:
                found["locations"].append((locations, figure.value))
            if locations == 1000 and lines != 5:
                found["lines"].append((lines, figure.value))
    return found


def optimality(orders: int) -> list[Figure]:
    """The worst cost over HiGHS's optimum, over random orders with quantities and limits."""
    rng = np.random.default_rng(SEED)
    worst, compared, open_ended = 1.0, 0, 0
    for _ in range(orders):
        lines = int(rng.integers(1, 13))
        locations = int(rng.choice([5, 20, 60, 200] if lines > 5 else [20, 200, 1000, 5000]))
        share = float(rng.choice([0.1, 0.3])) if locations > 20 else 0.5
        problem = rich(rng, lines, locations, share, 3 if lines <= 5 else 1)
        ours = solve(problem, HIGHS_SECONDS).plan
        theirs = solve_milp(problem, 20.0, reduced=False)
        if not theirs.proven:
            open_ended += 1
            continue
        same = ours.sent(lines).sum() == theirs.sent(lines).sum()
        worst = max(worst, ours.cost / theirs.cost if same else np.inf)
        compared += 1
    return [
        Figure(
            "worst cost over HiGHS's optimum",
            worst,
            1 + 1e-6,
            "lower",
            "ratio",
            f"{compared} random orders with quantities, brackets and parcel limits; "
            f"{open_ended} more that HiGHS did not finish in 20 s",
        )
    ]
