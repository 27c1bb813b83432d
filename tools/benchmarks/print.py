"""`comptoir bench print`: do codes read back, does text fit, what does rendering cost, and does a
dead printer delay a healthy one?"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tools.benchmarks.docs import write_section
from tools.benchmarks.figure import Figure
from tools.benchmarks.print_codes import reading_and_fitting
from tools.benchmarks.print_cost import many_labels, speed
from tools.benchmarks.print_sick import sick_printers
from tools.benchmarks.print_zpl import independent_zpl

app = typer.Typer(pretty_exceptions_enable=False)


@app.command("print")
def print_(
    count: Annotated[int, typer.Option(help="Documents of each type.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    zpl_renderer: Annotated[
        Path | None, typer.Option(help="Folder with node_modules/zpl-renderer-js.")
    ] = None,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this page.")] = None,
) -> None:
    """Measure printing; exits 1 when a figure misses its goal."""
    figures = [*reading_and_fitting(count), *speed(), *many_labels(), *sick_printers()]
    if zpl_renderer is not None:
        figures.append(independent_zpl(zpl_renderer, min(count, 100)))
    machine = {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
    }
    report = {
        "bench": "print",
        "machine": machine,
        "figures": [_shown(figure) for figure in figures],
    }
    if docs is not None:
        without = "ZPL through an independent renderer: not asked for (--zpl-renderer)."
        write_section(docs, "print", machine, figures, [] if zpl_renderer else [without])
    if as_json:
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
    else:
        _show(figures)
    raise typer.Exit(int(not all(figure.holds for figure in figures)))


def _shown(figure: Figure) -> dict[str, object]:
    return asdict(figure) | {"value": round(figure.value, 4), "holds": figure.holds}


def _show(figures: Iterable[Figure]) -> None:
    table = Table("figure", "value", "goal", "unit", "holds", box=None)
    for figure in figures:
        sign = "≤" if figure.better == "lower" else "≥"
        holds = "yes" if figure.holds else "[red]no[/]"
        goal = f"{sign} {figure.goal:g}"
        table.add_row(figure.name, f"{figure.value:g}", goal, figure.unit, holds)
    Console().print(table)
