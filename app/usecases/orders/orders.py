"""Orders of this store: a list, and where each line comes from and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.usecases.context import Context
from app.usecases.orders.explanation import explanation
from app.usecases.orders.order_store import stored_order
from sync.domain.money import Money
from sync.domain.order_status import OrderStatus
from sync.protocol.feed import OrderState, ReturnRecord
from sync.terminal.store import order_queries, return_queries
from sync.terminal.store.order_queries import StoredOrder
from sync.terminal.store.search_text import fold

WORDS_MAX = 8


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`lines` counts lines; `sent`: the server has it; `refused`: a command about it was."""

    number: str
    placed_at: datetime
    channel: str
    customer_name: str
    total: Money
    lines: int
    status: OrderStatus
    sent: bool = True
    refused: bool = False
    has_returns: bool = False


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """`explanation`: sentences, in the device's language, about lines and decisions."""

    state: OrderState
    sent: bool
    explanation: tuple[str, ...]
    returns: tuple[ReturnRecord, ...]
    refused: bool = False


class Orders:
    """The orders that this store took or works on."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, text: str = "", limit: int = 50, offset: int = 0) -> list[OrderRow]:
        """Orders by number, customer or article; without text the latest first."""
        words = [fold(word) for word in text.split()][:WORDS_MAX]
        return [
            _row(found) for found in order_queries.listed(self._context.store, words, limit, offset)
        ]

    def get(self, number: str) -> OrderDetail:
        """One order; raises NotFound."""
        found = stored_order(self._context, number)
        returns = tuple(return_queries.of_order(self._context.store, number))
        names = {code: place.name for code, place in self._context.reference.locations().items()}
        told = explanation(found.state, names, self._context.i18n, sent=found.sent)
        return OrderDetail(found.state, found.sent, tuple(told), returns, found.refused)

    def why_not_others(self, number: str, evaluations_max: int) -> tuple[str, ...]:
        """Why the latest decision did not choose other locations, in the device's language.

        The server tells it. Raises Unavailable while it is out of reach, NotFound while it does
        not know the order.
        """
        context = self._context
        return context.ask_others(number, context.i18n.language, evaluations_max)


def _row(found: StoredOrder) -> OrderRow:
    state, order = found.state, found.state.order
    return OrderRow(
        str(order.number),
        order.placed_at,
        order.channel.value,
        order.customer.name,
        order.total,
        len(order.lines),
        state.status,
        found.sent,
        found.refused,
        any(line.returning or line.returned for line in state.lines),
    )
