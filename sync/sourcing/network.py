"""The locations as arrays, and the stock that orders may be promised at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

from sync.domain.errors import InvalidInput
from sync.domain.location import EARTH_RADIUS_KM, Location
from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.request import check_coordinates

_NOTHING: Mapping[str, int] = {}
Work = tuple[int, int]  # orders and pieces to have ready on a day


@dataclass(frozen=True, eq=False)
class Network:
    """The locations that hold stock, in order of their codes, as arrays of the same length."""

    locations: tuple[Location, ...]
    codes: tuple[str, ...]
    index: Mapping[str, int]
    lat_rad: Floats
    cos_lat: Floats
    lon_rad: Floats
    opens_minute: Ints
    closes_minute: Ints
    lead_minutes: Ints
    capacity_orders: Ints
    capacity_pieces: Ints

    @classmethod
    def of(cls, locations: Iterable[Location]) -> Network:
        """Build once for many orders; raises InvalidInput for a code given twice, coordinates
        that are missing, or opening hours that close before they open."""
        held = tuple(sorted((loc for loc in locations if loc.holds_stock), key=lambda x: x.code))
        codes = tuple(loc.code for loc in held)
        if len(set(codes)) != len(codes):
            twice = next(code for code in codes if codes.count(code) > 1)
            raise InvalidInput(
                "Two locations have the code {location}.", code="network.twice", location=twice
            )
        for loc in held:
            check_coordinates(loc.code, loc.lat, loc.lon)
            if not 0 <= loc.opens < loc.closes <= 24 * 60 or loc.lead_time_hours < 0:
                raise InvalidInput(
                    "The opening hours or the lead time of {location} make no sense.",
                    code="network.hours",
                    location=loc.code,
                )
        return cls(
            held,
            codes,
            {code: place for place, code in enumerate(codes)},
            np.radians([loc.lat for loc in held]),
            np.cos(np.radians([loc.lat for loc in held])),
            np.radians([loc.lon for loc in held]),
            np.array([loc.opens for loc in held], np.int64),
            np.array([loc.closes for loc in held], np.int64),
            np.array([round(loc.lead_time_hours * 60) for loc in held], np.int64),
            np.array([loc.capacity_orders_per_day for loc in held], np.int64),
            np.array([loc.capacity_pieces_per_day for loc in held], np.int64),
        )

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def by_kind(self) -> Mapping[str, Bools]:
        """For each kind that occurs, a mask of its locations."""
        kinds = np.array([loc.kind.value for loc in self.locations])
        return {str(kind): kinds == kind for kind in np.unique(kinds)}

    @cached_property
    def countries(self) -> npt.NDArray[np.str_]:
        """ISO 3166 code of each location's country."""
        return np.array([loc.country for loc in self.locations], np.str_)

    def distances_m(self, lat: float, lon: float) -> Ints:
        """Great-circle distances in whole metres from every location (haversine formula).

        Whole metres, so that the last bit of a sine never changes a decision.
        """
        phi, lam = np.radians(lat), np.radians(lon)
        half = (
            np.sin((self.lat_rad - phi) / 2) ** 2
            + self.cos_lat * np.cos(phi) * np.sin((self.lon_rad - lam) / 2) ** 2
        )
        metres = 2000 * EARTH_RADIUS_KM * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        result: Ints = np.rint(metres).astype(np.int64)
        return result


class Stock(Protocol):
    """What the engine asks of stock: a `Snapshot`, or a `LiveStock` that changes between orders."""

    @property
    def position(self) -> int:
        """The ledger's position that it shows."""
        ...

    def pieces(self, sku: str, network: Network, *, with_withheld: bool = False) -> Ints:
        """Pieces of `sku` that each location may give; not to be changed by the reader."""
        ...

    def due(self, network: Network, day: date) -> Ints:
        """Orders and pieces [2, N] that each location is to have ready on `day`; not to be changed
        by the reader."""
        ...


@dataclass(frozen=True)
class Snapshot:
    """Stock at `position` of the ledger: sku -> location -> pieces available to promise.

    Safety stock and threshold are deducted from `available` already; `withheld` is how many of
    those deducted pieces a policy step may release. `load`: day -> location -> orders and pieces
    that it is to have ready on that day.
    `position` is the ledger's, and names the snapshot in a decision.
    """

    position: int
    available: Mapping[str, Mapping[str, int]]
    load: Mapping[date, Mapping[str, Work]] = field(default_factory=dict)
    withheld: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def pieces(self, sku: str, network: Network, *, with_withheld: bool = False) -> Ints:
        """Pieces of `sku` that each location of `network` may give."""
        stock = self._pieces(self.available, sku, network)
        if with_withheld:
            stock = stock + self._pieces(self.withheld, sku, network)
        return stock

    def due(self, network: Network, day: date) -> Ints:
        """Orders and pieces that each location of `network` is to have ready on `day`."""
        given = self.load.get(day, {})
        return np.stack(
            [_spread({code: work[i] for code, work in given.items()}, network) for i in (0, 1)]
        )

    @staticmethod
    def _pieces(stock: Mapping[str, Mapping[str, int]], sku: str, network: Network) -> Ints:
        return _spread(stock.get(sku, _NOTHING), network)


def _spread(by_code: Mapping[str, int], network: Network) -> Ints:
    counts = np.zeros(len(network), np.int64)
    index = network.index
    for code, count in by_code.items():
        place = index.get(code)
        if place is not None:
            counts[place] = max(0, count)
    return counts
