"""A card terminal of paper: it does what the person at the demo says, and remembers charges.

It keeps what it answered by reference, as real ones do: asked twice about one reference, it
charges once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sync.domain.money import Money
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer

BEHAVIOURS = ("ask", "approve", "decline", "silent")
LAST4 = "4242"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the simulated terminal shows: the amount that it asks the customer for."""

    reference: str
    amount: Money


class SimulatedCardTerminal:
    """Approves, declines or stays silent; with "ask" a person presses `press(...)`."""

    def __init__(
        self,
        behaviour: str = "approve",
        *,
        timeout_s: float = 60.0,
    ) -> None:
        self._behaviour = behaviour
        self._timeout_s = timeout_s
        self._watchers: list[Callable[[], None]] = []
        self._lock = threading.Condition()
        self._answers: dict[str, CardAnswer] = {}
        self._pressed: str | None = None
        self._waiting: Waiting | None = None
        self.charged: dict[str, Money] = {}

    @property
    def waiting(self) -> Waiting | None:
        """The payment that waits for a button, or None."""
        return self._waiting

    def set_behaviour(self, behaviour: str) -> None:
        """How it will answer: "approve", "decline", "silent", or "ask" for the buttons."""
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"{behaviour!r} is not one of {BEHAVIOURS}")
        self._behaviour = behaviour

    def press(self, button: str) -> None:
        """The person at the terminal: "approve", "decline" or "silent"."""
        if button not in BEHAVIOURS[1:]:
            raise ValueError(f"{button!r} is not one of {BEHAVIOURS[1:]}")
        with self._lock:
            self._pressed = button
            self._lock.notify_all()

    def authorise(self, reference: str, amount: Money) -> CardAnswer:
        """Ask for `amount`; the same reference again gives the same answer."""
        with self._lock:
            if reference in self._answers:
                return self._answers[reference]
            decision = self._decide(Waiting(reference, amount))
            answer = CardAnswer(
                reference, PaymentState.DECLINED, reason="The card was declined by its bank."
            )
            if decision == "cancel":
                answer = CardAnswer(reference, PaymentState.CANCELLED)
            elif decision != "decline":
                # A silent terminal has charged: the worst case, and the one to be ready for.
                self.charged[reference] = amount
                number = len(self.charged)
                answer = CardAnswer(reference, PaymentState.APPROVED, f"A{number:05d}", LAST4)
            self._answers[reference] = answer
            if decision == "silent":
                return CardAnswer(reference, PaymentState.UNKNOWN)
            return answer

    def status(self, reference: str) -> CardAnswer:
        """What became of a reference; CANCELLED when it never arrived here."""
        with self._lock:
            if self._behaviour == "silent":
                return CardAnswer(reference, PaymentState.UNKNOWN)
            return self._answers.get(reference, CardAnswer(reference, PaymentState.CANCELLED))

    def cancel(self, reference: str) -> CardAnswer:
        """Stop asking; a reference that was answered keeps its answer."""
        with self._lock:
            if self._behaviour == "silent":
                return CardAnswer(reference, PaymentState.UNKNOWN)
            cancelled = CardAnswer(reference, PaymentState.CANCELLED)
            if self._waiting is not None and self._waiting.reference == reference:
                self._pressed = "cancel"
                self._lock.notify_all()
                return cancelled
            return self._answers.setdefault(reference, cancelled)

    def watch(self, changed: Callable[[], None]) -> None:
        """Call `changed` when it begins or ends to ask for something."""
        self._watchers.append(changed)

    def _on_change(self) -> None:
        for changed in tuple(self._watchers):
            changed()

    def _decide(self, waiting: Waiting) -> str:
        if self._behaviour != "ask":
            return self._behaviour
        self._pressed, self._waiting = None, waiting
        self._on_change()
        self._lock.wait_for(lambda: self._pressed is not None, self._timeout_s)
        pressed, self._waiting = self._pressed, None
        self._on_change()
        return pressed or "silent"
