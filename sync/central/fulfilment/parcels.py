"""Parcels and their carrier: booked after the hand-over, then asked about until they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.fulfilment import fulfilments
from sync.central.jobs.queue import Job, enqueue
from sync.central.jobs.workers import NOT_SET_UP, Done
from sync.central.notifications import mail_queue as mails
from sync.central.records import history, order_records
from sync.central.records.fulfilment_rows import change
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.domain.carrier import Booking
from sync.domain.fulfilment import ParcelStatus
from sync.domain.order import FulfilmentMode

TRACKING = "tracking"
ASKED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Parcels:
    """The two kinds of job about parcels. Booking twice with the same SSCC books once.

    Without a carrier they wait: a parcel stays to be booked until one is set up.
    """

    ctx: Context

    def book(self, job: Job) -> Done:
        """Tell the carrier of the parcels of a fulfilment (the key); then tell the customer."""
        carrier = self.ctx.ports.carrier
        if carrier is None:
            return Done(again_at=self.ctx.database.clock() + NOT_SET_UP)
        with self.ctx.database.read() as connection:
            rows = _unbooked(connection, job.key)
        numbers = [
            carrier.book(Booking(row.sscc, row.parcel_id, row.weight_g, row.service))
            for row in rows
        ]

        def effect(tx: Transaction) -> None:
            for row, number in zip(rows, numbers, strict=True):
                _booked(self.ctx, tx, row, number)

        return Done(effect)

    def follow(self, job: Job) -> Done:
        """Ask for news of a parcel (the key), again and again until it has arrived."""
        ctx, carrier = self.ctx, self.ctx.ports.carrier
        now = ctx.database.clock()
        if carrier is None:
            return Done(again_at=now + NOT_SET_UP)
        with ctx.database.read() as connection:
            row = _under_way(connection, int(job.key))
        if row is None:
            return Done()
        status = carrier.status(row.tracking_number, unstamp(row.status_at), now)
        news = (
            None
            if status.value in (row.status, ParcelStatus.BOOKED.value)
            else history.Kind(status)
        )

        def effect(tx: Transaction) -> None:
            if news is not None:
                _moved(ctx, tx, row, news)

        arrived = news is history.Kind.DELIVERED
        return Done(effect, None if arrived else now + ASKED_EVERY)


def _unbooked(connection: Connection, fulfilment_id: str) -> list[sa.Row[Any]]:
    box, fulfilment = tables.parcel, tables.fulfilment
    query = (
        sa.select(box, fulfilment.c.order_number, fulfilment.c.service, fulfilment.c.location)
        .join(fulfilment, fulfilment.c.fulfilment_id == box.c.fulfilment_id)
        .where(box.c.fulfilment_id == fulfilment_id, box.c.status == ParcelStatus.NEW.value)
        .order_by(box.c.parcel_id)
    )
    return list(connection.execute(query))


def _under_way(connection: Connection, parcel_id: int) -> sa.Row[Any] | None:
    box, fulfilment = tables.parcel, tables.fulfilment
    query = (
        sa.select(box, fulfilment.c.order_number)
        .join(fulfilment, fulfilment.c.fulfilment_id == box.c.fulfilment_id)
        .where(
            box.c.parcel_id == parcel_id,
            box.c.status.in_([ParcelStatus.BOOKED.value, ParcelStatus.IN_TRANSIT.value]),
        )
    )
    return connection.execute(query).one_or_none()


def _booked(ctx: Context, tx: Transaction, row: sa.Row[Any], number: str) -> None:
    box = tables.parcel
    tx.connection.execute(
        sa.update(box)
        .where(box.c.parcel_id == row.parcel_id)
        .values(tracking_number=number, status=ParcelStatus.BOOKED.value, status_at=tx.at)
    )
    history.record(tx, row.order_number, history.Kind.BOOKED, tracking_number=number)
    tx.changes.fulfilments.add(row.fulfilment_id)
    order = order_records.load(tx, row.order_number).order
    place = ctx.reference.locations.get(row.location)
    mails.queue(
        tx,
        order,
        mails.SHIPPED,
        f"shipped:{row.parcel_id}",
        location=place.name if place else row.location,
        tracking_number=number,
    )
    enqueue(tx, TRACKING, str(row.parcel_id), tx.now + ASKED_EVERY)


def _moved(ctx: Context, tx: Transaction, row: sa.Row[Any], kind: history.Kind) -> None:
    box = tables.parcel
    # The time of the booking stays in `status_at` until the parcel has arrived.
    values = {"status": kind.value}
    if kind is history.Kind.DELIVERED:
        values["status_at"] = tx.at
    tx.connection.execute(sa.update(box).where(box.c.parcel_id == row.parcel_id).values(**values))
    history.record(tx, row.order_number, kind, tracking_number=row.tracking_number)
    if kind is history.Kind.DELIVERED:
        record = order_records.load_of_fulfilment(tx, row.fulfilment_id)
        found = record.fulfilments[row.fulfilment_id]
        fulfilment = found.fulfilment
        if found.bound_for_store and fulfilment.ready_at is None:
            change(tx, record, found, ready_at=unstamp(tx.at))
        if fulfilment.mode in (FulfilmentMode.COLLECT, FulfilmentMode.PICKUP_POINT):
            fulfilments.tell_ready(ctx, tx, fulfilment)
