"""Orders of this store: a list, and where each line comes from and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.usecases.context import Context
from app.usecases.orders.explanation import explanation
from app.usecases.orders.order_store import order_state
from sync.domain.money import Money
from sync.domain.order_status import OrderStatus
from sync.protocol.codec import parse_json
from sync.protocol.feed import OrderState, ReturnRecord
from sync.terminal.store.search_text import fold

_UNSENT = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.about = orders.key AND kind = 'place_order' "
    "AND outbox.state IN ('queued', 'sent'))"
)
_REFUSED = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.about = orders.key AND outbox.state = 'refused' "
    "AND dismissed = 0)"
)


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
        words = [fold(word) for word in text.split()][:8]
        where = " AND ".join(["instr(words, ?) > 0"] * len(words)) or "1"
        rows = self._context.store.all(
            f"SELECT body, {_UNSENT}, {_REFUSED} FROM orders WHERE {where} "
            "ORDER BY at DESC, key DESC LIMIT ? OFFSET ?",
            (*words, limit, offset),
        )
        return [
            _row(parse_json(OrderState, body), sent=not unsent, refused=bool(refused))
            for body, unsent, refused in rows
        ]

    def get(self, number: str) -> OrderDetail:
        """One order; raises NotFound."""
        state = order_state(self._context, number)
        row = self._context.store.one(
            f"SELECT {_UNSENT}, {_REFUSED} FROM orders WHERE key = ?", (number,)
        )
        returns = tuple(
            parse_json(ReturnRecord, body)
            for (body,) in self._context.store.all(
                "SELECT body FROM returns WHERE about = ? ORDER BY at", (number,)
            )
        )
        names = {code: place.name for code, place in self._context.reference.locations().items()}
        sent = not (row and row[0])
        told = explanation(state, names, self._context.i18n, sent=sent)
        return OrderDetail(state, sent, tuple(told), returns, bool(row and row[1]))


def _row(state: OrderState, *, sent: bool, refused: bool) -> OrderRow:
    order = state.order
    return OrderRow(
        str(order.number),
        order.placed_at,
        order.channel.value,
        order.customer.name,
        order.total,
        len(order.lines),
        state.status,
        sent,
        refused,
        any(line.returning or line.returned for line in state.lines),
    )
