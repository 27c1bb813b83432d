"""The server's own look at a sale: prices, VAT and people against what it knows.

What happened in a shop is booked whatever it looks like; what deviates is put on the list of what
a person must look at, and nothing of that sale is refunded before. An order of the web shop has
not happened yet: it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.domain.errors import InvalidInput, Refused
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.domain.payment import TenderKind
from sync.domain.stock import REVIEWED, DiscrepancyKind

AHEAD_MAX = timedelta(days=1)  # of a device's clock


def note_deviations(
    tx: Transaction, reference: Reference, order: Order, newest: Mapping[str, int]
) -> None:
    """Put what deviates of a sale in a shop on the list of what a person must look at.

    `newest`: the serial of the newest order that is known of each device, as far as this process
    has seen one.
    """
    for found in _deviations(tx, reference, order, newest):
        discrepancies.record(tx, found)


def check_web_order(tx: Transaction, reference: Reference, order: Order) -> None:
    """Raise InvalidInput for a line at a price that its price list has not, or carried out."""
    for line in order.lines:
        if line.mode is FulfilmentMode.CARRY_OUT:
            raise InvalidInput(
                "Nothing can be carried out of an order that is not taken in a store. Nothing "
                "was changed.",
                code="order.carry_out",
            )
        article = reference.articles.get(line.sku)
        if article is not None and not _was_priced(tx, reference, line):
            raise InvalidInput(
                "{sku} does not cost {price} with {vat} basis points of VAT. Nothing was changed; "
                "read the price list again.",
                code="order.price",
                sku=line.sku,
                price=line.unit_price,
                vat=line.vat_rate_bp,
            )


def check_reviewed(connection: Connection, order_number: str) -> None:
    """Raise Refused while a person must look at the sale."""
    rows = tables.discrepancy.c
    waiting = connection.execute(
        sa.select(rows.id)
        .where(
            rows.document == order_number,
            rows.resolved_at.is_(None),
            rows.kind.in_([kind.value for kind in REVIEWED]),
        )
        .order_by(rows.id)
        .limit(1)
    ).scalar()
    if waiting is not None:
        raise Refused(
            "Somebody has to look at this sale first: it deviates from the catalogue or the "
            "staff list. Nothing was refunded; the goods stay here. Call operations, who close "
            "number {number} of what is to be looked into.",
            code="return.sale_under_review",
            number=int(waiting),
        )


def _deviations(
    tx: Transaction, reference: Reference, order: Order, newest: Mapping[str, int]
) -> Iterator[Discrepancy]:
    def found(kind: DiscrepancyKind, sku: str | None, amount: Money | None) -> Discrepancy:
        return Discrepancy(kind, order.location, tx.cause, sku, order.number.value, None, amount)

    days = timedelta(days=reference.company.limits.price_valid_days)
    if not tx.now - days <= order.placed_at <= tx.now + AHEAD_MAX:
        yield found(DiscrepancyKind.SALE_DATE, None, order.total)
    for tender in order.tenders:
        if tender.kind is TenderKind.CARD and not tender.authorisation_code:
            yield found(DiscrepancyKind.SALE_TENDER, None, tender.amount)
    if _number_missing(tx.connection, order, newest):
        yield found(DiscrepancyKind.SALE_NUMBER, None, order.total)
    for line in order.lines:
        article = reference.articles[line.sku]
        if (line.unit_price, line.vat_rate_bp) == (article.price, article.vat_rate_bp):
            continue
        if _was_priced(tx, reference, line):
            continue
        if line.unit_price != article.price:
            difference = (article.price - line.unit_price) * line.quantity
            yield found(DiscrepancyKind.SALE_PRICE, line.sku, difference)
        if line.vat_rate_bp != article.vat_rate_bp:
            yield found(DiscrepancyKind.SALE_VAT, line.sku, line.amount)


def _number_missing(connection: Connection, order: Order, newest: Mapping[str, int]) -> bool:
    """Whether the number that the till gave out before this one is not known.

    A till counts from 1 without a gap, and sends in order.
    """
    number, before = order.number, order.number.serial - 1
    if before < 1 or newest.get(order.device) == before:
        return False
    rows = tables.order_document.c
    wanted = DocumentNumber.build(number.value[0], int(number.value[1:5]), before).value
    query = sa.select(rows.number).where(rows.number == wanted)
    return connection.execute(query).first() is None


def _was_priced(tx: Transaction, reference: Reference, line: OrderLine) -> bool:
    """Whether the line's price and VAT are the catalogue's, or were not long ago."""
    article = reference.articles[line.sku]
    if (line.unit_price, line.vat_rate_bp) == (article.price, article.vat_rate_bp):
        return True
    days = timedelta(days=reference.company.limits.price_valid_days)
    rows = tables.article_past_price.c
    query = sa.select(rows.sku).where(
        rows.sku == line.sku,
        rows.until >= stamp(tx.now - days),
        rows.minor == line.unit_price.minor,
        rows.currency == line.unit_price.currency,
        rows.vat_rate_bp == line.vat_rate_bp,
    )
    return tx.connection.execute(query.limit(1)).first() is not None
