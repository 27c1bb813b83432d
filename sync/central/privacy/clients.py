"""What is known of a client, found by e-mail address."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord
from sync.central.storage import schema, tables
from sync.central.storage.database import Transaction
from sync.domain.customer import email_address

SECRET = "privacy_secret"  # noqa: S105 - the name of the row, not a secret


@dataclass(frozen=True)
class Client:
    """`mails`: those to the address or about the orders, without their documents."""

    email: str
    orders: tuple[OrderRecord, ...]
    mails: tuple[dict[str, Any], ...]

    @property
    def numbers(self) -> list[str]:
        """The numbers of the orders."""
        return [record.number for record in self.orders]


def find(connection: Connection, email: str) -> Client:
    """Everything of the client with that address, however it is written.

    Raises InvalidInput for what is no address.
    """
    wanted = email_address(email).lower()
    rows = tables.order_document.c
    inside = json.dumps(wanted)[1:-1].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    like = sa.func.lower(rows.body).like(f"%{inside}%", escape="\\")
    numbers = connection.execute(sa.select(rows.number).where(like).order_by(rows.number))
    found = [order_records.read(connection, number) for number in numbers.scalars().all()]
    orders = [each for each in found if each.order.customer.email.strip().lower() == wanted]
    mails = tables.mail
    query = sa.select(mails).where(
        sa.or_(
            sa.func.lower(mails.c.recipient) == wanted,
            mails.c.order_number.in_([record.number for record in orders]),
        )
    )
    told = [dict(row._mapping) for row in connection.execute(query.order_by(mails.c.id))]
    return Client(wanted, tuple(orders), tuple(told))


def hashed(tx: Transaction, email: str) -> str:
    """The address as erasures keep it: HMAC-SHA256 under a secret of this server."""
    secret = schema.read_meta(tx.connection, SECRET)
    folded = email.strip().lower().encode()
    return hmac.new(secret.encode(), folded, hashlib.sha256).hexdigest()
