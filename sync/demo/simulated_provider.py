"""The demo's payment provider: it gives back whatever it is asked to, once for each key."""

from __future__ import annotations

from sync.domain.money import Money
from sync.domain.payment_provider import RefundAnswer, RefundOrder, RefundState


class SimulatedProvider:
    """Answers DONE; `refunded` remembers what went back, by key."""

    def __init__(self) -> None:
        self.refunded: dict[str, Money] = {}

    def refund(self, wanted: RefundOrder) -> RefundAnswer:
        """Give it back; the same key again changes nothing."""
        self.refunded.setdefault(wanted.key, wanted.amount)
        return RefundAnswer(RefundState.DONE)
