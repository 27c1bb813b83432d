"""The search for articles in the local store: by number, by words, by parts of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.domain.money import Money
from sync.terminal.store.local_store import Reader
from sync.terminal.store.search_text import terms

MATCHES_MAX = 1_000
TRIGRAM = 3
# Sorts after every text that begins alike.
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result.

    `here`: pieces on the shelf that nobody was promised; `network`: those, and what may be
    promised from all other locations.
    """

    sku: str
    gtin: str
    name: str
    category: str
    price: Money
    here: int
    network: int


def most_stocked(reader: Reader, location: str, limit: int, offset: int = 0) -> list[int]:
    """Ids of articles, the one with most pieces at `location` first."""
    rows = reader.all(
        "SELECT a.id FROM stock s JOIN articles a ON a.sku = s.sku WHERE s.location = ? "
        "ORDER BY s.available DESC, a.name LIMIT ? OFFSET ?",
        (location, limit, offset),
    )
    return [article_id for (article_id,) in rows]


def matching(reader: Reader, text: str) -> list[int]:
    """Ids of articles, the best matches first: number, whole words, parts of words.

    Each of the three gives at most 1,000.
    """
    words = terms(text)
    found = dict.fromkeys(_by_number(reader, text))
    if words:
        found |= dict.fromkeys(_by_words(reader, words))
        found |= dict.fromkeys(_by_parts(reader, words))
    return list(found)


def hits(reader: Reader, ids: Sequence[int], location: str) -> list[Hit]:
    """The articles of these ids in the same order, with their stock as seen from `location`."""
    if not ids:
        return []
    rows = reader.all(
        "SELECT a.id, a.sku, a.gtin, a.name, a.category, a.price_minor, a.currency, "
        "max(0, coalesce(sum(CASE WHEN s.location = ? THEN s.shelf END), 0)), "
        "coalesce(sum(CASE WHEN s.location = ? THEN max(0, s.shelf) ELSE s.available END), 0) "
        "FROM articles a LEFT JOIN current_stock s ON s.sku = a.sku "
        f"WHERE a.id IN ({', '.join('?' * len(ids))}) GROUP BY a.id",
        (location, location, *ids),
    )
    found = {
        article_id: Hit(sku, gtin, name, category, Money(minor, currency), here, network)
        for article_id, sku, gtin, name, category, minor, currency, here, network in rows
    }
    return [found[article_id] for article_id in ids if article_id in found]


def _by_number(reader: Reader, text: str) -> list[int]:
    """Articles whose SKU or barcode begins with the text."""
    number, found = text.replace(" ", "").upper(), []
    for column in ("sku", "gtin"):
        rows = reader.all(
            f"SELECT id FROM articles WHERE {column} >= ? AND {column} < ? "
            f"ORDER BY {column} LIMIT ?",
            (number, number + _LAST, MATCHES_MAX),
        )
        found += [article_id for (article_id,) in rows]
    return found


def _by_words(reader: Reader, words: Sequence[str]) -> list[int]:
    """Articles that have, for each of the words, one that begins with it."""
    rows = reader.all(
        "SELECT rowid FROM article_words WHERE article_words MATCH ? ORDER BY rank LIMIT ?",
        (_beginnings(words), MATCHES_MAX),
    )
    return [article_id for (article_id,) in rows]


def _by_parts(reader: Reader, words: Sequence[str]) -> list[int]:
    """Articles that have each of the words anywhere in their text.

    A trigram index knows parts of three letters and more; shorter ones must begin a word.
    """
    parts = [word for word in words if len(word) >= TRIGRAM]
    short = [word for word in words if len(word) < TRIGRAM]
    if not parts:
        return []
    also = "AND rowid IN (SELECT rowid FROM article_words WHERE article_words MATCH ?)"
    rows = reader.all(
        "SELECT rowid FROM article_parts WHERE article_parts MATCH ? "
        f"{also if short else ''} ORDER BY rank LIMIT ?",
        (
            " AND ".join(f'"{word}"' for word in parts),
            *((_beginnings(short),) if short else ()),
            MATCHES_MAX,
        ),
    )
    return [article_id for (article_id,) in rows]


def _beginnings(words: Sequence[str]) -> str:
    """The full-text query for words that begin like this."""
    return " AND ".join(f'"{word}"*' for word in words)
