"""What the tills' journals say, as each till signed it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from sync.central.storage.tables.columns import CODE, TIME, metadata

journal_entry = Table(
    "journal_entry",
    metadata,
    Column("device", CODE, ForeignKey("device.code"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("sales_minor", BigInteger, nullable=False),
    Column("refunds_minor", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("signature", String(128), nullable=False),
    Column("algorithm", String(20), nullable=False),
    Column("received_at", TIME, nullable=False),
    Index("ix_journal_entry_at", "device", "at"),
)
