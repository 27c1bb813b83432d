"""Why an order comes from where it comes: each decision that was taken for it, in sentences."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from comptoir.i18n import I18n
from comptoir.sync.central import tables
from comptoir.sync.central.reference import Reference
from comptoir.sync.domain.order import Order
from comptoir.sync.sourcing.decision import Decision
from comptoir.sync.sourcing.explain import explain as sentences


def explain(
    reference: Reference, connection: Connection, order: Order, language: str
) -> dict[str, Any]:
    """Each decision with its time, its cause and its sentences, the first one first."""
    return {
        "order_number": order.number.value,
        "decisions": [
            {
                "at": row.at,
                "policy": row.policy,
                "snapshot_position": row.snapshot_position,
                "sentences": told(reference, row.body, language),
                "decision": json.loads(row.body),
            }
            for row in rows(connection, order.number.value)
        ],
    }


def rows(connection: Connection, number: str) -> list[sa.Row[Any]]:
    """The decisions of an order as they are kept."""
    query = sa.select(tables.decision).where(tables.decision.c.order_number == number)
    return list(connection.execute(query.order_by(tables.decision.c.id)))


def told(reference: Reference, body: bytes, language: str, most: int = 10) -> list[str]:
    """One decision in sentences; at most `most` of the locations that were not chosen."""
    names = {code: place.name for code, place in reference.locations.items()}
    decision = Decision.from_wire(json.loads(body))
    return sentences(decision, I18n(language), names=names, verdicts_max=most)
