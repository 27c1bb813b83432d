"""Fulfilments in the local store, and how many pieces of each line were picked."""

from __future__ import annotations

from collections.abc import Collection

from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.protocol.codec import parse_json
from sync.terminal.store.local_store import Reader, Row, Transaction


def find(reader: Reader, fulfilment_id: str) -> Fulfilment | None:
    """The fulfilment of that id; None when it is not here."""
    return _fulfilment(reader.one("SELECT body FROM fulfilments WHERE key = ?", (fulfilment_id,)))


def find_by_parcel(reader: Reader, sscc: str) -> Fulfilment | None:
    """The fulfilment that has the parcel of that number; None when none here has."""
    return _fulfilment(
        reader.one(
            "SELECT body FROM fulfilments WHERE EXISTS (SELECT 1 FROM "
            "json_each(fulfilments.body, '$.parcels') AS p "
            "WHERE json_extract(p.value, '$.sscc.value') = ?)",
            (sscc,),
        )
    )


def most_urgent(
    reader: Reader, states: Collection[FulfilmentState], limit: int, offset: int = 0
) -> list[Fulfilment]:
    """Fulfilments in these states, the one that is due first first."""
    return _listed(reader, states, "at, key", limit, offset)


def latest(
    reader: Reader, states: Collection[FulfilmentState], limit: int, offset: int = 0
) -> list[Fulfilment]:
    """Fulfilments in these states, the one that was due last first."""
    return _listed(reader, states, "at DESC, key DESC", limit, offset)


def count(reader: Reader, states: Collection[FulfilmentState]) -> int:
    """How many fulfilments are in these states."""
    row = reader.one(
        f"SELECT count(*) FROM fulfilments WHERE state IN ({_marks(states)})", sorted(states)
    )
    return int(row[0]) if row else 0


def picked(reader: Reader, fulfilment_id: str) -> dict[int, int]:
    """Pieces picked so far, by line."""
    rows = reader.all(
        "SELECT line_id, picked FROM pick_progress WHERE fulfilment_id = ?", (fulfilment_id,)
    )
    return {int(line_id): int(pieces) for line_id, pieces in rows}


def add_picked(tx: Transaction, fulfilment_id: str, line_id: int) -> None:
    """One more piece of a line was picked."""
    tx.execute(
        "INSERT INTO pick_progress VALUES (?, ?, 1) "
        "ON CONFLICT (fulfilment_id, line_id) DO UPDATE SET picked = picked + 1",
        (fulfilment_id, line_id),
    )
    tx.touch("fulfilments")


def forget_picked(tx: Transaction, fulfilment_id: str) -> None:
    """The fulfilment is done: nobody asks any more what was picked."""
    tx.execute("DELETE FROM pick_progress WHERE fulfilment_id = ?", (fulfilment_id,))


def _listed(
    reader: Reader, states: Collection[FulfilmentState], order: str, limit: int, offset: int
) -> list[Fulfilment]:
    rows = reader.all(
        f"SELECT body FROM fulfilments WHERE state IN ({_marks(states)}) "
        f"ORDER BY {order} LIMIT ? OFFSET ?",
        (*sorted(states), limit, offset),
    )
    return [parse_json(Fulfilment, body) for (body,) in rows]


def _marks(states: Collection[FulfilmentState]) -> str:
    return ", ".join("?" * len(states))


def _fulfilment(row: Row | None) -> Fulfilment | None:
    if row is None:
        return None
    fulfilment: Fulfilment = parse_json(Fulfilment, row[0])
    return fulfilment
