"""The fulfilment of a location: pick, pack, hand over, or say why not."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from sync.central.context import Context
from sync.central.fulfilment import collections, surplus
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import enqueue
from sync.central.notifications import mail_queue as mails
from sync.central.payments import ledger as payments
from sync.central.records import discrepancies, history, order_records
from sync.central.records.discrepancies import Discrepancy
from sync.central.records.fulfilment_rows import change
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.central.storage.dialect import insert_missing
from sync.domain.errors import Conflict, InvalidInput
from sync.domain.fulfilment import (
    Fulfilment,
    FulfilmentState,
    Parcel,
    ParcelStatus,
)
from sync.domain.order import FulfilmentMode
from sync.domain.order_status import GIVEN_UP, LOSES_STOCK, check_transition
from sync.domain.stock import DiscrepancyKind, Movement, MovementKind
from sync.protocol.results import FulfilmentChanged, GoodsHandedOver

PARCELS_MAX = 99
PARCEL_WEIGHT_MAX_G = 1_000_000
BOOKING = "booking"


def start_picking(
    ctx: Context, tx: Transaction, location: str, fulfilment_id: str, associate: str
) -> FulfilmentChanged:
    """An associate takes the fulfilment."""
    record, found = own(tx, location, fulfilment_id)
    _go(tx, record, found, FulfilmentState.PICKING, associate)
    history.record(tx, record.number, history.Kind.PICKING, location=_name(ctx, location))
    return FulfilmentChanged(fulfilment_id)


def pack(
    ctx: Context,
    tx: Transaction,
    location: str,
    fulfilment_id: str,
    associate: str,
    parcels: tuple[Parcel, ...],
) -> FulfilmentChanged:
    """The goods are in `parcels`, each with an SSCC that was never used before."""
    record, found = own(tx, location, fulfilment_id)
    _check_parcels(found.fulfilment, parcels)
    packed = _go(tx, record, found, FulfilmentState.PACKED, associate)
    _insert_parcels(tx, fulfilment_id, parcels)
    packed = replace(packed, fulfilment=replace(packed.fulfilment, parcels=parcels))
    record.put(packed)
    history.record(tx, record.number, history.Kind.PACKED, location=_name(ctx, location))
    if not packed.fulfilment.leaves_by_carrier:
        packed = change(tx, record, packed, ready_at=unstamp(tx.at))
        tell_ready(ctx, tx, packed.fulfilment)
    return FulfilmentChanged(fulfilment_id)


def hand_over(
    ctx: Context, tx: Transaction, location: str, fulfilment_id: str, associate: str
) -> GoodsHandedOver:
    """The carrier or the customer has the goods: they leave the stock and are paid for.

    A fact: it is booked from any state, packed or not. What the location had rejected, or had lost
    to another one, left all the same; what was given to others meanwhile is taken back from them,
    or put on the list of discrepancies where they have begun it. Said again, it changes nothing.
    At the store where a parcel from elsewhere is collected, it ends the wait of that parcel.
    Raises NotFound for a fulfilment that is none of the location's.
    """
    record = order_records.load_of_fulfilment(tx, fulfilment_id)
    found = record.fulfilments[fulfilment_id]
    if found.fulfilment.location != location:
        return _collected(ctx, tx, location, record, found)
    before = found.fulfilment
    if before.state is FulfilmentState.HANDED_OVER:
        return GoodsHandedOver(fulfilment_id)
    given_up = before.state in GIVEN_UP
    change(
        tx,
        record,
        found,
        state=FulfilmentState.HANDED_OVER,
        associate=associate,
        left_at=unstamp(tx.at),
    )
    if given_up and before.rejection in LOSES_STOCK:
        move(tx, before, MovementKind.COUNT, on_hand=1)  # they were there after all
    if before.ready_at is not None:
        collections.has_gone(tx, record.number)
    move(tx, before, MovementKind.HAND_OVER, on_hand=-1, allocated=0 if given_up else -1)
    kind = history.Kind.SHIPPED if before.leaves_by_carrier else history.Kind.HANDED_OVER
    history.record(tx, record.number, kind, location=_name(ctx, location))
    found_amiss = surplus.take_back(ctx, tx, record, before) if given_up else None
    if before.leaves_by_carrier and not before.parcels:
        found_amiss = found_amiss or DiscrepancyKind.LEFT_UNPACKED
        unpacked = Discrepancy(
            DiscrepancyKind.LEFT_UNPACKED, location, tx.cause, document=record.number
        )
        discrepancies.record(tx, unpacked)
    payments.capture_due(tx, record)
    if before.leaves_by_carrier:
        enqueue(tx, BOOKING, fulfilment_id)
    return GoodsHandedOver(fulfilment_id, found_amiss)


def tell_ready(ctx: Context, tx: Transaction, fulfilment: Fulfilment) -> None:
    """Tell the customer that the goods wait at the place of collection."""
    record = order_records.load(tx, fulfilment.order_number.value)
    mails.queue(
        tx,
        record.order,
        mails.READY,
        f"ready:{fulfilment.fulfilment_id}",
        location=_name(ctx, fulfilment.collect_at or fulfilment.location),
    )


def own(tx: Transaction, location: str, fulfilment_id: str) -> tuple[OrderRecord, FulfilmentRecord]:
    record = order_records.load_of_fulfilment(tx, fulfilment_id)
    found = record.fulfilments[fulfilment_id]
    if found.fulfilment.location != location:
        raise order_records.unknown_fulfilment(fulfilment_id)
    return record, found


def _collected(
    ctx: Context, tx: Transaction, location: str, record: OrderRecord, found: FulfilmentRecord
) -> GoodsHandedOver:
    fulfilment = found.fulfilment
    bound_here = fulfilment.mode is FulfilmentMode.COLLECT and fulfilment.collect_at == location
    if not bound_here or fulfilment.state is not FulfilmentState.HANDED_OVER:
        raise order_records.unknown_fulfilment(fulfilment.fulfilment_id)
    if found.collected_at is None:
        change(tx, record, found, collected_at=unstamp(tx.at))
        collections.has_gone(tx, record.number)
        history.record(tx, record.number, history.Kind.HANDED_OVER, location=_name(ctx, location))
    return GoodsHandedOver(fulfilment.fulfilment_id)


def _go(
    tx: Transaction,
    record: OrderRecord,
    found: FulfilmentRecord,
    wanted: FulfilmentState,
    associate: str,
) -> FulfilmentRecord:
    check_transition(found.fulfilment.state, wanted)
    return change(tx, record, found, state=wanted, associate=associate)


def move(
    tx: Transaction,
    fulfilment: Fulfilment,
    kind: MovementKind,
    *,
    on_hand: int = 0,
    allocated: int = 0,
) -> None:
    """Move each piece of the fulfilment; `on_hand` and `allocated` by piece."""
    movements = [
        Movement(
            fulfilment.location,
            line.sku,
            kind,
            fulfilment.fulfilment_id,
            on_hand=on_hand * line.quantity,
            allocated=allocated * line.quantity,
        )
        for line in fulfilment.lines
    ]
    stock.move(tx, *movements)


def _insert_parcels(tx: Transaction, fulfilment_id: str, parcels: tuple[Parcel, ...]) -> None:
    if not parcels:
        return
    rows = [
        {
            "fulfilment_id": fulfilment_id,
            "sscc": str(parcel.sscc),
            "weight_g": parcel.weight_g,
            "tracking_number": None,
            "status": ParcelStatus.NEW.value,
            "status_at": tx.at,
        }
        for parcel in parcels
    ]
    if insert_missing(tx.connection, tables.parcel, *rows) < len(parcels):
        twice = _used_before(tx, fulfilment_id, parcels)
        raise Conflict(
            "The parcel number {sscc} is already on another parcel. Print a new label.",
            code="pack.sscc_used",
            sscc=twice,
        )


def _used_before(tx: Transaction, fulfilment_id: str, parcels: tuple[Parcel, ...]) -> str:
    """The SSCC that is on a parcel of another fulfilment, or twice in this one."""
    query = sa.select(tables.parcel.c.sscc).where(
        tables.parcel.c.sscc.in_([str(parcel.sscc) for parcel in parcels]),
        tables.parcel.c.fulfilment_id != fulfilment_id,
    )
    return tx.connection.execute(query).scalar() or str(parcels[0].sscc)


def _check_parcels(fulfilment: Fulfilment, parcels: tuple[Parcel, ...]) -> None:
    if fulfilment.leaves_by_carrier and not parcels:
        raise InvalidInput(
            "These goods leave with a carrier: print at least one parcel label.",
            code="pack.no_parcel",
        )
    if len(parcels) > PARCELS_MAX:
        raise InvalidInput(
            "At most {maximum} parcels can be packed at once.",
            code="pack.too_many_parcels",
            maximum=PARCELS_MAX,
        )
    for parcel in parcels:
        if not 0 < parcel.weight_g <= PARCEL_WEIGHT_MAX_G:
            raise InvalidInput(
                "The weight of parcel {sscc} cannot be right: {weight} g. Weigh it again.",
                code="pack.weight",
                sscc=parcel.sscc,
                weight=parcel.weight_g,
            )
        if parcel.tracking_number:
            raise InvalidInput(
                "The tracking number comes from the carrier; leave it empty.",
                code="pack.tracking_number",
            )


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place is not None else code
