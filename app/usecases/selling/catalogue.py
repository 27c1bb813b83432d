"""What can be sold: search, scan, stock by place, and what can be promised."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.usecases.context import Context
from app.usecases.selling.delivery_options import Promising
from sync.domain.catalogue import Article
from sync.domain.customer import Address
from sync.domain.errors import NotFound
from sync.domain.identifiers import RETURN, DocumentNumber, Gtin, Sscc
from sync.domain.location import Location, distance_km
from sync.domain.money import Money
from sync.domain.promise import Promise
from sync.protocol.receipt_code import looks_like_receipt
from sync.terminal.store.search_text import terms

SEARCH_CHARACTERS_MAX = 100
MATCHES_MAX = 1_000
NEARBY_MAX = 5
TRIGRAM = 3
GTIN_LENGTHS = (8, 12, 13, 14)
DOCUMENT_SHAPE = re.compile(r"[A-Za-z][0-9]{4}-?[0-9]{6}-?[0-9]", re.ASCII)


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


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a scanned or typed text is.

    `kind` is "article" (key: SKU), "order", "receipt", "return", "fulfilment" (key: the number,
    id or code) or "text" (key: the words to search for).
    """

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class StockAt:
    """Stock of one article at one location: pieces available, pieces expected and when."""

    location: Location
    distance_km: float
    available: int
    inbound: int
    inbound_on: date | None


@dataclass(frozen=True, slots=True)
class ArticleView:
    """All that the article screen shows.

    `nearby` are at most 5 other locations that have or expect it, nearest first. `as_of` is when
    the copy of the network's stock was last known to be current; `sure` is False when offline.
    """

    article: Article
    here: StockAt
    nearby: tuple[StockAt, ...]
    network: int
    inbound: int
    inbound_on: date | None
    as_of: datetime | None
    sure: bool


class Catalogue:
    """Finds articles and says where they are and how they can be had."""

    def __init__(
        self,
        context: Context,
        promising: Promising,
        ship_to: Callable[[], Address | None] = lambda: None,
    ) -> None:
        self._context, self._promising, self._ship_to = context, promising, ship_to

    def search(self, text: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        """Articles by words, parts of words, SKU or barcode; without text the most stocked here."""
        cleaned = text.strip()[:SEARCH_CHARACTERS_MAX]
        if not cleaned:
            rows = self._context.store.all(
                "SELECT a.id FROM stock s JOIN articles a ON a.sku = s.sku WHERE s.location = ? "
                "ORDER BY s.available DESC, a.name LIMIT ? OFFSET ?",
                (self._context.identity.location, limit, offset),
            )
            return self._hits([row[0] for row in rows])
        return self._hits(self._matching(cleaned)[offset : offset + limit])

    def recognise(self, text: str) -> Recognised:
        """What was scanned or typed.

        Raises InvalidInput for a barcode with a wrong check digit, NotFound
        (`catalogue.unknown_barcode`) for a right one that no article has.
        """
        cleaned = text.strip()
        if looks_like_receipt(cleaned):
            return Recognised("receipt", cleaned)
        document = _document(cleaned)
        if document is not None:
            return document
        digits = cleaned.replace(" ", "")
        if digits.startswith("00") and len(digits) == 20 and digits.isascii() and digits.isdigit():
            return self._parcel(Sscc(digits[2:]))
        if digits.isascii() and digits.isdigit() and len(digits) in GTIN_LENGTHS:
            return Recognised("article", self._context.reference.article_by_gtin(Gtin(digits)).sku)
        row = self._context.store.one(
            "SELECT sku FROM articles WHERE sku = ? OR sku = ?", (cleaned, cleaned.upper())
        )
        if row:
            return Recognised("article", row[0])
        row = self._context.store.one("SELECT key FROM fulfilments WHERE key = ?", (cleaned,))
        if row:
            return Recognised("fulfilment", row[0])
        return Recognised("text", cleaned)

    def article(self, sku: str) -> ArticleView:
        """The article and its stock, here, near here and in the network."""
        article = self._context.reference.article(sku)
        code = self._context.identity.location
        here = self._context.reference.location(code)
        places = [
            StockAt(
                location,
                distance_km(here.lat, here.lon, location.lat, location.lon),
                max(0, shelf if location.code == code else available),
                inbound,
                date.fromisoformat(inbound_on) if inbound_on else None,
            )
            for place, available, shelf, inbound, inbound_on in self._context.store.all(
                "SELECT location, available, shelf, inbound, inbound_on FROM current_stock "
                "WHERE sku = ?",
                (sku,),
            )
            if (location := self._context.reference.locations().get(place)) is not None
        ]
        mine = next((p for p in places if p.location.code == code), None)
        nearby = sorted(
            (p for p in places if p.location.code != code and (p.available or p.inbound)),
            key=lambda p: (p.distance_km, p.location.code),
        )
        link = self._context.link()
        return ArticleView(
            article,
            mine or StockAt(here, 0.0, 0, 0, None),
            tuple(nearby[:NEARBY_MAX]),
            sum(p.available for p in places),
            sum(p.inbound for p in places),
            min((p.inbound_on for p in places if p.inbound and p.inbound_on), default=None),
            link.stock_as_of,
            link.online,
        )

    def promises(self, sku: str, quantity: int = 1) -> list[Promise]:
        """The ways to have `quantity` pieces, best first."""
        article = self._context.reference.article(sku)
        return self._promising.promises(article, quantity, self._ship_to())

    def location(self, code: str) -> Location:
        """The location or pickup point with that code, to name it; raises NotFound."""
        return self._context.reference.location(code)

    def _matching(self, text: str) -> list[int]:
        """Ids of articles, the best matches first: number, whole words, parts of words."""
        query, found = self._context.store.all, dict[int, None]()
        number = text.replace(" ", "").upper()
        for column in ("sku", "gtin"):
            rows = query(
                f"SELECT id FROM articles WHERE {column} >= ? AND {column} < ? "
                f"ORDER BY {column} LIMIT ?",
                (number, number + "\U0010ffff", MATCHES_MAX),
            )
            found.update(dict.fromkeys(row[0] for row in rows))
        words = terms(text)
        if not words:
            return list(found)
        prefixes = " AND ".join(f'"{word}"*' for word in words)
        rows = query(
            "SELECT rowid FROM article_words WHERE article_words MATCH ? ORDER BY rank LIMIT ?",
            (prefixes, MATCHES_MAX),
        )
        found.update(dict.fromkeys(row[0] for row in rows))
        # A trigram index knows parts of three letters and more; shorter ones begin a word.
        parts = " AND ".join(f'"{word}"' for word in words if len(word) >= TRIGRAM)
        short = " AND ".join(f'"{word}"*' for word in words if len(word) < TRIGRAM)
        if parts:
            also = "AND rowid IN (SELECT rowid FROM article_words WHERE article_words MATCH ?)"
            rows = query(
                "SELECT rowid FROM article_parts WHERE article_parts MATCH ? "
                f"{also if short else ''} ORDER BY rank LIMIT ?",
                (parts, *((short,) if short else ()), MATCHES_MAX),
            )
            found.update(dict.fromkeys(row[0] for row in rows))
        return list(found)

    def _hits(self, ids: Sequence[int]) -> list[Hit]:
        if not ids:
            return []
        rows = self._context.store.all(
            "SELECT a.id, a.sku, a.gtin, a.name, a.category, a.price_minor, a.currency, "
            "max(0, coalesce(sum(CASE WHEN s.location = ? THEN s.shelf END), 0)), "
            "coalesce(sum(CASE WHEN s.location = ? THEN max(0, s.shelf) ELSE s.available END), 0) "
            "FROM articles a LEFT JOIN current_stock s ON s.sku = a.sku "
            f"WHERE a.id IN ({', '.join('?' * len(ids))}) GROUP BY a.id",
            (self._context.identity.location, self._context.identity.location, *ids),
        )
        hits = {
            row[0]: Hit(row[1], row[2], row[3], row[4], Money(row[5], row[6]), row[7], row[8])
            for row in rows
        }
        return [hits[article_id] for article_id in ids if article_id in hits]

    def _parcel(self, sscc: Sscc) -> Recognised:
        row = self._context.store.one(
            "SELECT key FROM fulfilments WHERE EXISTS (SELECT 1 FROM "
            "json_each(fulfilments.body, '$.parcels') AS p "
            "WHERE json_extract(p.value, '$.sscc.value') = ?)",
            (sscc.value,),
        )
        if row is None:
            raise NotFound(
                "No parcel of this store has the number {sscc}.",
                code="fulfil.unknown_parcel",
                sscc=sscc.value,
            )
        return Recognised("fulfilment", row[0])


def _document(text: str) -> Recognised | None:
    """An order or a return by its number; None for anything that is not meant to be one."""
    if not DOCUMENT_SHAPE.fullmatch(text):
        return None
    number = DocumentNumber(text)
    return Recognised("return" if number.value.startswith(RETURN) else "order", number.value)
