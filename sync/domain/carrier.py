"""The port to a carrier.

A parcel is booked after it was handed over, outside the transaction of the hand-over: a carrier
that does not answer never stops a store. Booking twice with the same SSCC books once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync.domain.fulfilment import ParcelStatus


@dataclass(frozen=True, slots=True)
class Booking:
    """What a carrier needs to know of a parcel. `serial` counts parcels and never repeats."""

    sscc: str
    serial: int
    weight_g: int
    service: str


class Carrier(Protocol):
    """The port. Both calls raise Unavailable when the carrier does not answer."""

    def book(self, booking: Booking) -> str:
        """The carrier's tracking number for the parcel."""
        ...

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> ParcelStatus:
        """Where the parcel is: BOOKED, IN_TRANSIT or DELIVERED."""
        ...
