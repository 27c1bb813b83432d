"""Working days that are added and taken away again, and quantiles that hold what they say."""

from __future__ import annotations

import random
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sourcing.rates.lateness import (
    EARLIEST,
    LATEST,
    Lateness,
    Sample,
    after_working_days,
    working_position,
    zone_of,
)
from sync.sourcing.rates.working_days import Calendar

CALENDAR = Calendar(frozenset({date(2026, 12, 25), date(2027, 1, 1)}))
FRIDAY = datetime(2026, 12, 18, 13, 0, tzinfo=CALENDAR.zone)
MOMENTS = st.datetimes(
    datetime(2026, 11, 1), datetime(2027, 2, 1), timezones=st.just(CALENDAR.zone)
).map(lambda moment: moment.replace(second=0, microsecond=0, fold=0))


@pytest.mark.parametrize(
    ("days", "then"),
    [
        (0, "2026-12-18 13:00"),
        (1, "2026-12-21 13:00"),  # over a weekend
        (0.25, "2026-12-18 19:00"),
        (5, "2026-12-28 13:00"),  # and over Christmas
        (-1, "2026-12-17 13:00"),
        (-5, "2026-12-11 13:00"),
    ],
)
def test_working_days_leave_out_those_on_which_nobody_drives(days: float, then: str) -> None:
    assert after_working_days(CALENDAR, FRIDAY, days).strftime("%Y-%m-%d %H:%M") == then


@given(MOMENTS, st.floats(0, 12))
def test_what_is_added_is_measured(moment: datetime, days: float) -> None:
    after = after_working_days(CALENDAR, moment, days)
    measured = working_position(CALENDAR, after) - working_position(CALENDAR, moment)
    assert measured == pytest.approx(days, abs=2 / 1440)


@given(MOMENTS, MOMENTS)
def test_later_is_never_before(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    assert working_position(CALENDAR, earlier) <= working_position(CALENDAR, later)


def test_the_zone_is_the_country_and_the_department() -> None:
    assert (zone_of("FR", "69002"), zone_of("BE", "1000")) == ("FR69", "BE10")


def test_nothing_learnt_is_the_tariff() -> None:
    assert Lateness().quantile("W1", "a:b", "FR69", 0.95) == 0.0
    assert Lateness().samples == 0


def test_one_parcel_that_was_lost_for_a_month_tells_little() -> None:
    learnt = Lateness([Sample("W1", "a:b", "FR69", 30.0)])
    assert learnt.quantile("W1", "a:b", "FR69", 0.5) == 0.0
    assert learnt.quantile("W1", "a:b", "FR69", 0.999) == LATEST


@given(
    st.lists(st.floats(-30, 60), min_size=1, max_size=60),
    st.lists(st.floats(0.01, 0.99), min_size=2, max_size=5),
)
def test_more_probability_is_never_earlier(late: list[float], asked: list[float]) -> None:
    learnt = Lateness(Sample("W1", "a:b", "FR69", one) for one in late)
    found = [learnt.quantile("W1", "a:b", "FR69", p) for p in sorted(asked)]
    assert found == sorted(found)
    assert all(EARLIEST <= one <= LATEST for one in found)


def test_a_slow_location_is_slow_and_an_unknown_one_is_as_its_service() -> None:
    chance = random.Random(5)
    samples = [Sample("SLOW", "a:b", "FR69", 2 + chance.random()) for _ in range(300)]
    samples += [Sample("W1", "a:b", "FR69", chance.random()) for _ in range(300)]
    samples += [Sample("W1", "c:d", "FR69", 5.0) for _ in range(300)]
    learnt = Lateness(samples)
    assert learnt.quantile("SLOW", "a:b", "FR69", 0.5) > 2
    assert learnt.quantile("W1", "a:b", "FR69", 0.5) < 1
    assert 0.3 < learnt.quantile("NEW", "a:b", "FR13", 0.25) < 1
    assert learnt.quantile("W1", "c:d", "FR69", 0.5) == 5.0


def test_what_is_told_at_95_percent_holds_for_95_percent() -> None:
    """In each cell, thin or thick, on parcels that it was not learnt from."""
    chance = random.Random(11)

    def parcel() -> Sample:
        location, service = chance.choice("ABCDEF"), chance.choice(["x:1", "y:2"])
        zone = chance.choice(["FR69", "FR75", "FR13"])
        mean = {"x:1": 0.2, "y:2": 0.6}[service] + 0.3 * (zone == "FR13") + 0.4 * (location == "F")
        return Sample(location, service, zone, chance.expovariate(1 / mean) - 0.1)

    learnt = Lateness(parcel() for _ in range(20_000))
    kept: dict[tuple[str, str], int] = {}
    all_of: dict[tuple[str, str], int] = {}
    for _ in range(40_000):
        one = parcel()
        cell = (one.service, one.zone)
        told = learnt.quantile(one.location, one.service, one.zone, 0.95)
        kept[cell] = kept.get(cell, 0) + (one.late <= told)
        all_of[cell] = all_of.get(cell, 0) + 1
    shares = {cell: kept[cell] / all_of[cell] for cell in all_of}
    assert all(0.93 <= share <= 0.97 for share in shares.values()), shares
