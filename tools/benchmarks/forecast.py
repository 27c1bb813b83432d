"""`comptoir bench forecast`: weekly demand in quantiles, against last week's, on the demo's data.

Rolling origin, one week ahead. The pinball loss of a quantile q at demand y and forecast f is
q (y - f) above f and (1 - q)(f - y) below it; the sum over three quantiles, over that of the naive
forecast (last week's pieces for every quantile), is the ratio. Coverage is how often the forecast
was enough.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from sync.demo import company
from sync.domain.location import LocationKind, distance_km
from sync.sourcing.arrays import Floats
from sync.sourcing.forecast.weekly import WeeklyForecast, by_store, forecast
from tools.benchmarks.docs import write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.placing import RETAIL_MAX, history, placing_figures
from tools.benchmarks.report import machine, plain_figure, show

app = typer.Typer(pretty_exceptions_enable=False)
QUANTILES = (0.5, 0.9, 0.95)
FIRST, LAST = 13, 24
BEGINS = datetime(2010, 12, 1, tzinfo=UTC)
WEEKS = 26
COVERED = (0.92, 0.97)
STORE_ORIGINS = (15, 18, 21, 24)
Ahead = Callable[[int], tuple[Floats, Floats, WeeklyForecast]]


@app.command("forecast")
def forecast_command(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this file.")] = None,
) -> None:
    """Measure the demand forecast against last week's."""
    everything, retail = weeks_by_store(), weeks_by_store(RETAIL_MAX)
    figures = [*_by_channel(), *_by_store(everything), *placing_figures(retail, everything)]
    if docs is not None:
        write_section(docs, "forecast", machine(), figures)
    if as_json:
        told = [plain_figure(figure) for figure in figures]
        typer.echo(json.dumps({"bench": "forecast", "machine": machine(), "figures": told}))
    else:
        show(figures, [])


def _by_channel() -> Iterator[Figure]:
    rows = company.load_demand()
    weeks = np.array([row.units_by_week for row in rows], np.float64)
    in_store = np.array([row.channel == "store" for row in rows])
    began = time.perf_counter()
    yield from _figures("SKU x channel", 0.66, _ahead(weeks), range(FIRST, LAST + 1))
    spent = time.perf_counter() - began
    yield from _figures("store channel", 0.69, _ahead(weeks[in_store]), range(FIRST, LAST + 1))
    each = spent / (LAST + 1 - FIRST) / len(rows) * 1e6
    how = f"{len(rows):,} series, three quantiles"
    yield Figure("forecast of a series", each, np.inf, "lower", "us", how)


def _ahead(weeks: Floats) -> Ahead:
    def ahead(origin: int) -> tuple[Floats, Floats, WeeklyForecast]:
        return weeks[:, origin], weeks[:, origin - 1], forecast(history(weeks, origin))

    return ahead


def _by_store(sold: Floats) -> Iterator[Figure]:
    seen = sold[:, :, :FIRST].sum(axis=2) > 0  # series that sold in the first quarter

    def ahead(origin: int) -> tuple[Floats, Floats, WeeklyForecast]:
        past = (sold[:, :, :origin] > 0).sum(axis=2).astype(float)
        total = forecast(history(sold.sum(axis=1), origin))
        shared = by_store(total, past, past.sum(axis=0) / past.sum())
        at = seen.ravel()
        found = WeeklyForecast(shared.mean[at], shared.dispersion[at])
        return sold[:, :, origin][seen], sold[:, :, origin - 1][seen], found

    yield from _figures("SKU x store", 0.78, ahead, STORE_ORIGINS)


def weeks_by_store(most: int | None = None) -> Floats:
    """Pieces [K, N, T] of the articles that sold in the first weeks, by store and week: each order
    line, of at most `most` pieces, is given to the store nearest to where it went."""
    stores = [p for p in company.load_locations() if p.kind is LocationKind.STORE]
    nearest = {
        to.postcode: min(
            range(len(stores)),
            key=lambda n: distance_km(to.lat, to.lon, stores[n].lat, stores[n].lon),
        )
        for to in company.load_destinations()
    }
    row = {article.sku: n for n, article in enumerate(company.load_articles())}
    sold = np.zeros((len(row), len(stores), WEEKS))
    for line in company.all_order_lines():
        week = (line.ordered_at - BEGINS) // timedelta(weeks=1)
        small = most is None or line.quantity <= most
        if small and line.postcode in nearest and line.sku in row and 0 <= week < WEEKS:
            sold[row[line.sku], nearest[line.postcode], week] += line.quantity
    some: Floats = sold[sold[:, :, :FIRST].sum(axis=(1, 2)) > 0]
    return some


def _figures(name: str, goal: float, ahead: Ahead, origins: Iterator[int] | range | tuple[int, ...]
             ) -> Iterator[Figure]:  # fmt: skip
    ours = naive = 0.0
    enough: list[float] = []
    for origin in origins:
        came, last, found = ahead(origin)
        for probability in QUANTILES:
            told = found.quantile(probability)
            ours += _pinball(came, told, probability)
            naive += _pinball(came, last, probability)
        enough.append(float(np.mean(came <= told)))
    how = "pinball loss at 0.5, 0.9 and 0.95, one week ahead, to that of last week's pieces"
    yield Figure(f"{name}, pinball", ours / naive, goal, "lower", "to naive", how)
    covered = float(np.mean(enough))
    low, high = COVERED
    yield Figure(f"{name}, enough at 0.95, low", covered, low, "higher", "of weeks", "coverage")
    yield Figure(f"{name}, enough at 0.95, high", covered, high, "lower", "of weeks", "coverage")


def _pinball(came: Floats, told: Floats, probability: float) -> float:
    missed = came - told
    return float(np.maximum(probability * missed, (probability - 1) * missed).sum())
