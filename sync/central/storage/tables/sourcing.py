"""Why an order was filled from where it was, expected demand, and prices of scarcity."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
)

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, SKU, TIME, metadata

# Locations and tariffs as they were when decisions were taken from them.
sourcing_reference = Table(
    "sourcing_reference",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("at", TIME, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

decision = Table(
    "decision",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("at", TIME, nullable=False),
    Column("policy", String(80), nullable=False),
    Column("snapshot_position", BigInteger, nullable=False),
    Column("cause", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("inputs", LargeBinary, nullable=False),
    Column("reference", String(64), ForeignKey("sourcing_reference.digest"), nullable=False),
    Index("ix_decision_order", "order_number"),
)

# What was asked for, day by day: the demand that is expected is read from it.
demand = Table(
    "demand",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("sku", SKU, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("place", CODE, primary_key=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("pieces", Float, nullable=False),
)

price_list = Table(
    "price_list",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", TIME, nullable=False),
    Column("snapshot_position", BigInteger, nullable=False),
    Column("policy", String(80), nullable=False),
    Column("demand_until", String(10), nullable=False),
    Column("stock_pieces", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
