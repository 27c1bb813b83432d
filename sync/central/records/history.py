"""What happened to an order, as a list of sentences that each screen shows in its language."""

from __future__ import annotations

import json
from enum import StrEnum

import sqlalchemy as sa

from sync.central.storage import tables
from sync.central.storage.database import Transaction

SENTENCES = {
    "received": "The order was received.",
    "sourced": "Pieces to prepare at {location}: {quantity}.",
    "moved": "Moved from {before} to {after}: saves {amount}, certified gap {gap} %.",
    "waiting": "Pieces backordered, as no location can supply them now: {quantity}.",
    "picking": "{location} is picking the goods.",
    "packed": "{location} has packed the goods.",
    "shipped": "{location} has given the parcel to the carrier.",
    "handed_over": "The customer has the goods from {location}.",
    "rejected": "{location} refused ({reason}). Pieces to find elsewhere: {quantity}.",
    "booked": "The carrier gave the tracking number {tracking_number}.",
    "in_transit": "Parcel {tracking_number} is on its way.",
    "delivered": "Parcel {tracking_number} has arrived.",
    "deposited": "Return {number} was left at {location}. Pieces: {quantity}.",
    "refunded": "Return {number}: {amount} was refunded.",
    "given_back": "Return {number}. Pieces given back to the customer: {quantity}.",
}


class Kind(StrEnum):
    """Kinds of events; each has its sentence."""

    RECEIVED = "received"
    SOURCED = "sourced"
    MOVED = "moved"
    WAITING = "waiting"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"
    REJECTED = "rejected"
    BOOKED = "booked"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    DEPOSITED = "deposited"
    REFUNDED = "refunded"
    GIVEN_BACK = "given_back"


def record(tx: Transaction, order_number: str, kind: Kind, **params: object) -> None:
    """Append an event to the history of an order."""
    tx.connection.execute(
        sa.insert(tables.tracking_event).values(
            order_number=order_number,
            at=tx.at,
            kind=kind.value,
            text=SENTENCES[kind.value],
            params=json.dumps(params, default=str),
        )
    )
    tx.changes.orders.add(order_number)
