"""Articles, their stock and the policies in the local store."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sync.domain.catalogue import Article
from sync.domain.identifiers import Gtin
from sync.domain.money import Money
from sync.terminal.store.local_store import Reader, Row

_ARTICLE = (
    "sku, gtin, name, category, price_minor, currency, vat_rate_bp, weight_g, guarantee, "
    "volume_cm3, tags"
)


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces of one article at one location.

    `available` may be promised, `shelf` lie there and are promised to nobody, `inbound` are
    expected, the first of them on `inbound_on`.
    """

    available: int
    shelf: int
    inbound: int
    inbound_on: date | None


def article(reader: Reader, sku: str) -> Article | None:
    """The article of that SKU; None when there is none."""
    return _article(reader.one(f"SELECT {_ARTICLE} FROM articles WHERE sku = ?", (sku,)))


def article_by_gtin(reader: Reader, gtin: Gtin) -> Article | None:
    """The article of that barcode; None when there is none."""
    return _article(reader.one(f"SELECT {_ARTICLE} FROM articles WHERE gtin14 = ?", (gtin.gtin14,)))


def typed_sku(reader: Reader, text: str) -> str | None:
    """The SKU that was typed, in capitals or not; None when it is none."""
    row = reader.one("SELECT sku FROM articles WHERE sku = ? OR sku = ?", (text, text.upper()))
    return str(row[0]) if row else None


def guaranteed(reader: Reader, sku: str) -> bool:
    """Whether the article has the legal guarantee printed on its receipt."""
    return reader.one("SELECT 1 FROM articles WHERE sku = ? AND guarantee = 1", (sku,)) is not None


def stock_of(reader: Reader, sku: str) -> dict[str, Stock]:
    """The stock of one article, by location."""
    rows = reader.all(
        "SELECT location, available, shelf, inbound, inbound_on FROM current_stock WHERE sku = ?",
        (sku,),
    )
    return {
        location: Stock(
            available, shelf, inbound, date.fromisoformat(inbound_on) if inbound_on else None
        )
        for location, available, shelf, inbound, inbound_on in rows
    }


def categories(reader: Reader, skus: Collection[str]) -> dict[str, str]:
    """The category of each article of `skus` that is known here, by SKU."""
    marks = ", ".join("?" * len(skus))
    return dict(
        reader.all(f"SELECT sku, category FROM articles WHERE sku IN ({marks})", tuple(skus))
    )


def policies(reader: Reader) -> list[tuple[str, str]]:
    """The sourcing policies: text and name of each."""
    return [
        (text, name) for text, name in reader.all("SELECT text, name FROM policy ORDER BY name")
    ]


def tables(reader: Reader) -> str | None:
    """The tariffs and emission factors as JSON; None before the first load."""
    row = reader.one("SELECT body FROM tables ORDER BY name LIMIT 1")
    return str(row[0]) if row else None


def _article(row: Row | None) -> Article | None:
    if row is None:
        return None
    sku, gtin, name, category, price, currency, vat_rate_bp, weight_g, guarantee, volume, tags = row
    return Article(
        sku,
        Gtin(gtin),
        name,
        category,
        Money(price, currency),
        vat_rate_bp,
        weight_g,
        bool(guarantee),
        volume,
        tuple(tags.split()),
    )
