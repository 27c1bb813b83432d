"""Keys of programs: named, with scopes, of which only the hash of the secret is kept."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.central.storage.database import RandomBytes, Transaction, stamp
from sync.domain.errors import Conflict, InvalidInput, NotFound

SECRET_BYTES = 24
DAYS_MAX, OLD_HOURS_MAX = 3_650, 24 * 30
USED_EVERY = timedelta(minutes=1)
LOOK_EVERY = timedelta(hours=1)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_ROWS = tables.api_key.c


class Scope(StrEnum):
    """What a key opens."""

    WEB_ORDERS = "web_orders"  # places and reads orders of the web shop
    OPERATIONS = "operations"  # everything but placing orders
    READ = "read"  # looks at everything and changes nothing
    DEVICES = "devices"
    STAFF = "staff"
    POLICIES = "policies"
    COMPANY = "company"
    DISCREPANCIES = "discrepancies"
    ORDERS = "orders"
    STOCK = "stock"
    JOURNAL = "journal"
    KEYS = "keys"
    PRIVACY = "privacy"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who bears a key."""

    name: str
    scopes: frozenset[Scope]

    def may(self, scope: Scope, *, looks: bool) -> bool:
        """Whether the key opens what needs `scope`; `looks`: nothing is changed by it."""
        if scope in self.scopes:
            return True
        if scope is Scope.WEB_ORDERS:
            return looks and not self.scopes.isdisjoint({Scope.OPERATIONS, Scope.READ})
        return Scope.OPERATIONS in self.scopes or (looks and Scope.READ in self.scopes)


@dataclass(frozen=True, slots=True)
class ListedKey:
    """A key without its secret; what never was is empty."""

    name: str
    scopes: list[str]
    created_at: str
    created_by: str
    expires_at: str
    revoked_at: str
    used_at: str


def digest(secret: str) -> str:
    """How a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def find(connection: Connection, secret: str, now: datetime) -> tuple[Holder, bool] | None:
    """Who bears that secret, and whether its use is to be noted; None for nobody (any more)."""
    said, at = digest(secret), stamp(now)
    row = connection.execute(
        sa.select(tables.api_key).where(
            sa.or_(
                _ROWS.secret_hash == said,
                sa.and_(_ROWS.old_hash == said, _ROWS.old_until > at),
            ),
            _ROWS.revoked_at.is_(None),
            sa.or_(_ROWS.expires_at.is_(None), _ROWS.expires_at > at),
        )
    ).one_or_none()
    if row is None:
        return None
    scopes = frozenset(Scope(scope) for scope in json.loads(row.scopes))
    stale = row.used_at is None or row.used_at <= stamp(now - USED_EVERY)
    return Holder(row.name, scopes), stale


def note_use(tx: Transaction, name: str) -> None:
    """It was used just now."""
    tx.connection.execute(sa.update(tables.api_key).where(_ROWS.name == name).values(used_at=tx.at))


def create(
    tx: Transaction,
    random_bytes: RandomBytes,
    name: str,
    scopes: Collection[str],
    by: str,
    days: int | None = None,
) -> str:
    """A new key; gives its secret, which is shown once. `days`: it ends after so many."""
    secret = random_bytes(SECRET_BYTES).hex()
    _insert(tx, name, secret, _scopes(scopes), by, _end(tx, days))
    return secret


def adopt(tx: Transaction, name: str, secret: str, scopes: Iterable[Scope]) -> None:
    """A secret that lies in a file of the server's machine is a key, unless it is one already."""
    known = tx.connection.execute(
        sa.select(_ROWS.name).where(
            sa.or_(_ROWS.secret_hash == digest(secret), _ROWS.old_hash == digest(secret))
        )
    ).first()
    if known is not None:
        return
    taken = tx.connection.execute(sa.select(_ROWS.name).where(_ROWS.name == name)).first()
    free = name if taken is None else f"{name}-{digest(secret)[:6]}"
    _insert(tx, free, secret, [scope.value for scope in scopes], "server", None)


def revoke(tx: Transaction, name: str) -> None:
    """It opens nothing from now on; raises NotFound."""
    changed = sa.update(tables.api_key).where(_ROWS.name == name)
    if tx.connection.execute(changed.values(revoked_at=tx.at)).rowcount == 0:
        raise _unknown(name)


def rotate(tx: Transaction, random_bytes: RandomBytes, name: str, old_hours: int) -> str:
    """A new secret for the key, shown once; the old one works for `old_hours` more."""
    if not 0 <= old_hours <= OLD_HOURS_MAX:
        raise InvalidInput(
            "The old secret works for 0 to {most} hours more. Nothing was changed.",
            code="key.hours",
            most=OLD_HOURS_MAX,
        )
    row = tx.connection.execute(
        sa.select(_ROWS.secret_hash, _ROWS.revoked_at).where(_ROWS.name == name)
    ).one_or_none()
    if row is None or row.revoked_at is not None:
        raise _unknown(name)
    secret = random_bytes(SECRET_BYTES).hex()
    changed: dict[str, Any] = {"secret_hash": digest(secret), "old_hash": None, "old_until": None}
    if old_hours:
        until = stamp(tx.now + timedelta(hours=old_hours))
        changed |= {"old_hash": row.secret_hash, "old_until": until}
    tx.connection.execute(sa.update(tables.api_key).where(_ROWS.name == name).values(**changed))
    return secret


def listed(connection: Connection) -> list[ListedKey]:
    """All keys there ever were, by name."""
    return [
        ListedKey(
            row.name,
            json.loads(row.scopes),
            row.created_at,
            row.created_by,
            row.expires_at or "",
            row.revoked_at or "",
            row.used_at or "",
        )
        for row in connection.execute(sa.select(tables.api_key).order_by(_ROWS.name))
    ]


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was meant to change something, or a look at a client's order."""

    at: str
    key: str
    address: str
    method: str
    path: str
    status: int


def record_call(tx: Transaction, call: Call) -> None:
    """Keep it."""
    tx.connection.execute(
        sa.insert(tables.api_call).values(
            at=tx.at,
            key=call.key,
            address=call.address[:60],
            method=call.method[:10],
            path=call.path[:200],
            status=call.status,
        )
    )


def looked_lately(tx: Transaction, call: Call) -> bool:
    """Whether the same look is there from within the hour."""
    rows = tables.api_call.c
    query = sa.select(rows.id).where(
        rows.key == call.key,
        rows.path == call.path[:200],
        rows.method == "GET",
        rows.at > stamp(tx.now - LOOK_EVERY),
    )
    return tx.connection.execute(query.limit(1)).first() is not None


def calls(connection: Connection, most: int, key: str = "", order: str = "") -> list[Call]:
    """The latest calls: of one key or of all, about one order or about anything."""
    rows = tables.api_call.c
    query = sa.select(rows.at, rows.key, rows.address, rows.method, rows.path, rows.status)
    if key:
        query = query.where(rows.key == key)
    if order:
        paths = [f"/v1/orders/{order}", f"/v1/orders/{order}/explanation", f"/orders/{order}"]
        query = query.where(rows.path.in_(paths))
    found = connection.execute(query.order_by(rows.id.desc()).limit(most))
    return [Call(*row) for row in found]


def _insert(
    tx: Transaction, name: str, secret: str, scopes: list[str], by: str, end: str | None
) -> None:
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            "A key is named with small letters, digits, - and _. Nothing was changed.",
            code="key.name",
        )
    if tx.connection.execute(sa.select(_ROWS.name).where(_ROWS.name == name)).first():
        raise Conflict(
            "There is a key {name}, or was. Names stand in what is recorded and are not given "
            "twice; nothing was changed.",
            code="key.known",
            name=name,
        )
    tx.connection.execute(
        sa.insert(tables.api_key).values(
            name=name,
            secret_hash=digest(secret),
            scopes=json.dumps(sorted(scopes)),
            created_at=tx.at,
            created_by=by[:80],
            expires_at=end,
        )
    )


def _scopes(given: Collection[str]) -> list[str]:
    known = [scope.value for scope in Scope]
    strange = sorted(set(given) - set(known))
    if strange or not given:
        raise InvalidInput(
            "A key has one scope at least, of {known}. Nothing was changed.",
            code="key.scope",
            known=", ".join(known),
        )
    return sorted(set(given))


def _end(tx: Transaction, days: int | None) -> str | None:
    if days is None:
        return None
    if not 1 <= days <= DAYS_MAX:
        raise InvalidInput(
            "A key lasts 1 to {most} days. Nothing was changed.", code="key.days", most=DAYS_MAX
        )
    return stamp(tx.now + timedelta(days=days))


def _unknown(name: str) -> NotFound:
    return NotFound("There is no key {name}.", code="key.unknown", name=name[:40])
