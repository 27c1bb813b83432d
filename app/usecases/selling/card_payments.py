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
from sync.protocol.codec import adapter, parse_json, to_json
from sync.terminal import journal
from sync.terminal.store.local_store import Row, Transaction

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
            # A call that was cut off with the process has no answer, and never will.
            tx.execute("UPDATE card_intents SET state = 'unknown' WHERE state = 'pending'")

    def need_terminal(self) -> PaymentTerminal:
        """The payment terminal; raises Refused where none is set up."""
        if self._terminal is None:
            raise no_payment_terminal()
        return self._terminal

    def intend(self, tx: Transaction, basket: BasketState, person: Person) -> tuple[str, Money]:
        """Write down what is about to be asked; gives the reference."""
        reference, now = str(self._context.new_id()), self._context.clock()
        tx.execute(
            "INSERT INTO card_intents "
            "(reference, at, amount_minor, currency, state, associate, basket) "
            "VALUES (?, ?, ?, ?, 'pending', ?, ?)",
            (
                reference,
                now.isoformat(),
                basket.total.minor,
                basket.total.currency,
                person.code,
                to_json(basket).decode(),
            ),
        )
        journal.append(
            tx, now, "card_intent", {"reference": reference, "amount_minor": basket.total.minor}
        )
        tx.touch("basket", "card")
        return reference, basket.total

    def ask(self, reference: str, amount: Money) -> CardAnswer:
        """Have the terminal ask for the money; a terminal that fails has not answered."""
        terminal = self.need_terminal()
        return self._heard(reference, lambda: terminal.authorise(reference, amount))

    def ask_again(self, reference: str) -> CardAnswer:
        """What the terminal says now of a payment without an answer."""
        known = self._answer(self._intent(reference))
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
        known, terminal = self._answer(self._intent(reference)), self._terminal
        unknown = known.state is PaymentState.UNKNOWN and reference not in self._asking
        if unknown and terminal is not None:
            self._heard(reference, lambda: terminal.cancel(reference))
        with self._context.store.transaction() as tx:
            answer = self._answer(self._intent(reference))
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
            tx.execute("UPDATE card_intents SET open = 0 WHERE reference = ?", (reference,))
            journal.append(
                tx,
                self._context.clock(),
                "card_given_up",
                {"reference": reference, "state": answer.state.value},
            )
            tx.touch("basket", "card", "status")

    def pending(self) -> CardAnswer | None:
        """The open payment, or None."""
        row = self._context.store.one(
            "SELECT reference, state, answer FROM card_intents WHERE open = 1"
        )
        return self._answer(row) if row else None

    def approved(self, tx: Transaction, reference: str) -> Approved | Order:
        """The approved payment to place an order for, or its order when that is placed.

        Raises Conflict for a payment that is not approved.
        """
        row = tx.one(
            "SELECT order_number, basket, amount_minor, currency FROM card_intents "
            "WHERE reference = ?",
            (reference,),
        )
        answer = self._answer(self._intent(reference))
        if row and row[0]:
            return order_state(self._context, row[0]).order
        if row is None or answer.state is not PaymentState.APPROVED:
            raise Conflict(
                "This card payment is not approved, so there is no sale. Ask the terminal again.",
                code="card.not_approved",
            )
        basket: BasketState = parse_json(BasketState, row[1])
        return Approved(answer, Money(row[2], row[3]), basket)

    def settle(self, tx: Transaction, reference: str, order: Order) -> None:
        """The order is placed: the payment is finished."""
        tx.execute(
            "UPDATE card_intents SET open = 0, order_number = ? WHERE reference = ?",
            (str(order.number), reference),
        )

    def _record(self, answer: CardAnswer) -> None:
        with self._context.store.transaction() as tx:
            tx.execute(
                "UPDATE card_intents SET state = ?, answer = ?, open = ? "
                "WHERE reference = ? AND open = 1",
                (
                    answer.state.value,
                    adapter(CardAnswer).dump_json(answer).decode(),
                    int(answer.state not in ENDED),
                    answer.reference,
                ),
            )
            journal.append(
                tx,
                self._context.clock(),
                "card_answer",
                {
                    "reference": answer.reference,
                    "state": answer.state.value,
                    "authorisation_code": answer.authorisation_code,
                },
            )
            tx.touch("basket", "card", "status")

    def _intent(self, reference: str) -> Row:
        row = self._context.store.one(
            "SELECT reference, state, answer FROM card_intents WHERE reference = ?", (reference,)
        )
        if row is None:
            raise NotFound(
                "This device has no such card payment.", code="card.unknown", reference=reference
            )
        return row

    def _answer(self, row: Row) -> CardAnswer:
        reference, state, text = row
        if text:
            answer: CardAnswer = parse_json(CardAnswer, text)
            return answer
        return CardAnswer(reference, PaymentState(state))
