"""What is still to be delivered of an order goes elsewhere (page 0073)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import Filling
from sync.central.context import Context
from sync.central.devices.access import may_see
from sync.central.devices.devices import Device
from sync.central.fulfilment import surplus
from sync.central.orders import place_order
from sync.central.records import history, order_records
from sync.central.records.order_changes import (
    BY_CHARACTERS_MAX,
    keep,
    known_change,
    number_used,
)
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage.database import Transaction, unstamp
from sync.domain.customer import Address
from sync.domain.errors import Refused
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order import FulfilmentMode
from sync.domain.order_change import (
    AddressChange,
)
from sync.domain.order_status import OPEN
from sync.protocol.results import AddressChanged


def change_address(
    ctx: Context, tx: Transaction, wanted: AddressChange, decisions: Decisions
) -> OrderRecord:
    """What is still to be delivered goes elsewhere; said again, nothing is changed.

    Raises Refused when nothing is to be delivered any more, or a parcel is being prepared, and
    Stale while it is not decided where the goods come from now.
    """
    record = order_records.load(tx, wanted.order_number.value)
    known = known_change(tx, wanted.number)
    if known is not None:
        if not isinstance(known, AddressChange) or known.ship_to != wanted.ship_to:
            raise number_used(wanted.number)
        return record
    here = record.order.ship_to
    open_ones = [
        found
        for found in record.alive()
        if found.fulfilment.mode is FulfilmentMode.SHIP_HOME and found.fulfilment.state in OPEN
    ]
    waits = {
        line.line_id: line.unfilled
        for line in record.lines.values()
        if line.unfilled and record.order.line(line.line_id).mode is FulfilmentMode.SHIP_HOME
    }
    if here is None or not (open_ones or waits):
        raise Refused(
            "Nothing of order {order} is still to be delivered. Nothing was changed.",
            code="order.nothing_to_deliver",
            order=record.number,
        )
    if any(found.fulfilment.state is not FulfilmentState.ALLOCATED for found in open_ones):
        raise Refused(
            "A parcel of order {order} is being prepared for the address that it has. Nothing was "
            "changed; ask the store that prepares it to reject it first.",
            code="order.being_prepared",
            order=record.number,
        )
    place_order.check_address(wanted.ship_to)
    if _same_place(here, wanted.ship_to):
        _readdress(tx, record, open_ones, wanted)
    else:
        _source_again(ctx, tx, record, open_ones, waits, wanted, decisions)
    return record


def readdress_at_till(
    ctx: Context,
    tx: Transaction,
    device: Device,
    said: AddressChange,
    associate: str,
    decisions: Decisions,
) -> AddressChanged:
    """The same for a till, which may change the orders of its own store."""
    record = order_records.load(tx, said.order_number.value)
    if not may_see(tx.connection, record, device.location, ""):
        raise order_records.unknown_order(record.number)
    change_address(ctx, tx, replace(said, by=associate[:BY_CHARACTERS_MAX]), decisions)
    return AddressChanged(record.number)


def _readdress(
    tx: Transaction, record: OrderRecord, found: Sequence[FulfilmentRecord], wanted: AddressChange
) -> None:
    moved = tuple(each.fulfilment.fulfilment_id for each in found)
    keep(tx, record, _at(tx, record, replace(wanted, fulfilments=moved)))
    for each in found:
        record.put(replace(each, fulfilment=replace(each.fulfilment, ship_to=wanted.ship_to)))
        tx.changes.fulfilments.add(each.fulfilment.fulfilment_id)
    history.record(
        tx, record.number, history.Kind.READDRESSED, commune=wanted.ship_to.commune, by=wanted.by
    )


def _source_again(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    found: Sequence[FulfilmentRecord],
    waits: dict[int, int],
    wanted: AddressChange,
    decisions: Decisions,
) -> None:
    """What nobody has begun is taken back and sourced for the new address."""
    again, given_back = Counter(waits), Counter[tuple[str, str]]()
    after = replace(record, fulfilments=dict(record.fulfilments), changes=list(record.changes))
    after.add_change(wanted)
    for each in found:
        fulfilment = each.fulfilment
        taken_back = replace(fulfilment, state=FulfilmentState.REASSIGNED)
        after.put(replace(each, fulfilment=taken_back))
        for line in fulfilment.lines:
            again[line.line_id] += line.quantity
            given_back[line.sku, fulfilment.location] -= line.quantity
    filling = Filling(ctx, tx, after, again, decisions, given_back)
    keep(tx, record, _at(tx, record, wanted))
    for each in found:
        pieces = Counter({line.line_id: line.quantity for line in each.fulfilment.lines})
        surplus.withdraw(ctx, tx, record, each, pieces, FulfilmentState.REASSIGNED)
    history.record(
        tx, record.number, history.Kind.READDRESSED, commune=wanted.ship_to.commune, by=wanted.by
    )
    filling.promise(tx, record)


def _at(tx: Transaction, record: OrderRecord, change: AddressChange) -> AddressChange:
    return replace(change, at=unstamp(tx.at), before=len(record.fulfilments))


def _same_place(before: Address, after: Address) -> bool:
    return (before.lat, before.lon, before.postcode, before.country) == (
        after.lat,
        after.lon,
        after.postcode,
        after.country,
    )
