"""Communes of France by postcode or name, for addresses; bundled, so that it works offline."""

from __future__ import annotations

import csv
import gzip
import io
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sync.terminal.store.search_text import fold


@dataclass(frozen=True, slots=True)
class Place:
    """A commune and one of its postcodes; `lat`, `lon` in degrees."""

    postcode: str
    commune: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class _Entry:
    place: Place
    folded: str
    population: int


@cache
def _entries() -> tuple[_Entry, ...]:
    """All communes, in order of postcode (about 13,500)."""
    data = files("assets").joinpath("geo", "fr_postcodes.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(data).decode()))
    return tuple(
        _Entry(
            Place(row["postcode"], row["commune"], float(row["lat"]), float(row["lon"])),
            _plain(row["commune"]),
            int(row["population"] or 0),
        )
        for row in rows
    )


def _plain(name: str) -> str:
    """Without accents, hyphens and apostrophes, and with `saint` as people shorten it."""
    words = "".join(c if c.isalnum() else " " for c in fold(name)).split()
    return " ".join({"saint": "st", "sainte": "ste"}.get(word, word) for word in words)


def find_places(text: str, limit: int = 8) -> list[Place]:
    """Communes whose postcode or name begins with `text`, the most populous first.

    A postcode and a name together ("69003 lyo") narrow each other down.
    """
    words = _plain(text).split()
    digits = "".join(word for word in words if word.isdigit())[:5]
    name = " ".join(word for word in words if not word.isdigit())
    if not digits and not name:
        return []
    entries = _entries()
    if digits:
        start = bisect_left(entries, digits, key=lambda entry: entry.place.postcode)
        end = bisect_left(entries, digits + ":", key=lambda entry: entry.place.postcode)
        entries = entries[start:end]
    found = [e for e in entries if e.folded.startswith(name) or f" {name}" in e.folded]
    found.sort(key=lambda e: (not e.folded.startswith(name), -e.population, e.place.postcode))
    return [entry.place for entry in found[:limit]]
