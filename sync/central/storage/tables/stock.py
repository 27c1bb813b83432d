"""Stock: every movement, the balance of them, and what a person must look at."""

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

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, SKU, TIME, metadata

movement = Table(
    "movement",
    metadata,
    Column("position", SERIAL, primary_key=True, autoincrement=True),
    Column("at", TIME, nullable=False),
    Column("location", CODE, nullable=False),
    Column("sku", SKU, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("cause", String(80), nullable=False),
    Column("on_hand", Integer, nullable=False),
    Column("allocated", Integer, nullable=False),
    Column("inbound", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Index("ix_movement_sku_location", "sku", "location"),
    sqlite_autoincrement=True,
)

balance = Table(
    "balance",
    metadata,
    Column("sku", SKU, primary_key=True),
    Column("location", CODE, ForeignKey("location.code"), primary_key=True),
    Column("on_hand", Integer, nullable=False),
    Column("allocated", Integer, nullable=False),
    Column("inbound", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("inbound_on", String(10), nullable=True),
    CheckConstraint("allocated >= 0", name="allocated"),
    CheckConstraint("quarantined >= 0", name="quarantined"),
)

# What a person must look at. `missing` counts pieces, `minor` cents; `document` is the number of
# the order or the return that it is about.
discrepancy = Table(
    "discrepancy",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(30), nullable=False),
    Column("at", TIME, nullable=False),
    Column("location", CODE, nullable=False),
    Column("sku", SKU, nullable=True),
    Column("document", NUMBER, nullable=True),
    Column("missing", Integer, nullable=True),
    Column("minor", BigInteger, nullable=True),
    Column("currency", String(3), nullable=True),
    Column("cause", String(80), nullable=False),
    Column("resolved_at", TIME, nullable=True),
    Column("resolved_by", String(40), nullable=True),
    Column("note", Text, nullable=True),
    Index("ix_discrepancy_open", "resolved_at", "kind", "location", "sku"),
    Index("ix_discrepancy_document", "document"),
)
