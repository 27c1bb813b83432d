"""Orders, their lines, fulfilments, parcels, and what befell them."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, SKU, TIME, metadata

order_document = Table(
    "order_document",
    metadata,
    Column("number", NUMBER, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("location", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("placed_at", TIME, nullable=False),
    Column("received_at", TIME, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("client_erased", Boolean, nullable=False, server_default=false()),
    Index("ix_order_document_received", "received_at", "number"),
)

order_line = Table(
    "order_line",
    metadata,
    Column("order_number", NUMBER, ForeignKey("order_document.number"), primary_key=True),
    Column("line_id", Integer, primary_key=True),
    Column("sku", SKU, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("carried_out", Integer, nullable=False),
    Column("unfilled", Integer, nullable=False),
    Column("in_return", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("cancelled", Integer, nullable=False),
    Column("promised_at", TIME, nullable=True),
    CheckConstraint("unfilled >= 0 AND unfilled <= quantity", name="unfilled"),
    CheckConstraint("in_return >= 0 AND returned >= 0", name="back"),
    CheckConstraint("in_return + returned + cancelled <= quantity", name="sold"),
    CheckConstraint("cancelled >= 0 AND unfilled + cancelled <= quantity", name="cancelled"),
    Index("ix_order_line_waiting", "unfilled", "sku"),
)

fulfilment = Table(
    "fulfilment",
    metadata,
    Column("fulfilment_id", CODE, primary_key=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("location", CODE, ForeignKey("location.code"), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("collect_at", CODE, nullable=True),
    Column("service", String(60), nullable=False),
    Column("lines", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("due_at", TIME, nullable=False),
    Column("arrives_at", TIME, nullable=True),
    Column("zone", String(20), nullable=False),
    Column("associate", CODE, nullable=True),
    Column("rejection", String(20), nullable=True),
    Column("ready_at", TIME, nullable=True),
    Column("left_at", TIME, nullable=True),
    Column("collected_at", TIME, nullable=True),
    Index("ix_fulfilment_order", "order_number"),
    Index("ix_fulfilment_work", "location", "state"),
)

order_change = Table(
    "order_change",
    metadata,
    Column("number", CODE, primary_key=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", TIME, nullable=False),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_order_change_order", "order_number", "position"),
)

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", SERIAL, primary_key=True, autoincrement=True),
    Column("fulfilment_id", CODE, ForeignKey("fulfilment.fulfilment_id"), nullable=False),
    Column("sscc", String(18), nullable=False, unique=True),
    Column("weight_g", Integer, nullable=False),
    Column("tracking_number", String(40), nullable=True),
    Column("status", String(20), nullable=False),
    Column("status_at", TIME, nullable=False),
    Index("ix_parcel_fulfilment", "fulfilment_id"),
    Index("ix_parcel_status", "status"),
    sqlite_autoincrement=True,
)

tracking_event = Table(
    "tracking_event",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("at", TIME, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("params", Text, nullable=False),
    Index("ix_tracking_event_order", "order_number"),
)
