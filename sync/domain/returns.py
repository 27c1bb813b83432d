"""Returns: the goods that come back, what is refunded, and what becomes of them (page 0075)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sync.domain.errors import InvalidInput, Refused
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money, VatLine, total, vat_included
from sync.domain.order import Order, OrderLine
from sync.domain.payment import TenderKind


class ReturnReason(StrEnum):
    """Why the customer brings it back."""

    DAMAGED = "damaged"
    FAULTY = "faulty"
    NOT_SUITABLE = "not_suitable"
    WRONG_ITEM = "wrong_item"
    OTHER = "other"


class ReturnRight(StrEnum):
    """By which right goods come back."""

    WITHDRAWAL = "withdrawal"  # the law's, after a distance sale
    COMMERCIAL = "commercial"  # the company's own
    GUARANTEE = "guarantee"  # the law's, for what is not as it was sold


class Disposition(StrEnum):
    """What becomes of returned goods."""

    RESTOCK = "restock"
    TRANSFER = "transfer"
    REFURBISH = "refurbish"
    RETURN_TO_SUPPLIER = "return_to_supplier"
    DESTROY = "destroy"


class ReturnState(StrEnum):
    """Where a return stands."""

    DEPOSITED = "deposited"  # left at the kiosk or the counter, not yet inspected
    REFUNDED = "refunded"
    REFUSED = "refused"  # given back to the customer


@dataclass(frozen=True, slots=True)
class CreditLine:
    """`quantity` pieces of an order line whose price goes back, what they are worth, and the VAT
    in it."""

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    sku: str
    name: str
    quantity: int
    refund: Money
    vat_rate_bp: int
    vat: Money


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """`quantity` pieces of an order line that come back, what they are worth, and the VAT in it.

    `right`: by which they may; the server says it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    sku: str
    name: str
    quantity: int
    reason: ReturnReason
    refund: Money
    vat_rate_bp: int
    vat: Money
    right: ReturnRight = ReturnRight.COMMERCIAL


@dataclass(frozen=True, slots=True)
class Return:
    """Goods coming back for one order (an RMA). `refund` is what was announced.

    `shipping` is what goes back of the outward delivery when the customer withdraws from all of it
    and all of it is accepted, `shipping_vat` the tax in it.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: DocumentNumber
    order_number: DocumentNumber
    location: str
    device: str
    created_at: datetime
    lines: tuple[ReturnLine, ...]
    state: ReturnState = ReturnState.DEPOSITED
    shipping: Money = field(default_factory=lambda: Money(0))
    shipping_vat: tuple[VatLine, ...] = ()

    @property
    def refund(self) -> Money:
        """What was announced to the customer for all of it."""
        return self.refund_of({line.line_id for line in self.lines})

    def vat(self) -> list[VatLine]:
        """The tax by rate, highest first, that goes back with the refund."""
        return self.vat_of({line.line_id for line in self.lines})

    def refund_of(self, accepted: Collection[int]) -> Money:
        """What goes back when the lines of these numbers are accepted."""
        currency = self.lines[0].refund.currency if self.lines else self.shipping.currency
        goods = total((line.refund for line in self.accepted(accepted)), currency)
        fee = self.delivery_of(accepted)
        return goods + fee if fee else goods

    def delivery_of(self, accepted: Collection[int]) -> Money:
        """What of it is the outward delivery: nothing, unless all lines are accepted."""
        whole = all(line.line_id in accepted for line in self.lines)
        return self.shipping if whole else Money(0, self.shipping.currency)

    def vat_of(self, accepted: Collection[int]) -> list[VatLine]:
        """The tax by rate, highest first, in what goes back then."""
        fee = self.shipping_vat if self.delivery_of(accepted) else ()
        return vat_of_credits(self.accepted(accepted), fee)

    def accepted(self, numbers: Collection[int]) -> list[ReturnLine]:
        """The lines of these numbers."""
        return [line for line in self.lines if line.line_id in numbers]


@dataclass(frozen=True, slots=True)
class InspectedLine:
    """The inspection of the person who inspected the goods."""

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    disposition: Disposition
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class RefundPart:
    """Money given back to one means of payment; `voided` of it was never captured."""

    __pydantic_config__ = {"extra": "forbid"}

    kind: TenderKind
    amount: Money
    reference: str = ""
    card_last4: str = ""
    voided: Money | None = None

    @property
    def refunded(self) -> Money:
        """What goes back of what was captured."""
        return self.amount if self.voided is None else self.amount - self.voided


def refund_for(line: OrderLine, returned_before: int, quantity: int) -> Money:
    """What `quantity` more pieces of a line are worth, when `returned_before` came back already.

    The line's amount is shared over its pieces to the cent; pieces are numbered, so the parts of
    several returns always add up to the line and never above.
    """
    if quantity < 1 or returned_before + quantity > line.quantity:
        raise Refused(
            "Only {left} of {sold} can still be returned. Nothing was refunded.",
            code="return.more_than_sold",
            left=line.quantity - returned_before,
            sold=line.quantity,
        )
    pieces = line.amount.allocate([1] * line.quantity)
    return total(pieces[returned_before : returned_before + quantity])


def refund_vat(order: Order, line_id: int, returned_before: int, quantity: int) -> Money:
    """The VAT in the refund of so many more pieces of a line.

    A sale's VAT is that of the total of a rate, so a piece has no VAT of its own. The pieces of a
    rate stand in a row, line by line; the VAT of some is what they add to that of those before
    them. Whatever comes back in whatever parts, the VAT of all refunds is that of the sale.
    """
    sold = order.line(line_id)
    alike = [line for line in order.lines if line.vat_rate_bp == sold.vat_rate_bp]
    earlier = (line.amount for line in alike[: alike.index(sold)])
    before = total(earlier, sold.amount.currency)
    if returned_before:
        before = before + refund_for(sold, 0, returned_before)
    after = before + refund_for(sold, returned_before, quantity)
    rate = sold.vat_rate_bp
    return vat_included(after, rate).vat - vat_included(before, rate).vat


def return_line(
    order: Order,
    line_id: int,
    returned_before: int,
    quantity: int,
    reason: ReturnReason,
    right: ReturnRight = ReturnRight.COMMERCIAL,
) -> ReturnLine:
    """So many more pieces of a line, with what they are worth; raises Refused above what was sold.

    `returned_before`: pieces of the line that came back before, or were cancelled.
    """
    credit = credit_line(order, line_id, returned_before, quantity)
    return ReturnLine(
        line_id,
        credit.sku,
        credit.name,
        quantity,
        reason,
        credit.refund,
        credit.vat_rate_bp,
        credit.vat,
        right,
    )


def credit_line(order: Order, line_id: int, before: int, quantity: int) -> CreditLine:
    """So many more pieces of a line, with the money that goes back for them.

    `before`: pieces of the line whose price went back before. Raises Refused above what was sold.
    """
    line = order.line(line_id)
    refund = refund_for(line, before, quantity)
    vat = refund_vat(order, line_id, before, quantity)
    return CreditLine(line_id, line.sku, line.name, quantity, refund, line.vat_rate_bp, vat)


def vat_of_credits(
    lines: Iterable[CreditLine | ReturnLine], shipping: Iterable[VatLine] = ()
) -> list[VatLine]:
    """The tax by rate, highest first, of lines whose price goes back, and of a delivery fee."""
    by_rate: dict[int, list[CreditLine | ReturnLine]] = {}
    for line in lines:
        by_rate.setdefault(line.vat_rate_bp, []).append(line)
    found = {}
    for rate, of in by_rate.items():
        gross, vat = total(line.refund for line in of), total(line.vat for line in of)
        found[rate] = VatLine(rate, gross - vat, vat, gross)
    for fee in shipping:
        known = found.get(fee.rate_bp)
        found[fee.rate_bp] = fee if known is None else _sum(known, fee)
    return [found[rate] for rate in sorted(found, reverse=True)]


def _sum(one: VatLine, other: VatLine) -> VatLine:
    return VatLine(one.rate_bp, one.net + other.net, one.vat + other.vat, one.gross + other.gross)


def shipping_vat(order: Order, amount: Money) -> tuple[VatLine, ...]:
    """The tax in `amount` of the delivery fee: what it adds to that of the goods of its rate."""
    if not amount:
        return ()
    fees, found = order.shipping_by_rate(), []
    shares = amount.allocate([fee.minor for fee, _ in fees])
    for share, (_, rate) in zip(shares, fees, strict=True):
        sold = (line.amount for line in order.lines if line.vat_rate_bp == rate)
        goods = total(sold, share.currency)
        vat = vat_included(goods + share, rate).vat - vat_included(goods, rate).vat
        found.append(VatLine(rate, share - vat, vat, share))
    return tuple(found)


def refund_parts(order: Order, already: Mapping[int, Money], amount: Money) -> list[RefundPart]:
    """Spread `amount` over the order's tenders, last tender first, never above what each paid.

    `already` maps a tender's place in the order to what was refunded to it before. Raises
    Refused when the tenders cannot bear it.
    """
    parts: list[RefundPart] = []
    left = amount
    for place in reversed(range(len(order.tenders))):
        tender = order.tenders[place]
        room = tender.amount - already.get(place, Money(0, amount.currency))
        take = min(left, room)
        if take.minor > 0:
            parts.append(RefundPart(tender.kind, take, tender.reference, tender.card_last4))
            left = left - take
    if left.minor > 0:
        raise Refused(
            "More would be refunded than was paid. Nothing was refunded; call a manager.",
            code="return.more_than_paid",
        )
    return parts


def parse_quantity(text: str) -> int:
    """A quantity that a person typed; raises InvalidInput with a sentence when it is none."""
    cleaned = text.strip()
    if not cleaned.isascii() or not cleaned.isdigit():
        raise InvalidInput(
            "“{text}” is not a quantity: type a whole number.",
            code="quantity.not_a_number",
            text=text[:20],
        )
    return int(cleaned)
