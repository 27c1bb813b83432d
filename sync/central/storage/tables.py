"""The tables of the central server, the same on SQLite and PostgreSQL.

Times are text in ISO 8601, UTC, to the microsecond: both databases sort them rightly and give them
back with their zone. JSON documents are text. Amounts are cents, quantities are pieces.

`movement`, `decision`, `payment_event`, `command` and `tracking_event` are only ever appended to.
`balance` and `feed` can be derived from the others; `comptoir check` proves that they agree.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for the type INTEGER.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")
_CODE = String(40)
_SKU = String(60)
_NUMBER = String(20)
_TIME = String(32)

meta = Table(
    "meta",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

# ---- people, devices, the network ------------------------------------------------------------

location = Table(
    "location",
    metadata,
    Column("code", _CODE, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),
)

article = Table(
    "article",
    metadata,
    Column("sku", _SKU, primary_key=True),
    Column("gtin14", String(14), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("code", _CODE, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(80), nullable=False),
    Column("location", _CODE, ForeignKey("location.code"), nullable=False),
    Column("public_key", String(64), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("paired_at", _TIME, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

# How far a device has read of a bucket, and when it last asked.
device_progress = Table(
    "device_progress",
    metadata,
    Column("device", _CODE, ForeignKey("device.code"), primary_key=True),
    Column("bucket", String(60), primary_key=True),
    Column("cursor", BigInteger, nullable=False),
    Column("seen_at", _TIME, nullable=False),
)

# Tries of one caller or address since `window_from`.
rate_limit = Table(
    "rate_limit",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("window_from", _TIME, nullable=False),
    Column("tries", Integer, nullable=False),
)

pairing = Table(
    "pairing",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("location", _CODE, ForeignKey("location.code"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("expires_at", _TIME, nullable=False),
    Column("used_by", _CODE, nullable=True),
)

associate = Table(
    "associate",
    metadata,
    Column("code", _CODE, primary_key=True),
    Column("location", _CODE, ForeignKey("location.code"), nullable=False),
    Column("body", Text, nullable=False),
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
    Column("loaded_at", String(32), nullable=False),
    Column("current", Boolean, nullable=False),
)

# ---- stock -----------------------------------------------------------------------------------

movement = Table(
    "movement",
    metadata,
    Column("position", _SERIAL, primary_key=True, autoincrement=True),
    Column("at", _TIME, nullable=False),
    Column("location", _CODE, nullable=False),
    Column("sku", _SKU, nullable=False),
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
    Column("sku", _SKU, primary_key=True),
    Column("location", _CODE, ForeignKey("location.code"), primary_key=True),
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
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(30), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("location", _CODE, nullable=False),
    Column("sku", _SKU, nullable=True),
    Column("document", _NUMBER, nullable=True),
    Column("missing", Integer, nullable=True),
    Column("minor", BigInteger, nullable=True),
    Column("currency", String(3), nullable=True),
    Column("cause", String(80), nullable=False),
    Column("resolved_at", _TIME, nullable=True),
    Index("ix_discrepancy_open", "resolved_at", "kind", "location", "sku"),
    Index("ix_discrepancy_document", "document"),
)

# ---- orders ----------------------------------------------------------------------------------

order_document = Table(
    "order_document",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("channel", String(20), nullable=False),
    Column("location", _CODE, nullable=False),
    Column("device", _CODE, nullable=False),
    Column("placed_at", _TIME, nullable=False),
    Column("received_at", _TIME, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_order_document_received", "received_at", "number"),
)

order_line = Table(
    "order_line",
    metadata,
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), primary_key=True),
    Column("line_id", Integer, primary_key=True),
    Column("sku", _SKU, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("carried_out", Integer, nullable=False),
    Column("unfilled", Integer, nullable=False),
    Column("in_return", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    CheckConstraint("unfilled >= 0 AND unfilled <= quantity", name="unfilled"),
    CheckConstraint("in_return >= 0 AND returned >= 0", name="back"),
    CheckConstraint("in_return + returned <= quantity", name="sold"),
    Index("ix_order_line_waiting", "unfilled", "sku"),
)

fulfilment = Table(
    "fulfilment",
    metadata,
    Column("fulfilment_id", _CODE, primary_key=True),
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("location", _CODE, ForeignKey("location.code"), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("collect_at", _CODE, nullable=True),
    Column("service", String(60), nullable=False),
    Column("lines", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("due_at", _TIME, nullable=False),
    Column("associate", _CODE, nullable=True),
    Column("rejection", String(20), nullable=True),
    Column("collected_at", _TIME, nullable=True),
    Index("ix_fulfilment_order", "order_number"),
    Index("ix_fulfilment_work", "location", "state"),
)

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", _SERIAL, primary_key=True, autoincrement=True),
    Column("fulfilment_id", _CODE, ForeignKey("fulfilment.fulfilment_id"), nullable=False),
    Column("sscc", String(18), nullable=False, unique=True),
    Column("weight_g", Integer, nullable=False),
    Column("tracking_number", String(40), nullable=True),
    Column("status", String(20), nullable=False),
    Column("status_at", _TIME, nullable=False),
    Index("ix_parcel_fulfilment", "fulfilment_id"),
    Index("ix_parcel_status", "status"),
    sqlite_autoincrement=True,
)

decision = Table(
    "decision",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("policy", String(80), nullable=False),
    Column("snapshot_position", BigInteger, nullable=False),
    Column("cause", String(80), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("ix_decision_order", "order_number"),
)

# What was asked for, day by day: the demand that is expected is read from it.
demand = Table(
    "demand",
    metadata,
    Column("day", String(10), primary_key=True),
    Column("sku", _SKU, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("place", _CODE, primary_key=True),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("pieces", Float, nullable=False),
)

price_list = Table(
    "price_list",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("at", _TIME, nullable=False),
    Column("snapshot_position", BigInteger, nullable=False),
    Column("policy", String(80), nullable=False),
    Column("demand_until", String(10), nullable=False),
    Column("stock_pieces", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

payment_event = Table(
    "payment_event",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("tender_place", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("cause", String(80), nullable=False),
    CheckConstraint("minor > 0", name="minor"),
    Index("ix_payment_event_order", "order_number"),
)

customer_return = Table(
    "customer_return",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("location", _CODE, nullable=False),
    Column("state", String(20), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("received_at", _TIME, nullable=False),
    Column("body", Text, nullable=False),
    Column("inspected", Text, nullable=True),
    Column("inspected_by", _CODE, nullable=True),
    Column("inspected_device", _CODE, nullable=True),
    Column("parts", Text, nullable=True),
    Index("ix_customer_return_order", "order_number"),
)

tracking_event = Table(
    "tracking_event",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("order_number", _NUMBER, ForeignKey("order_document.number"), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("text", Text, nullable=False),
    Column("params", Text, nullable=False),
    Index("ix_tracking_event_order", "order_number"),
)

# Cash that left a drawer for a return; what deviates is a discrepancy, never a refusal.
cash_payout = Table(
    "cash_payout",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("return_number", _NUMBER, nullable=False),
    Column("location", _CODE, nullable=False),
    Column("device", _CODE, nullable=False),
    Column("associate", _CODE, nullable=False),
    Column("minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("at", _TIME, nullable=False),
    Column("cause", String(80), nullable=False),
    Index("ix_cash_payout_return", "return_number"),
)

# ---- messages --------------------------------------------------------------------------------

command = Table(
    "command",
    metadata,
    Column("command_id", String(36), primary_key=True),
    Column("device", _CODE, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("received_at", _TIME, nullable=False),
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
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(120), nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("run_at", _TIME, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("leased_until", _TIME, nullable=True),
    Column("lease_owner", String(40), nullable=True),
    Column("last_error", Text, nullable=True),
    Column("set_aside_at", _TIME, nullable=True),
    UniqueConstraint("kind", "key", name="uq_job_kind_key"),
    Index("ix_job_due", "kind", "run_at", "id"),
    sqlite_autoincrement=True,
)

mail = Table(
    "mail",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("key", String(120), nullable=False, unique=True),
    Column("order_number", _NUMBER, nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", _TIME, nullable=False),
    Column("sent_at", _TIME, nullable=True),
    Column("refused_at", _TIME, nullable=True),
)

# The document that a mail carries; deleted once the mail has been sent.
mail_attachment = Table(
    "mail_attachment",
    metadata,
    Column("mail_key", String(120), ForeignKey("mail.key"), primary_key=True),
    Column("file_name", String(120), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
