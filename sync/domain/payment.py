"""Payment: tenders, and what is known of a card payment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sync.domain.card_data import refuse_card_numbers
from sync.domain.errors import InvalidInput
from sync.domain.money import Money


class TenderKind(StrEnum):
    """A means of payment."""

    CASH = "cash"
    CARD = "card"
    ONLINE = "online"  # paid on another channel before it came to us


class PaymentState(StrEnum):
    """What is known of a payment on a card terminal."""

    PENDING = "pending"  # the intent is on disk, the terminal is being asked
    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"  # no answer: ask the terminal, never charge again
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Tender:
    """A means of payment used for an order.

    `amount` is what it settles; for cash, `given` is what the customer put down and
    `given - amount` is the change. For cards: the terminal's reference, authorisation code and
    the last four digits; no other card data is ever kept.
    """

    __pydantic_config__ = {"extra": "forbid"}

    kind: TenderKind
    amount: Money
    given: Money | None = None
    reference: str = ""
    authorisation_code: str = ""
    card_last4: str = ""

    def __post_init__(self) -> None:
        refuse_card_numbers(self.reference, self.authorisation_code, self.card_last4)

    @property
    def change(self) -> Money:
        """What is given back in cash."""
        return (self.given - self.amount) if self.given is not None else self.amount - self.amount


def cash_tender(due: Money, given: Money, change_minor_max: int) -> Tender:
    """Settle `due` with the notes and coins `given`.

    Raises InvalidInput when they are too few, or when more than `change_minor_max` (minor units)
    would be given back: somebody mistyped.
    """
    if given.minor < due.minor:
        raise InvalidInput(
            "That is not enough: {missing} is still missing.",
            code="payment.cash_short",
            missing=due - given,
        )
    if given.minor - due.minor > change_minor_max:
        raise InvalidInput(
            "The amount given is more than {maximum} above the total. Check what was typed.",
            code="payment.cash_absurd",
            maximum=Money(change_minor_max, due.currency),
        )
    return Tender(TenderKind.CASH, due, given=given)


class PaymentKind(StrEnum):
    """What happened to the money of a tender."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    VOIDED = "voided"  # authorised, and not captured any more


@dataclass(frozen=True, slots=True)
class TenderSums:
    """What is known of one tender, in its currency."""

    authorised: Money
    captured: Money
    refunded: Money
    voided: Money

    @property
    def given_back(self) -> Money:
        """What the customer has back, or never paid."""
        return self.refunded + self.voided
