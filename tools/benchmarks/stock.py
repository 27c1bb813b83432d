"""`comptoir bench stock`: what the web shop asks most, how much it may sell, against the status."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Annotated

import httpx
import numpy as np
import typer

from tools.benchmarks.crowd import crowd_figures
from tools.benchmarks.docs import write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.promises import basket_figures, calibration_figures
from tools.benchmarks.report import machine, plain_figure, show
from tools.benchmarks.server import served
from tools.benchmarks.server_world import ARTICLES, fill, open_central
from tools.benchmarks.till import till_figures

app = typer.Typer(pretty_exceptions_enable=False)
LOCATIONS, ASKED, ROUNDS, TIMES_MIN = 1_000, 5, 200, 0.5


@app.command("stock")
def stock_command(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this file.")] = None,
    locations: Annotated[int, typer.Option(min=10, help="Of the network.")] = LOCATIONS,
    rounds: Annotated[int, typer.Option(min=2, help="Times that each is asked.")] = ROUNDS,
    crowd: Annotated[
        int, typer.Option(min=0, help="Orders of 16 clients at once, on both databases; 20000.")
    ] = 0,
    tills: Annotated[
        int, typer.Option(min=0, help="Orders of a till, promised and then placed; 2000.")
    ] = 0,
) -> None:
    """Measure how fast the server says what may be sold and promised, and whether it holds."""
    figures = [*availability_figures(locations, rounds), *calibration_figures()]
    if tills:
        figures += till_figures(tills)
    if crowd:
        figures += crowd_figures(crowd, with_postgresql=True)
    if docs is not None:
        write_section(docs, "stock", machine(), figures)
    if as_json:
        told = [plain_figure(figure) for figure in figures]
        typer.echo(json.dumps({"bench": "stock", "machine": machine(), "figures": told}))
    else:
        show(figures, [])


def availability_figures(locations: int, rounds: int) -> list[Figure]:
    """What may be sold of five articles everywhere, beside the server's shortest answer."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        central = open_central(Path(folder))
        fill(central, locations)
        central.close()
        with served(Path(folder)) as http:
            skus = [[f"A{(first + n) % ARTICLES:02}" for n in range(ASKED)] for first in range(8)]
            floor, ours = [], []
            for turn in range(rounds):
                floor.append(_took(http, "/v1/status", []))
                ours.append(_took(http, "/v1/availability", skus[turn % len(skus)]))
            promised = basket_figures(http, rounds)
    how = f"GET over HTTP, {locations:,} locations, {rounds} each in turn"
    ratio, unit = median(floor) / median(ours), "times as fast as the status"
    slowest = {
        name: float(np.percentile(took, 95)) * 1e3
        for name, took in (("availability", ours), ("status", floor))
    }
    return [
        Figure("availability of 5 articles", ratio, TIMES_MIN, "higher", unit, how),
        *(Figure(f"{name}, p95", ms, np.inf, "lower", "ms", how) for name, ms in slowest.items()),
        *promised,
    ]


def _took(http: httpx.Client, path: str, skus: list[str]) -> float:
    start = time.perf_counter()
    answer = http.get(path, params=[("sku", sku) for sku in skus])
    took = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    return took
