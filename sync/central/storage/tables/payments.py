"""Payments, returns, and cash that left a drawer for them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, TIME, metadata

payment_event = Table(
    "payment_event",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("tender_place", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", TIME, nullable=False),
    Column("cause", String(80), nullable=False),
    CheckConstraint("minor > 0", name="minor"),
    Index("ix_payment_event_order", "order_number"),
)

customer_return = Table(
    "customer_return",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("location", CODE, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("received_at", TIME, nullable=False),
    Column("body", Text, nullable=False),
    Column("inspected", Text, nullable=True),
    Column("inspected_by", CODE, nullable=True),
    Column("inspected_device", CODE, nullable=True),
    Column("parts", Text, nullable=True),
    Index("ix_customer_return_order", "order_number"),
)

# Cash that left a drawer for a return; what deviates is a discrepancy, never a refusal.
cash_payout = Table(
    "cash_payout",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("return_number", NUMBER, nullable=False),
    Column("location", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("associate", CODE, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", TIME, nullable=False),
    Column("cause", String(80), nullable=False),
    Index("ix_cash_payout_return", "return_number"),
)
