"""The people of the stores, where each works, and what was approved."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, TIME, metadata

associate = Table(
    "associate",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(40), nullable=False),
    Column("pin_hash", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
)

associate_location = Table(
    "associate_location",
    metadata,
    Column("code", CODE, ForeignKey("associate.code"), primary_key=True),
    Column("location", CODE, ForeignKey("location.code"), primary_key=True),
)

# Append-only: what changed in a person's row, and who changed it.
staff_change = Table(
    "staff_change",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", TIME, nullable=False),
    Column("code", CODE, nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("who", String(120), nullable=False),
    Index("ix_staff_change_code", "code", "at"),
    sqlite_autoincrement=True,
)

# Append-only: each approval is used once.
approval = Table(
    "approval",
    metadata,
    Column("number", String(36), primary_key=True),
    Column("allows", String(40), nullable=False),
    Column("subject", NUMBER, nullable=False),
    Column("approver", CODE, nullable=False),
    Column("asked_by", CODE, nullable=False),
    Column("device", CODE, nullable=False),
    Column("at", TIME, nullable=False),
    Column("used_at", TIME, nullable=False),
    Index("ix_approval_used", "used_at"),
)
