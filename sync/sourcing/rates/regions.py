"""What the road adds to a straight line, and how far apart a carrier's stops are, by region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sync.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class RegionRow:
    """The destinations of `country` whose postcode begins with `prefix`.

    `detour`: kilometres driven for each kilometre of great circle. `stop_km`: what a delivery van
    drives from one home to the next. `source` says where the two are from.
    """

    country: str
    prefix: str
    detour: float
    stop_km: float
    source: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.detour < 10 or not 0 <= self.stop_km < 1000:
            raise InvalidInput(
                "Region {country} {prefix}: a road is not shorter than the straight line, and "
                "stops are between 0 and 1000 km apart.",
                code="region.values",
                country=self.country,
                prefix=self.prefix,
            )


@dataclass(frozen=True)
class Regions:
    """Regions by country and postcode; the longest prefix counts."""

    rows: Mapping[tuple[str, str], RegionRow] = field(default_factory=dict)
    longest: int = 0

    @classmethod
    def of(cls, rows: Iterable[RegionRow]) -> Regions:
        """Raises InvalidInput for a region that is given twice."""
        found: dict[tuple[str, str], RegionRow] = {}
        for row in rows:
            if (row.country, row.prefix) in found:
                raise InvalidInput(
                    "Region {country} {prefix} is given twice.",
                    code="region.twice",
                    country=row.country,
                    prefix=row.prefix,
                )
            found[row.country, row.prefix] = row
        return cls(found, max((len(prefix) for _, prefix in found), default=0))

    def at(self, country: str, postcode: str) -> RegionRow | None:
        """The region of a destination, None when there is none."""
        for length in range(min(self.longest, len(postcode)), -1, -1):
            row = self.rows.get((country, postcode[:length]))
            if row is not None:
                return row
        return None
