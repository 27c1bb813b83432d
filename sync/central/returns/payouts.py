"""Cash that left a drawer for a return or a cancellation: a fact, booked as it was told."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.devices.devices import Device
from sync.central.records import discrepancies, order_records
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.payment import TenderKind
from sync.domain.returns import RefundPart
from sync.domain.stock import DiscrepancyKind
from sync.protocol.codec import parse_json
from sync.protocol.results import CashPaidOut


@dataclass(frozen=True, slots=True)
class Payout:
    """Cash that left the drawer of `device`."""

    device: str
    amount: Money


def pay_out_cash(
    ctx: Context,
    tx: Transaction,
    device: Device,
    number: DocumentNumber,
    associate: str,
    amount: Money,
) -> CashPaidOut:
    """Book it with till, person and time; what deviates is put on the list of discrepancies.

    Raises InvalidInput for an amount that no drawer holds, which is a broken message.
    """
    if not 0 < amount.minor <= ctx.reference.company.limits.order_minor_max:
        raise InvalidInput(
            "An amount of the payout cannot be right: {amount}. Nothing was changed.",
            code="payout.amount",
            amount=amount,
        )
    before = payouts_of(tx.connection, number.value)
    now_paid = Payout(device.code, amount)
    tx.connection.execute(
        sa.insert(tables.cash_payout).values(
            return_number=number.value,
            location=device.location,
            device=device.code,
            associate=associate[:40],
            minor=amount.minor,
            currency=amount.currency,
            at=tx.at,
            cause=tx.cause,
        )
    )
    kind = deviation(due_in_cash(tx.connection, number.value), before, now_paid)
    if kind is not None:
        discrepancies.record(
            tx, Discrepancy(kind, device.location, tx.cause, document=number.value, amount=amount)
        )
    return CashPaidOut(number.value, kind)


@dataclass(frozen=True, slots=True)
class Due:
    """The cash part of a refund, and the device that inspected the return, or cancelled."""

    device: str
    minor: int
    currency: str


def deviation(due: Due | None, before: list[Payout], paid: Payout) -> DiscrepancyKind | None:
    """What is wrong with a payout after those `before` it; None when it is as it should be."""
    if due is None or due.device != paid.device or due.currency != paid.amount.currency:
        return DiscrepancyKind.PAYOUT_NOT_INSPECTED
    if before:
        return DiscrepancyKind.PAYOUT_TWICE
    if paid.amount.minor > due.minor:
        return DiscrepancyKind.PAYOUT_ABOVE_REFUND
    return None


def due_in_cash(connection: Connection, number: str) -> Due | None:
    """What the drawer of a device owes for a return or a cancellation; None before it is agreed."""
    rows = tables.customer_return.c
    query = sa.select(rows.inspected_device, rows.parts).where(rows.number == number)
    row = connection.execute(query).one_or_none()
    if row is not None and row.inspected_device is not None:
        parts: tuple[RefundPart, ...] = parse_json(tuple[RefundPart, ...], row.parts)
        return _due(row.inspected_device, parts)
    cancelled = order_records.find_cancellation(connection, number)
    return None if cancelled is None else _due(cancelled.device, cancelled.parts)


def _due(device: str, parts: tuple[RefundPart, ...]) -> Due:
    cash = [part.amount.minor for part in parts if part.kind is TenderKind.CASH]
    currency = parts[0].amount.currency if parts else Money(0).currency
    return Due(device, sum(cash), currency)


def payouts_of(connection: Connection, number: str) -> list[Payout]:
    """The payouts of a return, in the order in which they were booked."""
    rows = tables.cash_payout.c
    query = sa.select(rows.device, rows.minor, rows.currency).where(rows.return_number == number)
    return [
        Payout(row.device, Money(row.minor, row.currency))
        for row in connection.execute(query.order_by(rows.id))
    ]
