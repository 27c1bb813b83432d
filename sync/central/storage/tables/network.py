"""The company's settings, its locations, articles, policies and devices."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from sync.central.storage.tables.columns import CODE, SKU, TIME, metadata

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

location = Table(
    "location",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
)

article = Table(
    "article",
    metadata,
    Column("sku", SKU, primary_key=True),
    Column("gtin14", String(14), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

# Prices that were replaced: a till that has not heard of it sells at them for a while.
article_past_price = Table(
    "article_past_price",
    metadata,
    Column("sku", SKU, primary_key=True),
    Column("until", TIME, primary_key=True),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("vat_rate_bp", Integer, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("code", CODE, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(80), nullable=False),
    Column("location", CODE, ForeignKey("location.code"), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("paired_at", TIME, nullable=False),
    Column("state", String(20), nullable=False),
    Column("state_at", TIME, nullable=False),
)

# The last requests of a device: the largest counter, and marks of those just below it.
device_window = Table(
    "device_window",
    metadata,
    Column("device", CODE, ForeignKey("device.code"), primary_key=True),
    Column("top", BigInteger, nullable=False),
    Column("recent", LargeBinary, nullable=False),
)

# How far a device has read of a bucket, and when it last asked.
device_progress = Table(
    "device_progress",
    metadata,
    Column("device", CODE, ForeignKey("device.code"), primary_key=True),
    Column("bucket", String(60), primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("seen_at", TIME, nullable=False),
)

# Tries of one caller or address since `window_from`.
rate_limit = Table(
    "rate_limit",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("window_from", TIME, nullable=False),
    Column("tries", Integer, nullable=False),
)

pairing = Table(
    "pairing",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("location", CODE, ForeignKey("location.code"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("expires_at", TIME, nullable=False),
    Column("used_by", CODE, nullable=True),
)

setting = Table(
    "setting",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("body", Text, nullable=False),
)

# Every version that was ever loaded stays, so that a decision's `name@version` can be read again.
policy = Table(
    "policy",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("version", String(40), primary_key=True),
    Column("text", Text, nullable=False),
    Column("loaded_at", TIME, nullable=False),
    Column("current", Boolean, nullable=False),
)
