"""The port to the payment provider, which gives money back to cards and to what was paid online."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sync.domain.money import Money


class RefundState(StrEnum):
    """What is known of a refund."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # no answer: ask again under the same key, which pays back once


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Give `amount` back to the payment `reference`; `key` is ours and makes it happen once."""

    key: str
    reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the provider said; `reason` where it refused."""

    state: RefundState
    reason: str = ""


class PaymentProvider(Protocol):
    """The port. Answers UNKNOWN rather than raise; one key is refunded once, however often."""

    def refund(self, wanted: RefundOrder) -> RefundAnswer:
        """Give money back, or say what became of it."""
        ...
