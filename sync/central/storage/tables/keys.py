"""Keys of programs that use the API, and what was changed with them."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Text

from sync.central.storage.tables.columns import SERIAL, TIME, metadata

api_key = Table(
    "api_key",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("old_hash", String(64), nullable=True, unique=True),
    Column("old_until", TIME, nullable=True),
    Column("scopes", Text, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("expires_at", TIME, nullable=True),
    Column("revoked_at", TIME, nullable=True),
    Column("used_at", TIME, nullable=True),
)

# Append-only: calls that were meant to change something.
api_call = Table(
    "api_call",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("at", TIME, nullable=False),
    Column("key", String(40), nullable=False),
    Column("address", String(60), nullable=False),
    Column("method", String(10), nullable=False),
    Column("path", String(200), nullable=False),
    Column("status", Integer, nullable=False),
    Index("ix_api_call_key", "key", "id"),
    sqlite_autoincrement=True,
)
