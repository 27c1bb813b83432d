"""Orders: what a customer bought, and how each line reaches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sync.domain.customer import Address, Customer
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber, Gtin
from sync.domain.money import Money, VatLine, total, vat_by_rate
from sync.domain.payment import Tender

QUANTITY_MAX = 999
LINES_MAX = 500


class FulfilmentMode(StrEnum):
    """How the customer gets a line."""

    CARRY_OUT = "carry_out"
    SHIP_HOME = "ship_home"
    COLLECT = "collect"  # click and collect in a store
    PICKUP_POINT = "pickup_point"


class Channel(StrEnum):
    """Where an order was taken."""

    STORE = "store"
    WEB = "web"
    MARKETPLACE = "marketplace"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line: `quantity` pieces of one article, had in one way.

    `collect_at` is the code of the store or pickup point for the two modes that need one.
    `promised_at` is when the customer was told to have it; `promised_from` the location that the
    terminal expected to fill it (the server decides). `co2e_g` grams as promised, for the line,
    without the customer's own trip. `service`: the carrier's service that the customer chose, as
    `carrier:service`; empty leaves it to the sourcing.
    """

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    sku: str
    gtin: Gtin
    name: str
    quantity: int
    unit_price: Money
    vat_rate_bp: int
    mode: FulfilmentMode
    collect_at: str = ""
    promised_at: datetime | None = None
    promised_from: str = ""
    co2e_g: int = 0
    service: str = ""

    def __post_init__(self) -> None:
        check_quantity(self.quantity)

    @property
    def amount(self) -> Money:
        """Price of the line including VAT."""
        return self.unit_price * self.quantity


def check_quantity(quantity: int) -> int:
    """Give `quantity` back when it is one that a person can mean, else raise InvalidInput."""
    if not 1 <= quantity <= QUANTITY_MAX:
        raise InvalidInput(
            "A quantity is between 1 and {maximum}; {quantity} is not. The basket is unchanged.",
            code="order.quantity",
            maximum=QUANTITY_MAX,
            quantity=quantity,
        )
    return quantity


@dataclass(frozen=True, slots=True)
class Order:
    """What was sold, how each line goes to the customer, and how it was paid: one document.

    `location` is the store that took it, `device` its till, `associate` the person's code.
    Payment and order travel as one, so an order is never at the server without its money.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: DocumentNumber
    channel: Channel
    location: str
    device: str
    associate: str
    placed_at: datetime
    lines: tuple[OrderLine, ...]
    tenders: tuple[Tender, ...]
    customer: Customer = field(default_factory=Customer)
    ship_to: Address | None = None
    shipping_fee: Money = field(default_factory=lambda: Money(0))
    receipt_number: str = ""
    locale: str = "fr"

    def __post_init__(self) -> None:
        if not self.lines:
            raise InvalidInput(
                "The basket is empty: scan an article first.", code="order.empty_basket"
            )
        if len(self.lines) > LINES_MAX:
            raise InvalidInput(
                "An order holds at most {maximum} lines; this one has {count}. Make two orders.",
                code="order.too_many_lines",
                maximum=LINES_MAX,
                count=len(self.lines),
            )
        if len({line.line_id for line in self.lines}) != len(self.lines):
            raise InvalidInput("Two lines have the same number.", code="order.line_ids")
        if self.placed_at.tzinfo is None:
            raise InvalidInput("A time needs its zone.", code="order.naive_time")
        if self.ship_to is None and any(
            line.mode is FulfilmentMode.SHIP_HOME for line in self.lines
        ):
            raise InvalidInput(
                "A line is to be shipped: enter the customer's address first.",
                code="order.no_address",
            )
        if self.tenders and total(t.amount for t in self.tenders) != self.total:
            raise InvalidInput(
                "The payments do not add up to the total of the order.", code="order.not_settled"
            )

    @property
    def goods_total(self) -> Money:
        """All lines, VAT included."""
        return total(line.amount for line in self.lines)

    @property
    def total(self) -> Money:
        """What the customer pays, VAT included."""
        return self.goods_total + self.shipping_fee

    def vat(self) -> list[VatLine]:
        """The tax by rate, highest first."""
        amounts = [(line.amount, line.vat_rate_bp) for line in self.lines]
        return vat_by_rate([*amounts, *self.shipping_by_rate()])

    def shipping_by_rate(self) -> list[tuple[Money, int]]:
        """The delivery fee as (gross, rate in basis points): it is taxed like what is delivered,
        shared by value where that has several rates."""
        if not self.shipping_fee:
            return []
        sent = [line for line in self.lines if line.mode is FulfilmentMode.SHIP_HOME]
        rates: dict[int, int] = {}
        for line in sent or self.lines:
            rates[line.vat_rate_bp] = rates.get(line.vat_rate_bp, 0) + line.amount.minor
        shares = self.shipping_fee.allocate(list(rates.values()))
        return list(zip(shares, rates, strict=True))

    def line(self, line_id: int) -> OrderLine:
        """The line with that number; raises InvalidInput when there is none."""
        for line in self.lines:
            if line.line_id == line_id:
                return line
        raise InvalidInput(
            "Order {order} has no line {line_id}.",
            code="order.no_such_line",
            order=self.number,
            line_id=line_id,
        )
