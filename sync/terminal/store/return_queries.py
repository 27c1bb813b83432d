"""Returns in the local store: what is shown of them, and what the server says."""

from __future__ import annotations

import json

from sync.domain.money import Money
from sync.domain.returns import ReturnState
from sync.protocol.codec import parse_json
from sync.protocol.feed import ReturnRecord
from sync.terminal.store.local_store import Reader, Row

# Kept for ever, however old: of money that left a drawer the journal is the record.
PAID_OUT = "pay_out_cash"


def find(reader: Reader, number: str) -> ReturnRecord | None:
    """The return as this device shows it; None when it is not here."""
    return _record(reader.one("SELECT body FROM returns WHERE key = ?", (number,)))


def of_server(reader: Reader, number: str) -> ReturnRecord | None:
    """The return as the server last told it; None when it has not."""
    return _record(reader.one("SELECT server_body FROM returns WHERE key = ?", (number,)))


def deposited(reader: Reader, limit: int, offset: int = 0) -> list[ReturnRecord]:
    """Returns to be inspected, the oldest first."""
    return _records(
        reader.all(
            "SELECT body FROM returns WHERE state = ? ORDER BY at, key LIMIT ? OFFSET ?",
            (ReturnState.DEPOSITED, limit, offset),
        )
    )


def deposited_count(reader: Reader) -> int:
    """How many returns are to be inspected."""
    row = reader.one("SELECT count(*) FROM returns WHERE state = ?", (ReturnState.DEPOSITED,))
    return int(row[0]) if row else 0


def inspected(reader: Reader, limit: int, offset: int = 0) -> list[ReturnRecord]:
    """Returns that were inspected, the latest first."""
    return _records(
        reader.all(
            "SELECT body FROM returns WHERE state != ? ORDER BY at DESC, key DESC LIMIT ? OFFSET ?",
            (ReturnState.DEPOSITED, limit, offset),
        )
    )


def of_order(reader: Reader, order_number: str) -> list[ReturnRecord]:
    """The returns of one order, the oldest first."""
    return _records(
        reader.all("SELECT body FROM returns WHERE about = ? ORDER BY at, key", (order_number,))
    )


def numbers_of_order(reader: Reader, order_number: str) -> list[str]:
    """The numbers of the returns of one order."""
    rows = reader.all("SELECT key FROM returns WHERE about = ? ORDER BY key", (order_number,))
    return [key for (key,) in rows]


def paid_out(reader: Reader, number: str) -> Money | None:
    """The cash of the return that left the drawer of this till; None when none did."""
    for (body,) in reader.all("SELECT body FROM journal WHERE kind = ?", (PAID_OUT,)):
        entry = json.loads(body)
        if entry["return"] == number:
            return Money(entry["amount_minor"], entry["currency"])
    return None


def _record(row: Row | None) -> ReturnRecord | None:
    if row is None or row[0] is None:
        return None
    record: ReturnRecord = parse_json(ReturnRecord, row[0])
    return record


def _records(rows: list[Row]) -> list[ReturnRecord]:
    return [parse_json(ReturnRecord, body) for (body,) in rows]
