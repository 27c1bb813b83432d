"""Times that devices send: evidence of when something was done, never its order.

A clock that is days wrong does not stop a sale; a date that no clock shows is a broken message.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sync.domain.errors import InvalidInput

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD_MAX = timedelta(days=3650)


def check_moment(moment: datetime, now: datetime) -> None:
    """Raise InvalidInput when `moment` has no zone or cannot be a date of our business."""
    if moment.tzinfo is None:
        raise InvalidInput("A time needs its zone.", code="order.naive_time")
    if not EARLIEST <= moment <= now + AHEAD_MAX:
        raise InvalidInput(
            "The date {at} cannot be right: set the clock of the device. Nothing was changed.",
            code="message.date",
            at=moment.isoformat(timespec="minutes"),
        )
