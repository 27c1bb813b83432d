"""The basket of the till: lines, how each reaches the customer, and what is still needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from app.usecases.context import Context
from app.usecases.selling.addresses import Place, find_places
from app.usecases.selling.basket_state import BasketState, StoredLine, option_key
from app.usecases.selling.delivery_options import DeliveryOptions
from sync.domain.catalogue import Article
from sync.domain.customer import Address, Customer, email_address
from sync.domain.errors import Conflict, InvalidInput, NotFound, Refused
from sync.domain.location import Location
from sync.domain.money import Money
from sync.domain.order import LINES_MAX, FulfilmentMode, check_quantity
from sync.domain.promise import Promise
from sync.domain.reservation import Reservation
from sync.protocol.codec import parse_json, to_json
from sync.terminal.store import basket_queries, card_queries
from sync.terminal.store.local_store import Transaction

__all__ = ["Basket", "BasketLine", "BasketView", "Parked", "Place"]

UNDO_STEPS_MAX = 20
PARKED_MAX = 50
LABEL_CHARACTERS_MAX = 60


@dataclass(frozen=True, slots=True)
class BasketLine:
    """`label_location` is the location to name beside the promise, when there is one."""

    line_id: int
    article: Article
    quantity: int
    promise: Promise
    amount: Money
    label_location: Location | None


@dataclass(frozen=True, slots=True)
class BasketView:
    """The basket as the screen shows it; `needs` says what is missing before it can be paid:
    "address", "name", "email". `assumed_address`: shipping was promised to the store's own
    postcode, because the customer's is not known yet.
    """

    lines: tuple[BasketLine, ...]
    goods_total: Money
    shipping_fee: Money
    total: Money
    co2e_g: int
    customer: Customer
    ship_to: Address | None
    needs: tuple[str, ...]
    parked: int
    can_undo: bool
    assumed_address: bool = True


@dataclass(frozen=True, slots=True)
class Parked:
    """A basket put aside; `count` in pieces."""

    id: int
    label: str
    at: datetime
    count: int
    total: Money


class Basket:
    """The one open basket of this device; every change is on disk when the call returns."""

    def __init__(self, context: Context, delivery_options: DeliveryOptions) -> None:
        self._context, self._delivery_options = context, delivery_options

    def view(self) -> BasketView:
        """The basket now."""
        state = self.state()
        return BasketView(
            tuple(self._shown(line) for line in state.lines),
            state.goods_total,
            state.shipping_fee,
            state.total,
            sum(line.promise.co2e_g for line in state.lines),
            state.customer,
            state.ship_to,
            state.needs,
            basket_queries.parked_count(self._context.store),
            basket_queries.can_undo(self._context.store),
            state.ship_to is None,
        )

    @property
    def assumed_address(self) -> bool:
        """Whether promises are made to the store's own commune for want of an address."""
        return self.state().ship_to is None

    def add(self, sku: str, quantity: int = 1, promise: Promise | None = None) -> BasketLine:
        """Add pieces of an article, by the best delivery option unless `promise` names one.

        The same article with the same delivery option joins the line that is there.
        """
        with self._context.store.transaction():
            check_quantity(quantity)
            article = self._context.reference.article(sku)
            state = self.state()
            chosen = promise or self._best(article, quantity, state)
            for line in state.lines:
                if line.article.sku == sku and option_key(line.promise) == option_key(chosen):
                    return self.set_quantity(line.line_id, line.quantity + quantity)
            if len(state.lines) >= LINES_MAX:
                raise InvalidInput(
                    "An order holds at most {maximum} lines. Make two orders.",
                    code="basket.full",
                    maximum=LINES_MAX,
                )
            line = StoredLine(state.next_line_id, article, quantity, chosen)
            self._change(
                replace(state, lines=(*state.lines, line), next_line_id=state.next_line_id + 1)
            )
            return self._shown(line)

    def add_scanned(self, sku: str) -> BasketLine:
        """Add the piece that lies at the counter, to be carried out: one more of its line, or a
        new one."""
        with self._context.store.transaction():
            state = self.state()
            for line in state.lines:
                if line.article.sku == sku and line.promise.mode is FulfilmentMode.CARRY_OUT:
                    return self.set_quantity(line.line_id, line.quantity + 1)
            article = self._context.reference.article(sku)
            options = self._delivery_options.promises(article, 1, state.ship_to)
            carried = next(o for o in options if o.mode is FulfilmentMode.CARRY_OUT)
            return self.add(sku, 1, carried)

    def add_reserved(self, held: Reservation) -> BasketLine:
        """The pieces that a customer has reserved, to be carried out; raises Conflict when they
        are in the basket already."""
        with self._context.store.transaction():
            if held.number in dict(self.state().reserved):
                raise Conflict(
                    "This reservation is in the basket already.", code="basket.reserved_twice"
                )
            line = self.add_scanned(held.sku)
            if held.quantity > 1:
                line = self.set_quantity(line.line_id, line.quantity + held.quantity - 1)
            state = self.state()
            customer = state.customer
            if not customer.name:
                customer = replace(customer, name=held.customer, email=held.email)
            taken = (*state.reserved, (held.number, held.sku))
            self._change(replace(state, reserved=taken, customer=customer))
            return line

    def set_quantity(self, line_id: int, quantity: int) -> BasketLine:
        """Change the quantity of a line; raises InvalidInput for an absurd one.

        Raises Refused when the line's delivery option cannot give so many; another has to be
        chosen.
        """
        with self._context.store.transaction():
            check_quantity(quantity)
            state = self.state()
            line = state.line(line_id)
            options = self._delivery_options.promises(line.article, quantity, state.ship_to)
            same = next(
                (option for option in options if option_key(option) == option_key(line.promise)),
                None,
            )
            if same is None:
                raise Refused(
                    "{quantity} pieces cannot be had with this delivery option. Choose another "
                    "one for a part of them; the basket is unchanged.",
                    code="basket.not_so_many",
                    quantity=quantity,
                )
            changed = replace(line, quantity=quantity, promise=same)
            self._change(state.with_line(changed))
            return self._shown(changed)

    def options(self, line_id: int) -> list[Promise]:
        """The delivery options of this line, best first."""
        state = self.state()
        line = state.line(line_id)
        return self._delivery_options.promises(line.article, line.quantity, state.ship_to)

    def choose(self, line_id: int, promise: Promise) -> BasketLine:
        """Give the line this delivery option; it joins a line of the same article that has it."""
        with self._context.store.transaction():
            state = self.state()
            line = state.line(line_id)
            for other in state.lines:
                same = other.article.sku == line.article.sku and option_key(
                    other.promise
                ) == option_key(promise)
                if other.line_id != line_id and same:
                    merged = replace(
                        other,
                        quantity=check_quantity(other.quantity + line.quantity),
                        promise=promise,
                    )
                    rest = (x for x in state.lines if x.line_id != line_id)
                    self._change(state.with_lines(rest).with_line(merged))
                    return self._shown(merged)
            changed = replace(line, promise=promise)
            self._change(state.with_line(changed))
            return self._shown(changed)

    def remove(self, line_id: int) -> None:
        """Take a line out; `undo` brings it back."""
        with self._context.store.transaction():
            state = self.state()
            state.line(line_id)
            self._change(state.with_lines(x for x in state.lines if x.line_id != line_id))

    def undo(self) -> None:
        """Take back the last change; does nothing when there is none."""
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            before = basket_queries.take_back(tx)
            if before is not None:
                basket_queries.put(tx, before)

    def clear(self) -> None:
        """Empty the basket, customer included; `undo` brings it back."""
        with self._context.store.transaction():
            if self.state() != BasketState():
                self._change(BasketState())

    def park(self, label: str = "") -> int:
        """Put the basket aside and start an empty one; gives its id.

        Raises InvalidInput for an empty basket, Refused when 50 are put aside already.
        """
        state = self.state()
        if not state.lines:
            raise InvalidInput("The basket is empty: nothing to put aside.", code="basket.empty")
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            if basket_queries.parked_count(tx) >= PARKED_MAX:
                raise Refused(
                    "{maximum} baskets are put aside already. Take one of them up and finish or "
                    "empty it first; this basket is unchanged.",
                    code="basket.too_many_put_aside",
                    maximum=PARKED_MAX,
                )
            parked_id = basket_queries.put_aside(
                tx, label.strip()[:LABEL_CHARACTERS_MAX], self._context.clock(), _text(state)
            )
            basket_queries.forget(tx)
        return parked_id

    def parked(self) -> list[Parked]:
        """The baskets put aside, at most 50, the latest first."""
        found = []
        for stored in basket_queries.parked(self._context.store, PARKED_MAX):
            state: BasketState = parse_json(BasketState, stored.body)
            count = sum(line.quantity for line in state.lines)
            label = stored.label or state.customer.name
            found.append(Parked(stored.id, label, stored.at, count, state.total))
        return found

    def resume(self, parked_id: int) -> None:
        """Take a basket up again; the open one is put aside when it is not empty."""
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            stored = basket_queries.take_up(tx, parked_id)
            if stored is None:
                raise NotFound(
                    "This basket was taken up already, maybe on another screen.",
                    code="basket.not_parked",
                )
            if self.state().lines:
                self.park()
            basket_queries.forget(tx)
            state: BasketState = parse_json(BasketState, stored.body)
            # Its promises are as old as the day it was put aside.
            fresh = state.with_lines(self._anew(line, state.ship_to) for line in state.lines)
            basket_queries.put(tx, _text(fresh))

    def set_customer(
        self, customer: Customer, street: str = "", place: Place | None = None
    ) -> None:
        """Say who buys, and where parcels go; raises InvalidInput for a malformed e-mail.

        Promises are made anew when the address changes, each line with the delivery
        option that it had.
        """
        with self._context.store.transaction():
            email = customer.email.strip()
            customer = Customer(
                customer.name.strip(), email_address(email) if email else "", customer.phone.strip()
            )
            state = self.state()
            ship_to = None
            if place is not None and street.strip():
                ship_to = Address(
                    customer.name,
                    street.strip(),
                    place.postcode,
                    place.commune,
                    place.lat,
                    place.lon,
                )
            changed = replace(state, customer=customer, ship_to=ship_to)
            if ship_to != state.ship_to:
                changed = changed.with_lines(self._anew(line, ship_to) for line in changed.lines)
            self._change(changed)

    def places(self, text: str, limit: int = 8) -> list[Place]:
        """Communes by the beginning of a postcode or of a name, without accents."""
        return find_places(text, limit)

    def state(self) -> BasketState:
        """The basket as it is on disk."""
        stored = basket_queries.find(self._context.store)
        if stored is None:
            return BasketState()
        state: BasketState = parse_json(BasketState, stored)
        return state

    def _best(self, article: Article, quantity: int, state: BasketState) -> Promise:
        return self._delivery_options.promises(article, quantity, state.ship_to)[0]

    def _anew(self, line: StoredLine, ship_to: Address | None) -> StoredLine:
        options = self._delivery_options.promises(line.article, line.quantity, ship_to)
        same = (option for option in options if option_key(option) == option_key(line.promise))
        return replace(line, promise=next(same, line.promise))

    def _change(self, state: BasketState) -> None:
        with self._context.store.transaction() as tx:
            refuse_while_card_is_asked(tx)
            before = basket_queries.find(tx) or _text(BasketState())
            basket_queries.remember(tx, before, UNDO_STEPS_MAX)
            basket_queries.put(tx, _text(state))

    def _shown(self, line: StoredLine) -> BasketLine:
        named = line.promise.collect_at or line.promise.source
        return BasketLine(
            line.line_id,
            line.article,
            line.quantity,
            line.promise,
            line.amount,
            self._context.reference.locations().get(named),
        )


def refuse_while_card_is_asked(tx: Transaction) -> None:
    """Raise Conflict while a card payment of this basket is unfinished."""
    if card_queries.is_any_unfinished(tx):
        raise Conflict(
            "A card payment of this basket is not finished. Finish it first; the basket is as "
            "it was.",
            code="basket.card_unfinished",
        )


def _text(state: BasketState) -> str:
    return to_json(state).decode()
