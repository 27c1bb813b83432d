"""The ledger: every change of stock is a movement, and its balance follows in the same breath."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.records import discrepancies
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.locks import held
from sync.domain.stock import PIECES, Balance, Movement, MovementKind
from sync.domain.stock_rules import Limits

_BALANCE = tables.balance.c
_PIECES = tuple(_BALANCE[name] for name in PIECES)


def _key(sku: str, location: str) -> sa.ColumnElement[bool]:
    return sa.and_(_BALANCE.sku == sku, _BALANCE.location == location)


# Built once: to put a statement together takes longer than to run it.
_AT = sa.and_(
    _BALANCE.sku == sa.bindparam("at_sku"), _BALANCE.location == sa.bindparam("at_location")
)
_MOVE = (
    sa.update(tables.balance)
    .where(_AT)
    .values({name: _BALANCE[name] + sa.bindparam(f"more_{name}") for name in PIECES})
    .returning(*_PIECES, _BALANCE.inbound_on)
)
_FREE = _BALANCE.on_hand - _BALANCE.reserved - _BALANCE.allocated
_MAY_TAKE = sa.update(tables.balance).where(_AT, sa.bindparam("needed") <= _FREE)
_ALLOCATE = _MAY_TAKE.values(allocated=_BALANCE.allocated + sa.bindparam("wanted")).returning(
    *_PIECES, _BALANCE.inbound_on
)
_RESERVE = _MAY_TAKE.values(reserved=_BALANCE.reserved + sa.bindparam("wanted")).returning(
    *_PIECES, _BALANCE.inbound_on
)
_APPEND = sa.insert(tables.movement).returning(tables.movement.c.position)


def move(tx: Transaction, *movements: Movement) -> list[Balance]:
    """Append `movements` and update their balances; gives the balance after each."""
    after: dict[int, Balance] = {}
    for place in _in_order([(m.sku, m.location) for m in movements]):
        after[place] = _moved(tx, movements[place])
    balances = [after[place] for place in range(len(movements))]
    _append(tx, movements, balances)
    return balances


def _in_order(keys: Sequence[tuple[str, str]]) -> list[int]:
    """Their places, by (sku, location): all writers lock balances in this order."""
    return sorted(range(len(keys)), key=keys.__getitem__)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Pieces of `sku` that are to be promised from `location`, within `limits`."""

    location: str
    sku: str
    quantity: int
    limits: Limits


class Taken(Exception):
    """Somebody else was first: the transaction is to be undone."""


def allocate(
    tx: Transaction, wanted: Sequence[Wanted], cause: str, *, release_safety_stock: bool = False
) -> None:
    """Promise all that is `wanted` when it may be sold there: a conditional update for each.

    `release_safety_stock`: a policy step allows what is kept for walk-in customers; what the
    threshold keeps, because counts are never quite right, is never promised. Raises Taken when
    somebody else was first.
    """
    movements: list[Movement] = []
    after: list[Balance] = []
    for place_of in _in_order([(one.sku, one.location) for one in wanted]):
        one = wanted[place_of]
        row = _take(tx, _ALLOCATE, one, release_safety_stock=release_safety_stock)
        movements.append(
            Movement(one.location, one.sku, MovementKind.ALLOCATION, cause, allocated=one.quantity)
        )
        after.append(_balance(tx, movements[-1], row))
    _append(tx, movements, after)


def reserve(tx: Transaction, one: Wanted, cause: str) -> Balance:
    """Hold what is `wanted` when it may be sold there. Raises Taken when it may not."""
    row = _take(tx, _RESERVE, one, release_safety_stock=False)
    held = Movement(one.location, one.sku, MovementKind.RESERVATION, cause, reserved=one.quantity)
    after = _balance(tx, held, row)
    _append(tx, [held], [after])
    return after


def _take(tx: Transaction, taking: Any, one: Wanted, *, release_safety_stock: bool) -> sa.Row[Any]:
    needed = one.limits.needed(one.quantity, release_safety_stock=release_safety_stock)
    row = None
    if needed is not None:
        place = {"at_sku": one.sku, "at_location": one.location}
        row = tx.connection.execute(
            taking, {**place, "needed": needed, "wanted": one.quantity}
        ).one_or_none()
    if row is None:
        raise Taken(one.sku, one.location)
    return row


def _moved(tx: Transaction, movement: Movement) -> Balance:
    row = tx.connection.execute(_MOVE, _parameters(movement)).one_or_none()
    if row is not None:
        return _balance(tx, movement, row)
    balance = Balance().after(movement)
    tx.connection.execute(
        sa.insert(tables.balance).values(
            sku=movement.sku, location=movement.location, **_columns(balance), inbound_on=None
        )
    )
    tx.changes.inbound_on[movement.sku, movement.location] = None
    return balance


def _parameters(movement: Movement) -> dict[str, Any]:
    return {
        "at_sku": movement.sku,
        "at_location": movement.location,
        **{f"more_{name}": getattr(movement, name) for name in PIECES},
    }


def _balance(tx: Transaction, movement: Movement, row: sa.Row[Any]) -> Balance:
    tx.changes.inbound_on[movement.sku, movement.location] = row[-1]
    return Balance(*row[:-1])


def _columns(balance: Balance) -> dict[str, int]:
    return {name: getattr(balance, name) for name in PIECES}


def _append(tx: Transaction, movements: Sequence[Movement], after: Sequence[Balance]) -> None:
    if not movements:
        return
    rows = [
        {
            "at": tx.at,
            "location": movement.location,
            "sku": movement.sku,
            "kind": movement.kind.value,
            "cause": movement.cause,
            "reason": movement.reason.value if movement.reason else None,
            **{name: getattr(movement, name) for name in PIECES},
        }
        for movement in movements
    ]
    positions = tx.connection.execute(_APPEND, rows).scalars()
    tx.changes.position = max(tx.changes.position, *positions)
    for movement, balance in zip(movements, after, strict=True):
        tx.changes.stock[movement.sku, movement.location] = balance
        _watch(tx, movement, balance)


def _watch(tx: Transaction, movement: Movement, balance: Balance) -> None:
    """Keep one open discrepancy for a balance that cannot be true, and close it when it can."""
    if balance.discrepancy:
        discrepancies.keep_stock(
            tx, movement.location, movement.sku, balance.discrepancy, movement.cause
        )
    elif balance.before(movement).discrepancy:
        discrepancies.resolve_stock(tx, movement.location, movement.sku)


def load_opening(tx: Transaction, stock: Iterable[tuple[str, str, int]], cause: str) -> int:
    """First counts in bulk: (location, sku, pieces), for balances that do not exist yet.

    Gives the number of balances written.
    """
    movements, balances = [], []
    for location, sku, pieces in sorted(stock, key=lambda row: (row[1], row[0])):
        pieces_of = {**dict.fromkeys(PIECES, 0), "on_hand": pieces}
        key = {"location": location, "sku": sku}
        movements.append(
            {"at": tx.at, "kind": MovementKind.OPENING.value, "cause": cause, "reason": None}
            | key
            | pieces_of
        )
        balances.append({**key, **pieces_of, "inbound_on": None})
        tx.changes.stock[sku, location] = Balance(pieces)
    if movements:
        tx.connection.execute(sa.insert(tables.movement), movements)
        tx.connection.execute(sa.insert(tables.balance), balances)
    last = tx.connection.execute(sa.select(sa.func.max(tables.movement.c.position))).scalar()
    tx.changes.position = last or 0
    return len(balances)


def count(tx: Transaction, location: str, sku: str, counted: int, cause: str) -> Balance:
    """What was found at a count; the difference is a movement."""
    on_hand = tx.connection.execute(sa.select(_BALANCE.on_hand).where(_key(sku, location))).scalar()
    difference = counted - (on_hand or 0)
    (balance,) = move(tx, Movement(location, sku, MovementKind.COUNT, cause, on_hand=difference))
    return balance


def inbound_days(connection: Connection, sku: str = "") -> dict[tuple[str, str], str]:
    """The day on which goods are expected, by (sku, location), where some are; of all or of one."""
    query = sa.select(_BALANCE.sku, _BALANCE.location, _BALANCE.inbound_on).where(
        _BALANCE.inbound_on.is_not(None)
    )
    if sku:
        query = query.where(_BALANCE.sku == sku)
    return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def set_day(tx: Transaction, location: str, sku: str, day: date | None) -> None:
    """The day on which the next goods are expected there; None leaves it to those without one."""
    if day is None:
        row = tx.changes.stock.get((sku, location))
        if row is None or row.to_come:
            return
    text = day.isoformat() if day else None
    tx.connection.execute(
        sa.update(tables.balance).where(_key(sku, location)).values(inbound_on=text)
    )
    tx.changes.inbound_on[sku, location] = text


def hold(tx: Transaction, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Balance]:
    """The balances of `keys` (sku, location), held until the commit."""
    found = {}
    for sku, location in sorted(keys):
        row = tx.connection.execute(
            held(sa.select(*_PIECES).where(_key(sku, location)))
        ).one_or_none()
        if row is not None:
            found[sku, location] = Balance(*row)
    return found


def balances(
    connection: Connection, skus: Iterable[str] | None = None
) -> dict[tuple[str, str], Balance]:
    """Balances by (sku, location), of all SKUs or of some."""
    query = sa.select(_BALANCE.sku, _BALANCE.location, *_PIECES)
    if skus is not None:
        query = query.where(_BALANCE.sku.in_(sorted(set(skus))))
    return {(row[0], row[1]): Balance(*row[2:]) for row in connection.execute(query)}
