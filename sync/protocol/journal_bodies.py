"""What the journal says of a sale and of a refund: lines, VAT and money, and no customer's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sync.domain.money import VatLine
from sync.domain.order import Order
from sync.domain.order_change import Cancellation
from sync.domain.returns import CreditLine, RefundPart, Return, ReturnLine


def sale_body(order: Order) -> dict[str, Any]:
    """A sale, whole."""
    return {
        "order": str(order.number),
        "receipt": order.receipt_number,
        "store": order.location,
        "associate": order.associate,
        "currency": order.total.currency,
        "amount_minor": order.total.minor,
        "shipping_minor": order.shipping_fee.minor,
        "lines": [
            {
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_minor": line.unit_price.minor,
                "amount_minor": line.amount.minor,
                "vat_rate_bp": line.vat_rate_bp,
            }
            for line in order.lines
        ],
        "vat": _vat(order.vat()),
        "tenders": [[tender.kind.value, tender.amount.minor] for tender in order.tenders],
    }


def refund_body(
    goods: Return, accepted: Sequence[ReturnLine], parts: Sequence[RefundPart], associate: str
) -> dict[str, Any]:
    """The refund of what was accepted of a return; amounts are what is given back."""
    numbers = {line.line_id for line in accepted}
    amount = goods.refund_of(numbers)
    return {
        "return": str(goods.number),
        "order": str(goods.order_number),
        "store": goods.location,
        "associate": associate,
        "currency": amount.currency,
        "amount_minor": amount.minor,
        "shipping_minor": goods.delivery_of(numbers).minor,
        "lines": _credits(accepted),
        "vat": _vat(goods.vat_of(numbers)),
        "tenders": [[part.kind.value, part.amount.minor] for part in parts],
    }


def cancellation_body(
    document: Cancellation, parts: Sequence[RefundPart], associate: str
) -> dict[str, Any]:
    """The refund of what was cancelled, with the delivery fee where that goes back too."""
    amount = document.refund
    return {
        "return": document.number,
        "order": str(document.order_number),
        "store": document.location,
        "associate": associate,
        "currency": amount.currency,
        "amount_minor": amount.minor,
        "shipping_minor": document.shipping.minor,
        "lines": _credits(document.lines),
        "vat": _vat(document.vat()),
        "tenders": [[part.kind.value, part.amount.minor] for part in parts],
    }


def _credits(lines: Iterable[CreditLine | ReturnLine]) -> list[dict[str, Any]]:
    return [
        {
            "sku": line.sku,
            "name": line.name,
            "quantity": line.quantity,
            "amount_minor": line.refund.minor,
            "vat_rate_bp": line.vat_rate_bp,
            "vat_minor": line.vat.minor,
        }
        for line in lines
    ]


def counter_entry(body: dict[str, Any]) -> dict[str, Any]:
    """What takes back a refund that the server did not agree to: the same amounts, below 0."""
    return body | {
        "amount_minor": -body["amount_minor"],
        "vat": [[rate, -net, -vat, -gross] for rate, net, vat, gross in body["vat"]],
        "tenders": [[kind, -amount] for kind, amount in body["tenders"]],
        "takes_back": body["return"],
    }


def _vat(lines: Iterable[VatLine]) -> list[list[int]]:
    return [[line.rate_bp, line.net.minor, line.vat.minor, line.gross.minor] for line in lines]
