"""Sourcing policies: loaded, read and withdrawn while the server runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue import reference
from sync.central.catalogue.carriers import tables_of
from sync.central.catalogue.reference import Reference
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.sourcing.policy.lint import CompanyNames
from sync.sourcing.policy.policy import Applies, Policy, in_order
from sync.sourcing.policy.policy_file import Fault, faults, parse_policy, refuse_unknown_names

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
VERSION_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 200_000


def company_names(known: Reference) -> CompanyNames:
    """The names that a policy may use."""
    tariffs = known.settings.get(reference.TARIFFS)
    services = tables_of(tariffs).services if tariffs else ()
    articles = known.articles.values()
    return CompanyNames(
        locations=frozenset(known.locations),
        categories=frozenset(article.category for article in articles),
        tags=frozenset(tag for article in articles for tag in article.tags),
        services=frozenset(service.code for service in services),
    )


def check(known: Reference, name: str, text: str) -> list[Fault]:
    """What the text names and the company does not have; raises InvalidInput as `load`."""
    return faults(text, parse_policy(text, name), company_names(known))


def load(tx: Transaction, name: str, text: str, *, company: CompanyNames) -> Policy:
    """Source from now on by this policy, in place of the one of that name.

    Raises InvalidInput that names line and key, for a name too that the company does not have,
    Conflict when the version is known with another
    text, and Refused when no policy would be left for any order.
    """
    if not NAME.fullmatch(name):
        raise InvalidInput(
            "A policy is named with small letters, digits, - and _; at most 40.",
            code="policy.name",
        )
    if len(text) > TEXT_LENGTH_MAX:
        raise InvalidInput(
            "A policy has at most {maximum} characters.",
            code="policy.too_long",
            maximum=TEXT_LENGTH_MAX,
        )
    parsed = parse_policy(text, name)
    refuse_unknown_names(text, parsed, company)
    if len(parsed.version) > VERSION_LENGTH_MAX:
        raise InvalidInput(
            "The version of a policy has at most {maximum} characters.",
            code="policy.version_too_long",
            maximum=VERSION_LENGTH_MAX,
        )
    policy = reference.load_policy(tx, name, text)
    _check_any_order_has_one(tx.connection)
    return policy


def withdraw(tx: Transaction, name: str) -> None:
    """Source no more orders by it; raises NotFound, and Refused for the last one for any order."""
    if not reference.withdraw_policy(tx, name):
        raise _unknown(name)
    _check_any_order_has_one(tx.connection)


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of a policy that was loaded; `text` only where one is asked for."""

    name: str
    version: str
    loaded_at: str
    current: bool
    applies: Applies
    text: str | None = None


def current(connection: Connection) -> list[PolicyVersion]:
    """The policies in the order in which an order meets them."""
    rows = {
        row.name: row
        for row in connection.execute(sa.select(tables.policy).where(tables.policy.c.current))
    }
    ordered = in_order(parse_policy(row.text, row.name) for row in rows.values())
    return [_shown(rows[policy.name]) for policy in ordered]


def find(connection: Connection, name: str, version: str = "") -> PolicyVersion:
    """The policy with its text, of a version that was ever loaded or the current one."""
    columns = tables.policy.c
    wanted = columns.version == version if version else columns.current
    row = connection.execute(
        sa.select(tables.policy).where(columns.name == name, wanted)
    ).one_or_none()
    if row is None:
        raise _unknown(f"{name}@{version}" if version else name)
    return replace(_shown(row), text=row.text)


def _shown(row: sa.Row[Any]) -> PolicyVersion:
    applies = parse_policy(row.text, row.name).applies
    return PolicyVersion(row.name, row.version, row.loaded_at, row.current, applies)


def _check_any_order_has_one(connection: Connection) -> None:
    texts = connection.execute(
        sa.select(tables.policy.c.text, tables.policy.c.name).where(tables.policy.c.current)
    )
    if not any(parse_policy(row.text, row.name).applies.conditions == 0 for row in texts):
        raise Refused(
            "One policy must be for any order: one without [applies]. Load it first; nothing was "
            "changed.",
            code="policy.none_for_any",
        )


def _unknown(name: str) -> NotFound:
    return NotFound("There is no policy {name}.", code="policy.unknown", name=name[:90])
