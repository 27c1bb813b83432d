"""Articles, their stock and the policies in the local store."""

from __future__ import annotations

from dataclasses import dataclass

from sync.terminal.store.local_store import Reader


@dataclass(frozen=True, slots=True)
class Stock:
    """Pieces of one article at one location: that may be promised, and that lie on the shelf."""

    available: int
    shelf: int


def guaranteed(reader: Reader, sku: str) -> bool:
    """Whether the article has the legal guarantee printed on its receipt."""
    return reader.one("SELECT 1 FROM articles WHERE sku = ? AND guarantee = 1", (sku,)) is not None


def stock_of(reader: Reader, sku: str) -> dict[str, Stock]:
    """The stock of one article, by location."""
    rows = reader.all("SELECT location, available, shelf FROM current_stock WHERE sku = ?", (sku,))
    return {location: Stock(available, shelf) for location, available, shelf in rows}


def policies(reader: Reader) -> list[tuple[str, str]]:
    """The sourcing policies: text and name of each."""
    return [
        (text, name) for text, name in reader.all("SELECT text, name FROM policy ORDER BY name")
    ]


def tables(reader: Reader) -> str | None:
    """The tariffs and emission factors as JSON; None before the first load."""
    row = reader.one("SELECT body FROM tables ORDER BY name LIMIT 1")
    return str(row[0]) if row else None
