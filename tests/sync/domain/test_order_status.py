"""How far an order is, and what a fulfilment or a return may become."""

from __future__ import annotations

import pytest

from sync.domain.errors import Conflict
from sync.domain.fulfilment import FulfilmentState
from sync.domain.identifiers import DocumentNumber
from sync.domain.order_status import (
    GIVEN_UP,
    NEXT_STATES,
    OPEN,
    LineProgress,
    OrderStatus,
    check_return_transition,
    check_transition,
    order_status,
)
from sync.domain.returns import ReturnState

HAD = LineProgress(2, handed_over=2, returning=0, returned=0, unfilled=0)
UNDER_WAY = LineProgress(2, handed_over=1, returning=0, returned=0, unfilled=0)
WAITS = LineProgress(2, handed_over=0, returning=0, returned=0, unfilled=1)
COMES_BACK = LineProgress(2, handed_over=2, returning=1, returned=0, unfilled=0)
BACK = LineProgress(2, handed_over=2, returning=0, returned=2, unfilled=0)
PARTLY_BACK = LineProgress(2, handed_over=2, returning=0, returned=1, unfilled=0)


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((HAD,), OrderStatus.COMPLETED),
        ((HAD, UNDER_WAY), OrderStatus.IN_PREPARATION),
        ((COMES_BACK, UNDER_WAY), OrderStatus.RETURN_TO_INSPECT),
        ((COMES_BACK, WAITS, HAD), OrderStatus.BACKORDERED),
        ((BACK, BACK), OrderStatus.RETURNED),
        ((BACK, HAD), OrderStatus.COMPLETED),
        ((PARTLY_BACK,), OrderStatus.COMPLETED),
        ((BACK, UNDER_WAY), OrderStatus.IN_PREPARATION),
    ],
)
def test_what_needs_a_person_comes_first(
    lines: tuple[LineProgress, ...], status: OrderStatus
) -> None:
    assert order_status(lines) is status
    assert order_status(reversed(lines)) is status


def test_every_state_has_its_successors_and_what_is_over_has_none() -> None:
    assert set(NEXT_STATES) == set(FulfilmentState)
    over = set(FulfilmentState) - OPEN
    assert {state for state, following in NEXT_STATES.items() if not following} == over
    assert over == GIVEN_UP | {FulfilmentState.HANDED_OVER}


@pytest.mark.parametrize("current", FulfilmentState)
@pytest.mark.parametrize("wanted", FulfilmentState)
def test_a_transition_that_is_none_is_a_conflict(
    current: FulfilmentState, wanted: FulfilmentState
) -> None:
    if wanted in NEXT_STATES[current]:
        check_transition(current, wanted)
        return
    with pytest.raises(Conflict) as caught:
        check_transition(current, wanted)
    assert caught.value.code == "fulfilment.state"


def test_a_return_is_inspected_once() -> None:
    number = DocumentNumber.build("R", 1, 1)
    for wanted in (ReturnState.REFUNDED, ReturnState.REFUSED):
        check_return_transition(number, ReturnState.DEPOSITED, wanted)
        with pytest.raises(Conflict) as caught:
            check_return_transition(number, wanted, ReturnState.REFUNDED)
        assert caught.value.code == "return.inspected"
