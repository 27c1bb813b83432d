"""E-mails to customers: queued in the transaction that gives cause for them, sent by a worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.jobs.queue import enqueue
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.central.storage.dialect import insert_missing
from sync.domain.customer import EMAIL_ADDRESS
from sync.domain.order import Order
from sync.i18n import I18n

MAIL = "mail"

SHIPPED = (
    "Your order {order} is on its way",
    "Hello {name},\n\nYour parcel has left {location}. Tracking number: {tracking_number}.\n\n"
    "Thank you for your order {order}.",
)
READY = (
    "Your order {order} is ready",
    "Hello {name},\n\nYour goods wait for you at {location}. Please bring the order number "
    "{order}.",
)
RESERVED = (
    "Reserved for you at {location}",
    "Hello {name},\n\nWe keep this for you at {location} until {day}, {time}: {articles}. You pay "
    "when you come. Please say your name, or the number {number}.",
)
REMINDER = (
    "Your order {order} still waits for you",
    "Hello {name},\n\nYour goods are ready at {location} and wait for you there. We keep them for "
    "{days} days; after that they go back on sale and you get your money back.",
)
REFUNDED = (
    "Refund for your order {order}",
    "Hello {name},\n\nWe have inspected the goods of return {number} and refund {amount} to the "
    "means of payment that you used.",
)
BACKORDERED = (
    "Your order {order} takes longer",
    "Hello {name},\n\nWe do not have this now: {articles}. We send it as soon as it comes in; we "
    "do not know the day yet. What we have is on its way.\n\nIf you would rather not wait, answer "
    "this mail or ask in a store: what has not left can be cancelled, and is not charged.",
)
BACKORDERED_UNTIL = (
    "Your order {order} takes longer",
    "Hello {name},\n\nWe do not have this now: {articles}. Goods are expected on {day}, and yours "
    "are sent first. What we have is on its way.\n\nIf you would rather not wait, answer this mail "
    "or ask in a store: what has not left can be cancelled, and is not charged.",
)
CANCELLED = (
    "Your order {order}: cancelled",
    "Hello {name},\n\nOf your order {order} this was cancelled: {articles}.\n\n{amount} go back to "
    "the means of payment that you used; what was not charged yet never will be.",
)
GIVEN_BACK = (
    "Your return {number} could not be accepted",
    "Hello {name},\n\nWe have inspected the goods of return {number}. Some of them cannot be "
    "taken back; they wait for you at {location}.",
)


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """A mail and how far it is: queued while it is neither sent nor refused."""

    created_at: datetime
    subject: str
    sent: bool
    refused: bool


def queue(
    tx: Transaction, order: Order, message: tuple[str, str], key: str, **params: object
) -> None:
    """Queue `message` in the language of the order, once for each `key`; nothing without address.

    An address that cannot be one is left alone: the history of the order says what happened.
    """
    customer, number = order.customer, order.number.value
    queue_to(
        tx,
        customer.email,
        customer.name,
        order.locale,
        message,
        key,
        about=number,
        order=number,
        **params,
    )


def queue_to(
    tx: Transaction,
    email: str,
    name: str,
    locale: str,
    message: tuple[str, str],
    key: str,
    *,
    about: str | None = None,
    **params: object,
) -> None:
    """The same to somebody who has no order, or `about` the one of that number."""
    recipient = email.strip()
    if not EMAIL_ADDRESS.fullmatch(recipient):
        return
    words = I18n(locale)
    known = {"name": name.strip() or recipient}
    subject, body = (words.t(text, **known, **params) for text in message)
    insert_missing(
        tx.connection,
        tables.mail,
        {
            "key": key,
            "order_number": about,
            "recipient": recipient,
            "subject": " ".join(subject.split()),
            "body": body,
            "created_at": tx.at,
        },
    )
    enqueue(tx, MAIL, key)


def newest(connection: Connection, most: int) -> list[QueuedMail]:
    """The latest mails, sent or not."""
    query = sa.select(tables.mail).order_by(tables.mail.c.id.desc()).limit(most)
    return [
        QueuedMail(
            unstamp(row.created_at),
            row.subject,
            row.sent_at is not None,
            row.refused_at is not None,
        )
        for row in connection.execute(query)
    ]
