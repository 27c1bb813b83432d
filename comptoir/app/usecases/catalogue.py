"""What can be sold: search, scan, stock by place, and what can be promised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from comptoir.sync.domain.catalogue import Article
from comptoir.sync.domain.location import Location
from comptoir.sync.domain.money import Money
from comptoir.sync.domain.promise import Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """A search result; `here` and `network` are pieces available to promise."""

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

    def search(self, text: str, *, limit: int = 50, offset: int = 0) -> list[Hit]:
        """Articles by words, parts of words, SKU or barcode; without text the most stocked here."""
        raise NotImplementedError

    def recognise(self, text: str) -> Recognised:
        """What was scanned or typed.

        Raises InvalidInput for a barcode with a wrong check digit, NotFound
        (`catalogue.unknown_barcode`) for a right one that no article has.
        """
        raise NotImplementedError

    def article(self, sku: str) -> ArticleView:
        """The article and its stock, here, near here and in the network."""
        raise NotImplementedError

    def promises(self, sku: str, quantity: int = 1) -> list[Promise]:
        """The ways to have `quantity` pieces, best first; empty when there is none."""
        raise NotImplementedError
