"""The journal of a till: each entry carries the hash of the one before (a hash chain)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sync.terminal.store.local_store import LocalStore, Transaction

GENESIS = "0" * 64


def entry_hash(before: str, seq: int, at: str, kind: str, body: str) -> str:
    """SHA-256 over the hash before and the entry, as canonical JSON."""
    text = json.dumps([before, seq, at, kind, body], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def append(tx: Transaction, at: datetime, kind: str, body: Mapping[str, Any]) -> int:
    """Write an entry inside the transaction of what it records; gives its number, from 1."""
    last = tx.one("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    seq, before = (last[0] + 1, last[1]) if last else (1, GENESIS)
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    stamp = at.isoformat()
    tx.execute(
        "INSERT INTO journal VALUES (?, ?, ?, ?, ?)",
        (seq, stamp, kind, text, entry_hash(before, seq, stamp, kind, text)),
    )
    return int(seq)


def first_broken(store: LocalStore) -> int:
    """The number of the first entry that was changed, removed or moved; 0 when all are whole.

    Entries cut off at the end are not seen by a chain alone: compare the length with a
    checkpoint held elsewhere.
    """
    before = GENESIS
    for expected, (seq, at, kind, body, found) in enumerate(
        store.all("SELECT seq, at, kind, body, hash FROM journal ORDER BY seq"), start=1
    ):
        if seq != expected or found != entry_hash(before, seq, at, kind, body):
            return expected
        before = found
    return 0
