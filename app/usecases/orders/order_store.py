"""Orders in the local store: reading them, and the state of one that was just placed here."""

from __future__ import annotations

from app.usecases.context import Context
from sync.domain.errors import NotFound
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, Order
from sync.protocol.feed import LineState, OrderState
from sync.terminal.store import order_queries
from sync.terminal.store.order_queries import StoredOrder


def stored_order(context: Context, number: str) -> StoredOrder:
    """The order of that number, and where its commands stand; raises NotFound."""
    found = order_queries.find(context.store, number)
    if found is None:
        raise NotFound(
            "Order {number} is not known to this device. It may be of another store, or not have "
            "arrived yet.",
            code="order.not_here",
            number=number[:40],
        )
    return found


def order_state(context: Context, number: str) -> OrderState:
    """The order of that number; raises NotFound."""
    return stored_order(context, number).state


def just_placed(order: Order) -> OrderState:
    """What is true of an order before the server has seen it: what was carried out is gone, its
    money is captured, all else waits."""
    lines = tuple(
        LineState(
            line.line_id,
            handed_over=line.quantity if line.mode is FulfilmentMode.CARRY_OUT else 0,
        )
        for line in order.lines
    )
    carried = [line.amount for line in order.lines if line.mode is FulfilmentMode.CARRY_OUT]
    captured = sum(carried, Money(0, order.total.currency))
    all_gone = all(line.mode is FulfilmentMode.CARRY_OUT for line in order.lines)
    received_at = order.placed_at if all_gone else None
    return OrderState(order, lines, captured, {}, received_at=received_at)


def returned_pieces(state: OrderState) -> dict[int, int]:
    """Pieces by line that came back or are on their way back."""
    return {line.line_id: line.returning + line.returned for line in state.lines}


def credited_pieces(state: OrderState) -> dict[int, int]:
    """Pieces by line whose price went back or is about to: returned, or cancelled."""
    return {line.line_id: line.returning + line.returned + line.cancelled for line in state.lines}


def handed_over_pieces(state: OrderState) -> dict[int, int]:
    """Pieces by line that the customer has had."""
    return {line.line_id: line.handed_over for line in state.lines}
