"""The inspection on each line of a return, and what it refunds. No Flet here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.money import Money
from sync.domain.returns import Disposition, InspectedLine, RefundPart, Return, refund_parts
from sync.protocol.feed import OrderState


class LineInspection(StrEnum):
    """What a person finds when looking at a line, in the words of the shop."""

    AS_NEW = "as_new"
    REFURBISH = "refurbish"
    DESTROY = "destroy"
    REFUSE = "refuse"


_DISPOSITIONS = {
    LineInspection.AS_NEW: Disposition.RESTOCK,
    LineInspection.REFURBISH: Disposition.REFURBISH,
    LineInspection.DESTROY: Disposition.DESTROY,
    # What is refused goes back to the customer: nothing becomes of it here.
    LineInspection.REFUSE: Disposition.DESTROY,
}


@dataclass(frozen=True)
class Inspection:
    """The inspections given so far on the lines of `goods`, by line number."""

    goods: Return
    given: Mapping[int, LineInspection]

    @property
    def complete(self) -> bool:
        """Whether each line has its inspection."""
        return all(line.line_id in self.given for line in self.goods.lines)

    @property
    def nothing_accepted(self) -> bool:
        """Whether all of it goes back to the customer."""
        return self.complete and all(v is LineInspection.REFUSE for v in self.given.values())

    @property
    def refund(self) -> Money:
        """What is refunded for the lines accepted so far."""
        return self.goods.refund_of(self._accepted)

    @property
    def delivery(self) -> Money:
        """What of the refund is the outward delivery."""
        return self.goods.delivery_of(self._accepted)

    @property
    def _accepted(self) -> set[int]:
        return {
            number for number, given in self.given.items() if given is not LineInspection.REFUSE
        }

    def inspected_lines(self) -> list[InspectedLine]:
        """The inspections as the use case takes them, in the order of the return."""
        return [
            InspectedLine(
                line.line_id,
                _DISPOSITIONS[self.given[line.line_id]],
                accepted=self.given[line.line_id] is not LineInspection.REFUSE,
            )
            for line in self.goods.lines
        ]

    def parts(self, order: OrderState | None) -> Sequence[RefundPart]:
        """The refund by means of payment; none when the order is not known on this device."""
        if order is None or not self.refund:
            return ()
        return refund_parts(order.order, order.refunded, self.refund)
