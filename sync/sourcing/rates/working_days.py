"""When a location is ready and a carrier arrives: opening hours and working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from sync.sourcing.arrays import Ints

HORIZON_DAYS = 90
SUNDAY = 6
SATURDAY = 5


@dataclass(frozen=True)
class Calendar:
    """Days on which nobody works (public holidays), passed in by the caller, and the zone.

    Locations work Monday to Saturday, carriers Monday to Friday.
    """

    non_working: frozenset[date] = frozenset()
    zone_name: str = "Europe/Paris"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which opening hours and days are counted."""
        return ZoneInfo(self.zone_name)

    def shop_days(self, first: date) -> Ints:
        """Offsets in days from `first` of the days on which locations work."""
        return self._days(first, SUNDAY)

    def carrier_days(self, first: date) -> Ints:
        """Offsets in days from `first` of the days on which carriers work."""
        return self._days(first, SATURDAY)

    def _days(self, first: date, first_day_off: int) -> Ints:
        return _working_days(self.non_working, first, first_day_off)

    def midnight(self, moment: datetime) -> datetime:
        """The start of the local day of `moment`."""
        return moment.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)

    def minutes(self, midnight: datetime, moment: datetime) -> int:
        """Minutes of wall clock from `midnight` to `moment`, the inverse of `at`."""
        return (moment.astimezone(self.zone) - midnight) // timedelta(minutes=1)

    def at(self, midnight: datetime, minute: int) -> datetime:
        """`minute` minutes of wall clock after `midnight`; right over a change of hour."""
        return midnight + timedelta(minutes=minute)


@lru_cache(maxsize=64)
def _working_days(non_working: frozenset[date], first: date, first_day_off: int) -> Ints:
    offsets = [
        offset
        for offset in range(HORIZON_DAYS)
        if (day := first + timedelta(offset)).weekday() < first_day_off and day not in non_working
    ]
    return np.array(offsets, np.int64)


def ready_minutes(now_minute: int, shop_days: Ints, opens: Ints, closes: Ints, lead: Ints) -> Ints:
    """Minutes after midnight of day 0 at which each location has an order ready.

    `lead` minutes of work are counted within opening hours only, from `now_minute` of day 0.
    """
    today = len(shop_days) > 0 and shop_days[0] == 0
    started = np.clip(now_minute - opens, 0, closes - opens) if today else np.zeros_like(opens)
    span = closes - opens
    worked = started + lead
    # A location that finishes on the stroke of closing is ready that day, not the next.
    day = np.maximum(worked - 1, 0) // span
    day = np.minimum(day, len(shop_days) - 1)
    result: Ints = shop_days[day] * 1440 + opens + worked - day * span
    return result


def opens_in_minutes(now_minute: int, shop_days: Ints, opens: Ints, closes: Ints) -> Ints:
    """Minutes from `now_minute` of day 0 until each location works; 0 where it is open."""
    today = len(shop_days) > 0 and shop_days[0] == 0
    later = shop_days[1:] if today else shop_days
    next_day = int(later[0]) if len(later) else HORIZON_DAYS
    still = np.full(len(opens), today) & (now_minute < closes)
    result: Ints = np.where(
        still, np.maximum(opens - now_minute, 0), next_day * 1440 + opens - now_minute
    )
    return result


def arrival_minutes(
    ready: Ints, carrier_days: Ints, cutoff_minute: int, transit_days: int, arrival_minute: int
) -> Ints:
    """Minutes after midnight of day 0 at which a carrier hands over what is `ready`.

    What is ready after `cutoff_minute` leaves on the next working day of the carrier, and
    arrives at `arrival_minute` of the day `transit_days` working days later.
    """
    leaves_from = ready // 1440 + (ready % 1440 > cutoff_minute)
    place = np.searchsorted(carrier_days, leaves_from)
    place = np.minimum(place + transit_days, len(carrier_days) - 1)
    result: Ints = carrier_days[place] * 1440 + arrival_minute
    return result
