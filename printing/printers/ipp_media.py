"""Paper sizes as IPP names them (PWG 5101.1), and which of them a printer takes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from printing.model.media import MM_PER_INCH

SIZE_TOLERANCE_MM = 0.6  # drivers round to points
_SIZE = re.compile(r"_(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)(in|mm)$")


def size_mm(name: str) -> tuple[float, float] | None:
    """Width and height of a self-describing name; None for a name of another form."""
    found = _SIZE.search(name)
    if found is None:
        return None
    unit = MM_PER_INCH if found[3] == "in" else 1.0
    return float(found[1]) * unit, float(found[2]) * unit


def name_for(wanted: str, supported: Iterable[str]) -> str | None:
    """What the printer calls the paper `wanted`; None when it takes no such size.

    A printer that names no paper at all takes any. A range (custom_min, custom_max) takes what
    lies in it.
    """
    names = list(supported)
    if not names or wanted in names:
        return wanted
    size = size_mm(wanted)
    if size is None:
        return None
    bounds: dict[str, tuple[float, float]] = {}
    for name in names:
        has = size_mm(name)
        if has is None:
            continue
        if name.startswith(("custom_min", "custom_max")):
            bounds[name[:10]] = has
        elif all(abs(a - b) <= SIZE_TOLERANCE_MM for a, b in zip(size, has, strict=True)):
            return name
    least, most = bounds.get("custom_min"), bounds.get("custom_max")
    if least is None or most is None:
        return None
    inside = all(a <= b <= c for a, b, c in zip(least, size, most, strict=True))
    return wanted if inside else None
