"""The fulfilment of a location: pick, pack, hand over, or say why not."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from sync.central.allocation import allocate as orchestration
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import enqueue
from sync.central.notifications import mail_queue as mails
from sync.central.payments import ledger as payments
from sync.central.records import history
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.locks import lock_order_of
from sync.domain.errors import Conflict, InvalidInput
from sync.domain.fulfilment import (
    Fulfilment,
    FulfilmentState,
    Parcel,
    RejectionReason,
    check_transition,
)
from sync.domain.order import FulfilmentMode
from sync.domain.stock import Movement, MovementKind

PARCELS_MAX = 99
PARCEL_WEIGHT_MAX_G = 1_000_000
NEW_PARCEL, BOOKED = "new", "booked"
BOOKING = "booking"

# Lost or broken goods leave the stock. Goods that were sold have left it by their own sale, and
# goods that nobody had the time to pick are still there.
LOSES_STOCK = {RejectionReason.NOT_FOUND, RejectionReason.DAMAGED}


def start_picking(
    ctx: Context, tx: Transaction, location: str, fulfilment_id: str, associate: str
) -> dict[str, Any]:
    """An associate takes the fulfilment."""
    _, fulfilment = _own(tx, location, fulfilment_id)
    _go(tx, fulfilment, FulfilmentState.PICKING, associate=associate)
    history.record(tx, _order(fulfilment), history.Kind.PICKING, location=_name(ctx, location))
    return {"fulfilment_id": fulfilment_id}


def pack(
    ctx: Context,
    tx: Transaction,
    location: str,
    fulfilment_id: str,
    associate: str,
    parcels: tuple[Parcel, ...],
) -> dict[str, Any]:
    """The goods are in `parcels`, each with an SSCC that was never used before."""
    _, fulfilment = _own(tx, location, fulfilment_id)
    _check_parcels(fulfilment, parcels)
    _go(tx, fulfilment, FulfilmentState.PACKED, associate=associate)
    used = sa.select(tables.parcel.c.sscc).where(
        tables.parcel.c.sscc.in_([str(parcel.sscc) for parcel in parcels])
    )
    twice = tx.connection.execute(used).scalars().first()
    if twice is not None or len({parcel.sscc for parcel in parcels}) < len(parcels):
        raise Conflict(
            "The parcel number {sscc} is already on another parcel. Print a new label.",
            code="pack.sscc_used",
            sscc=twice or parcels[0].sscc,
        )
    for parcel in parcels:
        tx.connection.execute(
            sa.insert(tables.parcel).values(
                fulfilment_id=fulfilment_id,
                sscc=str(parcel.sscc),
                weight_g=parcel.weight_g,
                tracking_number="",
                status=NEW_PARCEL,
                status_at=tx.at,
            )
        )
    history.record(tx, _order(fulfilment), history.Kind.PACKED, location=_name(ctx, location))
    if not fulfilment.leaves_by_carrier:
        tell_ready(ctx, tx, fulfilment)
    return {"fulfilment_id": fulfilment_id}


def hand_over(
    ctx: Context, tx: Transaction, location: str, fulfilment_id: str, associate: str
) -> dict[str, Any]:
    """The carrier or the customer has the goods: they leave the stock and are paid for.

    At the store where a parcel from elsewhere is collected, it ends the wait of that parcel.
    """
    lock_order_of(tx, fulfilment_id)
    row, fulfilment = projection.fulfilment(tx.connection, fulfilment_id)
    if fulfilment.location != location:
        return _collected(ctx, tx, location, row, fulfilment)
    _go(tx, fulfilment, FulfilmentState.HANDED_OVER, associate=associate)
    for line in fulfilment.lines:
        stock.move(
            tx,
            Movement(
                location,
                line.sku,
                MovementKind.HAND_OVER,
                fulfilment_id,
                on_hand=-line.quantity,
                allocated=-line.quantity,
            ),
        )
    number = _order(fulfilment)
    order = projection.find_order(tx.connection, number)
    payments.capture_due(tx, order, left_pieces(tx, number))
    kind = history.Kind.SHIPPED if fulfilment.leaves_by_carrier else history.Kind.HANDED_OVER
    history.record(tx, number, kind, location=_name(ctx, location))
    if fulfilment.leaves_by_carrier:
        enqueue(tx, BOOKING, fulfilment_id)
    return {"fulfilment_id": fulfilment_id}


def reject(
    ctx: Context,
    tx: Transaction,
    location: str,
    fulfilment_id: str,
    associate: str,
    reason: RejectionReason,
) -> dict[str, Any]:
    """This location cannot: take the promise back and find another location."""
    lock_order_of(tx, fulfilment_id)
    _, fulfilment = _own(tx, location, fulfilment_id)
    _go(tx, fulfilment, FulfilmentState.REJECTED, associate=associate, rejection=reason.value)
    for line in fulfilment.lines:
        lost = line.quantity if reason in LOSES_STOCK else 0
        stock.move(
            tx,
            Movement(
                location,
                line.sku,
                MovementKind.REJECTION if lost else MovementKind.RELEASE,
                fulfilment_id,
                on_hand=-lost,
                allocated=-line.quantity,
            ),
        )
    number = _order(fulfilment)
    history.record(
        tx,
        number,
        history.Kind.REJECTED,
        location=_name(ctx, location),
        quantity=fulfilment.quantity,
        reason=reason.value,
    )
    order = projection.find_order(tx.connection, number)
    again = projection.pieces_by_line([fulfilment])
    for line_row in projection.line_rows(tx.connection, number):
        if line_row.line_id in again:
            again[line_row.line_id] += line_row.unfilled
    unfilled = orchestration.fill(ctx, tx, order, again)
    return {"fulfilment_id": fulfilment_id, "unfilled": unfilled}


def left_pieces(tx: Transaction, number: str) -> dict[int, int]:
    """Pieces of each line that have left us: carried out, given to a carrier or a customer."""
    fulfilments = [
        fulfilment
        for _, fulfilment in projection.fulfilments_of(tx.connection, number)
        if fulfilment.state is FulfilmentState.HANDED_OVER
    ]
    gone = projection.pieces_by_line(fulfilments)
    return {
        row.line_id: row.carried_out + gone[row.line_id]
        for row in projection.line_rows(tx.connection, number)
    }


def tell_ready(ctx: Context, tx: Transaction, fulfilment: Fulfilment) -> None:
    """Tell the customer that the goods wait at the place of collection."""
    order = projection.find_order(tx.connection, _order(fulfilment))
    mails.queue(
        tx,
        order,
        mails.READY,
        f"ready:{fulfilment.fulfilment_id}",
        location=_name(ctx, fulfilment.collect_at or fulfilment.location),
    )


def _own(tx: Transaction, location: str, fulfilment_id: str) -> tuple[Row[Any], Fulfilment]:
    row, fulfilment = projection.fulfilment(tx.connection, fulfilment_id)
    if fulfilment.location != location:
        raise projection.unknown_fulfilment(fulfilment_id)
    return row, fulfilment


def _collected(
    ctx: Context, tx: Transaction, location: str, row: Row[Any], fulfilment: Fulfilment
) -> dict[str, Any]:
    bound_here = fulfilment.mode is FulfilmentMode.COLLECT and fulfilment.collect_at == location
    if not bound_here or fulfilment.state is not FulfilmentState.HANDED_OVER:
        raise projection.unknown_fulfilment(fulfilment.fulfilment_id)
    if row.collected_at:
        check_transition(FulfilmentState.HANDED_OVER, FulfilmentState.HANDED_OVER)
    fulfilments = tables.fulfilment
    tx.connection.execute(
        sa.update(fulfilments)
        .where(fulfilments.c.fulfilment_id == fulfilment.fulfilment_id)
        .values(collected_at=tx.at)
    )
    tx.changes.fulfilments.add(fulfilment.fulfilment_id)
    history.record(tx, _order(fulfilment), history.Kind.HANDED_OVER, location=_name(ctx, location))
    return {"fulfilment_id": fulfilment.fulfilment_id}


def _go(tx: Transaction, fulfilment: Fulfilment, wanted: FulfilmentState, **values: str) -> None:
    """Change the state, unless another one was faster; raises Conflict."""
    check_transition(fulfilment.state, wanted)
    fulfilments = tables.fulfilment
    result = tx.connection.execute(
        sa.update(fulfilments)
        .where(
            fulfilments.c.fulfilment_id == fulfilment.fulfilment_id,
            fulfilments.c.state == fulfilment.state.value,
        )
        .values(state=wanted.value, **{name: text[:40] for name, text in values.items()})
    )
    if result.rowcount != 1:
        check_transition(wanted, wanted)
    tx.changes.fulfilments.add(fulfilment.fulfilment_id)
    tx.changes.orders.add(_order(fulfilment))


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


def _order(fulfilment: Fulfilment) -> str:
    return fulfilment.order_number.value


def _name(ctx: Context, code: str) -> str:
    place = ctx.reference.locations.get(code)
    return place.name if place is not None else code
