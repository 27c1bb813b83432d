"""The port to a payment terminal, and what one may answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sync.domain.errors import Refused
from sync.domain.money import Money
from sync.domain.payment import PaymentState


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the payment terminal said about the payment with our `reference`."""

    reference: str
    state: PaymentState
    authorisation_code: str = ""
    card_last4: str = ""
    reason: str = ""


class PaymentTerminal(Protocol):
    """The port. The caller has the intent on disk before it calls, and tries nothing twice: an
    unknown outcome is asked for by `status`, never charged again.

    Calls may take as long as the terminal's own time-out; they answer UNKNOWN rather than raise
    when the terminal does not answer. Asking twice with one reference charges once.
    """

    def authorise(self, reference: str, amount: Money) -> CardAnswer:
        """Ask the customer for `amount`."""
        ...

    def cancel(self, reference: str) -> CardAnswer:
        """Stop asking; APPROVED when the customer was quicker, CANCELLED once nothing is held."""
        ...

    def status(self, reference: str) -> CardAnswer:
        """What became of `reference`; CANCELLED when it never arrived at the terminal."""
        ...

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed`, from any thread, when the terminal shows something else."""
        ...


def no_payment_terminal() -> Refused:
    """What to raise where a card is to be charged and no terminal is set up."""
    return Refused(
        "No card terminal is set up on this till. Take cash, or set one up under Settings.",
        code="card.no_terminal",
    )
