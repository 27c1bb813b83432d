"""Payment and the order: what is said to be done is on disk first."""

from __future__ import annotations

from dataclasses import dataclass

from comptoir.app.usecases.sign_in import Person
from comptoir.sync.domain.money import Money
from comptoir.sync.domain.order import Order
from comptoir.sync.domain.payment import CardAnswer


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that is on disk. `jobs` are the ids of what was printed for it."""

    order: Order
    change: Money
    receipt_code: str
    jobs: tuple[str, ...] = ()


class Checkout:
    """Takes the money and places the order."""

    def pay_cash(self, given: Money, person: Person) -> Sale:
        """Settle the basket in cash; raises InvalidInput when `given` is too little."""
        raise NotImplementedError

    def pay_card(self, person: Person) -> CardAnswer:
        """Ask the card terminal for the total; the intent is on disk before it is asked.

        Blocks until the terminal answers or its time is up (UNKNOWN). Raises Conflict when
        another card payment is unfinished.
        """
        raise NotImplementedError

    def finish_card(self, reference: str, person: Person) -> Sale:
        """Place the order of an APPROVED card payment."""
        raise NotImplementedError

    def ask_again(self, reference: str) -> CardAnswer:
        """What became of a payment whose answer was lost; never charges."""
        raise NotImplementedError

    def cancel(self, reference: str) -> None:
        """Give up a card payment that was not approved; raises Conflict when it was."""
        raise NotImplementedError

    def pending(self) -> CardAnswer | None:
        """The unfinished card payment of this device, found again after a restart."""
        raise NotImplementedError
