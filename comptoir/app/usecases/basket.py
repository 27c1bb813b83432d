"""The basket of the till: lines, how each reaches the customer, and what is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comptoir.sync.domain.catalogue import Article
from comptoir.sync.domain.customer import Address, Customer
from comptoir.sync.domain.location import Location
from comptoir.sync.domain.money import Money
from comptoir.sync.domain.promise import Promise


@dataclass(frozen=True, slots=True)
class Place:
    """A commune and one of its postcodes; `lat`, `lon` in degrees."""

    postcode: str
    commune: str
    lat: float
    lon: float


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

    def view(self) -> BasketView:
        """The basket now."""
        raise NotImplementedError

    @property
    def assumed_address(self) -> bool:
        """Whether promises are made to the store's own postcode for want of an address."""
        raise NotImplementedError

    def add(self, sku: str, quantity: int = 1, promise: Promise | None = None) -> BasketLine:
        """Add pieces of an article, in the best way unless `promise` names one.

        The same article had in the same way joins the line that is there.
        """
        raise NotImplementedError

    def set_quantity(self, line_id: int, quantity: int) -> BasketLine:
        """Change the quantity of a line; raises InvalidInput for an absurd one."""
        raise NotImplementedError

    def options(self, line_id: int) -> list[Promise]:
        """The ways to have this line, best first."""
        raise NotImplementedError

    def choose(self, line_id: int, promise: Promise) -> BasketLine:
        """Have the line in this way."""
        raise NotImplementedError

    def remove(self, line_id: int) -> None:
        """Take a line out; `undo` brings it back."""
        raise NotImplementedError

    def undo(self) -> None:
        """Take back the last change."""
        raise NotImplementedError

    def clear(self) -> None:
        """Empty the basket, customer included; `undo` brings it back."""
        raise NotImplementedError

    def park(self, label: str = "") -> int:
        """Put the basket aside and start an empty one; gives its id."""
        raise NotImplementedError

    def parked(self) -> list[Parked]:
        """The baskets put aside, the latest first."""
        raise NotImplementedError

    def resume(self, parked_id: int) -> None:
        """Take a basket up again; the open one is put aside when it is not empty."""
        raise NotImplementedError

    def set_customer(
        self, customer: Customer, street: str = "", place: Place | None = None
    ) -> None:
        """Say who buys, and where parcels go; raises InvalidInput for a malformed e-mail."""
        raise NotImplementedError

    def places(self, text: str, limit: int = 8) -> list[Place]:
        """Communes by the beginning of a postcode or of a name, without accents."""
        raise NotImplementedError
