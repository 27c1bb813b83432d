"""Fulfilment: the fulfilment of one location for one order, and the parcels that leave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.domain.customer import Address
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.order import FulfilmentMode


class FulfilmentState(StrEnum):
    """Where the fulfilment stands."""

    ALLOCATED = "allocated"  # on the list
    PICKING = "picking"
    PACKED = "packed"  # labelled, waiting for the carrier or the customer
    HANDED_OVER = "handed_over"  # with the carrier, or with the customer
    REJECTED = "rejected"  # this location could not; sourced again
    REASSIGNED = "reassigned"  # nobody had begun it; another location prepares the goods
    CANCELLED = "cancelled"  # not wanted any more, or not collected: the goods stay


class ParcelStatus(StrEnum):
    """How far a parcel is, as the carrier says."""

    NEW = "new"  # the carrier does not know of it yet
    BOOKED = "booked"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"


class RejectionReason(StrEnum):
    """Why a location cannot fill what it was given."""

    NOT_FOUND = "not_found"
    DAMAGED = "damaged"
    SOLD = "sold"
    NO_TIME = "no_time"


@dataclass(frozen=True, slots=True)
class Parcel:
    """One box with its SSCC; `tracking_number` is the carrier's, once there is one."""

    __pydantic_config__ = {"extra": "forbid"}

    sscc: Sscc
    weight_g: int
    tracking_number: str = ""


@dataclass(frozen=True, slots=True)
class FulfilmentLine:
    """`quantity` pieces of an order line that this location prepares."""

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    sku: str
    gtin: str
    name: str
    quantity: int
    weight_g: int


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """The fulfilment of `location` for one order: pick, pack, hand over.

    `mode` COLLECT with `collect_at == location` is a click and collect bag; with another
    `collect_at` it is a parcel to that store. `due_at`: ready by then to keep the promise.
    `ready_at`: since when it waits for the customer who collects it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    fulfilment_id: str
    order_number: DocumentNumber
    channel: str
    location: str
    mode: FulfilmentMode
    service: str
    lines: tuple[FulfilmentLine, ...]
    state: FulfilmentState
    created_at: datetime
    due_at: datetime
    customer_name: str = ""
    ship_to: Address | None = None
    collect_at: str = ""
    parcels: tuple[Parcel, ...] = ()
    rejection: RejectionReason | None = None
    ready_at: datetime | None = None

    @property
    def quantity(self) -> int:
        """Pieces to pick."""
        return sum(line.quantity for line in self.lines)

    @property
    def weight_g(self) -> int:
        """Weight of the goods in grams, packaging not counted."""
        return sum(line.weight_g * line.quantity for line in self.lines)

    @property
    def leaves_by_carrier(self) -> bool:
        """Whether a parcel label is needed."""
        return not (self.mode is FulfilmentMode.COLLECT and self.collect_at == self.location)
