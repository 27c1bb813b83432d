"""Erasures of clients' data: who asked, when, why, and which orders; no name."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from sync.central.storage.tables.columns import SERIAL, TIME, metadata

erasure = Table(
    "erasure",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", TIME, nullable=False),
    Column("who", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Column("client", String(64), nullable=False),
    Column("orders", Text, nullable=False),
    Column("mails", Integer, nullable=False),
    Index("ix_erasure_client", "client"),
    sqlite_autoincrement=True,
)
