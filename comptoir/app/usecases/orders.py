"""Orders of this store: a list, and where each line comes from and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comptoir.sync.domain.money import Money
from comptoir.sync.protocol.feed import OrderState, ReturnRecord


@dataclass(frozen=True, slots=True)
class OrderRow:
    """`state`: "waiting_to_send", "open", "done" or "attention"; `lines` counts lines."""

    number: str
    placed_at: datetime
    channel: str
    customer_name: str
    total: Money
    lines: int
    state: str
    has_returns: bool = False


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """`explanation`: sentences, in the device's language, about lines and decisions."""

    state: OrderState
    sent: bool
    explanation: tuple[str, ...]
    returns: tuple[ReturnRecord, ...]


class Orders:
    """The orders that this store took or works on."""

    def list(self, text: str = "", limit: int = 50, offset: int = 0) -> list[OrderRow]:
        """Orders by number, customer or article; without text the latest first."""
        raise NotImplementedError

    def get(self, number: str) -> OrderDetail:
        """One order; raises NotFound."""
        raise NotImplementedError
