"""How far an order is, and what an order, a fulfilment and a return may become.

Pure functions: the server decides by them, the terminal's store sorts by them, the screens and
the pages show what they give.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.errors import Conflict
from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.identifiers import DocumentNumber
from sync.domain.returns import ReturnState


class OrderStatus(StrEnum):
    """How far an order is as a whole."""

    BACKORDERED = "backordered"  # pieces wait for stock, or for a person
    RETURN_TO_INSPECT = "return_to_inspect"  # goods came back and nobody has looked at them
    IN_PREPARATION = "in_preparation"  # the customer does not have everything yet
    RETURNED = "returned"  # all of it came back
    CANCELLED = "cancelled"  # all of it, before it left
    COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class LineProgress:
    """What became of the pieces of an order line; `quantity` were sold.

    `handed_over` are with the customer, or with a carrier on the way there; `returning` came back
    and wait for their inspection, `returned` were accepted; `unfilled` no location has;
    `cancelled` are not delivered any more.
    """

    quantity: int
    handed_over: int
    returning: int
    returned: int
    unfilled: int
    cancelled: int = 0

    @property
    def wanted(self) -> int:
        """Pieces that the customer has or is to have."""
        return self.quantity - self.cancelled


def order_status(lines: Iterable[LineProgress]) -> OrderStatus:
    """The status of an order with these lines: what needs a person comes first."""
    known = tuple(lines)
    if any(line.unfilled for line in known):
        return OrderStatus.BACKORDERED
    if any(line.returning for line in known):
        return OrderStatus.RETURN_TO_INSPECT
    if not any(line.wanted for line in known):
        return OrderStatus.CANCELLED
    if any(line.handed_over < line.wanted for line in known):
        return OrderStatus.IN_PREPARATION
    if all(line.returned >= line.wanted for line in known):
        return OrderStatus.RETURNED
    return OrderStatus.COMPLETED


BEGUN_BY_NOBODY = frozenset({FulfilmentState.ALLOCATED})
OPEN = frozenset({FulfilmentState.ALLOCATED, FulfilmentState.PICKING, FulfilmentState.PACKED})
# The location no longer has anything to do with these pieces.
GIVEN_UP = frozenset(
    {FulfilmentState.REJECTED, FulfilmentState.REASSIGNED, FulfilmentState.CANCELLED}
)

# Lost or broken goods leave the stock. Goods that were sold have left it by their own sale, and
# goods that nobody had the time to pick are still there.
LOSES_STOCK = frozenset({RejectionReason.NOT_FOUND, RejectionReason.DAMAGED})

NEXT_STATES: Mapping[FulfilmentState, frozenset[FulfilmentState]] = {
    FulfilmentState.ALLOCATED: frozenset(
        {
            FulfilmentState.PICKING,
            FulfilmentState.PACKED,
            FulfilmentState.REJECTED,
            FulfilmentState.REASSIGNED,
            FulfilmentState.CANCELLED,
        }
    ),
    FulfilmentState.PICKING: frozenset({FulfilmentState.PACKED, FulfilmentState.REJECTED}),
    FulfilmentState.PACKED: frozenset(
        {FulfilmentState.HANDED_OVER, FulfilmentState.REJECTED, FulfilmentState.CANCELLED}
    ),
    FulfilmentState.HANDED_OVER: frozenset(),
    FulfilmentState.REJECTED: frozenset(),
    FulfilmentState.REASSIGNED: frozenset(),
    FulfilmentState.CANCELLED: frozenset(),
}
NEXT_RETURN_STATES: Mapping[ReturnState, frozenset[ReturnState]] = {
    ReturnState.DEPOSITED: frozenset({ReturnState.REFUNDED, ReturnState.REFUSED}),
    ReturnState.REFUNDED: frozenset(),
    ReturnState.REFUSED: frozenset(),
}


def check_transition(current: FulfilmentState, wanted: FulfilmentState) -> None:
    """Raise Conflict when a fulfilment in state `current` cannot be asked to become `wanted`.

    A hand-over that has happened is not asked for: it is a fact, and booked from any state.
    """
    if wanted not in NEXT_STATES[current]:
        raise Conflict(
            "This fulfilment is already “{current}” and cannot become “{wanted}”. The list has "
            "been brought up to date.",
            code="fulfilment.state",
            current=current.value,
            wanted=wanted.value,
        )


def check_return_transition(
    number: DocumentNumber, current: ReturnState, wanted: ReturnState
) -> None:
    """Raise Conflict when return `number` in state `current` cannot become `wanted`."""
    if wanted not in NEXT_RETURN_STATES[current]:
        raise Conflict(
            "Return {number} was already inspected. Nothing was changed.",
            code="return.inspected",
            number=number,
        )
