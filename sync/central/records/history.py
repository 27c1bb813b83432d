"""What happened to an order, as a list of sentences that each screen shows in its language."""

from __future__ import annotations

import json
from enum import StrEnum

from sync.central.records import order_records
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.protocol.feed import Event


class Kind(StrEnum):
    """Kinds of events; each has its sentence."""

    RECEIVED = "received"
    SOURCED = "sourced"
    REALLOCATED = "reallocated"
    BACKORDERED = "backordered"
    BACKORDERED_UNTIL = "backordered_until"
    HELD = "held"
    ASKED = "asked"
    RELEASED = "released"
    PICKING = "picking"
    PACKED = "packed"
    SHIPPED = "shipped"
    HANDED_OVER = "handed_over"
    REJECTED = "rejected"
    TAKEN_BACK = "taken_back"
    BOOKED = "booked"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    DEPOSITED = "deposited"
    REFUNDED = "refunded"
    GIVEN_BACK = "given_back"
    CANCELLED = "cancelled"
    NOT_COLLECTED = "not_collected"
    READDRESSED = "readdressed"


SENTENCES = {
    Kind.RECEIVED: "The order was received.",
    Kind.SOURCED: "Pieces to prepare at {location}: {quantity}.",
    Kind.REALLOCATED: "Moved from {before} to {after}: saves {amount}, certified gap {gap} %.",
    Kind.BACKORDERED: "Pieces backordered, as no location can supply them now: {quantity}.",
    Kind.BACKORDERED_UNTIL: "Pieces backordered: {quantity}. Goods are expected on {day}.",
    Kind.HELD: "Held until all of it can be sent (policy). Pieces that wait: {quantity}.",
    Kind.ASKED: "A person is asked what to send (policy). Pieces that wait: {quantity}.",
    Kind.RELEASED: "A person decided to send what there is. Pieces found: {quantity}.",
    Kind.PICKING: "{location} is picking the goods.",
    Kind.PACKED: "{location} has packed the goods.",
    Kind.SHIPPED: "{location} has given the parcel to the carrier.",
    Kind.HANDED_OVER: "The customer has the goods from {location}.",
    Kind.REJECTED: "{location} refused ({reason}). Pieces to find elsewhere: {quantity}.",
    Kind.TAKEN_BACK: "{location} need not prepare them any more. Pieces: {quantity}.",
    Kind.BOOKED: "The carrier gave the tracking number {tracking_number}.",
    Kind.IN_TRANSIT: "Parcel {tracking_number} is on its way.",
    Kind.DELIVERED: "Parcel {tracking_number} has arrived.",
    Kind.DEPOSITED: "Return {number} was left at {location}. Pieces: {quantity}.",
    Kind.REFUNDED: "Return {number}: {amount} was refunded.",
    Kind.CANCELLED: "Cancelled by {by} ({reason}). Pieces: {quantity}; {amount} goes back.",
    Kind.NOT_COLLECTED: "Nobody collected them at {location}. Pieces back on sale: {quantity}.",
    Kind.READDRESSED: "The address was changed by {by}; parcels go to {commune}.",
    Kind.GIVEN_BACK: "Return {number}. Pieces given back to the customer: {quantity}.",
}


def record(tx: Transaction, order_number: str, kind: Kind, **params: object) -> None:
    """Append an event to the history of an order; raises NotFound for one that is not there."""
    known = order_records.load(tx, order_number)
    told = json.dumps(params, default=str)
    known.events.append(Event(tx.at, kind.value, SENTENCES[kind], json.loads(told)))
    tx.later(
        tables.tracking_event,
        {
            "order_number": order_number,
            "at": tx.at,
            "kind": kind.value,
            "text": SENTENCES[kind],
            "params": told,
        },
    )
    tx.changes.orders.add(order_number)
