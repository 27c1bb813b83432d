"""The demo's carrier: it moves parcels by the clock alone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sync.domain.carrier import Booking
from sync.domain.fulfilment import ParcelStatus

_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
SERIAL_MAX = 99_999_999


def s10_check_digit(serial: int) -> int:
    """The check digit of a postal item number (UPU S10): 11 - weighted sum mod 11, 10 is 0 and
    11 is 5."""
    digits = f"{serial:08d}"
    rest = 11 - sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)


class SimulatedCarrier:
    """A parcel is under way after `in_transit`, and delivered after `delivered`.

    Its numbers end in XX, which ISO 3166 gives to no country: no real parcel has such a number.
    """

    def __init__(
        self,
        in_transit: timedelta = timedelta(minutes=2),
        delivered: timedelta = timedelta(minutes=10),
    ) -> None:
        self._in_transit = in_transit
        self._delivered = delivered

    def book(self, booking: Booking) -> str:
        """`DX`, eight digits and their check digit, `XX`."""
        serial = booking.serial % (SERIAL_MAX + 1)
        return f"DX{serial:08d}{s10_check_digit(serial)}XX"

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> ParcelStatus:
        """What the clock says."""
        if now >= handed_over_at + self._delivered:
            return ParcelStatus.DELIVERED
        under_way = now >= handed_over_at + self._in_transit
        return ParcelStatus.IN_TRANSIT if under_way else ParcelStatus.BOOKED
