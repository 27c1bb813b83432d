"""Why an order comes from where it comes: each decision that was taken for it, in sentences."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Database, unstamp
from sync.central.storage.dialect import open_engine
from sync.domain.order import Order
from sync.i18n import I18n
from sync.sourcing.decision import Decision
from sync.sourcing.explain.sentences import explain_decision

DATABASE_FILE = "central.db"
EVALUATIONS_MAX = 10


def explain(
    reference: Reference,
    connection: Connection,
    order: Order,
    language: str,
    evaluations_max: int = EVALUATIONS_MAX,
) -> dict[str, Any]:
    """Each decision with its time (the company's zone) and its sentences, the first one first."""
    return {
        "order_number": order.number.value,
        "decisions": [
            {
                "at": unstamp(row.at).astimezone(reference.zone).isoformat(),
                "policy": row.policy,
                "snapshot_position": row.snapshot_position,
                "sentences": told(reference, row.body, language, evaluations_max),
                "decision": json.loads(row.body),
            }
            for row in rows(connection, order.number.value)
        ],
    }


def explain_from(folder: Path, number: str, language: str) -> dict[str, Any]:
    """What `explain` gives, of the server whose data is in `folder`, running or not.

    Every location has its reason. Raises NotFound for an order that is not there.
    """
    database = Database(open_engine(folder / DATABASE_FILE), lambda: datetime.now(UTC))
    try:
        reference = Reference(database)
        reference.refresh()
        with database.read() as connection:
            order = projection.find_order(connection, number)
            return explain(reference, connection, order, language, len(reference.locations))
    finally:
        database.close()


def rows(connection: Connection, number: str) -> list[sa.Row[Any]]:
    """The decisions of an order as they are kept."""
    query = sa.select(tables.decision).where(tables.decision.c.order_number == number)
    return list(connection.execute(query.order_by(tables.decision.c.id)))


def told(
    reference: Reference, body: bytes, language: str, evaluations_max: int = EVALUATIONS_MAX
) -> list[str]:
    """One decision in sentences; at most so many of the locations that were not chosen."""
    names = {code: place.name for code, place in reference.locations.items()}
    decision = Decision.from_wire(json.loads(body))
    return explain_decision(
        decision,
        I18n(language, reference.zone),
        names=names,
        evaluations_max=evaluations_max,
        costs=True,
    )
