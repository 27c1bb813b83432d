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
    Column("reserved", Integer, nullable=False),
    Column("in_transit", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("display", Integer, nullable=False),
    Column("reason", String(20), nullable=True),
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
    Column("reserved", Integer, nullable=False),
    Column("in_transit", Integer, nullable=False),
    Column("damaged", Integer, nullable=False),
    Column("display", Integer, nullable=False),
    Column("inbound_on", String(10), nullable=True),
    CheckConstraint("allocated >= 0", name="allocated"),
    CheckConstraint("quarantined >= 0", name="quarantined"),
    CheckConstraint("reserved >= 0", name="reserved"),
    CheckConstraint("in_transit >= 0", name="in_transit"),
    CheckConstraint("damaged >= 0 AND display >= 0", name="not_for_sale"),
)

# Goods to come: announced by a supplier, or sent by a location of ours (`source`).
consignment = Table(
    "consignment",
    metadata,
    Column("number", CODE, primary_key=True),
    Column("source", CODE, nullable=True),
    Column("supplier", String(80), nullable=True),
    Column("destination", CODE, ForeignKey("location.code"), nullable=False),
    Column("expected_on", String(10), nullable=False),
    Column("state", String(20), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("closed_at", TIME, nullable=True),
    Index("ix_consignment_open", "state", "destination"),
)

consignment_line = Table(
    "consignment_line",
    metadata,
    Column("number", CODE, ForeignKey("consignment.number"), primary_key=True),
    Column("sku", SKU, primary_key=True),
    Column("expected", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Index("ix_consignment_line_sku", "sku"),
)

# Pieces that are held for somebody until a time; `end` says what became of it.
reservation = Table(
    "reservation",
    metadata,
    Column("number", CODE, primary_key=True),
    Column("location", CODE, ForeignKey("location.code"), nullable=False),
    Column("sku", SKU, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("customer", String(80), nullable=False),
    Column("email", String(254), nullable=False),
    Column("locale", String(10), nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("ended_at", TIME, nullable=True),
    Column("end", String(20), nullable=True),
    Index("ix_reservation_open", "ended_at", "expires_at"),
)

# A change that was asked for by its key, so that it is done once.
stock_change = Table(
    "stock_change",
    metadata,
    Column("key", CODE, primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("at", TIME, nullable=False),
    Column("by", String(80), nullable=False),
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
