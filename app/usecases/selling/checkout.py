"""Payment and the order: what is said to be done is on disk first.

Order, payment, receipt number, journal entry, the command for the server and the stock that it
takes are written in one transaction. Nothing is printed or shown before it is committed.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.usecases.context import Context
from app.usecases.orders.order_store import just_placed
from app.usecases.orders.receipt_codes import receipt_code
from app.usecases.selling.basket import Basket, refuse_while_card_is_asked
from app.usecases.selling.basket_state import BasketState
from app.usecases.selling.card_payments import CardPayments
from app.usecases.store.sign_in import Person
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import ORDER, RECEIPT, DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind, cash_tender
from sync.domain.payment_terminal import CardAnswer, PaymentTerminal
from sync.protocol.codec import to_wire
from sync.protocol.commands import PlaceOrder
from sync.protocol.journal import SALE
from sync.protocol.journal_bodies import sale_body
from sync.terminal.store import basket_queries, reservation_queries
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import Transaction


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale that is on disk. `jobs` are the numbers of what was printed for it."""

    order: Order
    change: Money
    receipt_code: str
    jobs: tuple[int, ...] = ()


class Checkout:
    """Takes the money and places the order."""

    def __init__(self, context: Context, basket: Basket, terminal: PaymentTerminal | None) -> None:
        self._context, self._basket = context, basket
        self._cards = CardPayments(context, terminal)

    def pay_cash(self, given: Money, person: Person, locale: str = "") -> Sale:
        """Settle the basket in cash; raises InvalidInput when `given` is too little.

        `locale`: the language spoken at the counter, in which the order's documents are written;
        the device's own when it is not said.
        """
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            state, company = self._payable(), self._context.reference.company()
            tender = cash_tender(state.total, given, company.limits.change_minor_max)
            order = self._place(tx, state, tender, person, locale)
        return self._sold(order, tender.change)

    def pay_card(self, person: Person) -> CardAnswer:
        """Ask the card terminal for the total; the intent is on disk before it is asked.

        Blocks until the terminal answers or its time is up (UNKNOWN). Raises Conflict when
        another card payment is unfinished, Refused where no terminal is set up.
        """
        self._cards.need_terminal()
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            reference, amount = self._cards.intend(tx, self._payable(), person)
        return self._cards.ask(reference, amount)

    def finish_card(self, reference: str, person: Person, locale: str = "") -> Sale:
        """Place the order of an APPROVED card payment; again, it gives the same order.

        `locale` as in `pay_cash`.
        """
        with self._context.store.transaction() as tx:
            approved = self._cards.approved(reference)
            if isinstance(approved, Order):
                return self._sold(approved, Money(0, approved.total.currency))
            tender = Tender(
                TenderKind.CARD,
                approved.amount,
                reference=reference,
                authorisation_code=approved.answer.authorisation_code,
                card_last4=approved.answer.card_last4,
            )
            order = self._place(tx, approved.basket, tender, person, locale)
            self._cards.settle(tx, reference, order)
        return self._sold(order, Money(0, order.total.currency))

    def ask_again(self, reference: str) -> CardAnswer:
        """What became of a payment whose answer was lost; never charges."""
        return self._cards.ask_again(reference)

    def cancel(self, reference: str) -> None:
        """Give up a card payment that was not approved; raises Conflict when it was.

        One without any answer may be given up too; it then stands on the attention list until a
        person has looked into the terminal.
        """
        self._cards.cancel(reference)

    def pending(self) -> CardAnswer | None:
        """The unfinished card payment of this device, found again after a restart."""
        return self._cards.pending()

    def _payable(self) -> BasketState:
        state = self._basket.state()
        if not state.lines:
            raise InvalidInput(
                "The basket is empty: scan an article first.", code="order.empty_basket"
            )
        if "address" in state.needs:
            raise InvalidInput(
                "A line is to be shipped: enter the customer's address first.",
                code="order.no_address",
            )
        if state.needs:
            raise InvalidInput(
                "Ask the customer for a name and an e-mail address first: they are told when "
                "their goods are ready.",
                code="order.no_customer",
            )
        return state

    def _place(
        self, tx: Transaction, state: BasketState, tender: Tender, person: Person, locale: str
    ) -> Order:
        now, identity = self._context.clock(), self._context.identity
        order = Order(
            number=DocumentNumber.build(ORDER, identity.number, tx.count_up("order")),
            channel=Channel.STORE,
            location=identity.location,
            device=identity.code,
            associate=person.code,
            placed_at=now,
            lines=order_lines(state),
            tenders=(tender,),
            customer=state.customer,
            ship_to=state.ship_to if _ships(state) else None,
            shipping_fee=state.shipping_fee,
            receipt_number=str(
                DocumentNumber.build(RECEIPT, identity.number, tx.count_up("receipt"))
            ),
            locale=locale or self._context.i18n.language,
        )
        number = str(order.number)
        command = self._context.outbox.add(tx, PlaceOrder(order, state.bought), number)
        reservation_queries.mark_sold(tx, state.bought)
        documents.put_overlay(tx, command.command_id, "order", number, to_wire(just_placed(order)))
        documents.put_stock_overlay(tx, command.command_id, _taken(order))
        self._context.journal.append(tx, SALE, sale_body(order))
        basket_queries.forget(tx)
        return order

    def _sold(self, order: Order, change: Money) -> Sale:
        self._context.kick()
        return Sale(order, change, receipt_code(self._context, order))


def order_lines(state: BasketState) -> tuple[OrderLine, ...]:
    """The lines of the basket as lines of an order, numbered from 1."""
    return tuple(
        OrderLine(
            line_id=line_id,
            sku=line.article.sku,
            gtin=line.article.gtin,
            name=line.article.name,
            quantity=line.quantity,
            unit_price=line.article.price,
            vat_rate_bp=line.article.vat_rate_bp,
            mode=line.promise.mode,
            collect_at=line.promise.collect_at,
            promised_at=line.promise.at,
            promised_from=line.promise.source,
            co2e_g=line.promise.co2e_g,
            service=line.promise.asked_service,
        )
        for line_id, line in enumerate(state.lines, start=1)
    )


def _ships(state: BasketState) -> bool:
    return any(line.promise.mode is FulfilmentMode.SHIP_HOME for line in state.lines)


def _taken(order: Order) -> list[tuple[str, str, int]]:
    """What the order takes from where, as far as this device knows."""
    return [
        (line.promised_from or order.location, line.sku, -line.quantity) for line in order.lines
    ]
