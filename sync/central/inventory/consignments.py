"""Goods to come: announced or sent, received as they were counted, and differences listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.changes import check_there
from sync.central.inventory.once import check_articles, fingerprint, key_used, stock_point
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_into, insert_missing
from sync.central.storage.locks import held
from sync.domain.consignment import (
    OPEN_CONSIGNMENTS,
    AdvanceNotice,
    ConsignmentState,
    Receipt,
    Transfer,
)
from sync.domain.errors import Conflict, NotFound
from sync.domain.stock import DiscrepancyKind, Movement, MovementKind

_ROWS, _LINES, _BALANCE = tables.consignment.c, tables.consignment_line.c, tables.balance.c
_OPEN = _ROWS.state.in_([state.value for state in OPEN_CONSIGNMENTS])
_REQUESTED = _ROWS.state == ConsignmentState.REQUESTED.value


@dataclass(frozen=True, slots=True)
class ConsignmentLine:
    """Pieces of a SKU that were announced or sent, and those that have arrived."""

    sku: str
    expected: int
    received: int


@dataclass(frozen=True, slots=True)
class Consignment:
    """Goods for `destination`; `source` is the location that sent them, empty for a supplier."""

    number: str
    source: str
    supplier: str
    destination: str
    expected_on: str
    state: ConsignmentState
    lines: tuple[ConsignmentLine, ...]

    @property
    def of_ours(self) -> bool:
        """Whether another location sent it."""
        return bool(self.source)


def announce(reference: Reference, tx: Transaction, notice: AdvanceNotice, who: str) -> Consignment:
    """A supplier's goods are expected; said again, nothing is changed.

    Raises InvalidInput for a place or article that is not known, Conflict for a number that
    something else has.
    """
    stock_point(reference, notice.destination)
    check_articles(reference, notice.lines)
    state = ConsignmentState.ANNOUNCED
    if _add(tx, notice, state, who, supplier=notice.supplier[:80]):
        cause = f"consignment:{notice.number}"
        ledger.move(
            tx,
            *(
                Movement(
                    notice.destination,
                    line.sku,
                    MovementKind.EXPECTED,
                    cause,
                    inbound=line.quantity,
                )
                for line in notice.lines
            ),
        )
        _set_days(tx, notice.destination, [line.sku for line in notice.lines])
    return load(tx, notice.number)


def send(reference: Reference, tx: Transaction, transfer: Transfer, who: str) -> Consignment:
    """Goods leave a location for another one; said again, nothing is changed.

    A transfer that was asked for under this number is sent as is said now. Raises as `announce`,
    and Refused when fewer pieces are there.
    """
    source = stock_point(reference, transfer.source)
    stock_point(reference, transfer.destination)
    check_articles(reference, transfer.lines)
    _take_up(tx, transfer)
    if _add(tx, transfer, ConsignmentState.SENT, who, source=source.code):
        ends = [
            (line.sku, end)
            for line in transfer.lines
            for end in (source.code, transfer.destination)
        ]
        ledger.hold(tx, ends)  # both ends in the order of all writers, before either is changed
        check_there(
            tx,
            {(line.sku, source.code): (transfer.state, line.quantity) for line in transfer.lines},
        )
        cause = f"consignment:{transfer.number}"
        movements = []
        for line in transfer.lines:
            left = {transfer.state.value: -line.quantity}
            movements += [
                Movement(
                    source.code, line.sku, MovementKind.TRANSFER_OUT, cause, reason=None, **left
                ),
                Movement(
                    transfer.destination,
                    line.sku,
                    MovementKind.TRANSFER,
                    cause,
                    in_transit=line.quantity,
                ),
            ]
        ledger.move(tx, *movements)
        _set_days(tx, transfer.destination, [line.sku for line in transfer.lines])
    return load(tx, transfer.number)


def request(reference: Reference, tx: Transaction, transfer: Transfer, who: str) -> Consignment:
    """A location is asked to send goods: nothing moves until they are sent under this number.

    Asked again, nothing is changed. Raises as `announce`.
    """
    source = stock_point(reference, transfer.source)
    stock_point(reference, transfer.destination)
    check_articles(reference, transfer.lines)
    _add(tx, transfer, ConsignmentState.REQUESTED, who, source=source.code)
    return load(tx, transfer.number)


def _take_up(tx: Transaction, transfer: Transfer) -> None:
    """What was asked for makes room for what is sent between the same two locations."""
    query = held(sa.select(tables.consignment).where(_ROWS.number == transfer.number, _REQUESTED))
    asked = tx.connection.execute(query).one_or_none()
    if asked is None:
        return
    if (asked.source, asked.destination) != (transfer.source, transfer.destination):
        raise key_used(transfer.number)
    for table in (tables.consignment_line, tables.consignment):
        tx.connection.execute(sa.delete(table).where(table.c.number == transfer.number))


def receive(
    reference: Reference, tx: Transaction, number: str, receipt: Receipt, who: str
) -> Consignment:
    """What was counted is for sale at once; what is missing or too much goes on the list.

    Until it is complete, each receipt adds to those before. Raises NotFound for a number that is
    not there, Conflict when it is closed.
    """
    found = _open(tx, number)
    check_articles(reference, receipt.lines)
    counted = {line.sku: line.quantity for line in receipt.lines}
    known = {line.sku: line for line in found.lines}
    movements, cause = [], f"consignment:{number}"
    for sku in sorted(counted.keys() | known.keys()):
        line = known.get(sku, ConsignmentLine(sku, 0, 0))
        arrived, left = counted.get(sku, 0), max(0, line.expected - line.received)
        movements += _arrival(found, sku, arrived, min(arrived, left), cause)
        missing = left - arrived
        if receipt.complete and missing > 0:
            movements.append(_gone(found, sku, missing, cause))
        if receipt.complete and missing:
            discrepancies.record(
                tx,
                Discrepancy(
                    DiscrepancyKind.RECEIPT, found.destination, f"{cause} {who}"[:80], sku,
                    missing=missing,
                ),
            )  # fmt: skip
        _keep_line(tx, number, sku, line, arrived)
    ledger.move(tx, *movements)
    if receipt.complete:
        _close(tx, number, ConsignmentState.RECEIVED)
    _set_days(tx, found.destination, sorted(counted.keys() | known.keys()))
    return load(tx, number)


def cancel(tx: Transaction, number: str) -> Consignment:
    """A supplier's goods will not come, or those asked for shall not. Raises NotFound, Conflict
    when it is closed or was sent by a location of ours: what has left is received somewhere."""
    asked = load(tx, number)
    if asked.state is ConsignmentState.REQUESTED:
        _close(tx, number, ConsignmentState.CANCELLED)
        return load(tx, number)
    found = _open(tx, number)
    if found.of_ours:
        raise Conflict(
            "Consignment {number} has left {location}. Receive it, where it is found.",
            code="consignment.sent",
            number=number,
            location=found.source,
        )
    missing = [(line.sku, max(0, line.expected - line.received)) for line in found.lines]
    cause = f"consignment:{number}"
    ledger.move(tx, *(_gone(found, sku, pieces, cause) for sku, pieces in missing if pieces))
    _close(tx, number, ConsignmentState.CANCELLED)
    _set_days(tx, found.destination, [line.sku for line in found.lines])
    return load(tx, number)


def load(tx: Transaction, number: str) -> Consignment:
    """The consignment, held until the commit; raises NotFound."""
    row = tx.connection.execute(
        held(sa.select(tables.consignment).where(_ROWS.number == number))
    ).one_or_none()
    if row is None:
        raise NotFound(
            "There is no consignment {number}.", code="consignment.unknown", number=number[:40]
        )
    return _with_lines(tx.connection, [row])[0]


def known(tx: Transaction, number: str) -> Consignment | None:
    """The consignment, held until the commit; None when no one has that number."""
    try:
        return load(tx, number)
    except NotFound:
        return None


def known_numbers(connection: Connection, begins: str) -> set[str]:
    """Numbers that are taken, of those that begin so."""
    query = sa.select(_ROWS.number).where(_ROWS.number.startswith(begins, autoescape=True))
    return set(connection.execute(query).scalars())


def listed(
    connection: Connection, *, location: str = "", closed: bool = False, limit: int = 500
) -> list[Consignment]:
    """Consignments that are to come or asked for, the soonest first; with `closed` the others."""
    wanted = sa.or_(_OPEN, _REQUESTED)
    query = sa.select(tables.consignment).where(~wanted if closed else wanted)
    if location:
        query = query.where(sa.or_(_ROWS.destination == location, _ROWS.source == location))
    query = query.order_by(_ROWS.expected_on, _ROWS.number).limit(limit)
    return _with_lines(connection, list(connection.execute(query)))


def sent_pieces(connection: Connection) -> dict[tuple[str, str], int]:
    """Pieces that locations have sent and that have not arrived, by (sku, destination)."""
    left = sa.case((_LINES.expected > _LINES.received, _LINES.expected - _LINES.received), else_=0)
    query = (
        sa.select(_LINES.sku, _ROWS.destination, sa.func.sum(left))
        .join(tables.consignment, _ROWS.number == _LINES.number)
        .where(_ROWS.state == ConsignmentState.SENT.value)
        .group_by(_LINES.sku, _ROWS.destination)
    )
    return {(row[0], row[1]): int(row[2]) for row in connection.execute(query)}


def requested_pieces(connection: Connection) -> dict[tuple[str, str, str], int]:
    """Pieces that locations are asked to send, by (sku, source, destination)."""
    query = (
        sa.select(_LINES.sku, _ROWS.source, _ROWS.destination, sa.func.sum(_LINES.expected))
        .join(tables.consignment, _ROWS.number == _LINES.number)
        .where(_REQUESTED)
        .group_by(_LINES.sku, _ROWS.source, _ROWS.destination)
    )
    return {(row[0], row[1], row[2]): int(row[3]) for row in connection.execute(query)}


def _with_lines(
    connection: Connection, rows: list[sa.Row[tuple[object, ...]]]
) -> list[Consignment]:
    numbers = [row.number for row in rows]
    query = sa.select(tables.consignment_line).where(_LINES.number.in_(numbers))
    lines: dict[str, list[ConsignmentLine]] = {number: [] for number in numbers}
    for line in connection.execute(query.order_by(_LINES.number, _LINES.sku)):
        lines[line.number].append(ConsignmentLine(line.sku, line.expected, line.received))
    return [
        Consignment(
            row.number,
            row.source or "",
            row.supplier or "",
            row.destination,
            row.expected_on,
            ConsignmentState(row.state),
            tuple(lines[row.number]),
        )
        for row in rows
    ]


def _add(
    tx: Transaction,
    said: AdvanceNotice | Transfer,
    state: ConsignmentState,
    who: str,
    *,
    source: str | None = None,
    supplier: str | None = None,
) -> bool:
    row = {
        "number": said.number,
        "source": source,
        "supplier": supplier,
        "destination": said.destination,
        "expected_on": said.expected_on.isoformat(),
        "state": state.value,
        "fingerprint": fingerprint(said),
        "created_at": tx.at,
        "created_by": who[:80],
        "closed_at": None,
    }
    if not insert_missing(tx.connection, tables.consignment, row):
        query = sa.select(_ROWS.fingerprint).where(_ROWS.number == said.number)
        if tx.connection.execute(query).scalar() != row["fingerprint"]:
            raise key_used(said.number)
        return False
    lines = [
        {"number": said.number, "sku": line.sku, "expected": line.quantity, "received": 0}
        for line in said.lines
    ]
    tx.connection.execute(insert_into(tables.consignment_line), lines)
    return True


def _open(tx: Transaction, number: str) -> Consignment:
    found = load(tx, number)
    if found.state is ConsignmentState.REQUESTED:
        raise Conflict(
            "Consignment {number} has not left {location} yet. Book first that it has.",
            code="consignment.requested",
            number=number,
            location=found.source,
        )
    if found.state not in OPEN_CONSIGNMENTS:
        raise Conflict(
            "Consignment {number} is “{state}” already. Nothing was changed.",
            code="consignment.closed",
            number=number,
            state=found.state.value,
        )
    return found


def _arrival(
    found: Consignment, sku: str, arrived: int, of_expected: int, cause: str
) -> list[Movement]:
    if not arrived:
        return []
    kind = MovementKind.TRANSFER_IN if found.of_ours else MovementKind.RECEIPT
    where = "in_transit" if found.of_ours else "inbound"
    less = {where: -of_expected}
    return [Movement(found.destination, sku, kind, cause, on_hand=arrived, reason=None, **less)]


def _gone(found: Consignment, sku: str, pieces: int, cause: str) -> Movement:
    less = {"in_transit" if found.of_ours else "inbound": -pieces}
    return Movement(found.destination, sku, MovementKind.NOT_RECEIVED, cause, reason=None, **less)


def _keep_line(tx: Transaction, number: str, sku: str, line: ConsignmentLine, arrived: int) -> None:
    if not arrived:
        return
    of_it = sa.and_(_LINES.number == number, _LINES.sku == sku)
    more = (
        sa.update(tables.consignment_line).where(of_it).values(received=_LINES.received + arrived)
    )
    if tx.connection.execute(more).rowcount == 0:
        new = {"number": number, "sku": sku, "expected": line.expected, "received": arrived}
        tx.connection.execute(insert_into(tables.consignment_line), [new])


def _close(tx: Transaction, number: str, state: ConsignmentState) -> None:
    query = sa.update(tables.consignment).where(_ROWS.number == number)
    tx.connection.execute(query.values(state=state.value, closed_at=tx.at))


def _set_days(tx: Transaction, location: str, skus: list[str]) -> None:
    """The day on which the next goods are expected there, for each of `skus`."""
    query = (
        sa.select(_LINES.sku, sa.func.min(_ROWS.expected_on))
        .join(tables.consignment, _ROWS.number == _LINES.number)
        .where(
            _OPEN,
            _ROWS.destination == location,
            _LINES.sku.in_(skus),
            _LINES.expected > _LINES.received,
        )
        .group_by(_LINES.sku)
    )
    next_day: dict[str, str] = {row[0]: row[1] for row in tx.connection.execute(query)}
    for sku in sorted(skus):
        ledger.set_day(
            tx, location, sku, date.fromisoformat(next_day[sku]) if sku in next_day else None
        )
