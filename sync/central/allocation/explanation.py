"""Why an order comes from where it comes: each decision that was taken for it, in sentences."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import zstandard
from sqlalchemy.engine import Connection

from sync.central.allocation.kept_inputs import Kept, Reasons
from sync.central.catalogue.reference import Reference
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Database, unstamp
from sync.central.storage.dialect import open_engine
from sync.domain.order import Order
from sync.i18n import I18n
from sync.sourcing.decision import Decision
from sync.sourcing.explain.sentences import explain_decision, why_not_others

DATABASE_FILE = "central.db"
EVALUATIONS_MAX = 10


@dataclass(frozen=True)
class Explained:
    """A decision that was taken at `at`, with its reasons where they can be told again."""

    at: datetime
    decision: Decision
    has_reasons: bool

    def told(
        self, reference: Reference, language: str, evaluations_max: int = EVALUATIONS_MAX
    ) -> list[str]:
        """In sentences; at most so many of the locations that were not chosen."""
        words, names = I18n(language, reference.zone), _names(reference)
        sentences = explain_decision(
            self.decision, words, names=names, evaluations_max=evaluations_max, costs=True
        )
        return sentences if self.has_reasons else [*sentences, _gone(words)]

    def others(
        self, reference: Reference, language: str, evaluations_max: int = EVALUATIONS_MAX
    ) -> list[str]:
        """Why not from elsewhere: the part of `told` that is about what was not chosen."""
        words, names = I18n(language, reference.zone), _names(reference)
        if not self.has_reasons:
            return [_gone(words)]
        return why_not_others(self.decision, words, names=names, evaluations_max=evaluations_max)


def _names(reference: Reference) -> dict[str, str]:
    return {code: place.name for code, place in reference.locations.items()}


def _gone(words: I18n) -> str:
    return words.t(
        "The reasons cannot be told any more: the rules or the scarcity prices of that time are "
        "gone."
    )


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
                "at": one.at.astimezone(reference.zone).isoformat(),
                "policy": one.decision.policy,
                "snapshot_position": one.decision.snapshot_position,
                "sentences": one.told(reference, language, evaluations_max),
                "others": one.others(reference, language, evaluations_max),
                "decision": one.decision.to_wire(),
            }
            for one in explained(connection, order.number.value)
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


def explained(connection: Connection, number: str) -> Iterator[Explained]:
    """The decisions of an order with their reasons, the first one first."""
    query = sa.select(tables.decision).where(tables.decision.c.order_number == number)
    reasons = Reasons(connection)
    for row in list(connection.execute(query.order_by(tables.decision.c.id))):
        decision = Decision.from_wire(json.loads(zstandard.decompress(row.body)))
        found = reasons.of(Kept(decision, row.inputs, row.reference))
        yield Explained(unstamp(row.at), found or decision, found is not None)
