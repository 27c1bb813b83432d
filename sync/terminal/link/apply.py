"""How the rows of the feed become rows of the local store, by kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sync.domain.catalogue import Article
from sync.domain.company import CompanySettings
from sync.domain.errors import InvalidInput
from sync.domain.location import Location
from sync.domain.reservation import Reservation
from sync.protocol.codec import parse, to_json
from sync.protocol.feed import CATALOGUE, NETWORK, Associate, Change, DeviceKey
from sync.terminal.store import overlays as documents
from sync.terminal.store import reservation_queries
from sync.terminal.store.erasing import erase_client
from sync.terminal.store.local_store import Transaction
from sync.terminal.store.search_text import fold

Apply = Callable[[Transaction, Sequence[Change]], None]


def _text(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def _articles(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        old = tx.one("SELECT id FROM articles WHERE sku = ?", (change.key,))
        if old:
            tx.execute("DELETE FROM article_words WHERE rowid = ?", old)
            tx.execute("DELETE FROM article_parts WHERE rowid = ?", old)
        if change.body is None:
            tx.execute("DELETE FROM articles WHERE sku = ?", (change.key,))
            continue
        a: Article = parse(Article, change.body)
        tx.execute(
            "INSERT INTO articles (sku, gtin, gtin14, name, category, price_minor, currency, "
            "vat_rate_bp, weight_g, guarantee, volume_cm3, tags) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (sku) DO UPDATE SET gtin = excluded.gtin, gtin14 = excluded.gtin14, "
            "name = excluded.name, category = excluded.category, "
            "price_minor = excluded.price_minor, currency = excluded.currency, "
            "vat_rate_bp = excluded.vat_rate_bp, weight_g = excluded.weight_g, "
            "guarantee = excluded.guarantee, volume_cm3 = excluded.volume_cm3, "
            "tags = excluded.tags",
            (
                a.sku,
                a.gtin.value,
                a.gtin.gtin14,
                a.name,
                a.category,
                a.price.minor,
                a.price.currency,
                a.vat_rate_bp,
                a.weight_g,
                int(a.guarantee),
                a.volume_cm3,
                " ".join(a.tags),
            ),
        )
        row = tx.one("SELECT id FROM articles WHERE sku = ?", (a.sku,))
        words = fold(f"{a.name} {a.category}")
        if row:
            tx.execute("INSERT INTO article_words (rowid, words) VALUES (?, ?)", (row[0], words))
            tx.execute("INSERT INTO article_parts (rowid, words) VALUES (?, ?)", (row[0], words))
    tx.touch("stock")


def _locations(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        if change.body is None:
            tx.execute("DELETE FROM locations WHERE code = ?", (change.key,))
            continue
        location: Location = parse(Location, change.body)
        tx.execute(
            "INSERT OR REPLACE INTO locations VALUES (?, ?, ?)",
            (location.code, location.kind.value, _text(change.body)),
        )
    tx.touch("stock", "locations")


def _stock(tx: Transaction, changes: Sequence[Change]) -> None:
    rows, gone = [], []
    for change in changes:
        location, bar, sku = change.key.partition("|")
        if not bar:
            raise InvalidInput(
                "The server sent a stock row without its article: {key}.",
                code="feed.stock_key",
                key=change.key,
            )
        if change.body is None:
            gone.append((sku, location))
        else:
            rows.append((sku, location, *change.body))
    tx.many("INSERT OR REPLACE INTO stock VALUES (?, ?, ?, ?, ?, ?, ?)", sorted(rows, key=_sku))
    tx.many("DELETE FROM stock WHERE sku = ? AND location = ?", gone)
    tx.touch("stock")


def _sku(row: Sequence[Any]) -> tuple[str, str]:
    return row[0], row[1]


def _people(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        if change.body is None:
            tx.execute("DELETE FROM associates WHERE code = ?", (change.key,))
            continue
        person: Associate = parse(Associate, change.body)
        tx.execute(
            "INSERT OR REPLACE INTO associates VALUES (?, ?)", (person.code, _text(change.body))
        )
    tx.touch("status")


def _device_keys(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        if change.body is None:
            tx.execute("DELETE FROM device_keys WHERE code = ?", (change.key,))
            continue
        key: DeviceKey = parse(DeviceKey, change.body)
        tx.execute(
            "INSERT OR REPLACE INTO device_keys VALUES (?, ?, ?)",
            (key.code, key.number, _text(change.body)),
        )


def _named(table: str, column: str) -> Apply:
    def apply(tx: Transaction, changes: Sequence[Change]) -> None:
        for change in changes:
            if change.body is None:
                tx.execute(f"DELETE FROM {table} WHERE name = ?", (change.key,))
                continue
            text = change.body[column] if column == "text" else _text(change.body)
            tx.execute(f"INSERT OR REPLACE INTO {table} VALUES (?, ?)", (change.key, text))
        tx.touch("stock", "policy")

    return apply


def _company(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        # Kept when it is gone: a device that has lost its company could not sell what it holds.
        if change.body is not None:
            company: CompanySettings = parse(CompanySettings, change.body)
            tx.execute(
                "INSERT OR REPLACE INTO company VALUES (?, ?)",
                (change.key, to_json(company).decode()),
            )
    tx.touch("company", "policy", "status")


def _documents(kind: str) -> Apply:
    def apply(tx: Transaction, changes: Sequence[Change]) -> None:
        for change in changes:
            documents.put_server_row(tx, kind, change.key, change.body)

    return apply


def _reservations(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        held: Reservation | None = None if change.body is None else parse(Reservation, change.body)
        reservation_queries.put(tx, change.key, held)


def _erasures(tx: Transaction, changes: Sequence[Change]) -> None:
    for change in changes:
        if change.body is not None:
            erase_client(tx, change.body)


APPLY: Mapping[str, Apply] = {
    "article": _articles,
    "location": _locations,
    "stock": _stock,
    "associate": _people,
    "device": _device_keys,
    "policy": _named("policy", "text"),
    "tables": _named("tables", "body"),
    "company": _company,
    "order": _documents("order"),
    "fulfilment": _documents("fulfilment"),
    "return": _documents("return"),
    "reservation": _reservations,
    "erasure": _erasures,
}
# Which kinds a bucket holds: what is looked through for leftovers after a load from zero.
KINDS_OF_BUCKET: Mapping[str, tuple[str, ...]] = {
    CATALOGUE: ("article", "location", "policy", "tables", "company"),
    NETWORK: ("stock",),
    "store": ("associate", "device", "order", "fulfilment", "return", "reservation"),
}
_KEYS: Mapping[str, str] = {
    "article": "SELECT sku FROM articles",
    "location": "SELECT code FROM locations",
    "policy": "SELECT name FROM policy",
    "tables": "SELECT name FROM tables",
    "company": "SELECT name FROM company",
    "stock": "SELECT location || '|' || sku FROM stock",
    "associate": "SELECT code FROM associates",
    "device": "SELECT code FROM device_keys",
    "order": "SELECT key FROM orders WHERE server_body IS NOT NULL",
    "fulfilment": "SELECT key FROM fulfilments WHERE server_body IS NOT NULL",
    "return": "SELECT key FROM returns WHERE server_body IS NOT NULL",
    "reservation": "SELECT number FROM reservations",
}


def apply_changes(tx: Transaction, changes: Sequence[Change]) -> None:
    """Apply a page. Kinds that this version does not know are left alone, for later ones."""
    by_kind: dict[str, list[Change]] = {}
    for change in changes:
        by_kind.setdefault(change.kind, []).append(change)
    for kind, group in by_kind.items():
        if kind in APPLY:
            APPLY[kind](tx, group)


def remove_leftovers(tx: Transaction, bucket: str) -> None:
    """After a load from zero: what the server did not send again is gone there."""
    for kind in KINDS_OF_BUCKET[bucket.partition(":")[0]]:
        rows = tx.all(
            f"{_KEYS[kind]} EXCEPT SELECT key FROM reload_seen WHERE bucket = ? AND kind = ?",
            (bucket, kind),
        )
        APPLY[kind](tx, [Change(0, kind, key, None) for (key,) in rows])
    tx.execute("DELETE FROM reload_seen WHERE bucket = ?", (bucket,))
