"""Changes to an order: pieces that are not wanted any more, and another address (page 0073)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sync.domain.consignment import check_key
from sync.domain.customer import Address
from sync.domain.errors import InvalidInput, Refused
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money, VatLine, total
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.domain.returns import CreditLine, RefundPart, credit_line, shipping_vat, vat_of_credits


class CancelReason(StrEnum):
    """Why pieces of an order are cancelled."""

    CUSTOMER = "customer"  # the customer does not want them any more
    NO_STOCK = "no_stock"  # nobody can supply them
    NOT_COLLECTED = "not_collected"
    UNPAID = "unpaid"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LineCount:
    """`quantity` pieces of an order line."""

    __pydantic_config__ = {"extra": "forbid"}

    line_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Pieces of an order that are not delivered any more, and the money that goes back for them.

    `number` is that of who cancels: a return's number at a till, any key elsewhere. `shipping` is
    what goes back of the delivery fee, `shipping_vat` the tax in it. `parts` are filled in by the
    server, which knows what was captured. `fulfilment_id`: the bag that was put back.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    order_number: DocumentNumber
    location: str
    device: str
    created_at: datetime
    reason: CancelReason
    lines: tuple[CreditLine, ...]
    shipping: Money
    shipping_vat: tuple[VatLine, ...] = ()
    by: str = ""
    fulfilment_id: str = ""
    parts: tuple[RefundPart, ...] = ()

    def __post_init__(self) -> None:
        check_key(self.number)
        if self.created_at.tzinfo is None:
            raise InvalidInput("A time needs its zone.", code="order.naive_time")

    @property
    def refund(self) -> Money:
        """What goes back in all."""
        return total((line.refund for line in self.lines), self.shipping.currency) + self.shipping

    def vat(self) -> list[VatLine]:
        """The tax by rate, highest first, that goes back with it."""
        return vat_of_credits(self.lines, self.shipping_vat)


@dataclass(frozen=True, slots=True)
class AddressChange:
    """What is delivered of an order goes to `ship_to`.

    `fulfilments`: those that were on a list and got the new address; so have those that were made
    when there were `before` others. The rest went where they went.
    """

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    order_number: DocumentNumber
    ship_to: Address
    by: str = ""
    at: datetime | None = None
    fulfilments: tuple[str, ...] = ()
    before: int = 0

    def __post_init__(self) -> None:
        check_key(self.number)


OrderChange = Cancellation | AddressChange


@dataclass(frozen=True, slots=True)
class LineStanding:
    """What is known of a line: pieces cancelled and given back before, and those that may still
    be cancelled."""

    cancelled: int
    back: int
    cancellable: int


def cancellation(
    order: Order,
    standing: Mapping[int, LineStanding],
    wanted: Sequence[LineCount],
    *,
    number: str,
    location: str,
    device: str,
    created_at: datetime,
    reason: CancelReason,
    by: str,
    fulfilment_id: str = "",
) -> Cancellation:
    """The document that cancels `wanted` pieces, or all that may be when that is empty.

    `standing` by line number. Raises InvalidInput for a line that is not there or is named twice,
    Refused when so many pieces cannot be cancelled, or nothing can.
    """
    chosen = {one.line_id: one.quantity for one in wanted}
    if len(chosen) != len(wanted):
        raise InvalidInput("Two lines have the same number.", code="order.line_ids")
    if not wanted:
        chosen = {line: known.cancellable for line, known in standing.items() if known.cancellable}
    if not chosen:
        raise Refused(
            "Nothing of order {order} can be cancelled: all of it is begun, gone or cancelled "
            "already. What has left comes back by a return. Nothing was changed.",
            code="cancel.nothing",
            order=order.number,
        )
    lines = []
    for line_id, quantity in sorted(chosen.items()):
        line, known = order.line(line_id), standing[line_id]
        _check_quantity(line, known, quantity)
        lines.append(credit_line(order, line_id, known.cancelled + known.back, quantity))
    left = {
        line.line_id: line.quantity - standing[line.line_id].cancelled - chosen.get(line.line_id, 0)
        for line in order.lines
    }
    ends = _ends_delivery(order, standing, left)
    return Cancellation(
        number,
        order.number,
        location,
        device,
        created_at,
        reason,
        tuple(lines),
        order.shipping_fee if ends else Money(0, order.shipping_fee.currency),
        shipping_vat(order, order.shipping_fee) if ends else (),
        by,
        fulfilment_id,
    )


def _check_quantity(line: OrderLine, known: LineStanding, quantity: int) -> None:
    if quantity < 1:
        raise InvalidInput("At least one piece has to be cancelled.", code="cancel.quantity")
    if quantity > known.cancellable:
        raise Refused(
            "“{name}”: {left} of {sold} can be cancelled. What is being prepared is asked of its "
            "store; what has left comes back by a return. Nothing was changed.",
            code="cancel.too_many",
            name=line.name,
            left=known.cancellable,
            sold=line.quantity,
        )


def _ends_delivery(
    order: Order, standing: Mapping[int, LineStanding], left: Mapping[int, int]
) -> bool:
    """Whether nothing is left of what the delivery fee was paid for, and something was before."""
    sent = [line for line in order.lines if line.mode is FulfilmentMode.SHIP_HOME]
    paid_for = sent or [line for line in order.lines if line.mode is not FulfilmentMode.CARRY_OUT]
    before = any(line.quantity > standing[line.line_id].cancelled for line in paid_for)
    return bool(order.shipping_fee) and before and not any(left[x.line_id] for x in paid_for)


def address_for(
    sold_to: Address | None, changes: Iterable[OrderChange], fulfilment_id: str
) -> Address | None:
    """Where a fulfilment goes, or went; `sold_to` is the address of the sale."""
    place = int(fulfilment_id.rpartition(".")[2])
    for change in changes:
        if isinstance(change, AddressChange) and (
            fulfilment_id in change.fulfilments or place > change.before
        ):
            sold_to = change.ship_to
    return sold_to


def pieces_of(changes: Iterable[OrderChange]) -> dict[int, int]:
    """Pieces that were cancelled, by line."""
    found: dict[int, int] = {}
    for change in changes:
        if isinstance(change, Cancellation):
            for line in change.lines:
                found[line.line_id] = found.get(line.line_id, 0) + line.quantity
    return found
