"""The verdict on each line of a return, and what it refunds. No Flet here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.money import Money, total
from sync.domain.returns import Disposition, GradedLine, RefundPart, Return, refund_parts
from sync.protocol.feed import OrderState


class Verdict(StrEnum):
    """What a person finds when looking at a line, in the words of the shop."""

    AS_NEW = "as_new"
    REFURBISH = "refurbish"
    DESTROY = "destroy"
    REFUSE = "refuse"


_DISPOSITIONS = {
    Verdict.AS_NEW: Disposition.RESTOCK,
    Verdict.REFURBISH: Disposition.REFURBISH,
    Verdict.DESTROY: Disposition.DESTROY,
    # What is refused goes back to the customer: nothing becomes of it here.
    Verdict.REFUSE: Disposition.DESTROY,
}


@dataclass(frozen=True)
class Grading:
    """The verdicts given so far on the lines of `goods`, by line number."""

    goods: Return
    verdicts: Mapping[int, Verdict]

    @property
    def complete(self) -> bool:
        """Whether each line has its verdict."""
        return all(line.line_id in self.verdicts for line in self.goods.lines)

    @property
    def nothing_accepted(self) -> bool:
        """Whether all of it goes back to the customer."""
        return self.complete and all(v is Verdict.REFUSE for v in self.verdicts.values())

    @property
    def refund(self) -> Money:
        """What is refunded for the lines accepted so far."""
        return total(
            line.refund
            for line in self.goods.lines
            if self.verdicts.get(line.line_id) not in (None, Verdict.REFUSE)
        )

    def graded_lines(self) -> list[GradedLine]:
        """The verdicts as the use case takes them, in the order of the return."""
        return [
            GradedLine(
                line.line_id,
                _DISPOSITIONS[self.verdicts[line.line_id]],
                accepted=self.verdicts[line.line_id] is not Verdict.REFUSE,
            )
            for line in self.goods.lines
        ]

    def parts(self, order: OrderState | None) -> Sequence[RefundPart]:
        """The refund by means of payment; none when the order is not known on this device."""
        if order is None or not self.refund:
            return ()
        return refund_parts(order.order, order.refunded, self.refund)
