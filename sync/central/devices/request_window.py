"""Which requests of a device have come in already: a sliding window of its counter, as rows.

Requests may overtake each other; each is taken once. The last `SLOTS` are remembered by a digest
of their signature. The same request again is a replay: it is refused, and the device is not to
blame. Another request under a number that was used means that two hold the device's key.
"""

from __future__ import annotations

import hashlib
from enum import Enum, auto

import sqlalchemy as sa

from sync.central.storage import tables
from sync.central.storage.database import Database
from sync.central.storage.dialect import insert_missing

SLOTS, SLOT_BYTES = 64, 8
EMPTY = bytes(SLOTS * SLOT_BYTES)


class Seen(Enum):
    """What the window says of a request."""

    NEW = auto()
    AGAIN = auto()
    TWO_HOLDERS = auto()
    TOO_OLD = auto()


def take(database: Database, device: str, counter: int, signature: bytes) -> Seen:
    """Count a request whose signature was proved; it may be served when it is NEW.

    A power cut may forget the last requests, never the order of those that are known.
    """
    rows = tables.device_window
    with database.write_lightly() as connection:
        kept = sa.select(rows.c.top, rows.c.recent).where(rows.c.device == device)
        row = connection.execute(kept.with_for_update()).one_or_none()
        if row is None:
            insert_missing(connection, rows, {"device": device, "top": 0, "recent": EMPTY})
            row = connection.execute(kept.with_for_update()).one()
        mark = hashlib.sha256(signature).digest()[:SLOT_BYTES]
        seen, top, recent = slide(row.top, row.recent, counter, mark)
        if seen is Seen.NEW:
            moved = sa.update(rows).where(rows.c.device == device)
            connection.execute(moved.values(top=top, recent=recent))
    return seen


def slide(top: int, recent: bytes, counter: int, mark: bytes) -> tuple[Seen, int, bytes]:
    """The window after `counter`, whose signature is known by `mark`.

    `recent` holds the mark of each counter in (top - SLOTS, top], at counter modulo SLOTS; zeros
    where that one has not come yet.
    """
    slots = bytearray(recent)
    if counter > top:
        for skipped in range(max(top + 1, counter - SLOTS + 1), counter):
            _put(slots, skipped, bytes(SLOT_BYTES))
        _put(slots, counter, mark)
        return Seen.NEW, counter, bytes(slots)
    if counter <= top - SLOTS:
        return Seen.TOO_OLD, top, recent
    start = counter % SLOTS * SLOT_BYTES
    known = recent[start : start + SLOT_BYTES]
    if known == mark:
        return Seen.AGAIN, top, recent
    if known != bytes(SLOT_BYTES):
        return Seen.TWO_HOLDERS, top, recent
    _put(slots, counter, mark)
    return Seen.NEW, top, bytes(slots)


def _put(slots: bytearray, counter: int, mark: bytes) -> None:
    start = counter % SLOTS * SLOT_BYTES
    slots[start : start + SLOT_BYTES] = mark
