"""The journal of this till: written in the transaction of what it records.

See `sync.protocol.journal` for what an entry is. A closing of each day, month and year that is
over is written before the first entry of another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from sync.protocol.journal import (
    CLOSING_DAY,
    CLOSING_MONTH,
    CLOSING_YEAR,
    REFUND,
    SALE,
    Entry,
    Head,
    canonical,
    first_fault,
)
from sync.protocol.journal_totals import Totals, totals_of
from sync.terminal.identity import Identity, load
from sync.terminal.store.local_store import LocalStore, Reader, Row, Transaction

_COLUMNS = "seq, at, kind, body, sales_minor, refunds_minor, hash, signature, algorithm"
PERIODS: Sequence[tuple[str, Callable[[date], str]]] = (
    (CLOSING_DAY, lambda day: day.isoformat()),
    (CLOSING_MONTH, lambda day: day.isoformat()[:7]),
    (CLOSING_YEAR, lambda day: day.isoformat()[:4]),
)


class Journal:
    """Appends to the journal of one till."""

    def __init__(
        self, identity: Identity, clock: Callable[[], datetime], zone: Callable[[], tzinfo]
    ) -> None:
        """`zone`: the company's, in which days begin."""
        self._identity, self._clock, self._zone = identity, clock, zone

    def append(self, tx: Transaction, kind: str, body: Mapping[str, Any]) -> int:
        """Write an entry inside the transaction of what it records; gives its number, from 1.

        Before it, the closings of the days, months and years that are over.
        """
        last = last_entry(tx)
        if last is not None:
            self._close_past(tx, last, self._today())
        return self._write(tx, kind, body)

    def close_day(self, tx: Transaction, counted_cash_minor: int | None, person: str) -> Entry:
        """Close what there is since the last closing of a day, now; gives the closing."""
        seq = self._close(tx, CLOSING_DAY, self._today().isoformat(), counted_cash_minor, person)
        found = tx.one(f"SELECT {_COLUMNS} FROM journal WHERE seq = ?", (seq,))
        assert found is not None  # noqa: S101 - just written
        return Entry(*found)

    def open_totals(self, reader: Reader) -> Totals:
        """What has been sold and refunded since the last closing of a day."""
        return totals_of(_since_last(reader, CLOSING_DAY))

    def _today(self) -> date:
        return self._clock().astimezone(self._zone()).date()

    def _close_past(self, tx: Transaction, last: Entry, today: date) -> None:
        before = datetime.fromisoformat(last.at).astimezone(self._zone()).date()
        for kind, name in PERIODS:
            if name(before) < name(today) and _since_last(tx, kind, most=1):
                self._close(tx, kind, name(before), None, "")

    def _close(
        self, tx: Transaction, kind: str, period: str, counted: int | None, person: str
    ) -> int:
        entries = _since_last(tx, kind)
        row = tx.one("SELECT count(*) FROM journal WHERE kind = ?", (kind,))
        body = totals_of(entries).body() | {
            "period": period,
            "number": int(row[0]) + 1 if row else 1,
            "associate": person,
        }
        if counted is not None:
            body["cash_counted_minor"] = counted
        return self._write(tx, kind, body)

    def _write(self, tx: Transaction, kind: str, body: Mapping[str, Any]) -> int:
        last = last_entry(tx)
        head = Head.of(last) if last else Head()
        amount = int(body.get("amount_minor", 0))
        entry = Entry(
            head.seq + 1,
            self._clock().isoformat(),
            kind,
            canonical(body),
            head.sales_minor + (amount if kind == SALE else 0),
            head.refunds_minor + (amount if kind == REFUND else 0),
        ).sealed(head.hash, self._identity.code, self._identity.key)
        tx.execute(
            f"INSERT INTO journal ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _row(entry)
        )
        return entry.seq


def last_entry(reader: Reader) -> Entry | None:
    """The newest entry; None in an empty journal."""
    row = reader.one(f"SELECT {_COLUMNS} FROM journal ORDER BY seq DESC LIMIT 1")
    return Entry(*row) if row else None


def entries_after(reader: Reader, seq: int, most: int) -> list[Entry]:
    """Entries behind number `seq`, in order."""
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (seq, most)
    )
    return [Entry(*row) for row in rows]


def last_closing(reader: Reader) -> Entry | None:
    """The newest closing of a day; None before the first."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1", (CLOSING_DAY,)
    )
    return Entry(*row) if row else None


def last_refund(reader: Reader, number: str) -> dict[str, Any] | None:
    """What the journal says of the refund of a return, unless that was taken back."""
    row = reader.one(
        "SELECT body FROM journal WHERE kind = ? AND json_extract(body, '$.return') = ? "
        "ORDER BY seq DESC LIMIT 1",
        (REFUND, number),
    )
    body: dict[str, Any] | None = json.loads(row[0]) if row else None
    return None if body is None or "takes_back" in body else body


def first_broken(store: LocalStore) -> str:
    """What is wrong with the first entry that was changed, removed or moved; empty when all are
    whole. What was cut off at the end only the server sees."""
    rows = store.all(f"SELECT {_COLUMNS} FROM journal ORDER BY seq")
    if not rows:
        return ""
    identity = load(store)
    found, _ = first_fault(
        (Entry(*row) for row in rows), Head(), identity.code, identity.key.public_key()
    )
    return found


def _since_last(reader: Reader, kind: str, most: int = -1) -> list[Entry]:
    rows = reader.all(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > coalesce((SELECT max(seq) FROM journal "
        "WHERE kind = ?), 0) ORDER BY seq LIMIT ?",
        (kind, most),
    )
    return [Entry(*row) for row in rows]


def _row(entry: Entry) -> Row:
    return (
        entry.seq,
        entry.at,
        entry.kind,
        entry.body,
        entry.sales_minor,
        entry.refunds_minor,
        entry.hash,
        entry.signature,
        entry.algorithm,
    )
