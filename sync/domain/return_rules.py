"""Which right a customer has to bring goods back, and until when (page 0075).

Three: to withdraw from a distance sale (directive 2011/83/EU, article 9: so many days from the
receipt of the last piece; article 13: the outward delivery is refunded, as far as the standard one
costs), the company's own policy (so many days from the sale), and the guarantee of what is not as
it was sold (directive 2019/771, article 10). The days, reasons and exceptions are the company's
data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.returns import ReturnLine, ReturnReason, ReturnRight

PERIOD_OVER = "The period for a return is over."
NOT_AS_SOLD = (
    ReturnReason.FAULTY.value,
    ReturnReason.DAMAGED.value,
    ReturnReason.WRONG_ITEM.value,
)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A distance sale may be withdrawn from for `days` after the last piece was received.

    Articles of `except_categories` cannot (made to measure, sealed for health). With all of it the
    outward delivery goes back, `delivery_minor_max` of it at most: what the standard one costs.
    """

    __pydantic_config__ = {"extra": "forbid"}

    days: int
    except_categories: tuple[str, ...] = ()
    delivery_minor_max: int | None = None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What is not as it was sold, by one of `reasons`, comes back for `days` after its receipt."""

    __pydantic_config__ = {"extra": "forbid"}

    days: int
    reasons: tuple[str, ...] = NOT_AS_SOLD


@dataclass(frozen=True, slots=True)
class ReturnRules:
    """The company's own policy: how long goods may come back, in days from the sale, but those of
    `except_categories`, and where the rules are told."""

    __pydantic_config__ = {"extra": "forbid"}

    period_days: int
    policy_url: str
    except_categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenRight:
    """A right that is open `until` a moment; None: its period has not begun, as the goods have not
    arrived. Empty `reasons`: whatever the reason."""

    right: ReturnRight
    until: datetime | None
    reasons: tuple[str, ...] = ()

    def holds(self, reason: ReturnReason) -> bool:
        """Whether goods may come back by it for this reason."""
        return not self.reasons or reason in self.reasons


@dataclass(frozen=True, slots=True)
class Eligibility:
    """How many pieces of a line may come back at most, by which rights, and why none when 0."""

    line_id: int
    quantity_max: int
    reason: str = ""
    rights: tuple[OpenRight, ...] = ()

    def right_for(self, reason: ReturnReason) -> OpenRight | None:
        """The right by which pieces come back for this reason: the best for the customer."""
        return next((right for right in self.rights if right.holds(reason)), None)

    @property
    def reasons(self) -> tuple[ReturnReason, ...]:
        """The reasons for which it may come back."""
        return tuple(reason for reason in ReturnReason if self.right_for(reason) is not None)


@dataclass(frozen=True, slots=True)
class ReturnCase:
    """What the rules are asked about: an order, when its last piece was received (None: not yet),
    and the category of each article by SKU. `late`: somebody accepts what the policy does not."""

    order: Order
    rules: ReturnRules
    zone: ZoneInfo
    withdrawal: Withdrawal | None = None
    guarantee: Guarantee | None = None
    received_at: datetime | None = None
    categories: Mapping[str, str] | None = None
    late: bool = False

    def eligibility(
        self,
        returned: Mapping[int, int],
        now: datetime,
        handed_over: Mapping[int, int] | None = None,
    ) -> list[Eligibility]:
        """For each line, how many pieces may come back at `now`, by which rights, or why none may.

        `returned` and `handed_over` map line numbers to pieces; a line that the customer does not
        have yet cannot be returned. None for `handed_over`: all of it is with the customer.
        """
        found = []
        for line in self.order.lines:
            back = returned.get(line.line_id, 0)
            had = line.quantity if handed_over is None else handed_over.get(line.line_id, 0)
            rights = self.rights(line, now)
            reason = ""
            if back >= line.quantity:
                reason = "Already returned."
            elif not rights:
                reason = PERIOD_OVER
            elif had <= back:
                reason = "Not handed over yet."
            left = 0 if reason else had - back
            found.append(Eligibility(line.line_id, left, reason, () if reason else rights))
        return found

    def rights(self, line: OrderLine, now: datetime) -> tuple[OpenRight, ...]:
        """The rights that are open at `now`, the best for the customer first."""
        known = (self._withdrawal(line), self._commercial(line), self._guarantee())
        return tuple(
            right for right in known if right and (right.until is None or now <= right.until)
        )

    def _withdrawal(self, line: OrderLine) -> OpenRight | None:
        rule = self.withdrawal
        if rule is None or self.order.channel is Channel.STORE:
            return None
        if self._category(line) in rule.except_categories:
            return None
        until = None
        if self.received_at is not None:
            until = end_of_period(self.received_at, rule.days, self.zone)
        return OpenRight(ReturnRight.WITHDRAWAL, until)

    def _commercial(self, line: OrderLine) -> OpenRight | None:
        if self.late:
            return OpenRight(ReturnRight.COMMERCIAL, None)
        if self._category(line) in self.rules.except_categories:
            return None
        until = self.order.placed_at + timedelta(days=self.rules.period_days)
        return OpenRight(ReturnRight.COMMERCIAL, until)

    def _guarantee(self) -> OpenRight | None:
        rule = self.guarantee
        if rule is None:
            return None
        since = self.received_at
        until = None if since is None else since + timedelta(days=rule.days)
        return OpenRight(ReturnRight.GUARANTEE, until, rule.reasons)

    def _category(self, line: OrderLine) -> str:
        return (self.categories or {}).get(line.sku, "")

    def delivery_back(self, lines: Sequence[ReturnLine], credited: Mapping[int, int]) -> Money:
        """What goes back of the outward delivery with `lines`.

        All of it, or what the standard one costs, when the customer withdraws with them from the
        last that was sent. `credited`: pieces by line whose price went back before, or is about to.
        """
        order, rule = self.order, self.withdrawal
        nothing = Money(0, order.total.currency)
        sent = [line for line in order.lines if line.mode is FulfilmentMode.SHIP_HOME]
        now_back = {line.line_id: line.quantity for line in lines}
        ends = all(
            credited.get(line.line_id, 0) + now_back.get(line.line_id, 0) == line.quantity
            for line in sent
        )
        withdrawn = all(line.right is ReturnRight.WITHDRAWAL for line in lines)
        was_sent = any(line.line_id in now_back for line in sent)
        if rule is None or not (ends and withdrawn and was_sent):
            return nothing
        most = rule.delivery_minor_max
        fee = order.shipping_fee
        return fee if most is None else min(fee, Money(most, fee.currency))


def end_of_period(start: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The end of the last of `days` days after the day of `start`.

    A period that would end on a Saturday or Sunday ends on the Monday (regulation 1182/71, article
    3).
    """
    last = start.astimezone(zone).date() + timedelta(days=days)
    if last.weekday() >= _SATURDAY:
        last += timedelta(days=7 - last.weekday())
    return datetime.combine(last, time(23, 59, 59), zone)
