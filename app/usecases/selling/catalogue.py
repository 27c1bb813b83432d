"""What can be sold: search, scan, stock by place, and what can be promised."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.usecases.context import Context
from app.usecases.selling.delivery_options import DeliveryOptions
from sync.domain.catalogue import Article
from sync.domain.customer import Address
from sync.domain.errors import NotFound
from sync.domain.identifiers import RETURN, DocumentNumber, Gtin, Sscc
from sync.domain.location import Location, distance_km
from sync.domain.promise import Promise
from sync.protocol.receipt_code import looks_like_receipt
from sync.terminal.store import (
    catalogue_queries,
    fulfilment_queries,
    search_queries,
)
from sync.terminal.store.search_queries import Hit

__all__ = ["ArticleView", "Catalogue", "Hit", "Recognised", "StockAt"]

SEARCH_CHARACTERS_MAX = 100
NEARBY_MAX = 5
GTIN_LENGTHS = (8, 12, 13, 14)
DOCUMENT_SHAPE = re.compile(r"[A-Za-z][0-9]{4}-?[0-9]{6}-?[0-9]", re.ASCII)


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
        delivery_options: DeliveryOptions,
        ship_to: Callable[[], Address | None] = lambda: None,
    ) -> None:
        self._context, self._delivery_options, self._ship_to = context, delivery_options, ship_to

    def search(self, text: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        """Articles by words, parts of words, SKU or barcode; without text the most stocked here."""
        cleaned = text.strip()[:SEARCH_CHARACTERS_MAX]
        store, here = self._context.store, self._context.identity.location
        ids = (
            search_queries.matching(store, cleaned)[offset : offset + limit]
            if cleaned
            else search_queries.most_stocked(store, here, limit, offset)
        )
        return search_queries.hits(store, ids, here)

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
        sku = catalogue_queries.typed_sku(self._context.store, cleaned)
        if sku is not None:
            return Recognised("article", sku)
        fulfilment = fulfilment_queries.find(self._context.store, cleaned)
        if fulfilment is not None:
            return Recognised("fulfilment", fulfilment.fulfilment_id)
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
                max(0, stock.shelf if location.code == code else stock.available),
                stock.inbound,
                stock.inbound_on,
            )
            for place, stock in catalogue_queries.stock_of(self._context.store, sku).items()
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
        """The delivery options of `quantity` pieces, best first."""
        article = self._context.reference.article(sku)
        return self._delivery_options.promises(article, quantity, self._ship_to())

    def location(self, code: str) -> Location:
        """The location or pickup point with that code, to name it; raises NotFound."""
        return self._context.reference.location(code)

    def _parcel(self, sscc: Sscc) -> Recognised:
        fulfilment = fulfilment_queries.find_by_parcel(self._context.store, sscc.value)
        if fulfilment is None:
            raise NotFound(
                "No parcel of this store has the number {sscc}.",
                code="fulfil.unknown_parcel",
                sscc=sscc.value,
            )
        return Recognised("fulfilment", fulfilment.fulfilment_id)


def _document(text: str) -> Recognised | None:
    """An order or a return by its number; None for anything that is not meant to be one."""
    if not DOCUMENT_SHAPE.fullmatch(text):
        return None
    number = DocumentNumber(text)
    return Recognised("return" if number.value.startswith(RETURN) else "order", number.value)
