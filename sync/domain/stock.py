"""Stock as a ledger: movements are appended, balances are derived from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum


class MovementKind(StrEnum):
    """Why a balance changed."""

    OPENING = "opening"  # first count
    SALE = "sale"  # carried out by a customer: on_hand -
    ALLOCATION = "allocation"  # promised to an order line: allocated +
    RELEASE = "release"  # a promise taken back: allocated -
    NOT_COLLECTED = "not_collected"  # back on sale where it waited: allocated -, or on_hand +
    HAND_OVER = "hand_over"  # given to the carrier or the customer: on_hand -, allocated -
    RECEIPT = "receipt"  # goods came in: on_hand + (inbound -)
    EXPECTED = "expected"  # goods announced: inbound +
    RETURN = "return"  # given back by a customer, not yet inspected: quarantined +
    RESTOCK = "restock"  # inspected as new: quarantined -, on_hand +
    GIVEN_BACK = "given_back"  # inspected and not accepted: quarantined -
    REJECTION = "rejection"  # could not be found at picking: allocated -, on_hand -
    COUNT = "count"  # a count that differs: on_hand +/-
    RESERVATION = "reservation"  # held for somebody until a time: reserved +
    RESERVATION_END = "reservation_end"  # used, given up or expired: reserved -
    TRANSFER_OUT = "transfer_out"  # sent to another location: one physical state -
    TRANSFER = "transfer"  # on its way here: in_transit +
    TRANSFER_IN = "transfer_in"  # arrived from another location: in_transit -, on_hand +
    NOT_RECEIVED = "not_received"  # announced or sent, and will not come: inbound -, in_transit -
    MOVE = "move"  # from one physical state to another
    WRITE_OFF = "write_off"  # destroyed, lost or stolen: one physical state -
    SUPPLIER_RETURN = "supplier_return"  # sent back to who supplied it: one physical state -


class StockState(StrEnum):
    """What pieces that are physically at a location are good for."""

    ON_HAND = "on_hand"  # for sale
    QUARANTINED = "quarantined"  # came back: not inspected, or about to be sent elsewhere
    DAMAGED = "damaged"  # to be refurbished, sent back to the supplier or written off
    DISPLAY = "display"  # shown to customers


class StockReason(StrEnum):
    """Why somebody changed what there is."""

    BROKEN = "broken"
    LOST = "lost"
    STOLEN = "stolen"
    EXPIRED = "expired"
    SAMPLE = "sample"
    RECALLED = "recalled"
    REFURBISHED = "refurbished"
    SHOWN = "shown"
    FAULTY = "faulty"
    CORRECTION = "correction"
    OTHER = "other"


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
    RECEIPT = "receipt"  # what arrived is not what was announced or sent
    NOT_COLLECTED = "not_collected"  # a customer has not come for so long that it goes back
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

    `cause` names the command or the file that asked for it, `reason` why somebody did.
    """

    location: str
    sku: str
    kind: MovementKind
    cause: str
    on_hand: int = 0
    allocated: int = 0
    inbound: int = 0
    quarantined: int = 0
    reserved: int = 0
    in_transit: int = 0
    damaged: int = 0
    display: int = 0
    reason: StockReason | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """What the movements of one location and SKU add up to, in pieces.

    `on_hand` is there and for sale, `quarantined`, `damaged` and `display` are there and are not.
    `allocated` and `reserved` are promised of `on_hand`; `inbound` is announced, `in_transit` was
    sent here by another location.

    `on_hand` may fall below `allocated`, or below 0: goods in a customer's hand are always sold.
    That is a discrepancy to be shown to a person, never a reason to refuse the sale.
    """

    on_hand: int = 0
    allocated: int = 0
    inbound: int = 0
    quarantined: int = 0
    reserved: int = 0
    in_transit: int = 0
    damaged: int = 0
    display: int = 0

    def after(self, movement: Movement) -> Balance:
        """The balance once `movement` is appended."""
        return Balance(
            self.on_hand + movement.on_hand,
            self.allocated + movement.allocated,
            self.inbound + movement.inbound,
            self.quarantined + movement.quarantined,
            self.reserved + movement.reserved,
            self.in_transit + movement.in_transit,
            self.damaged + movement.damaged,
            self.display + movement.display,
        )

    def before(self, movement: Movement) -> Balance:
        """The balance without `movement`, which was the last one appended."""
        return Balance(
            self.on_hand - movement.on_hand,
            self.allocated - movement.allocated,
            self.inbound - movement.inbound,
            self.quarantined - movement.quarantined,
            self.reserved - movement.reserved,
            self.in_transit - movement.in_transit,
            self.damaged - movement.damaged,
            self.display - movement.display,
        )

    @property
    def discrepancy(self) -> int:
        """Pieces promised or sold that are not there; 0 when all is well."""
        return max(0, self.allocated + self.reserved - self.on_hand, -self.on_hand)

    @property
    def to_come(self) -> int:
        """Pieces that are announced, or on their way here."""
        return self.inbound + self.in_transit

    def of(self, state: StockState) -> int:
        """Pieces that are there in that state."""
        pieces: int = getattr(self, state.value)
        return pieces

    @property
    def free(self) -> int:
        """Pieces for sale that are promised to nobody; below 0 when too many are."""
        return self.on_hand - self.reserved - self.allocated


# The columns of a movement and of a balance, in the order of their fields.
PIECES = tuple(field.name for field in fields(Balance))


def balance_of(movements: Iterable[Movement]) -> Balance:
    """Derive the balance from the ledger."""
    balance = Balance()
    for movement in movements:
        balance = balance.after(movement)
    return balance
