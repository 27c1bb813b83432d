"""Writes assets/geo/outlines.json.gz: the outlines of the world's countries, for maps in reports.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python tools/build_outlines.py package/countries-50m.json

Natural Earth 1:50m (public domain), as the package world-atlas 2.0.2 (ISC) redistributes it.
"""

from __future__ import annotations

import gzip
import json
import sys
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

OUT = Path(__file__).resolve().parents[1] / "assets/geo/outlines.json.gz"
SMALLEST_DEGREES = 0.2  # islands below are left out
OFF_DEGREES = 0.025  # a point that is nearer to the line of its neighbours is left out

Line = list[tuple[float, float]]


def arcs_of(topology: dict[str, Any]) -> list[Line]:
    """The arcs of a TopoJSON topology in degrees (longitude, latitude)."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for arc in topology["arcs"]:
        steps = accumulate(arc, lambda at, by: [at[0] + by[0], at[1] + by[1]])
        lines.append([(x * scale[0] + shift[0], y * scale[1] + shift[1]) for x, y in steps])
    return lines


def simplified(line: Line) -> Line:
    """Douglas and Peucker's line: no point left out is farther than `OFF_DEGREES` from it."""
    if len(line) < 3:
        return line
    points = np.array(line)
    first, last = points[0], points[-1]
    along = last - first
    length = float(np.hypot(*along))
    away = points - first
    off = (
        np.hypot(*away.T)
        if length == 0
        else np.abs(along[0] * away[:, 1] - along[1] * away[:, 0]) / length
    )
    farthest = int(off.argmax())
    if off[farthest] <= OFF_DEGREES:
        return [line[0], line[-1]]
    return simplified(line[: farthest + 1])[:-1] + simplified(line[farthest:])


def rings(topology: dict[str, Any]) -> list[Line]:
    """The outer ring of each part of each country."""
    arcs = [simplified(arc) for arc in arcs_of(topology)]
    found = []
    for country in topology["objects"]["countries"]["geometries"]:
        parts = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
        for outer, *_ in parts:
            ring: Line = []
            for number in outer:
                line = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += line[1:] if ring else line
            longitudes, latitudes = zip(*ring, strict=True)
            wide = max(longitudes) - min(longitudes)
            if max(wide, max(latitudes) - min(latitudes)) >= SMALLEST_DEGREES:
                found.append(ring)
    return found


def main() -> None:
    """Build the file from the topology that is named."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    told = [[[round(x, 2), round(y, 2)] for x, y in ring] for ring in rings(topology)]
    text = json.dumps(told, separators=(",", ":")).encode()
    with OUT.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename="") as file:
        file.write(text)
    print(f"{len(told)} rings, {sum(map(len, told))} points, {OUT.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
