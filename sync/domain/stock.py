"""Stock as a ledger: movements are appended, balances are derived from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class MovementKind(StrEnum):
    """Why a balance changed."""

    OPENING = "opening"  # first count
    SALE = "sale"  # carried out by a customer: on_hand -
    ALLOCATION = "allocation"  # promised to an order line: allocated +
    RELEASE = "release"  # a promise taken back: allocated -
    HAND_OVER = "hand_over"  # given to the carrier or the customer: on_hand -, allocated -
    RECEIPT = "receipt"  # goods came in: on_hand + (inbound -)
    EXPECTED = "expected"  # goods to come: inbound +
    RETURN = "return"  # given back by a customer, not yet inspected: quarantined +
    RESTOCK = "restock"  # inspected as new: quarantined -, on_hand +
    DISPOSAL = "disposal"  # inspected as not for sale: quarantined -
    REJECTION = "rejection"  # could not be found at picking: allocated -, on_hand -
    COUNT = "count"  # a count that differs: on_hand +/-


class DiscrepancyKind(StrEnum):
    """What does not agree and needs a person; what happened in the shop was booked all the same."""

    STOCK = "stock"  # more promised or sold than is there
    SENT_TWICE = "sent_twice"  # handed over after a rejection, and begun elsewhere meanwhile
    LEFT_UNPACKED = "left_unpacked"  # given to a carrier, in no parcel that we know of
    PAYOUT_NOT_INSPECTED = "payout_not_inspected"  # cash paid out by a till that inspected nothing
    PAYOUT_TWICE = "payout_twice"
    PAYOUT_ABOVE_REFUND = "payout_above_refund"
    SALE_PRICE = "sale_price"  # sold at a price that the catalogue did not have
    SALE_VAT = "sale_vat"  # or with another VAT
    SALE_PERSON = "sale_person"  # or by somebody whom nobody knows
    SALE_TENDER = "sale_tender"  # or paid by a card that nobody has authorised
    SALE_NUMBER = "sale_number"  # numbers of that till are missing before it
    PERSON = "person"  # something else that has happened, by nobody who may do it
    SALE_DATE = "sale_date"  # or on a day that cannot be
    JOURNAL_BROKEN = "journal_broken"  # a till's journal is not the one that is held here
    ORDER_TO_DECIDE = "order_to_decide"  # a policy asks what to send of an order


# Nothing of a sale with one of these is refunded before a person has looked at it.
REVIEWED = frozenset(
    {
        DiscrepancyKind.SALE_PRICE,
        DiscrepancyKind.SALE_VAT,
        DiscrepancyKind.SALE_PERSON,
        DiscrepancyKind.SALE_DATE,
        DiscrepancyKind.SALE_TENDER,
    }
)


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger: signed changes in pieces at a location for a SKU.

    `cause` names the command or the file that asked for it.
    """

    location: str
    sku: str
    kind: MovementKind
    cause: str
    on_hand: int = 0
    allocated: int = 0
    inbound: int = 0
    quarantined: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What the movements of one location and SKU add up to, in pieces.

    `on_hand` may fall below `allocated`, or below 0: goods in a customer's hand are always sold.
    That is a discrepancy to be shown to a person, never a reason to refuse the sale.
    """

    on_hand: int = 0
    allocated: int = 0
    inbound: int = 0
    quarantined: int = 0

    def after(self, movement: Movement) -> Balance:
        """The balance once `movement` is appended."""
        return Balance(
            self.on_hand + movement.on_hand,
            self.allocated + movement.allocated,
            self.inbound + movement.inbound,
            self.quarantined + movement.quarantined,
        )

    def before(self, movement: Movement) -> Balance:
        """The balance without `movement`, which was the last one appended."""
        return Balance(
            self.on_hand - movement.on_hand,
            self.allocated - movement.allocated,
            self.inbound - movement.inbound,
            self.quarantined - movement.quarantined,
        )

    @property
    def discrepancy(self) -> int:
        """Pieces promised or sold that are not there; 0 when all is well."""
        return max(0, self.allocated - self.on_hand, -self.on_hand)

    def atp(self, *, safety_stock: int = 0, threshold: int = 0) -> int:
        """Available to promise to orders, in pieces, never below 0."""
        return max(0, self.on_hand - self.allocated - safety_stock - threshold)


def balance_of(movements: Iterable[Movement]) -> Balance:
    """Derive the balance from the ledger."""
    balance = Balance()
    for movement in movements:
        balance = balance.after(movement)
    return balance
