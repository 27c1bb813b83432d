"""Articles, locations and the company, read from the local store."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sync.domain.catalogue import Article
from sync.domain.company import CompanySettings, missing
from sync.domain.errors import NotFound
from sync.domain.identifiers import Gtin
from sync.domain.location import Location
from sync.terminal.store import catalogue_queries, network_queries
from sync.terminal.store.local_store import LocalStore


class Reference:
    """Look-ups that many use cases share. Locations and company are kept until they change."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._locations: Mapping[str, Location] | None = None
        self._company: CompanySettings | None = None
        store.subscribe(self._changed)

    def article(self, sku: str) -> Article:
        """The article of a SKU; raises NotFound."""
        article = catalogue_queries.article(self._store, sku)
        if article is None:
            raise NotFound(
                "There is no article {sku} in the catalogue of this device.",
                code="catalogue.unknown_sku",
                sku=sku[:40],
            )
        return article

    def article_by_gtin(self, gtin: Gtin) -> Article:
        """The article of a barcode; raises NotFound `catalogue.unknown_barcode`."""
        article = catalogue_queries.article_by_gtin(self._store, gtin)
        if article is None:
            raise NotFound(
                "No article has the barcode {gtin}. It may be new: search for it by name, or "
                "try again later.",
                code="catalogue.unknown_barcode",
                gtin=gtin.value,
            )
        return article

    def company(self) -> CompanySettings:
        """The company's settings; raises Unavailable before the first load of them."""
        known = self._company
        if known is None:
            known = network_queries.company(self._store)
            if known is None:
                raise missing()
            self._company = known
        return known

    def locations(self) -> Mapping[str, Location]:
        """All locations, by code."""
        known = self._locations
        if known is None:
            known = MappingProxyType(network_queries.locations(self._store))
            self._locations = known
        return known

    def location(self, code: str) -> Location:
        """The location of a code; raises NotFound."""
        found = self.locations().get(code)
        if found is None:
            raise NotFound(
                "The location {location} is not known to this device yet. Try again when it has "
                "reached the server.",
                code="location.unknown",
                location=code,
            )
        return found

    def _changed(self, topic: str) -> None:
        if topic == "locations":
            self._locations = None
        if topic == "company":
            self._company = None
