"""Card payments: the intent is on disk before the terminal is asked, so none is charged twice.

    pending -> approved -> (order placed, closed)
       |-----> declined    (closed)
       \\-----> unknown     ask again, never charge again

An intent is open until its order is placed or it is given up, and there is at most one: the
database sees to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.usecases.context import Context
from app.usecases.orders.order_store import order_state
from app.usecases.selling.basket_state import BasketState
from app.usecases.store.sign_in import Person
from sync.domain.errors import Conflict, NotFound
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer, PaymentTerminal, no_payment_terminal
from sync.protocol.codec import parse_json, to_json
from sync.terminal.store import card_queries
from sync.terminal.store.card_queries import CardIntent
from sync.terminal.store.local_store import Transaction

log = structlog.get_logger(__name__)
ENDED = frozenset({PaymentState.DECLINED, PaymentState.CANCELLED})


@dataclass(frozen=True, slots=True)
class Approved:
    """An approved payment whose order is not placed yet, with the basket that it pays for."""

    answer: CardAnswer
    amount: Money
    basket: BasketState


class CardPayments:
    """The card payments of this device."""

    def __init__(self, context: Context, terminal: PaymentTerminal | None) -> None:
        self._context, self._terminal = context, terminal
        self._asking: set[str] = set()
        with context.store.transaction() as tx:
            card_queries.lose_pending(tx)

    def need_terminal(self) -> PaymentTerminal:
        """The payment terminal; raises Refused where none is set up."""
        if self._terminal is None:
            raise no_payment_terminal()
        return self._terminal

    def intend(self, tx: Transaction, basket: BasketState, person: Person) -> tuple[str, Money]:
        """Write down what is about to be asked; gives the reference."""
        reference, now = str(self._context.new_id()), self._context.clock()
        card_queries.put(tx, reference, now, basket.total, person.code, to_json(basket).decode())
        self._context.journal.append(
            tx, "card_intent", {"reference": reference, "amount_minor": basket.total.minor}
        )
        tx.touch("basket", "card")
        return reference, basket.total

    def ask(self, reference: str, amount: Money) -> CardAnswer:
        """Have the terminal ask for the money; a terminal that fails has not answered."""
        terminal = self.need_terminal()
        return self._heard(reference, lambda: terminal.authorise(reference, amount))

    def ask_again(self, reference: str) -> CardAnswer:
        """What the terminal says now of a payment without an answer."""
        known = self._intent(reference).answer
        if known.state is not PaymentState.UNKNOWN:
            return known
        terminal = self.need_terminal()
        return self._heard(reference, lambda: terminal.status(reference))

    def _heard(self, reference: str, question: Callable[[], CardAnswer]) -> CardAnswer:
        """Put a question to the terminal. Nobody can cancel until its answer is on disk."""
        self._asking.add(reference)
        try:
            try:
                answer = question()
            except Exception:
                log.exception("card_terminal_failed", reference=reference)
                answer = CardAnswer(reference, PaymentState.UNKNOWN)
            self._record(answer)
        finally:
            self._asking.discard(reference)
        return answer

    def cancel(self, reference: str) -> None:
        """Close a payment that was not approved; raises Conflict when it was, or is being asked.

        The terminal is told first: it may say only now that it was approved.
        """
        known, terminal = self._intent(reference).answer, self._terminal
        unknown = known.state is PaymentState.UNKNOWN and reference not in self._asking
        if unknown and terminal is not None:
            self._heard(reference, lambda: terminal.cancel(reference))
        with self._context.store.transaction() as tx:
            answer = self._intent(reference).answer
            if answer.state is PaymentState.APPROVED:
                raise Conflict(
                    "This card payment was approved: finish the sale. Nothing was cancelled.",
                    code="card.approved",
                )
            if reference in self._asking:
                raise Conflict(
                    "The card terminal is still asking. Press cancel on the terminal itself.",
                    code="card.still_asking",
                )
            card_queries.give_up(tx, reference)
            self._context.journal.append(
                tx,
                "card_given_up",
                {"reference": reference, "state": answer.state.value},
            )
            tx.touch("basket", "card", "status")

    def pending(self) -> CardAnswer | None:
        """The open payment, or None."""
        intent = card_queries.unfinished(self._context.store)
        return intent.answer if intent else None

    def approved(self, reference: str) -> Approved | Order:
        """The approved payment to place an order for, or its order when that is placed.

        Raises Conflict for a payment that is not approved, NotFound for one never asked for.
        """
        intent = self._intent(reference)
        if intent.order_number is not None:
            return order_state(self._context, intent.order_number).order
        if intent.answer.state is not PaymentState.APPROVED:
            raise Conflict(
                "This card payment is not approved, so there is no sale. Ask the terminal again.",
                code="card.not_approved",
            )
        basket: BasketState = parse_json(BasketState, intent.basket)
        return Approved(intent.answer, intent.amount, basket)

    def settle(self, tx: Transaction, reference: str, order: Order) -> None:
        """The order is placed: the payment is finished."""
        card_queries.settle(tx, reference, str(order.number))

    def _record(self, answer: CardAnswer) -> None:
        with self._context.store.transaction() as tx:
            card_queries.put_answer(tx, answer, still_open=answer.state not in ENDED)
            self._context.journal.append(
                tx,
                "card_answer",
                {
                    "reference": answer.reference,
                    "state": answer.state.value,
                    "authorisation_code": answer.authorisation_code,
                },
            )
            tx.touch("basket", "card", "status")

    def _intent(self, reference: str) -> CardIntent:
        intent = card_queries.find(self._context.store, reference)
        if intent is None:
            raise NotFound(
                "This device has no such card payment.", code="card.unknown", reference=reference
            )
        return intent
