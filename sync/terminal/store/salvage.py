"""What is done with a damaged store: put it aside whole, and carry over what cannot be fetched.

Articles, stock and documents come again from the server. The outbox, the counters, the journal
and the device's identity do not: they are read row by row from both ends of each table, around
the damage.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlite_utils import Database

from sync.terminal.store import sqlite as engine
from sync.terminal.store.store_key import StoreKey

# Numbers may have been given out that can no longer be read: jump well past them.
COUNTER_JUMP = 1_000
COUNTERS = ("order", "receipt", "return", "sscc")
OWN_TABLES: Mapping[str, str] = {
    "meta": "name",
    "outbox": "seq",
    "overlays": "seq",
    "stock_overlays": "command_id",
    "counters": "name",
    "journal": "seq",
    "card_intents": "reference",
    "basket": "id",
    "parked": "id",
    "pick_progress": "fulfilment_id",
    "sign_in_attempts": "associate",
}
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Salvage:
    """Where the damaged file is, and how many rows of each table were carried over."""

    aside: Path
    rows: Mapping[str, int]
    whole: bool


def quarantine(path: Path, now: datetime) -> Path:
    """Move the file and its companions into a folder of their own; gives the moved file."""
    folder = path.parent / f"damaged-{now:%Y%m%d-%H%M%S-%f}"
    folder.mkdir()
    for companion in path.parent.glob(path.name + "*"):
        companion.rename(folder / companion.name)
    return folder / path.name


def carry_over(aside: Path, key: StoreKey, db: Database) -> Salvage:
    """Copy what can be read of the device's own tables into `db`, in one transaction."""
    rows: dict[str, int] = {}
    whole = True
    with db.atomic():
        for table, order in OWN_TABLES.items():
            found, complete = _read_around(aside, key, table, order)
            whole &= complete
            rows[table] = len(found)
            if found:
                holes = ", ".join("?" * len(found[0]))
                db.conn.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({holes})", found)
        if not whole:
            _jump_counters(db)
    return Salvage(aside, rows, whole)


def _jump_counters(db: Database) -> None:
    """Count on far above every number that was given out, even when the counters are lost.

    Each number has an entry in the journal, so its length bounds them all.
    """
    entries = db.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0]
    for name in COUNTERS:
        db.execute(
            "INSERT INTO counters VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = max(value, ?) + ?",
            (name, entries + COUNTER_JUMP, entries, COUNTER_JUMP),
        )


def _read_around(
    aside: Path, key: StoreKey, table: str, order: str
) -> tuple[list[tuple[Any, ...]], bool]:
    """The rows of a table from the front and, when damage stops that, from the back."""
    forward, complete = _read(aside, key, f"SELECT * FROM {table} ORDER BY {order} ASC")
    if complete:
        return forward, True
    log.warning("store_table_damaged", table=table)
    backward, _ = _read(aside, key, f"SELECT * FROM {table} ORDER BY {order} DESC")
    return list(dict.fromkeys([*forward, *reversed(backward)])), False


def _read(aside: Path, key: StoreKey, query: str) -> tuple[list[tuple[Any, ...]], bool]:
    """Rows up to the damage. Each time on a connection of its own: SQLCipher reads nothing more
    on one that has met a page it cannot decrypt."""
    rows: list[tuple[Any, ...]] = []
    try:
        source = engine.connect(aside, key)
    except engine.DATABASE_ERRORS:
        return rows, False
    try:
        for row in source.execute(query):
            rows.append(tuple(row))
    except engine.DATABASE_ERRORS:
        return rows, False
    finally:
        source.close()
    return rows, True
