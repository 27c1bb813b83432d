"""The signed code of a receipt: made by the till that sold, read by any device of the store."""

from __future__ import annotations

from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.usecases.context import Context
from sync.domain.errors import Refused
from sync.domain.order import Order
from sync.protocol.receipt_code import ReceiptCode
from sync.terminal.store import people_queries


def receipt_code(context: Context, order: Order) -> str:
    """The code of an order of this device; Ed25519 gives the same one every time.

    Raises Refused for an order that another device took: only its key can sign for it.
    """
    if order.device != context.identity.code:
        raise Refused(
            "The receipt of this order can only be made at till {till}, which took it.",
            code="receipt.other_till",
            till=order.device or "-",
        )
    return ReceiptCode(order.number, order.total, order.placed_at).sign(context.identity.key)


def till_keys(context: Context) -> Mapping[int, Ed25519PublicKey]:
    """The public keys of the tills that this device knows, its own included."""
    keys = {context.identity.number: context.identity.key.public_key()}
    for device in people_queries.device_keys(context.store):
        keys.setdefault(
            device.number, Ed25519PublicKey.from_public_bytes(bytes.fromhex(device.public_key))
        )
    return keys
