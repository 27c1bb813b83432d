"""Pieces that are held for somebody until a time: then they may be sold to others again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.ledger import Taken, Wanted
from sync.central.inventory.once import check_articles, key_used, stock_point
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.storage import tables
from sync.central.storage.database import Database, Transaction, stamp, unstamp
from sync.central.storage.dialect import insert_missing
from sync.central.storage.locks import held
from sync.domain.consignment import GoodsLine
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.domain.order import Channel
from sync.domain.reservation import Reservation, ReservationEnd
from sync.domain.stock import Movement, MovementKind
from sync.protocol.codec import to_wire
from sync.protocol.feed import store_bucket

EXPIRY = "reservation_expiry"
LOOKED_EVERY = timedelta(seconds=20)
HELD_MAX = timedelta(days=30)
PAGE = 200
_ROWS = tables.reservation.c


def reserve(reference: Reference, tx: Transaction, wanted: Reservation, who: str) -> Reservation:
    """Hold the pieces; said again, nothing is changed.

    Raises InvalidInput for a time that cannot be, Refused when they may not be sold there.
    """
    stock_point(reference, wanted.location)
    check_articles(reference, (GoodsLine(wanted.sku, wanted.quantity),))
    row = {
        "number": wanted.number,
        "location": wanted.location,
        "sku": wanted.sku,
        "quantity": wanted.quantity,
        "channel": wanted.channel.value,
        "customer": wanted.customer,
        "email": wanted.email,
        "locale": wanted.locale,
        "expires_at": stamp(wanted.expires_at),
        "created_at": tx.at,
        "created_by": who[:80],
        "ended_at": None,
        "end": None,
    }
    known = _find(tx, wanted.number)
    if known is not None:
        said = wanted if known.ended_at is None else replace(wanted, customer="", email="")
        if _of(known) != said:
            raise key_used(wanted.number)
        return wanted
    if not tx.now < wanted.expires_at <= tx.now + HELD_MAX:
        raise InvalidInput(
            "Goods are held until a time within the next {days} days. Nothing was held.",
            code="reservation.time",
            days=HELD_MAX.days,
        )
    if not insert_missing(tx.connection, tables.reservation, row):
        raise key_used(wanted.number)  # by somebody at the same moment
    try:
        limits = reference.limits(wanted.sku, wanted.location, wanted.channel.value)
        one = Wanted(wanted.location, wanted.sku, wanted.quantity, limits)
        ledger.reserve(tx, one, _cause(wanted.number))
    except Taken as taken:
        raise Refused(
            "{quantity} pieces of {sku} cannot be held at {location}: fewer may be sold there. "
            "Nothing was held.",
            code="reservation.not_there",
            quantity=wanted.quantity,
            sku=wanted.sku,
            location=wanted.location,
        ) from taken
    if wanted.customer:
        tx.changes.documents[_feed_key(wanted)] = to_wire(wanted)
    return wanted


def _feed_key(one: Reservation) -> tuple[str, str, str]:
    return store_bucket(one.location), "reservation", one.number


def sold(tx: Transaction, numbers: Iterable[str], location: str) -> None:
    """The customers came to the store `location` and bought. A fact: what is not held there any
    more is left as it is."""
    for number in sorted(set(numbers)):
        row = _find(tx, number)
        if row is not None and row.ended_at is None and row.location == location:
            _end(tx, _of(row), ReservationEnd.SOLD)


def release(tx: Transaction, number: str) -> Reservation:
    """Nobody needs them held any more; said again, nothing is changed. Raises NotFound."""
    row = _find(tx, number)
    if row is None:
        raise NotFound(
            "There is no reservation {number}.", code="reservation.unknown", number=number[:40]
        )
    if row.ended_at is None:
        _end(tx, _of(row), ReservationEnd.RELEASED)
    return _of(row)


def open_ones(connection: Connection, limit: int = 500) -> list[Reservation]:
    """Those that hold something, the first to expire first."""
    query = sa.select(tables.reservation).where(_ROWS.ended_at.is_(None))
    query = query.order_by(_ROWS.expires_at, _ROWS.number).limit(limit)
    return [_of(row) for row in connection.execute(query)]


def of_promise(connection: Connection, number: str) -> list[Reservation]:
    """What is held under the `number` of a promise, in order of numbers."""
    prefix = f"{number}/"
    query = sa.select(tables.reservation).where(
        _ROWS.ended_at.is_(None), _ROWS.number.startswith(prefix, autoescape=True)
    )
    return [_of(row) for row in connection.execute(query.order_by(_ROWS.number))]


def held_pieces(connection: Connection) -> dict[tuple[str, str], int]:
    """Pieces that are held, by (sku, location)."""
    query = sa.select(_ROWS.sku, _ROWS.location, sa.func.sum(_ROWS.quantity))
    query = query.where(_ROWS.ended_at.is_(None)).group_by(_ROWS.sku, _ROWS.location)
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


@dataclass(frozen=True)
class Expiry:
    """The job that lets go of what was held long enough."""

    database: Database

    def run(self, _job: Job | None = None) -> Done:
        """Each reservation in a transaction of its own, so that none waits for another."""
        database = self.database
        while True:
            with database.read() as connection:
                query = sa.select(_ROWS.number).where(
                    _ROWS.ended_at.is_(None), _ROWS.expires_at <= stamp(database.clock())
                )
                numbers = (
                    connection.execute(query.order_by(_ROWS.expires_at, _ROWS.number).limit(PAGE))
                    .scalars()
                    .all()
                )
            for number in numbers:
                with database.write(f"expired:{number}") as tx:
                    row = _find(tx, number)
                    if row is not None and row.ended_at is None:
                        _end(tx, _of(row), ReservationEnd.EXPIRED)
            if len(numbers) < PAGE:
                return Done(again_at=database.clock() + LOOKED_EVERY)


def _find(tx: Transaction, number: str) -> sa.Row[tuple[object, ...]] | None:
    query = held(sa.select(tables.reservation).where(_ROWS.number == number))
    return tx.connection.execute(query).one_or_none()


def _end(tx: Transaction, found: Reservation, end: ReservationEnd) -> None:
    query = sa.update(tables.reservation).where(_ROWS.number == found.number)
    # Nobody needs to know any more for whom it was.
    nobody = {"customer": "", "email": ""}
    tx.connection.execute(query.values(ended_at=tx.at, end=end.value, **nobody))
    if found.customer:
        tx.changes.documents[_feed_key(found)] = None
    ledger.move(
        tx,
        Movement(
            found.location,
            found.sku,
            MovementKind.RESERVATION_END,
            _cause(found.number),
            reserved=-found.quantity,
        ),
    )


def _cause(number: str) -> str:
    return f"reservation:{number}"


def _of(row: sa.Row[tuple[object, ...]]) -> Reservation:
    return Reservation(
        row.number,
        row.location,
        row.sku,
        row.quantity,
        unstamp(row.expires_at),
        Channel(row.channel),
        row.customer,
        row.email,
        row.locale,
    )
