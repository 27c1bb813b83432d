"""What a basket is on disk, and the arithmetic on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sync.domain.catalogue import Article
from sync.domain.customer import Address, Customer
from sync.domain.errors import InvalidInput
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise

DeliveryOption = tuple[FulfilmentMode, str]


def option_key(promise: Promise) -> DeliveryOption:
    """What makes two promises the same for a customer: how and where they get it."""
    return promise.mode, promise.collect_at


@dataclass(frozen=True, slots=True)
class StoredLine:
    """A line; the article as it was when it was added, so that the price shown is the price."""

    line_id: int
    article: Article
    quantity: int
    promise: Promise

    @property
    def amount(self) -> Money:
        """Price of the line including VAT."""
        return self.article.price * self.quantity


@dataclass(frozen=True, slots=True)
class BasketState:
    """The basket: lines, who buys, and where parcels go.

    `reserved`: reservations (number, SKU) that were taken into it.
    """

    lines: tuple[StoredLine, ...] = ()
    customer: Customer = field(default_factory=Customer)
    ship_to: Address | None = None
    next_line_id: int = 1
    reserved: tuple[tuple[str, str], ...] = ()

    @property
    def bought(self) -> tuple[str, ...]:
        """Numbers of the reservations whose article is still carried out with this basket."""
        carried = {
            line.article.sku for line in self.lines if line.promise.mode is FulfilmentMode.CARRY_OUT
        }
        return tuple(number for number, sku in self.reserved if sku in carried)

    @property
    def goods_total(self) -> Money:
        """All lines, VAT included."""
        return total(line.amount for line in self.lines)

    @property
    def shipping_fee(self) -> Money:
        """One fee for each delivery option: lines that go to the same place travel together, and
        the dearest of their fees is the one of the heaviest parcel."""
        fees: dict[DeliveryOption, Money] = {}
        for line in self.lines:
            known = fees.get(option_key(line.promise))
            fee = line.promise.fee
            fees[option_key(line.promise)] = fee if known is None else max(known, fee)
        return total(fees.values())

    @property
    def total(self) -> Money:
        """What the customer pays."""
        return self.goods_total + self.shipping_fee

    @property
    def needs(self) -> tuple[str, ...]:
        """What is still to be asked before payment: "address", "name", "email"."""
        modes = {line.promise.mode for line in self.lines}
        missing = []
        if FulfilmentMode.SHIP_HOME in modes and self.ship_to is None:
            missing.append("address")
        if modes - {FulfilmentMode.CARRY_OUT}:
            missing += [name for name in ("name", "email") if not getattr(self.customer, name)]
        return tuple(missing)

    def line(self, line_id: int) -> StoredLine:
        """The line with that number; raises InvalidInput when it is no longer there."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise InvalidInput(
            "This line is no longer in the basket.", code="basket.no_such_line", line_id=line_id
        )

    def with_line(self, changed: StoredLine) -> BasketState:
        """The line of that number replaced."""
        lines = tuple(changed if x.line_id == changed.line_id else x for x in self.lines)
        return replace(self, lines=lines)

    def with_lines(self, lines: Iterable[StoredLine]) -> BasketState:
        """Other lines, all else as it is."""
        return replace(self, lines=tuple(lines))
