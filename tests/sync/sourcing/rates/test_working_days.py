"""Opening hours, cut-offs, week-ends and holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from sync.sourcing import Calendar, Decision, Destination, source
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock

PARIS_SHOP = Destination(48.86, 2.35, "store", "paris")


def decide(
    placed_at: datetime,
    destination: Destination | None = None,
    calendar: Calendar | None = None,
    where: str = "paris",
) -> Decision:
    asked = request(
        line(1, "tea"), placed_at=placed_at, destination=destination or world.PARIS_HOME
    )
    shelf = stock({"tea": {where: 1}})
    return source(asked, world.network(), shelf, policy(), world.tables(), calendar=calendar)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=Calendar().zone)


@pytest.mark.parametrize(
    ("placed", "ready"),
    [
        ("2026-11-24T10:00", "2026-11-24T14:00"),  # Tuesday: four hours of work
        ("2026-11-24T06:00", "2026-11-24T13:30"),  # before opening: from 9:30
        ("2026-11-24T15:30", "2026-11-24T19:30"),  # ready on the stroke of closing
        ("2026-11-24T18:30", "2026-11-25T12:30"),  # one hour today, three tomorrow
        ("2026-11-24T22:00", "2026-11-25T13:30"),  # after closing
        ("2026-11-28T19:00", "2026-11-30T13:00"),  # Saturday evening: Monday
        ("2026-11-29T10:00", "2026-11-30T13:30"),  # Sunday
        ("2026-10-24T19:00", "2026-10-26T13:00"),  # over the night when clocks go back
    ],
)
def test_a_bag_is_ready_after_four_hours_of_opening(placed: str, ready: str) -> None:
    shipment = decide(local(placed), PARIS_SHOP).shipments[0]
    assert shipment.ready_at == local(ready)


@pytest.mark.parametrize(
    ("placed", "hours", "status"),
    [
        ("2026-11-24T10:00", 1, "sourced"),  # open
        ("2026-11-24T19:29", 1, "sourced"),  # a minute before closing
        ("2026-11-24T19:30", 1, "unfillable"),  # opens again in fourteen hours
        ("2026-11-24T19:30", 14, "sourced"),
        ("2026-11-24T19:30", 13.9, "unfillable"),
        ("2026-11-24T08:30", 1, "sourced"),  # opens in an hour
        ("2026-11-24T08:29", 1, "unfillable"),
        ("2026-11-28T20:00", 24, "unfillable"),  # Saturday evening: Sunday is closed
        ("2026-11-28T20:00", 37.5, "sourced"),
        ("2026-11-29T20:00", 0, "sourced"),  # no limit
    ],
)
def test_a_location_that_is_closed_for_too_long_is_not_asked(
    placed: str, hours: float, status: str
) -> None:
    rules = policy(f"[filters]\nopens_within_hours = {hours}")
    asked = request(line(1, "tea"), placed_at=local(placed), destination=world.PARIS_HOME)
    shelf = stock({"tea": {"paris": 1}})
    decision = source(asked, world.network(), shelf, rules, world.tables())
    assert decision.status == status
    if status == "unfillable":
        evaluation = next(v for v in decision.evaluations if v.location == "paris")
        assert evaluation.reason == "filtered:closed"


@pytest.mark.parametrize(
    ("placed", "arrives"),
    [
        ("2026-11-24T09:30", "2026-11-26T13:00"),  # ready 13:30, leaves Tuesday
        ("2026-11-24T13:00", "2026-11-27T13:00"),  # ready 17:00, too late for the carrier
        ("2026-11-26T13:00", "2026-12-01T13:00"),  # leaves Friday, arrives Tuesday
        ("2026-11-28T10:00", "2026-12-02T13:00"),  # ready on Saturday, leaves Monday
    ],
)
def test_a_parcel_leaves_by_the_cut_off_and_takes_working_days(placed: str, arrives: str) -> None:
    shipment = decide(local(placed)).shipments[0]
    assert (shipment.service, shipment.arrives_at) == ("colissimo:home", local(arrives))


def test_nobody_works_on_a_public_holiday() -> None:
    armistice = Calendar(frozenset({date(2026, 11, 11)}))
    placed = local("2026-11-10T09:30")
    assert decide(placed).shipments[0].arrives_at == local("2026-11-12T13:00")
    assert decide(placed, calendar=armistice).shipments[0].arrives_at == local("2026-11-13T13:00")


def test_the_moment_of_the_decision_may_be_later_than_the_order() -> None:
    placed = local("2026-11-24T10:00")
    later = placed + timedelta(days=1)
    asked = request(line(1, "tea"), placed_at=placed, destination=PARIS_SHOP)
    shelf = stock({"tea": {"paris": 1}})
    found = source(asked, world.network(), shelf, policy(), world.tables(), now=later)
    assert found.shipments[0].ready_at == local("2026-11-25T14:00")


@pytest.mark.parametrize("day", ["2026-11-24", "2026-10-25", "2026-03-29"])  # clocks change
def test_the_zone_of_the_question_does_not_change_the_answer(day: str) -> None:
    placed = local(f"{day}T10:00")
    here, elsewhere = decide(placed), decide(placed.astimezone(UTC))
    assert here.canonical_bytes() == elsewhere.canonical_bytes()
