"""Orders in the local store, with what became of the commands about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.protocol.codec import parse_json
from sync.protocol.feed import OrderState
from sync.terminal.store.local_store import Reader

_UNSENT = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.about = orders.key AND kind = 'place_order' "
    "AND outbox.state IN ('queued', 'sent'))"
)
_REFUSED = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.about = orders.key AND outbox.state = 'refused' "
    "AND dismissed = 0)"
)


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """`sent`: the server has it; `refused`: a command about it was, and nobody has seen to it."""

    state: OrderState
    sent: bool
    refused: bool


def find(reader: Reader, number: str) -> StoredOrder | None:
    """The order of that number; None when it is not here."""
    row = reader.one(f"SELECT body, {_UNSENT}, {_REFUSED} FROM orders WHERE key = ?", (number,))
    return _stored(row) if row else None


def listed(reader: Reader, words: Sequence[str], limit: int, offset: int = 0) -> list[StoredOrder]:
    """Orders that have all these words (folded), the latest first."""
    where = " AND ".join(["instr(words, ?) > 0"] * len(words)) or "1"
    rows = reader.all(
        f"SELECT body, {_UNSENT}, {_REFUSED} FROM orders WHERE {where} "
        "ORDER BY at DESC, key DESC LIMIT ? OFFSET ?",
        (*words, limit, offset),
    )
    return [_stored(row) for row in rows]


def _stored(row: Sequence[object]) -> StoredOrder:
    body, unsent, refused = row
    return StoredOrder(parse_json(OrderState, str(body)), not unsent, bool(refused))
