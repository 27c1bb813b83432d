"""Reservations of this store in the local store: what customers come for and pay here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sync.domain.reservation import Reservation
from sync.protocol.codec import parse_json, to_json
from sync.terminal.store.local_store import Reader, Transaction


def put(tx: Transaction, number: str, held: Reservation | None) -> None:
    """What the server says of a reservation; None when it is over."""
    if held is None:
        tx.execute("DELETE FROM reservations WHERE number = ?", (number,))
    else:
        tx.execute(
            "INSERT INTO reservations (number, until, body) VALUES (?, ?, ?) "
            "ON CONFLICT (number) DO UPDATE SET until = excluded.until, body = excluded.body",
            (number, _sortable(held.expires_at), to_json(held).decode()),
        )
    tx.touch("reservations")


def waiting(reader: Reader, now: datetime, limit: int) -> list[Reservation]:
    """Those that hold something now and were not sold here, the first to expire first."""
    rows = reader.all(
        "SELECT body FROM reservations WHERE sold = 0 AND until > ? ORDER BY until, number LIMIT ?",
        (_sortable(now), limit),
    )
    return [parse_json(Reservation, body) for (body,) in rows]


def find(reader: Reader, number: str) -> Reservation | None:
    """The reservation of that number; None when it is not here."""
    row = reader.one("SELECT body FROM reservations WHERE number = ?", (number,))
    return None if row is None else parse_json(Reservation, row[0])


def mark_sold(tx: Transaction, numbers: Iterable[str]) -> None:
    """Their customers have bought: nobody waits for them any more."""
    for number in numbers:
        tx.execute("UPDATE reservations SET sold = 1 WHERE number = ?", (number,))
        tx.touch("reservations")


def _sortable(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
