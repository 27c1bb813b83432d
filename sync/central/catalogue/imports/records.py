"""Records of the demo company that the domain does not know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.domain.order import Channel


@dataclass(frozen=True, slots=True)
class Demand:
    """Pieces of one SKU sold in a channel, week by week; `order_lines` in the whole period."""

    sku: str
    channel: Channel
    order_lines: int
    units_by_week: tuple[int, ...]

    @property
    def units_per_week(self) -> float:
        """Mean of the period, in pieces."""
        return sum(self.units_by_week) / len(self.units_by_week)


@dataclass(frozen=True, slots=True)
class InboundGoods:
    """`quantity` pieces of a SKU that a location expects in `expected_in_days` days."""

    location: str
    sku: str
    quantity: int
    expected_in_days: int


@dataclass(frozen=True, slots=True)
class Destination:
    """A French postcode with its most populous commune; `lat`, `lon` in degrees."""

    postcode: str
    commune: str
    lat: float
    lon: float
    inhabitants: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A load, distance or share that a carbon model needs beside the factors."""

    name: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, slots=True)
class WebOrder:
    """A real order of the source, moved in time and sent to a French destination.

    `invoice` is the source's number, `customer` its number or empty for a guest; `lines` are
    (SKU, pieces).
    """

    invoice: str
    placed_at: datetime
    customer: str
    destination: Destination
    lines: tuple[tuple[str, int], ...]

    @property
    def quantity(self) -> int:
        """Pieces of all lines."""
        return sum(quantity for _, quantity in self.lines)


@dataclass(frozen=True, slots=True)
class HistoricLine:
    """One line of all real orders, at its original time (without a zone in the source)."""

    invoice: str
    ordered_at: datetime
    postcode: str
    sku: str
    quantity: int
