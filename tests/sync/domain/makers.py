"""Small, whole objects for tests."""

from datetime import UTC, datetime

from sync.domain.identifiers import DocumentNumber, Gtin
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind

NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


def line(line_id: int = 1, quantity: int = 1, minor: int = 295, **changes: object) -> OrderLine:
    """A line to carry out."""
    fields: dict[str, object] = {
        "line_id": line_id,
        "sku": "85123A",
        "gtin": Gtin("2000000000015"),
        "name": "White hanging heart t-light holder",
        "quantity": quantity,
        "unit_price": Money(minor),
        "vat_rate_bp": 2000,
        "mode": FulfilmentMode.CARRY_OUT,
    }
    return OrderLine(**{**fields, **changes})  # type: ignore[arg-type]


def order(*lines: OrderLine, **changes: object) -> Order:
    """An order that was paid in cash."""
    lines = lines or (line(),)
    amount = Money(sum(item.amount.minor for item in lines))
    fields: dict[str, object] = {
        "number": DocumentNumber.build("C", 1, 1),
        "channel": Channel.STORE,
        "location": "S001",
        "device": "S001-T1",
        "associate": "A1",
        "placed_at": NOON,
        "lines": lines,
        "tenders": (Tender(TenderKind.CASH, amount, given=amount),),
    }
    return Order(**{**fields, **changes})  # type: ignore[arg-type]
