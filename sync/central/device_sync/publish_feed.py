"""The change feed: rows written in the transaction that made the change.

Positions are taken under the row lock of the bucket's counter, which is held until the commit; a
reader therefore never sees a position whose predecessors are still to come. Buckets are locked in
the order of their names, so two writers never wait for each other.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.devices.capabilities import KEPT_FROM_A_KIOSK, DeviceKind, for_kiosk
from sync.central.inventory.availability import StockView
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing, upsert
from sync.domain.errors import Conflict
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.location import LocationKind
from sync.domain.order import FulfilmentMode
from sync.protocol.codec import to_wire
from sync.protocol.feed import NETWORK, PAGE_ROWS_MAX, Change, Page, store_bucket

_SKUS_PER_QUERY = 500
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode

Documents = dict[tuple[str, str, str], Any]


class Publisher:
    """Writes the feed rows of what a transaction has changed."""

    def __init__(self, reference: Reference, view: StockView) -> None:
        self._reference = reference
        self._view = view

    def publish(self, tx: Transaction) -> None:
        """Call it last in each transaction."""
        changes = tx.changes
        documents: Documents = dict(changes.documents)
        documents.update(self._stock(tx))
        for fulfilment_id in changes.fulfilments:
            documents.update(self.fulfilment(tx.connection, fulfilment_id))
        for number in changes.orders:
            documents.update(self.order(tx.connection, number))
        for number in changes.returns:
            documents.update(self.customer_return(tx.connection, number))
        _append(tx.connection, documents)

    def is_store(self, code: str) -> bool:
        """Whether `code` has a bucket of its own."""
        place = self._reference.locations.get(code)
        return place is not None and place.kind is LocationKind.STORE

    def order(self, connection: Connection, number: str) -> Documents:
        """The order, for every store that has to do with it."""
        stores = [c for c in projection.audience(connection, number) if self.is_store(c)]
        if not stores:
            return {}
        wire = to_wire(projection.order_state(connection, number))
        return {(store_bucket(code), "order", number): wire for code in stores}

    def fulfilment(self, connection: Connection, fulfilment_id: str) -> Documents:
        """The fulfilment, for the store that does it and the store where it is collected."""
        row, fulfilment = projection.fulfilment(connection, fulfilment_id)
        seen = {
            code: at_store(row, fulfilment, code)
            for code in (fulfilment.location, fulfilment.collect_at)
        }
        return {
            (store_bucket(code), "fulfilment", fulfilment_id): to_wire(shown)
            for code, shown in seen.items()
            if shown is not None and self.is_store(code)
        }

    def customer_return(self, connection: Connection, number: str) -> Documents:
        """The return, for the store where the goods are."""
        record = projection.return_record(connection, number)
        if not self.is_store(record.goods.location):
            return {}
        return {(store_bucket(record.goods.location), "return", number): to_wire(record)}

    def _stock(self, tx: Transaction) -> Documents:
        changed = tx.changes.stock
        days = inbound_days(tx.connection, sorted({sku for sku, _ in changed}))
        return {
            (NETWORK, "stock", f"{location}|{sku}"): [
                self._view.atp(location, balance),
                balance.on_hand,
                balance.allocated,
                balance.inbound,
                days.get((sku, location)),
            ]
            for (sku, location), balance in changed.items()
        }


def at_store(row: Any, fulfilment: Fulfilment, code: str) -> Fulfilment | None:
    """The fulfilment as the store `code` sees it; None when it has nothing to do with it (yet).

    A parcel from elsewhere that a customer collects at `code` is there as `packed` (it waits for
    the customer) from the moment at which it left, and `handed_over` once the customer has it.
    """
    if code == fulfilment.location:
        return fulfilment
    if fulfilment.mode is not FulfilmentMode.COLLECT or code != fulfilment.collect_at:
        return None
    if fulfilment.state is not FulfilmentState.HANDED_OVER:
        return None
    return fulfilment if row.collected_at else replace(fulfilment, state=FulfilmentState.PACKED)


def inbound_days(connection: Connection, skus: list[str]) -> dict[tuple[str, str], str]:
    """The day on which goods are expected, by (sku, location), where some are."""
    columns = tables.balance.c
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(skus), _SKUS_PER_QUERY):
        query = sa.select(columns.sku, columns.location, columns.inbound_on).where(
            columns.inbound_on.is_not(None),
            columns.sku.in_(skus[start : start + _SKUS_PER_QUERY]),
        )
        found.update({(row[0], row[1]): row[2] for row in connection.execute(query)})
    return found


def _append(connection: Connection, documents: Documents) -> None:
    by_bucket: dict[str, list[tuple[str, str, Any]]] = {}
    for (bucket, kind, key), body in documents.items():
        by_bucket.setdefault(bucket, []).append((kind, key, body))
    for bucket, entries in sorted(by_bucket.items()):
        entries.sort(key=lambda entry: entry[:2])
        first = _take_positions(connection, bucket, len(entries))
        rows = [
            {"bucket": bucket, "kind": kind, "key": key, "position": place, "body": _pack(body)}
            for place, (kind, key, body) in enumerate(entries, first)
        ]
        upsert(connection, tables.feed, rows, ["bucket", "kind", "key"])


def _take_positions(connection: Connection, bucket: str, count: int) -> int:
    """Take the next `count` positions of `bucket`; gives the first. Holds the bucket's lock."""
    counter = tables.bucket_position
    insert_missing(connection, counter, {"bucket": bucket, "position": 0})
    last = connection.execute(
        sa.update(counter)
        .where(counter.c.bucket == bucket)
        .values(position=counter.c.position + count)
        .returning(counter.c.position)
    ).scalar_one()
    return int(last) - count + 1


def read_page(
    connection: Connection,
    epoch: str,
    bucket: str,
    cursor: int,
    high_water: int,
    reader: DeviceKind = DeviceKind.TERMINAL,
) -> Page:
    """Changes of `bucket` after `cursor`, up to `high_water` (0: up to now, and say what that is).

    A kiosk gets the same positions with less in them: no people, and no customer's data.

    Raises Conflict when the cursor is ahead of this server, which was then set back without
    saying so.
    """
    counter = tables.bucket_position.c
    now = connection.execute(sa.select(counter.position).where(counter.bucket == bucket)).scalar()
    newest = int(now or 0)
    if cursor > newest:
        raise Conflict(
            "This server is older than what the device has seen: it was restored without a new "
            "epoch. Nothing was changed; tell the people who run it.",
            code="feed.cursor_ahead",
        )
    limit = min(high_water, newest) if high_water else newest
    columns = tables.feed.c
    rows = connection.execute(
        sa.select(columns.position, columns.kind, columns.key, columns.body)
        .where(
            columns.bucket == bucket,
            columns.position > cursor,
            columns.position <= limit,
            columns.kind.not_in(KEPT_FROM_A_KIOSK if reader is DeviceKind.KIOSK else ()),
        )
        .order_by(columns.position)
        .limit(PAGE_ROWS_MAX + 1)
    ).all()
    more = len(rows) > PAGE_ROWS_MAX
    rows = rows[:PAGE_ROWS_MAX]
    changes = [Change(row[0], row[1], row[2], _body(row[1], row[3], reader)) for row in rows]
    reached = rows[-1][0] if more else max(limit, cursor)
    return Page(epoch, bucket, reached, limit, more, changes)


def _body(kind: str, packed: bytes, reader: DeviceKind) -> Any:
    if reader is DeviceKind.KIOSK and kind in ("order", "return"):
        return for_kiosk(kind, _unpack(packed))
    return msgspec.Raw(packed)
