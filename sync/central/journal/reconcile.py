"""The orders and refunds that are kept here, held against what the tills signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy.engine import Connection

from sync.central.journal.receive import entries_of
from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord, ReturnEntry
from sync.central.storage import tables
from sync.domain.order_change import Cancellation
from sync.domain.returns import ReturnState
from sync.domain.stock import DiscrepancyKind
from sync.protocol.journal import REFUND, SALE, Entry, Head, first_fault
from sync.protocol.journal_bodies import cancellation_body, refund_body, sale_body

Difference = tuple[str, str]  # the document or the till, and what is wrong


def differences(connection: Connection) -> Iterator[Difference]:
    """Tills whose journal is not whole, and documents that are not as their till signed them.

    A till whose journal is on the list of what a person must look at is left out.
    """
    listed = _listed(connection)
    sales: dict[str, dict[str, Any]] = {}
    refunds: dict[str, dict[str, Any]] = {}
    tills = set()
    for device, key in _tills(connection):
        if device in listed:
            continue
        tills.add(device)
        entries = entries_of(connection, device)
        found, _ = first_fault(entries, Head(), device, key)
        if found:
            yield device, found
        _read(entries, sales, refunds)
    for record in order_records.read_all(connection):
        if record.order.device in tills:
            yield from _of_a_sale(record, sales.pop(record.number, None))
        for entry in record.returns.values():
            if entry.goods.state is ReturnState.REFUNDED:
                yield from _of_a_refund(entry, refunds.pop(entry.goods.number.value, None))
        for cancelled in record.cancellations:
            yield from _of_a_cancellation(cancelled, refunds.pop(cancelled.number, None))
    yield from ((number, "is in the journal and not among the orders") for number in sales)
    yield from ((number, "was refunded by the journal, and not here") for number in refunds)


def _tills(connection: Connection) -> list[tuple[str, Ed25519PublicKey]]:
    rows = tables.device.c
    held = sa.select(tables.journal_entry.c.device).distinct()
    query = sa.select(rows.code, rows.public_key).where(rows.code.in_(held)).order_by(rows.code)
    return [
        (row.code, Ed25519PublicKey.from_public_bytes(bytes.fromhex(row.public_key)))
        for row in connection.execute(query)
    ]


def _listed(connection: Connection) -> set[str]:
    rows = tables.discrepancy.c
    query = sa.select(rows.document).where(rows.kind == DiscrepancyKind.JOURNAL_BROKEN.value)
    return set(connection.execute(query).scalars())


def _read(
    entries: list[Entry], sales: dict[str, dict[str, Any]], refunds: dict[str, dict[str, Any]]
) -> None:
    for entry in entries:
        body = entry.content
        if entry.kind == SALE:
            sales[str(body.get("order"))] = body
        elif entry.kind == REFUND and "takes_back" in body:
            refunds.pop(str(body["takes_back"]), None)
        elif entry.kind == REFUND:
            refunds[str(body.get("return"))] = body


def _of_a_sale(record: OrderRecord, said: dict[str, Any] | None) -> Iterator[Difference]:
    if said is None:
        yield record.number, "is in no journal"
    elif said != _plain(sale_body(record.order)):
        yield record.number, f"its till signed {_told(said, _plain(sale_body(record.order)))}"


def _of_a_refund(entry: ReturnEntry, said: dict[str, Any] | None) -> Iterator[Difference]:
    if said is None:
        return  # inspected by a till whose journal is not held, or is listed
    accepted = {line.line_id for line in entry.inspected if line.accepted}
    lines = [line for line in entry.goods.lines if line.line_id in accepted]
    kept = _plain(refund_body(entry.goods, lines, entry.parts, str(said.get("associate"))))
    if said != kept:
        yield entry.goods.number.value, f"its till signed {_told(said, kept)}"


def _of_a_cancellation(
    cancelled: Cancellation, said: dict[str, Any] | None
) -> Iterator[Difference]:
    if said is None:
        return  # cancelled elsewhere, or by a till whose journal is not held, or is listed
    kept = _plain(cancellation_body(cancelled, cancelled.parts, cancelled.by))
    if said != kept:
        yield cancelled.number, f"its till signed {_told(said, kept)}"


def _plain(body: dict[str, Any]) -> Any:
    return json.loads(json.dumps(body))


def _told(said: dict[str, Any], kept: dict[str, Any]) -> str:
    names = sorted(name for name in said.keys() | kept.keys() if said.get(name) != kept.get(name))
    return ", ".join(f"{name} {said.get(name)} where {kept.get(name)} is kept" for name in names)
