"""A copy of the stock of some SKUs at one moment, for the engine to decide on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from sync.sourcing.arrays import Ints
from sync.sourcing.network import Network


@dataclass(eq=False, slots=True)
class FreePieces:
    """The stock of one SKU where there is some: `place` [n] ascending, `pieces` [n] for sale that
    are promised to nobody; below 0 where too many are."""

    place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    pieces: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def put(self, place: int, pieces: int) -> None:
        """Set what there is at `place`."""
        at = int(self.place.searchsorted(place))
        if at == len(self.place) or self.place[at] != place:
            self.place = np.insert(self.place, at, place)
            self.pieces = np.insert(self.pieces, at, 0)
        self.pieces[at] = pieces

    def at(self, place: int) -> int:
        """What is free at `place`."""
        at = int(self.place.searchsorted(place))
        there = at < len(self.place) and self.place[at] == place
        return int(self.pieces[at]) if there else 0


@dataclass(eq=False, slots=True)
class Shelves:
    """The stock of one SKU where there is some: `place` [n] ascending, `available` [n] pieces that
    may be promised, `withheld` [n] pieces that only safety stock keeps back."""

    place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    available: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    withheld: Ints = field(default_factory=lambda: np.zeros(0, np.int64))

    def put(self, place: int, available: int, withheld: int) -> None:
        """Set what there is at `place`."""
        at = int(self.place.searchsorted(place))
        if at == len(self.place) or self.place[at] != place:
            self.place = np.insert(self.place, at, place)
            self.available = np.insert(self.available, at, 0)
            self.withheld = np.insert(self.withheld, at, 0)
        self.available[at] = available
        self.withheld[at] = withheld

    def at(self, place: int) -> tuple[int, int]:
        """What may be promised at `place`, and what safety stock keeps back."""
        at = int(self.place.searchsorted(place))
        if at == len(self.place) or self.place[at] != place:
            return 0, 0
        return int(self.available[at]), int(self.withheld[at])

    def copy(self) -> Shelves:
        """Arrays of its own."""
        return Shelves(self.place.copy(), self.available.copy(), self.withheld.copy())


@dataclass(frozen=True, eq=False)
class StockCopy:
    """A `Stock`: shelves by SKU, places counted in `codes`; `load`: by day the orders and pieces
    [2, N] that each place is to have ready."""

    position: int
    codes: tuple[str, ...]
    index: Mapping[str, int]
    shelves: Mapping[str, Shelves]
    load: Mapping[date, Ints]
    _spread: dict[tuple[Network, str, bool], Ints] = field(default_factory=dict, init=False)

    def pieces(self, sku: str, network: Network, *, with_withheld: bool = False) -> Ints:
        """Pieces of `sku` that each location of `network` may give."""
        counts = self._spread.get((network, sku, with_withheld))
        if counts is None:
            counts = np.zeros(len(self.codes), np.int64)
            shelves = self.shelves.get(sku)
            if shelves is not None:
                counts[shelves.place] = shelves.available
                if with_withheld:
                    counts[shelves.place] += shelves.withheld
            counts = self._spread[network, sku, with_withheld] = self._of(network, counts)
        return counts

    def due(self, network: Network, day: date) -> Ints:
        """Orders and pieces [2, N] that each location of `network` is to have ready on `day`."""
        given = self.load.get(day)
        if given is None:
            return np.zeros((2, len(network)), np.int64)
        return np.stack([self._of(network, counts) for counts in given])

    def less(self, sku: str, location: str, pieces: int) -> StockCopy:
        """The same without `pieces`: first of those that may be promised, then of safety stock."""
        place, shelves = self.index.get(location), self.shelves.get(sku)
        if place is None or shelves is None:
            return self
        available, withheld = shelves.at(place)
        if not available and not withheld:
            return self
        left = shelves.copy()
        over = max(0, pieces - available)
        left.put(place, max(0, available - pieces), max(0, withheld - over))
        return replace(self, shelves={**self.shelves, sku: left})

    def _of(self, network: Network, counts: Ints) -> Ints:
        if network.codes == self.codes:
            return counts
        # Locations were loaded between this copy and the network's.
        found = np.zeros(len(network), np.int64)
        for place, code in enumerate(network.codes):
            if code in self.index:
                found[place] = counts[self.index[code]]
        return found
