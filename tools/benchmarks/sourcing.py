"""`comptoir bench sourcing`: every figure of the engine, as ratios of one run, part by part."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from sync.domain.errors import InvalidInput
from tools.benchmarks import peer_figures as bench_peers
from tools.benchmarks.batch import batch_figures
from tools.benchmarks.criteria import criteria_figures
from tools.benchmarks.docs import growth_picture, write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.large import large_figures, load_figures
from tools.benchmarks.ma import ma_figures
from tools.benchmarks.optimality import optimality
from tools.benchmarks.reasons import reasons_figures
from tools.benchmarks.replay import replay_figures
from tools.benchmarks.report import machine, plain_figure, show
from tools.benchmarks.server import server_figures
from tools.benchmarks.speed import greedy_figures, growth_figures, speed_figures
from tools.benchmarks.wholesale import wholesale_figures

app = typer.Typer(pretty_exceptions_enable=False)
GROWTH = re.compile(r"time, (\d+) lines x (\d+) locations")
Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured; `seconds` is about what it takes on two quiet cores."""

    orders: int
    instances: int
    sequences: int
    batch: int
    batch_seconds: float
    wholesale: int
    replayed: int
    seconds: int
    large: int
    loaded: int
    demo_orders: int


FULL = Scale(1000, 30, 3, 10_000, 60.0, 120, 100_000, 2400, 36, 2000, 1374)
QUICK = Scale(100, 6, 1, 2000, 20.0, 20, 2000, 300, 4, 100, 150)


@dataclass(frozen=True, slots=True)
class Run:
    """What a part needs: the scale, where peers may be installed, and a pool."""

    scale: Scale
    peers: Path | None
    pool: Executor | None
    tell: Tell


def _optimality(run: Run) -> list[Figure]:
    return optimality(run.scale.orders, run.pool, run.tell)


def _wholesale(run: Run) -> list[Figure]:
    return wholesale_figures(run.scale.wholesale, run.tell)


def _ma(run: Run) -> list[Figure]:
    return ma_figures(run.scale.instances, run.scale.sequences, run.pool, run.tell)


def _batch(run: Run) -> list[Figure]:
    return batch_figures(run.scale.batch, run.scale.batch_seconds)


def _criteria(run: Run) -> list[Figure]:
    return criteria_figures(run.scale.demo_orders, run.pool, run.tell)


def _replay(run: Run) -> list[Figure]:
    return replay_figures(run.scale.replayed, run.pool, run.tell)


def _peers(run: Run) -> list[Figure]:
    return [] if run.peers is None else bench_peers.peer_figures(run.peers)


# In this order; each alone with --only.
PARTS: dict[str, Callable[[Run], list[Figure]]] = {
    "highs": lambda run: speed_figures(),
    "cpsat": lambda run: bench_peers.cpsat_figures(),
    "greedy": lambda run: greedy_figures(),
    "growth": lambda run: growth_figures(),
    "reasons": lambda run: reasons_figures(),
    "server": lambda run: server_figures(),
    "peers": _peers,
    "optimality": _optimality,
    "wholesale": _wholesale,
    "large": lambda run: large_figures(run.scale.large, run.tell),
    "load": lambda run: load_figures(run.scale.loaded),
    "ma": _ma,
    "batch": _batch,
    "replay": _replay,
    "criteria": _criteria,
}


@app.command("sourcing")
def sourcing(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    full: Annotated[
        bool, typer.Option("--full/--quick", help="All of it (40 minutes), or a taste (5).")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help=f"Parts: {', '.join(PARTS)}; give several.")
    ] = None,
    peers: Annotated[
        Path | None, typer.Option(help="Folder to install Tryton and Vendure (GPL) into.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0 for one a core.")] = 0,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this page.")] = None,
) -> None:
    """Measure the sourcing engine: ratios of one run, medians of seven."""
    chosen = list(only or PARTS)
    unknown = [name for name in chosen if name not in PARTS]
    if unknown:
        raise InvalidInput(
            "There is no part {part}. The parts are {parts}.",
            code="bench.part",
            part=unknown[0],
            parts=", ".join(PARTS),
        )
    console = Console(stderr=True)
    scale = FULL if full else QUICK
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=spawn) as pool:
        figures = measure(chosen, Run(scale, peers, pool, lambda share: None), console)
    words = bench_peers.left_out(peers) if {"cpsat", "peers"} & set(chosen) else []
    if docs is not None:
        _write(docs, figures, None if only else words)
    if as_json:
        report = {
            "bench": "sourcing",
            "machine": machine(),
            "figures": [plain_figure(figure) for figure in figures],
            "left_out": words,
        }
        Console().print_json(json.dumps(report))
    else:
        show(figures, words)


def measure(names: Iterable[str], run: Run, console: Console) -> list[Figure]:
    """The figures of the parts `names`, with a bar for each while it runs."""
    figures: list[Figure] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        for name in names:
            bar = progress.add_task(name, total=1.0)
            figures += PARTS[name](replace(run, tell=partial(_tell, progress, bar)))
            progress.update(bar, completed=1.0)
    return figures


def _tell(progress: Progress, bar: TaskID, share: float) -> None:
    progress.update(bar, completed=share)


def _write(docs: Path, figures: Sequence[Figure], words: Sequence[str] | None) -> None:
    series, where = _growth(figures), ""
    if all(series.values()):
        picture = docs.parent / "pictures" / "sourcing-growth.svg"
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_text(growth_picture(series, "ms"), encoding="utf-8")
        where = f"pictures/{picture.name}"
    write_section(docs, "sourcing", machine(), figures, words, where)


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
