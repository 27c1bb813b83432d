"""What does not agree and needs a person: booked beside the fact, never in place of it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.domain.money import Money
from sync.domain.stock import DiscrepancyKind

_ROWS = tables.discrepancy
NOTE_CHARACTERS_MAX = 1000
BY_CHARACTERS_MAX = 40


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """`missing` in pieces of `sku`, `amount` in money; `document`: the order or return."""

    kind: DiscrepancyKind
    location: str
    cause: str
    sku: str | None = None
    document: str | None = None
    missing: int | None = None
    amount: Money | None = None


def record(tx: Transaction, found: Discrepancy) -> None:
    """Put it on the list of what needs a person."""
    tx.connection.execute(
        sa.insert(_ROWS).values(
            kind=found.kind.value,
            at=tx.at,
            location=found.location,
            sku=found.sku,
            document=found.document,
            missing=found.missing,
            minor=found.amount.minor if found.amount else None,
            currency=found.amount.currency if found.amount else None,
            cause=found.cause,
            resolved_at=None,
        )
    )


def keep_stock(tx: Transaction, location: str, sku: str, missing: int, cause: str) -> None:
    """Keep one open discrepancy for a balance that cannot be true."""
    query = sa.update(_ROWS).where(_open_stock(location, sku)).values(missing=missing)
    if tx.connection.execute(query).rowcount == 0:
        record(tx, Discrepancy(DiscrepancyKind.STOCK, location, cause, sku, missing=missing))


def resolve_stock(tx: Transaction, location: str, sku: str) -> None:
    """The balance can be true again."""
    query = sa.update(_ROWS).where(_open_stock(location, sku)).values(resolved_at=tx.at)
    tx.connection.execute(query)


def resolve_about(tx: Transaction, kind: DiscrepancyKind, document: str, who: str) -> None:
    """Whatever of `kind` was open about `document` has been dealt with by `who`."""
    query = sa.update(_ROWS).where(
        _ROWS.c.kind == kind.value, _ROWS.c.document == document, _ROWS.c.resolved_at.is_(None)
    )
    tx.connection.execute(query.values(resolved_at=tx.at, resolved_by=who[:BY_CHARACTERS_MAX]))


def open_ones(connection: Connection, limit: int) -> list[tuple[int, Discrepancy]]:
    """Those that nobody has resolved with their numbers, the latest first."""
    query = sa.select(_ROWS).where(_ROWS.c.resolved_at.is_(None)).order_by(_ROWS.c.id.desc())
    return [(row.id, _of(row)) for row in connection.execute(query.limit(limit))]


def resolve(tx: Transaction, number: int, who: str, note: str) -> Discrepancy:
    """A person has looked at it: `note` says what they found.

    Raises NotFound for a number that is not open, Refused for stock, which a count resolves, and
    InvalidInput without a note.
    """
    if not note.strip():
        raise InvalidInput(
            "Say in a note what was found. Nothing was changed.", code="discrepancy.note"
        )
    query = sa.select(_ROWS).where(_ROWS.c.id == number, _ROWS.c.resolved_at.is_(None))
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            "Nothing with the number {number} is to be looked into.",
            code="discrepancy.unknown",
            number=number,
        )
    if row.kind == DiscrepancyKind.STOCK.value:
        raise Refused(
            "More is promised or sold than is there: count the stock, and this closes by itself.",
            code="discrepancy.stock",
        )
    tx.connection.execute(
        sa.update(_ROWS)
        .where(_ROWS.c.id == number)
        .values(resolved_at=tx.at, resolved_by=who, note=note.strip()[:NOTE_CHARACTERS_MAX])
    )
    return _of(row)


def about(connection: Connection, document: str) -> list[Discrepancy]:
    """Those about one order or return, resolved ones too, in the order in which they came up."""
    query = sa.select(_ROWS).where(_ROWS.c.document == document).order_by(_ROWS.c.id)
    return [_of(row) for row in connection.execute(query)]


def count_open(connection: Connection) -> int:
    """How many nobody has resolved."""
    query = sa.select(sa.func.count()).select_from(_ROWS).where(_ROWS.c.resolved_at.is_(None))
    return int(connection.execute(query).scalar_one())


def _open_stock(location: str, sku: str) -> sa.ColumnElement[bool]:
    return sa.and_(
        _ROWS.c.kind == DiscrepancyKind.STOCK.value,
        _ROWS.c.location == location,
        _ROWS.c.sku == sku,
        _ROWS.c.resolved_at.is_(None),
    )


def _of(row: sa.Row[tuple[object, ...]]) -> Discrepancy:
    return Discrepancy(
        DiscrepancyKind(row.kind),
        row.location,
        row.cause,
        row.sku,
        row.document,
        row.missing,
        Money(row.minor, row.currency) if row.minor is not None else None,
    )
