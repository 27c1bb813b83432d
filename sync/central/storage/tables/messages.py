"""Commands of devices, the feed to them, and what the server has yet to do or send."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from sync.central.storage.tables.columns import CODE, NUMBER, SERIAL, TIME, metadata

command = Table(
    "command",
    metadata,
    Column("command_id", String(36), primary_key=True),
    Column("device", CODE, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("received_at", TIME, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("answer", Text, nullable=False),
)

bucket_position = Table(
    "bucket_position",
    metadata,
    Column("bucket", String(60), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("bucket", String(60), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("bucket", "position", name="uq_feed_position"),
)

# What the server has yet to do by itself; see `jobs/queue.py`. A job that is done is gone.
job = Table(
    "job",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(120), nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("run_at", TIME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("leased_until", TIME, nullable=True),
    Column("lease_owner", String(40), nullable=True),
    Column("last_error", Text, nullable=True),
    Column("set_aside_at", TIME, nullable=True),
    UniqueConstraint("kind", "key", name="uq_job_kind_key"),
    Index("ix_job_due", "kind", "run_at", "id"),
    sqlite_autoincrement=True,
)

mail = Table(
    "mail",
    metadata,
    Column("id", SERIAL, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("order_number", NUMBER, nullable=True),
    Column("recipient", String(320), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", TIME, nullable=False),
    Column("sent_at", TIME, nullable=True),
    Column("refused_at", TIME, nullable=True),
)

# The document that a mail carries; deleted once the mail has been sent.
mail_attachment = Table(
    "mail_attachment",
    metadata,
    Column("mail_key", String(120), ForeignKey("mail.key"), primary_key=True),
    Column("file_name", String(120), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
