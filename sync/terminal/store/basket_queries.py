"""The open basket, the steps back from it, and the baskets put aside, in the local store.

What a basket holds is the till's own affair: here it is JSON text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sync.terminal.store.local_store import Reader, Row, Transaction


@dataclass(frozen=True, slots=True)
class StoredParked:
    """A basket put aside; `label` is empty when none was given."""

    id: int
    label: str
    at: datetime
    body: str


def find(reader: Reader) -> str | None:
    """The open basket; None when nothing was put into it yet."""
    row = reader.one("SELECT body FROM basket")
    return str(row[0]) if row else None


def put(tx: Transaction, body: str) -> None:
    """Keep the open basket."""
    tx.execute("INSERT OR REPLACE INTO basket VALUES (1, ?)", (body,))
    tx.touch("basket")


def forget(tx: Transaction) -> None:
    """An empty basket, and nothing to undo: what was in it is sold or put aside."""
    tx.execute("DELETE FROM basket")
    tx.execute("DELETE FROM basket_undo")
    tx.touch("basket")


def remember(tx: Transaction, body: str, steps_max: int) -> None:
    """Keep the basket as it was before a change; of the steps only the last `steps_max` stay."""
    tx.execute("INSERT INTO basket_undo (body) VALUES (?)", (body,))
    tx.execute(
        "DELETE FROM basket_undo WHERE seq <= (SELECT max(seq) FROM basket_undo) - ?",
        (steps_max,),
    )


def take_back(tx: Transaction) -> str | None:
    """The basket before its last change, which is forgotten; None when there was none."""
    row = tx.one("SELECT seq, body FROM basket_undo ORDER BY seq DESC LIMIT 1")
    if row is None:
        return None
    tx.execute("DELETE FROM basket_undo WHERE seq = ?", (row[0],))
    return str(row[1])


def can_undo(reader: Reader) -> bool:
    """Whether there is a change to take back."""
    return reader.one("SELECT 1 FROM basket_undo LIMIT 1") is not None


def put_aside(tx: Transaction, label: str, at: datetime, body: str) -> int:
    """Keep a basket for later; gives its id."""
    tx.execute(
        "INSERT INTO parked (label, at, body) VALUES (?, ?, ?)", (label, at.isoformat(), body)
    )
    tx.touch("basket")
    row = tx.one("SELECT last_insert_rowid()")
    assert row is not None  # noqa: S101 - the statement before wrote it
    return int(row[0])


def take_up(tx: Transaction, parked_id: int) -> StoredParked | None:
    """The basket of that id, which is no longer put aside; None when it was not."""
    row = tx.one("SELECT id, label, at, body FROM parked WHERE id = ?", (parked_id,))
    if row is None:
        return None
    tx.execute("DELETE FROM parked WHERE id = ?", (parked_id,))
    tx.touch("basket")
    return _parked(row)


def parked(reader: Reader, limit: int, offset: int = 0) -> list[StoredParked]:
    """The baskets put aside, the latest first."""
    rows = reader.all(
        "SELECT id, label, at, body FROM parked ORDER BY id DESC LIMIT ? OFFSET ?", (limit, offset)
    )
    return [_parked(row) for row in rows]


def parked_count(reader: Reader) -> int:
    """How many baskets are put aside."""
    row = reader.one("SELECT count(*) FROM parked")
    return int(row[0]) if row else 0


def _parked(row: Row) -> StoredParked:
    parked_id, label, at, body = row
    return StoredParked(parked_id, label, datetime.fromisoformat(at), body)
