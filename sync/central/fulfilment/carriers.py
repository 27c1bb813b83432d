"""The port to carriers.

A parcel is booked after it was handed over, outside the transaction of the hand-over: a carrier
that does not answer never stops a store. Booking twice with the same SSCC books once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sync.domain.errors import Unavailable


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

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> str:
        """`booked`, `in_transit` or `delivered`."""
        ...


class NoCarrier:
    """Where no carrier is set up: nothing is booked, and the parcel stays on the list."""

    def book(self, booking: Booking) -> str:
        """Raises Unavailable."""
        raise _no_carrier()

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> str:
        """Raises Unavailable."""
        raise _no_carrier()


def _no_carrier() -> Unavailable:
    return Unavailable(
        "No carrier is set up. The parcel stays on the list of those to be booked; set a carrier "
        "up on the central server.",
        code="carrier.none",
    )
