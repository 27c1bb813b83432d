"""How figures are told: on the screen, as JSON, and with the machine they were measured on."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from tools.benchmarks.figure import Figure


def show(figures: Sequence[Figure], words: Sequence[str]) -> None:
    """A table on the screen, and what could not be measured."""
    console = Console()
    table = Table("figure", "value", "goal", "holds", "unit")
    for figure in figures:
        stated = np.isinf(figure.goal)
        goal = "" if stated else f"{'<=' if figure.better == 'lower' else '>='} {figure.goal:g}"
        holds = "" if stated else "yes" if figure.holds else "no"
        table.add_row(figure.name, f"{figure.value:.5g}", goal, holds, figure.unit)
    console.print(table)
    for word in words:
        console.print(word)


def plain_figure(figure: Figure) -> dict[str, Any]:
    """JSON has no infinity: a figure without a goal has null."""
    values = asdict(figure) | {"value": float(figure.value), "holds": bool(figure.holds)}
    return values | {"goal": None} if np.isinf(figure.goal) else values


def machine() -> dict[str, Any]:
    """What the figures were measured on, and how busy it was."""
    words: dict[str, Any] = {
        "cpus": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "system": platform.system(),
        "processor": platform.machine(),
    }
    if hasattr(os, "getloadavg"):
        words["load over 15 minutes"] = round(os.getloadavg()[2], 1)
    return words
