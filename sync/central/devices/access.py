"""Which orders a device may see: its own store's, and that of a receipt that a customer shows."""

from __future__ import annotations

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.central.records.order_record import OrderRecord
from sync.central.storage import tables
from sync.domain.errors import InvalidInput
from sync.protocol.receipt_code import read_receipt_code


def device_keys(connection: sa.Connection) -> dict[int, Ed25519PublicKey]:
    """The public keys of all devices by number; those of revoked ones too: old receipts stay."""
    query = sa.select(tables.device.c.number, tables.device.c.public_key)
    return {
        row.number: Ed25519PublicKey.from_public_bytes(bytes.fromhex(row.public_key))
        for row in connection.execute(query)
    }


def may_see(connection: sa.Connection, record: OrderRecord, asker: str, receipt_code: str) -> bool:
    """Whether a device at `asker` may see the order: it is its own store's, or the customer
    shows the receipt. Raises InvalidInput for a receipt that is broken or forged.
    """
    if receipt_code:
        order = record.order
        receipt = read_receipt_code(receipt_code, device_keys(connection))
        if receipt.order_number != order.number or receipt.total != order.total:
            raise InvalidInput(
                "This receipt is of another order than {order}. Scan the receipt of the goods.",
                code="receipt.other_order",
                order=order.number,
            )
        return True
    return asker in record.audience()
