"""What every transaction looks up and hardly ever changes: articles, places, people, policies.

Kept in memory, read again after a change. `load_*` write it and its feed rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import UTC, tzinfo
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.people import Person, people
from sync.central.storage import tables
from sync.central.storage.database import Database, Transaction
from sync.central.storage.dialect import upsert
from sync.domain.catalogue import Article
from sync.domain.company import CompanyFile, CompanySettings, missing
from sync.domain.errors import Conflict, InvalidInput
from sync.domain.location import Location
from sync.domain.money import Money
from sync.domain.stock_rules import Limits, RuleBook, StockRules
from sync.i18n import public_holidays
from sync.protocol.codec import adapter, parse_json, to_wire
from sync.protocol.feed import CATALOGUE
from sync.sourcing.policy.policy import Policy, in_order
from sync.sourcing.policy.policy_file import parse_policy

SKUS_AT_ONCE = 500
POLICY, TARIFFS, COMPANY = "policy", "tables", "company"
STOCK_RULES = "stock_rules"


class Reference:
    """Articles by SKU, locations by code, and settings by name, as last committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.articles: dict[str, Article] = {}
        self.locations: dict[str, Location] = {}
        self.settings: dict[str, Any] = {}
        self.people: Mapping[str, Person] = {}
        self._company: CompanySettings | None = None
        self.policies: tuple[Policy, ...] = ()
        self.stock_rules = StockRules()
        self.generation = 0

    def refresh(self) -> None:
        """Read everything again."""
        with self._database.read() as connection:
            self.articles = {
                row.sku: parse_json(Article, row.body)
                for row in connection.execute(sa.select(tables.article))
            }
            self.locations = {
                row.code: parse_json(Location, row.body)
                for row in connection.execute(sa.select(tables.location))
            }
            self.settings = {
                row.name: json.loads(row.body)
                for row in connection.execute(sa.select(tables.setting))
            }
            self.stock_rules = current_rules(connection)
            self.people = people(connection)
            self._company = current_company(connection)
            self.policies = in_order(
                parse_policy(row.text, row.name)
                for row in connection.execute(
                    sa.select(tables.policy).where(tables.policy.c.current)
                )
            )
        self.generation += 1

    @property
    def company(self) -> CompanySettings:
        """The company's settings; raises Unavailable while there are none."""
        if self._company is None:
            raise missing()
        return self._company

    def category(self, sku: str) -> str:
        """The category of an article; empty for one that nobody knows."""
        article = self.articles.get(sku)
        return "" if article is None else article.category

    def limits(
        self, sku: str, location: str, channel: str, rules: StockRules | None = None
    ) -> Limits:
        """What may be sold of an article at a location, through a channel; nothing where no stock
        is held. By the rules in force, or by those given."""
        place = self.locations.get(location)
        if place is None or not place.holds_stock:
            return Limits(share=0)
        rules = self.stock_rules if rules is None else rules
        return rules.limits(sku, self.category(sku), place, channel)

    @property
    def zone(self) -> tzinfo:
        """The zone in which times are shown: the company's; UTC while there is none."""
        return UTC if self._company is None else self._company.zone

    @property
    def has_company(self) -> bool:
        """Whether the company's settings are there."""
        return self._company is not None

    def location(self, code: str, template: str, error_code: str) -> Location:
        """The location `code`; raises InvalidInput with `template` when there is none."""
        found = self.locations.get(code)
        if found is None:
            raise InvalidInput(template, code=error_code, location=code[:40])
        return found


def current_company(connection: Connection) -> CompanySettings | None:
    """The company's settings in force; None while nobody has set them."""
    body = connection.execute(
        sa.select(tables.setting.c.body).where(tables.setting.c.name == COMPANY)
    ).scalar()
    return None if body is None else parse_json(CompanySettings, body)


def current_rules(connection: Connection) -> StockRules:
    """The rules of what may be sold; none while nobody has set any."""
    query = sa.select(tables.setting.c.body).where(tables.setting.c.name == STOCK_RULES)
    body = connection.execute(query).scalar()
    book = RuleBook() if body is None else parse_json(RuleBook, body)
    return StockRules(book.rules, book.groups)


def load_company(tx: Transaction, company: CompanyFile, who: str) -> CompanySettings:
    """Set the company's settings as the next version; how mail is sent stays on the server.

    Raises InvalidInput for a country whose public holidays are not known.
    """
    public_holidays(company.region, tx.now.year)
    known = current_company(tx.connection)
    settings = CompanySettings(
        **{item.name: getattr(company, item.name) for item in fields(CompanyFile)},
        version=known.version + 1 if known else 1,
        set_by=who,
        set_at=tx.now,
    )
    row = {"name": COMPANY, "body": json.dumps(to_wire(settings))}
    upsert(tx.connection, tables.setting, [row], ["name"])
    tx.changes.documents[CATALOGUE, COMPANY, COMPANY] = to_wire(replace(settings, mail=None))
    return settings


def load_locations(tx: Transaction, locations: Iterable[Location]) -> None:
    """Write locations and their feed rows."""
    rows = []
    for location in locations:
        wire = to_wire(location)
        rows.append({"code": location.code, "kind": location.kind.value, "body": json.dumps(wire)})
        tx.changes.documents[CATALOGUE, "location", location.code] = wire
    upsert(tx.connection, tables.location, rows, ["code"])


def load_articles(tx: Transaction, articles: Iterable[Article]) -> None:
    """Write articles and their feed rows; a price that is replaced is kept with the time."""
    articles = list(articles)
    _keep_past_prices(tx, articles)
    rows = []
    for article in articles:
        wire = to_wire(article)
        rows.append({"sku": article.sku, "gtin14": article.gtin.gtin14, "body": json.dumps(wire)})
        tx.changes.documents[CATALOGUE, "article", article.sku] = wire
    upsert(tx.connection, tables.article, rows, ["sku"])


def _keep_past_prices(tx: Transaction, articles: list[Article]) -> None:
    for start in range(0, len(articles), SKUS_AT_ONCE):
        new = {article.sku: article for article in articles[start : start + SKUS_AT_ONCE]}
        known = tx.connection.execute(
            sa.select(tables.article.c.body).where(tables.article.c.sku.in_(new))
        ).scalars()
        before = [parse_json(Article, body) for body in known]
        rows = [
            {
                "sku": old.sku,
                "until": tx.at,
                "minor": old.price.minor,
                "currency": old.price.currency,
                "vat_rate_bp": old.vat_rate_bp,
            }
            for old in before
            if _priced(old) != _priced(new[old.sku])
        ]
        if rows:
            upsert(tx.connection, tables.article_past_price, rows, ["sku", "until"])


def _priced(article: Article) -> tuple[Money, int]:
    return article.price, article.vat_rate_bp


def load_setting(tx: Transaction, kind: str, key: str, body: Any) -> None:
    """Write a setting that terminals need too: the tariffs and factors."""
    upsert(tx.connection, tables.setting, [{"name": kind, "body": json.dumps(body)}], ["name"])
    tx.changes.documents[CATALOGUE, kind, key] = body


def load_stock_rules(tx: Transaction, rules: StockRules) -> None:
    """Write the rules of what may be sold, in place of those before."""
    body = json.dumps(to_wire(rules.book))
    upsert(tx.connection, tables.setting, [{"name": STOCK_RULES, "body": body}], ["name"])


def load_policy(tx: Transaction, name: str, text: str) -> Policy:
    """Write a policy in place of the one of that name, whose text stays to be read again.

    Raises InvalidInput for what cannot be read, and Conflict for another text under a version
    that is known: decisions name it.
    """
    policy, columns = parse_policy(text, name), tables.policy.c
    known = tx.connection.execute(
        sa.select(columns.text).where(columns.name == name, columns.version == policy.version)
    ).scalar()
    if known is not None and known != text:
        raise Conflict(
            "Policy {label} is known with another text. Give the new one a version of its own; "
            "nothing was changed.",
            code="policy.version_known",
            label=policy.label,
        )
    withdraw_policy(tx, name)
    row = {"name": name, "version": policy.version, "text": text, "loaded_at": tx.at}
    upsert(tx.connection, tables.policy, [{**row, "current": True}], ["name", "version"])
    tx.changes.documents[CATALOGUE, POLICY, name] = {"name": name, "text": text}
    return policy


def withdraw_policy(tx: Transaction, name: str) -> bool:
    """Source no more orders by that policy; whether there was one. Its versions stay readable."""
    columns = tables.policy.c
    found = tx.connection.execute(
        sa.update(tables.policy).where(columns.name == name, columns.current).values(current=False)
    )
    tx.changes.documents[CATALOGUE, POLICY, name] = None
    return found.rowcount > 0


def stock_locations(connection: Connection) -> set[str]:
    """Codes of the stores: the buckets that devices can subscribe to."""
    found = connection.execute(
        sa.select(tables.location.c.code).where(tables.location.c.kind == "store")
    )
    return set(found.scalars())


def as_wire(kind: Any, value: Any) -> Any:
    """`value` of a type that only pydantic knows how to name (a tuple of parts, say)."""
    return adapter(kind).dump_python(value, mode="json")
