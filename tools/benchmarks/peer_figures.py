"""Other engines, each in a process of its own: CP-SAT, Tryton and Vendure.

Tryton and Vendure are under the GPL. They are no part of Comptoir: whoever wants the comparison
names a folder, and they are installed there, apart.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

import numpy as np

from sync.domain.errors import Unavailable
from sync.sourcing.solver.problem import Problem
from sync.sourcing.solver.solve import solve
from tools.benchmarks.figure import Figure
from tools.benchmarks.instances import company, plain

SEED = 20261123
LINES, LOCATIONS = 5, 1000
CPSAT_ROUNDS, TRYTON_ROUNDS, VENDURE_ROUNDS, OUR_ROUNDS = 7, 7, 301, 101
CALLS_IN_A_ROW = 25
CHILD_SECONDS = 600.0
TRYTON = ("trytond==8.2.*", "trytond_stock==8.2.*")
VENDURE = "@vendure/core@3.7.3"
PROGRAMS = Path(__file__).parent / "peers"


class Child:
    """A program that answers one line of JSON with another, until it is left."""

    def __init__(self, command: Sequence[str | Path]) -> None:
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self.process.kill()
        self.process.communicate()

    def ask(self, question: object) -> Any:
        """The answer; raises Unavailable when the program ended instead."""
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("both are pipes")
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise Unavailable(
                "The program to compare with ended without an answer; what it said is above. "
                "The other figures are not touched by it.",
                code="bench.peer",
            )
        return json.loads(answer)


def left_out(peers: Path | None) -> list[str]:
    """What is not compared with on this machine, and how to have it."""
    words = []
    if importlib.util.find_spec("ortools") is None:
        words.append("CP-SAT is not installed, not measured: pip install 'comptoir[bench]'.")
    if peers is None:
        words.append(
            "Tryton and Vendure (GPL) are not installed here, not measured: --peers FOLDER "
            "installs them into a folder of their own."
        )
    elif shutil.which("npm") is None:
        words.append("Vendure: there is no npm on this machine, not measured.")
    return words


def cpsat_figures() -> list[Figure]:
    """Ours against the best setting of CP-SAT on each order; the optimum must be the same."""
    if importlib.util.find_spec("ortools") is None:
        return []
    rng = np.random.default_rng(SEED)
    ours, theirs, names, worst = [], [], [], 0.0
    with Child([sys.executable, PROGRAMS / "cpsat.py"]) as child:
        for number in range(CPSAT_ROUNDS + 1):
            problem = plain(rng, LINES, LOCATIONS, 0.3)
            took, cost = _our_best(problem)
            runs = [run for run in child.ask(_as_json(problem))["runs"] if run["proven"]]
            best = min(runs, key=lambda run: float(run["seconds"]))
            worst = max(worst, *(abs(run["optimum"] / cost - 1) for run in runs))
            if number:  # the first warms both up
                ours.append(took)
                theirs.append(best["seconds"])
                names.append(best["settings"])
    often = max(set(names), key=names.count)
    how = (
        f"30% of locations stock a line; costs as whole micro-euros in both, not scaled; CP-SAT "
        f"builds and solves, the quickest of three settings on each order (mostly: {often}); "
        f"ours {median(ours) * 1e3:.3f} ms in the middle of {CALLS_IN_A_ROW} calls in a row (a "
        f"first call after a pause takes 0.6 to 1 ms), CP-SAT {median(theirs) * 1e3:.1f} ms; "
        f"median of {CPSAT_ROUNDS} orders"
    )
    return [
        Figure(
            "faster than CP-SAT, 5 lines x 1000",
            median(theirs) / median(ours),
            500.0,
            "higher",
            "times",
            how,
        ),
        Figure("CP-SAT's optimum against ours", 1 + worst, 1 + 1e-9, "lower", "ratio", how),
    ]


def _our_best(problem: Problem) -> tuple[float, float]:
    """Seconds (the median of calls in a row, as on a server that decides all day) and cost."""
    times, cost = [], 0.0
    for _ in range(CALLS_IN_A_ROW):
        start = time.perf_counter()
        cost = solve(problem).plan.cost
        times.append(time.perf_counter() - start)
    return median(times), cost


def _as_json(problem: Problem) -> dict[str, Any]:
    return {
        "fixed": problem.fixed.astype(np.int64).tolist(),
        "unit": problem.unit.astype(np.int64).tolist(),
        "stock": problem.available.tolist(),
    }


def peer_figures(peers: Path) -> list[Figure]:
    """Decision only, against Tryton and Vendure on the same stock."""
    rng = np.random.default_rng(SEED)
    problem = plain(rng, LINES, LOCATIONS, 0.3)
    ours = [_our_best(problem)[0] for _ in range(OUR_ROUNDS)]
    whole = _whole_decisions()
    figures = _tryton(peers, problem, median(ours), median(whole))
    if shutil.which("npm") is not None:
        figures += _vendure(peers, rng, problem, median(whole))
    return figures


def _whole_decisions() -> list[float]:
    ask = company(np.random.default_rng(SEED), LINES, LOCATIONS, 0.3)
    times = []
    for _ in range(OUR_ROUNDS):
        start = time.perf_counter()
        ask.source(explain=False)
        times.append(time.perf_counter() - start)
    return times[1:]


def _tryton(peers: Path, problem: Problem, ours: float, whole: float) -> list[Figure]:
    python = python_with(peers / "tryton", TRYTON)
    stock = (5 * problem.available).tolist()
    with Child([python, PROGRAMS / "tryton.py"]) as child:
        answer = child.ask({"stock": stock, "rounds": TRYTON_ROUNDS + 1})
    theirs = median(answer["seconds"][1:])
    how = (
        f"assign_try of {', '.join(TRYTON)} on SQLite in memory, {theirs * 1e3:.0f} ms, "
        f"{answer['assigned']:.0f} of {LINES} pieces assigned; ours "
    )
    return [
        Figure(
            "faster than Tryton, the decision alone",
            theirs / ours,
            500.0,
            "higher",
            "times",
            f"{how}{ours * 1e3:.3f} ms, the solver on a problem that is there",
        ),
        Figure(
            "faster than Tryton, from the request",
            theirs / whole,
            float("inf"),
            "higher",
            "times",
            f"{how}{whole * 1e3:.2f} ms, all of source()",
        ),
    ]


def _vendure(peers: Path, rng: np.random.Generator, problem: Problem, whole: float) -> list[Figure]:
    folder = npm_with(peers / "vendure", VENDURE)
    cases = (
        ("goods at 30% of locations", problem, 2.0),
        ("goods at 1% of locations", plain(rng, LINES, LOCATIONS, 0.01), 2.0),
        ("goods at the last location", _at_the_end(problem), 2.0),
    )
    figures = []
    for name, case, goal in cases:
        with Child(["node", PROGRAMS / "vendure.cjs", folder]) as child:
            answer = child.ask({"stock": case.available.tolist(), "rounds": VENDURE_ROUNDS})
        theirs = median(answer["seconds"][VENDURE_ROUNDS // 3 :])  # compiled by then
        ours = median(_our_best(case)[0] for _ in range(OUR_ROUNDS))
        how = (
            f"the strategy of {VENDURE} without server and database, {theirs * 1e3:.3f} ms once "
            f"warm ({answer['seconds'][0] * 1e3:.1f} ms the first); ours {ours * 1e3:.3f} ms, "
            f"all of source() {whole * 1e3:.2f} ms"
        )
        figures.append(
            Figure(
                f"time over Vendure's first fit, {name}", ours / theirs, goal, "lower", "times", how
            )
        )
    return figures


def _at_the_end(problem: Problem) -> Problem:
    """The same with everything at the last location alone."""
    stock = np.zeros_like(problem.available)
    stock[-1] = 1
    return Problem(
        problem.location,
        problem.tariff,
        problem.tariffs,
        problem.fixed,
        problem.unit,
        stock,
        problem.demand,
        problem.pieces,
    )


def python_with(folder: Path, packages: Sequence[str]) -> Path:
    """A virtual environment in `folder` that holds `packages`; made when it is not there."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    done = folder / "installed"
    if not done.exists():
        venv.create(folder, with_pip=True, clear=True)
        _install([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])
        done.write_text("\n".join(packages), encoding="utf-8")
    return python


def npm_with(folder: Path, package: str) -> Path:
    """A folder whose node_modules hold `package`; made when they are not there."""
    done = folder / "installed"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        npm = shutil.which("npm") or "npm"
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        _install([npm, "install", "--prefix", folder, *quiet, package])
        done.write_text(package, encoding="utf-8")
    return folder


def _install(command: Sequence[str | Path]) -> None:
    try:
        subprocess.run(
            [str(word) for word in command],
            check=True,
            timeout=CHILD_SECONDS,
            stdout=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise Unavailable(
            "What is to be compared with could not be installed: {reason}. Without --peers the "
            "other figures are measured.",
            code="bench.install",
            reason=str(error),
        ) from error
