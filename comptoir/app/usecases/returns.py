"""Returns: recognise the receipt, say what is refunded and why, take the goods, grade them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from comptoir.app.usecases.sign_in import Person
from comptoir.sync.domain.money import Money
from comptoir.sync.domain.order import Order, OrderLine
from comptoir.sync.domain.returns import GradedLine, RefundPart, Return, ReturnReason
from comptoir.sync.protocol.feed import ReturnRecord

if TYPE_CHECKING:
    from comptoir.printing import Job


@dataclass(frozen=True, slots=True)
class ReturnableLine:
    """`quantity_max` pieces may come back; when 0, `reason` says why (translated)."""

    line: OrderLine
    quantity_max: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Returnable:
    """An order that was found for a return; `until`: the last day for it."""

    order: Order
    lines: tuple[ReturnableLine, ...]
    until: date
    receipt_code: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer brings back of a line, and why."""

    line_id: int
    quantity: int
    reason: ReturnReason


@dataclass(frozen=True, slots=True)
class RefundQuote:
    """What will be refunded, to which tenders, and the sentences that say when and why."""

    total: Money
    parts: tuple[RefundPart, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Registered:
    """A return that is on disk, and the print job of its receipt."""

    goods: Return
    job: Job


@dataclass(frozen=True, slots=True)
class GradeResult:
    """What the grading refunds; `cash` is to be handed out now."""

    goods: Return
    parts: tuple[RefundPart, ...]
    cash: Money


class Returns:
    """Returns at the kiosk and at the counter."""

    def find(self, text: str) -> Returnable:
        """The order behind a receipt code or order number.

        Raises InvalidInput (broken or forged code), NotFound `return.receipt_not_here` (a real
        receipt that this device does not know).
        """
        raise NotImplementedError

    def quote(self, order_number: str, choices: Sequence[Choice]) -> RefundQuote:
        """What these choices are worth; raises Refused or InvalidInput when they cannot be."""
        raise NotImplementedError

    def register(
        self, order_number: str, choices: Sequence[Choice], receipt_code: str = ""
    ) -> Registered:
        """Take the goods: the return is on disk, then its receipt is printed."""
        raise NotImplementedError

    def waiting(self) -> list[ReturnRecord]:
        """Returns to be graded, the oldest first."""
        raise NotImplementedError

    def get(self, number: str) -> ReturnRecord:
        """One return; raises NotFound."""
        raise NotImplementedError

    def grade(self, number: str, lines: Sequence[GradedLine], person: Person) -> GradeResult:
        """Say what becomes of the goods; raises Conflict when it was graded before."""
        raise NotImplementedError

    def history(self, limit: int = 50) -> list[ReturnRecord]:
        """Returns that were graded, the latest first."""
        raise NotImplementedError
