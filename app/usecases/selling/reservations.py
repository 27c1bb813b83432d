"""What customers have reserved in this store: they come, and pay here."""

from __future__ import annotations

from dataclasses import dataclass

from app.usecases.context import Context
from app.usecases.selling.basket import Basket, BasketLine
from sync.domain.errors import NotFound
from sync.domain.reservation import Reservation
from sync.terminal.store import reservation_queries

LISTED_MAX = 50


@dataclass(frozen=True, slots=True)
class Reserved:
    """A reservation and the name of its article."""

    held: Reservation
    article: str


class Reservations:
    """The reservations of this store."""

    def __init__(self, context: Context, basket: Basket) -> None:
        self._context, self._basket = context, basket

    def waiting(self, limit: int = LISTED_MAX) -> list[Reserved]:
        """Those whose customers have not come yet, the first to expire first."""
        context = self._context
        in_basket = dict(self._basket.state().reserved)
        found = []
        for held in reservation_queries.waiting(context.store, context.clock(), limit):
            if held.number in in_basket:
                continue
            try:
                name = context.reference.article(held.sku).name
            except NotFound:
                name = held.sku  # its article has not arrived yet
            found.append(Reserved(held, name))
        return found

    def sell(self, number: str) -> BasketLine:
        """Put what was reserved into the basket; raises NotFound when it is over, Conflict when it
        is there already."""
        held = reservation_queries.find(self._context.store, number)
        if held is None:
            raise NotFound(
                "This reservation is over. What is still on the shelf can be sold as usual.",
                code="reservation.over",
            )
        return self._basket.add_reserved(held)
