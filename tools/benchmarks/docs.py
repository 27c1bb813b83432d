"""Writes a benchmark's table into docs/benchmarks.md: the tables there are never kept by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isinf, log10
from pathlib import Path
from typing import Any

from tools.benchmarks.figure import Figure

TITLE = "# Benchmarks\n\nWritten by `comptoir bench NAME --docs docs/benchmarks.md`.\n"


def write_section(
    path: Path,
    name: str,
    machine: Mapping[str, Any],
    figures: Sequence[Figure],
    left_out: Sequence[str] | None = (),
    picture: str = "",
) -> None:
    """Replace the part of `path` that belongs to the benchmark `name`, or add it.

    Figures that were not measured this time keep their rows, and the picture its place: each
    ratio is of one run, the table may be of several. With `left_out` None, so do the words on
    what could not be measured.
    """
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = path.read_text(encoding="utf-8") if path.exists() else TITLE
    lines = _lines(name, machine, figures, left_out or (), picture)
    if begin in text and end in text:
        before, rest = text.split(begin, 1)
        known, after = rest.split(end, 1)
        section = "\n".join(
            [begin, *_merged(known.strip().splitlines(), lines, words_too=left_out is None), end]
        )
        text = before + section + after
    else:
        section = "\n".join([begin, *lines, end])
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    path.write_text(text, encoding="utf-8")


def _merged(known: Sequence[str], lines: Sequence[str], *, words_too: bool) -> list[str]:
    """The new section, with the known rows of figures that it does not have, in their order."""
    fresh = {_figure_of(line): line for line in lines if _figure_of(line)}
    rows = [fresh.pop(_figure_of(line), line) for line in known if _figure_of(line)]
    rows += fresh.values()
    pictures = [line for line in (*lines, *known) if line.startswith("![")][:1]
    first = next(place for place, line in enumerate(lines) if _figure_of(line))
    words = [line for line in (known if words_too else lines) if line.startswith("- ")]
    merged = [*lines[:first], *rows]
    for part in (pictures, words):
        merged += ["", *part] if part else []
    return merged


def _figure_of(line: str) -> str:
    """The name of the figure whose row it is; empty for any other line."""
    if not line.startswith("| ") or line.startswith("| what |"):
        return ""
    return line.split(" | ", 1)[0].removeprefix("| ")


def _lines(
    name: str,
    machine: Mapping[str, Any],
    figures: Sequence[Figure],
    left_out: Sequence[str],
    picture: str,
) -> list[str]:
    on = ", ".join(f"{key} {value}" for key, value in machine.items())
    lines = [f"## {name}", "", f"Measured on: {on}.", ""]
    lines += ["| what | value | goal | holds | how |", "|---|---|---|---|---|"]
    for figure in figures:
        sign = "<=" if figure.better == "lower" else ">="
        stated = isinf(figure.goal)
        lines.append(
            f"| {figure.name} | {figure.value:.5g} {figure.unit} | "
            f"{'stated' if stated else f'{sign} {figure.goal:.7g}'} | "
            f"{'' if stated else 'yes' if figure.holds else '**no**'} | {figure.how} |"
        )
    if picture:
        lines += ["", f"![]({picture})"]
    if left_out:
        lines += ["", *(f"- {word}" for word in left_out)]
    return lines


def growth_picture(series: Mapping[str, Sequence[tuple[float, float]]], unit: str) -> str:
    """An SVG with logarithmic axes: for each name, points (x, y)."""
    every = [point for points in series.values() for point in points]
    low = [min(p[axis] for p in every) for axis in (0, 1)]
    high = [max(p[axis] for p in every) for axis in (0, 1)]

    def at(point: tuple[float, float]) -> tuple[float, float]:
        share = [
            (log10(point[axis]) - log10(low[axis])) / ((log10(high[axis] / low[axis])) or 1.0)
            for axis in (0, 1)
        ]
        return 60 + 560 * share[0], 320 - 270 * share[1]

    shapes = []
    for colour, (name, points) in zip(("#0b6e4f", "#c84630"), series.items(), strict=False):
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in map(at, points))
        shapes.append(f'<polyline points="{path}" fill="none" stroke="{colour}"/>')
        for point in points:
            x, y = at(point)
            shapes.append(
                f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>'
                f'<text x="{x + 5:.0f}" y="{y - 6:.0f}">{point[0]:g}: {point[1]:.2f}</text>'
            )
        x, y = at(points[-1])
        shapes.append(f'<text x="{x - 90:.0f}" y="{y + 24:.0f}" fill="{colour}">{name}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 350" '
        'font-family="sans-serif" font-size="11">'
        f'<rect width="700" height="350" fill="#fff"/><text x="10" y="20">{unit}</text>'
        + "".join(shapes)
        + "</svg>\n"
    )
