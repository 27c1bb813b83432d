"""Sourcing policies: loaded, read and withdrawn while the server runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue import reference
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.sourcing.policy.policy import Policy, in_order
from sync.sourcing.policy.policy_file import parse_policy

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
VERSION_LENGTH_MAX = 40
TEXT_LENGTH_MAX = 200_000


def load(tx: Transaction, name: str, text: str) -> Policy:
    """Source from now on by this policy, in place of the one of that name.

    Raises InvalidInput that names line and key, Conflict when the version is known with another
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
    if len(parse_policy(text, name).version) > VERSION_LENGTH_MAX:
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
class AppliesTo:
    """The orders that a policy is for; an empty list is any."""

    channels: tuple[str, ...]
    countries: tuple[str, ...]
    destinations: tuple[str, ...]
    with_promise_only: bool


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of a policy that was loaded; `text` only where one is asked for."""

    name: str
    version: str
    loaded_at: str
    current: bool
    applies: AppliesTo
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
    return PolicyVersion(
        row.name,
        row.version,
        row.loaded_at,
        row.current,
        AppliesTo(
            tuple(applies.channels),
            tuple(applies.countries),
            tuple(applies.destinations),
            applies.with_promise_only,
        ),
    )


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
