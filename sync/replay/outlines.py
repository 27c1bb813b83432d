"""The outlines of countries that a map shows; assets/geo/README.md says where they are from."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

Point = tuple[float, float]  # degrees: longitude, latitude


@dataclass(frozen=True, slots=True)
class Box:
    """Degrees."""

    west: float
    south: float
    east: float
    north: float

    @classmethod
    def around(cls, points: list[Point], margin: float = 0.0) -> Box:
        """The smallest that holds all of `points`, and `margin` degrees on each side."""
        longitudes, latitudes = zip(*points, strict=True)
        return cls(
            min(longitudes) - margin,
            min(latitudes) - margin,
            max(longitudes) + margin,
            max(latitudes) + margin,
        )

    def meets(self, other: Box) -> bool:
        """Whether they have a point in common."""
        apart = (
            self.east < other.west
            or other.east < self.west
            or self.north < other.south
            or other.north < self.south
        )
        return not apart


def outlines(box: Box) -> list[list[Point]]:
    """The rings of all countries that may be seen in `box`."""
    return [ring for around, ring in _world() if around.meets(box)]


@cache
def _world() -> tuple[tuple[Box, list[Point]], ...]:
    data = files("assets").joinpath("geo", "outlines.json.gz").read_bytes()
    rings: list[list[Point]] = [
        [(x, y) for x, y in ring] for ring in json.loads(gzip.decompress(data))
    ]
    return tuple((Box.around(ring), ring) for ring in rings)
