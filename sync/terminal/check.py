"""Prove that what a device holds is whole: the file, the journal, the queue and the counters."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sync.domain.identifiers import DocumentNumber
from sync.terminal import journal
from sync.terminal.link.outbox import KEPT_DAYS
from sync.terminal.store.local_store import LocalStore


def check(store: LocalStore, now: datetime) -> list[str]:
    """A sentence for each thing that does not add up at `now`; none when all is well."""
    return [
        *_file(store),
        *_journal(store),
        *_sales(store, now),
        *_overlays(store),
        *_counters(store),
    ]


def _file(store: LocalStore) -> list[str]:
    return [
        f"the file is damaged: {row[0]}"
        for row in store.all("PRAGMA quick_check")
        if row[0] != "ok"
    ]


def _journal(store: LocalStore) -> list[str]:
    broken = journal.first_broken(store)
    return [f"the journal: {broken}"] if broken else []


def _sales(store: LocalStore, now: datetime) -> list[str]:
    """Each sale has its command while commands are kept, and each order's command its sale."""
    entries = store.all("SELECT body, at FROM journal WHERE kind = 'sale'")
    sold = {json.loads(body)["order"]: datetime.fromisoformat(at) for body, at in entries}
    kept_since = now - timedelta(days=KEPT_DAYS)
    recent = {number for number, at in sold.items() if at > kept_since}
    queued = {row[0] for row in store.all("SELECT about FROM outbox WHERE kind = 'place_order'")}
    return [
        *(f"the sale {number} has no command for the server" for number in sorted(recent - queued)),
        *(f"the order {number} is not in the journal" for number in sorted(queued - sold.keys())),
    ]


def _overlays(store: LocalStore) -> list[str]:
    """A local change stands on a command that this device sent."""
    rows = store.all(
        "SELECT command_id FROM overlays UNION SELECT command_id FROM stock_overlays"
        " EXCEPT SELECT command_id FROM outbox"
    )
    return [f"a local change belongs to no command: {row[0]}" for row in rows]


def _counters(store: LocalStore) -> list[str]:
    """No document number was made that the counter would make again."""
    counted = store.one("SELECT value FROM counters WHERE name = 'order'")
    highest = max(
        (
            int(DocumentNumber(row[0]).value[6:12])
            for row in store.all("SELECT about FROM outbox WHERE kind = 'place_order'")
        ),
        default=0,
    )
    if highest > (counted[0] if counted else 0):
        return [f"the counter of order numbers is behind number {highest}"]
    return []
