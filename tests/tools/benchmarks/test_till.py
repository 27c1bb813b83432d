"""A promise is broken when it was sure and the customer has it later, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from tools.benchmarks.till import Case

WHEN = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sure", "differs", "hours", "worse", "broken"),
    [
        (True, "", 0, False, False),
        (True, "place", 0, False, False),
        (True, "time", 0, False, False),  # earlier than promised
        (True, "time", 24, True, True),
        (True, "pieces", 0, True, True),
        (False, "pieces", 0, True, False),
        (False, "time", 24, True, False),
    ],
)
def test_a_promise_is_broken_when_it_was_sure_and_came_later(
    sure: bool, differs: str, hours: int, worse: bool, broken: bool
) -> None:
    promise = Promise(
        FulfilmentMode.SHIP_HOME, "W1", "parcel:home", WHEN, Money(0), 0.0, 0, sure=sure
    )
    case = Case(promise, sure, differs, timedelta(hours=hours))
    assert (case.worse, case.broken) == (worse, broken)
