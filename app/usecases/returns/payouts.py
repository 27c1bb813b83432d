"""The cash of a return or a cancellation: whether this till hands it out, and that it did.

Cash leaves one drawer once. It is due at the till whose own inspection the server has applied,
in the amount that the server keeps; at every other till there is nothing to hand out, whatever
its person decided. That it was handed out is a fact: journalled for ever, and told the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.usecases.context import Context
from app.usecases.store.sign_in import Person
from sync.domain.errors import Conflict
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money, total
from sync.domain.order_change import Cancellation
from sync.domain.payment import TenderKind
from sync.domain.returns import ReturnState
from sync.protocol.commands import PayOutCash
from sync.protocol.feed import ReturnRecord
from sync.terminal.link.outbox import CommandState
from sync.terminal.store import return_queries


class PayoutState(StrEnum):
    """Where the cash of a return stands at this till."""

    NONE = "none"  # not inspected, refused, or refunded without cash
    UNCONFIRMED = "unconfirmed"  # inspected here, and the server has not agreed yet
    DUE = "due"
    HANDED_OUT = "handed_out"
    INSPECTED_ELSEWHERE = "inspected_elsewhere"  # another device decided, and pays if there is


@dataclass(frozen=True, slots=True)
class Payout:
    """`amount`: the cash to keep, to hand out, or that was handed out at this till."""

    state: PayoutState
    amount: Money


class Payouts:
    """The cash that this till hands out for returns, and for what was cancelled."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def get(self, number: str) -> Payout:
        """Where the cash of the return stands at this till."""
        store = self._context.store
        paid = return_queries.paid_out(store, number)
        if paid is not None:
            return Payout(PayoutState.HANDED_OUT, paid)
        shown = return_queries.find(store, number)
        if shown is None or shown.goods.state is ReturnState.DEPOSITED:
            return Payout(PayoutState.NONE, Money(0))
        own = self._context.outbox.last("inspect_return", number)
        if own is None or own.state is CommandState.REFUSED:
            return Payout(PayoutState.INSPECTED_ELSEWHERE, Money(0))
        kept = return_queries.of_server(store, number)
        agreed = own.state is CommandState.APPLIED
        if agreed and kept is not None and kept.goods.state is not ReturnState.DEPOSITED:
            return _payout(PayoutState.DUE, kept)
        return _payout(PayoutState.UNCONFIRMED, shown)

    def of_cancellation(self, document: Cancellation) -> Payout:
        """Where the cash of a cancellation stands at this till: due once the server, which says
        what of it was never captured, has agreed."""
        paid = return_queries.paid_out(self._context.store, document.number)
        if paid is not None:
            return Payout(PayoutState.HANDED_OUT, paid)
        own = self._context.outbox.last("cancel_pieces", document.number)
        cash = total(part.amount for part in document.parts if part.kind is TenderKind.CASH)
        if own is None or not cash or own.state is CommandState.REFUSED:
            return Payout(PayoutState.NONE, cash)
        agreed = all(part.voided is not None for part in document.parts)
        if own.state is CommandState.APPLIED and agreed:
            return Payout(PayoutState.DUE, cash)
        return Payout(PayoutState.UNCONFIRMED, cash)

    def hand_out(
        self, number: str, person: Person, cancelled: Cancellation | None = None
    ) -> Payout:
        """Record that the cash of the return, or of what was `cancelled`, leaves the drawer; it is
        on disk when this returns.

        Raises Conflict: `payout.handed_out` when it was, `payout.not_due` when nothing is to be
        handed out here, or not yet.
        """
        context = self._context
        with context.store.transaction() as tx:
            due = self.get(number) if cancelled is None else self.of_cancellation(cancelled)
            if due.state is PayoutState.HANDED_OUT:
                raise Conflict(
                    "The cash of return {number} was handed out already: {amount}. Hand out "
                    "nothing more.",
                    code="payout.handed_out",
                    number=number,
                    amount=due.amount,
                )
            if due.state is not PayoutState.DUE:
                raise Conflict(
                    "There is no cash to hand out here for return {number}. Nothing was recorded.",
                    code="payout.not_due",
                    number=number,
                )
            context.outbox.add(
                tx,
                PayOutCash(DocumentNumber(number), person.code, due.amount),
                number,
                context.outbox.builds_on(tx, number),
            )
            context.journal.append(
                tx,
                return_queries.PAID_OUT,
                {
                    "return": number,
                    "amount_minor": due.amount.minor,
                    "currency": due.amount.currency,
                    "associate": person.code,
                },
            )
            tx.touch("returns", "orders")
        context.kick()
        return Payout(PayoutState.HANDED_OUT, due.amount)


def _payout(state: PayoutState, record: ReturnRecord) -> Payout:
    cash = total(part.amount for part in record.parts if part.kind is TenderKind.CASH)
    return Payout(state if cash else PayoutState.NONE, cash)
