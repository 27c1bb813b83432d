"""The change feed: rows written in the transaction that made the change.

Positions are taken under the row lock of the bucket's counter, which is held until the commit; a
reader therefore never sees a position whose predecessors are still to come. Buckets are locked in
the order of their names, so two writers never wait for each other. What is written comes from the
records that the transaction has, not from tables that are read again.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.devices.capabilities import KEPT_FROM_A_KIOSK, for_kiosk
from sync.central.inventory.availability import StockView
from sync.central.inventory.rules import row
from sync.central.records import order_records
from sync.central.records.order_record import FulfilmentRecord, OrderRecord, ReturnEntry
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import add_up, upsert
from sync.domain.device import DeviceKind
from sync.domain.errors import Conflict
from sync.domain.location import LocationKind
from sync.protocol.codec import to_wire
from sync.protocol.feed import NETWORK, PAGE_ROWS_MAX, Change, Page, store_bucket

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
            of = order_records.load_of_fulfilment(tx, fulfilment_id)
            documents.update(self.fulfilment(of.fulfilments[fulfilment_id]))
        for number in changes.orders:
            documents.update(self.order(order_records.load(tx, number)))
        for number in changes.returns:
            of = order_records.load_of_return(tx, number)
            documents.update(self.customer_return(of.returns[number]))
        _append(tx.connection, documents)

    def is_store(self, code: str) -> bool:
        """Whether `code` has a bucket of its own."""
        place = self._reference.locations.get(code)
        return place is not None and place.kind is LocationKind.STORE

    def order(self, record: OrderRecord) -> Documents:
        """The order, for every store that has to do with it."""
        stores = [code for code in record.audience() if self.is_store(code)]
        if not stores:
            return {}
        wire = to_wire(record.state())
        return {(store_bucket(code), "order", record.number): wire for code in stores}

    def fulfilment(self, found: FulfilmentRecord) -> Documents:
        """The fulfilment, for the store that does it and the store where it is collected."""
        fulfilment = found.fulfilment
        codes = (fulfilment.location, fulfilment.collect_at)
        seen = {code: found.at_store(code) for code in codes}
        return {
            (store_bucket(code), "fulfilment", fulfilment.fulfilment_id): to_wire(shown)
            for code, shown in seen.items()
            if shown is not None and self.is_store(code)
        }

    def customer_return(self, entry: ReturnEntry) -> Documents:
        """The return, for the store where the goods are."""
        goods = entry.goods
        if not self.is_store(goods.location):
            return {}
        key = (store_bucket(goods.location), "return", goods.number.value)
        return {key: to_wire(entry.published)}

    def _stock(self, tx: Transaction) -> Documents:
        return {
            (NETWORK, "stock", f"{location}|{sku}"): row(
                self._view.atp(sku, location, balance),
                balance,
                tx.changes.inbound_on.get((sku, location)),
            )
            for (sku, location), balance in tx.changes.stock.items()
        }


def _append(connection: Connection, documents: Documents) -> None:
    """Write the rows of all buckets: one statement takes the positions, one writes the rows."""
    by_bucket: dict[str, list[tuple[str, str, Any]]] = {}
    for (bucket, kind, key), body in documents.items():
        by_bucket.setdefault(bucket, []).append((kind, key, body))
    if not by_bucket:
        return
    counter = tables.bucket_position
    taken = {bucket: len(entries) for bucket, entries in by_bucket.items()}
    last = add_up(connection, counter, counter.c.bucket, counter.c.position, taken)
    rows = [
        {"bucket": bucket, "kind": kind, "key": key, "position": place, "body": _pack(body)}
        for bucket, entries in sorted(by_bucket.items())
        for place, (kind, key, body) in enumerate(
            sorted(entries, key=lambda entry: entry[:2]), last[bucket] - taken[bucket] + 1
        )
    ]
    upsert(connection, tables.feed, rows, ["bucket", "kind", "key"])


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
