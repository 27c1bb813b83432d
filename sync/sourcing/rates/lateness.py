"""How late parcels were, by where they came from, with whom and where to, as quantiles.

Lateness is counted in working days of carriers, so that a weekend is no delay. A thin cell leans
on the wider one: its samples are mixed with those of its parent at the weight of `LEAN` samples,
and at the root stand `ON_TIME` samples that are on time, which is what a tariff says (page 0074).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import numpy as np

from sync.sourcing.arrays import Floats
from sync.sourcing.rates.working_days import Calendar

LEAN, ON_TIME = 20.0, 5.0
ZONE_CHARACTERS = 2
EARLIEST, LATEST = -10.0, 20.0  # working days; what is beyond is an error of the data
_EPOCH = np.datetime64("2000-01-03")  # a Monday

Cell = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A parcel of `service` from `location` to `zone` came `late` working days after its plan."""

    location: str
    service: str
    zone: str
    late: float


def zone_of(country: str, postcode: str) -> str:
    """The zone of a destination, such as `FR69`."""
    return country + postcode[:ZONE_CHARACTERS]


def working_position(calendar: Calendar, moment: datetime) -> float:
    """Working days of carriers since the start of 2000, with the fraction of the day."""
    local = moment.astimezone(calendar.zone)
    day, holidays = np.datetime64(local.date()), _holidays(calendar.non_working)
    whole = float(np.busday_count(_EPOCH, day, holidays=holidays))
    if not np.is_busday(day, holidays=holidays):
        return whole
    return whole + (local.hour * 60 + local.minute) / 1440


def after_working_days(calendar: Calendar, moment: datetime, days: float) -> datetime:
    """`moment` and so many working days; earlier when they are below 0. To the minute."""
    wanted = working_position(calendar, moment) + days
    # Half a minute: a fraction that falls short of a whole day by rounding is that day.
    whole = int(np.floor(wanted + 1 / 2880))
    minutes = max(0, round((wanted - whole) * 1440))
    day = np.busday_offset(_EPOCH, whole, roll="forward", holidays=_holidays(calendar.non_working))
    midnight = datetime.combine(day.astype(object), datetime.min.time(), calendar.zone)
    return midnight + timedelta(minutes=minutes)


@lru_cache(maxsize=64)
def _holidays(non_working: frozenset[date]) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array(sorted(non_working), "datetime64[D]")


class Lateness:
    """What was learnt; without samples everything is on time."""

    def __init__(self, samples: Iterable[Sample] = ()) -> None:
        cells: dict[Cell, list[float]] = {}
        for one in samples:
            late = min(max(one.late, EARLIEST), LATEST)
            for cell in _chain(one.location, one.service, one.zone):
                cells.setdefault(cell, []).append(late)
        self._cells = {cell: np.sort(np.array(late)) for cell, late in cells.items()}
        self._mixed = lru_cache(maxsize=50_000)(self._mix)

    @property
    def samples(self) -> int:
        """Parcels that it was learnt from."""
        return len(self._cells.get((), ()))

    def quantile(self, location: str, service: str, zone: str, probability: float) -> float:
        """Working days after the plan by which such a parcel is there with `probability`."""
        chain = _chain(location, service, zone)
        known = next((cell for cell in reversed(chain) if cell in self._cells), ())
        late, reached = self._mixed(known)
        if not len(late):
            return 0.0
        place = int(np.searchsorted(reached, probability * reached[-1]))
        return float(late[min(place, len(late) - 1)])

    def _mix(self, cell: Cell) -> tuple[Floats, Floats]:
        """Values in order, and the weight up to each."""
        own = self._cells.get(cell, np.empty(0))
        weights = np.ones(len(own))
        if cell:
            late, reached = self._mixed(self._parent(cell))
            lean = np.diff(reached, prepend=0.0) / reached[-1] * LEAN
        else:
            late, lean = np.zeros(1), np.array([ON_TIME])
        values, weights = np.concatenate([own, late]), np.concatenate([weights, lean])
        order = np.argsort(values, kind="stable")
        return values[order], np.cumsum(weights[order])

    @staticmethod
    def _parent(cell: Cell) -> Cell:
        return {3: cell[:2], 2: cell[:1], 1: ()}[len(cell)]


def _chain(location: str, service: str, zone: str) -> tuple[Cell, ...]:
    """From the widest cell to the narrowest."""
    return (), (service,), (service, zone), (service, zone, location)
