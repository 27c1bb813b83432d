"""The first schema.

Revision ID: r0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("gtin14", sa.String(length=14), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_article")),
        sa.UniqueConstraint("gtin14", name=op.f("uq_article_gtin14")),
    )
    op.create_table(
        "bucket_position",
        sa.Column("bucket", sa.String(length=60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_bucket_position")),
    )
    op.create_table(
        "command",
        sa.Column("command_id", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_command")),
    )
    op.create_table(
        "discrepancy",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("resolved_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discrepancy")),
    )
    op.create_index(
        "ix_discrepancy_open", "discrepancy", ["resolved_at", "location", "sku"], unique=False
    )
    op.create_table(
        "feed",
        sa.Column("bucket", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "kind", "key", name=op.f("pk_feed")),
        sa.UniqueConstraint("bucket", "position", name="uq_feed_position"),
    )
    op.create_table(
        "location",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_location")),
    )
    op.create_table(
        "mail",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("sent_at", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
    )
    op.create_index("ix_mail_unsent", "mail", ["sent_at", "id"], unique=False)
    op.create_table(
        "meta",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )
    op.create_table(
        "movement",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("inbound", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_movement")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_movement_sku_location", "movement", ["sku", "location"], unique=False)
    op.create_table(
        "order_document",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("placed_at", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_order_document")),
    )
    op.create_index(
        "ix_order_document_received", "order_document", ["received_at", "number"], unique=False
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "associate",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["location"], ["location.code"], name=op.f("fk_associate_location")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_associate")),
    )
    op.create_table(
        "balance",
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("inbound", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("inbound_on", sa.String(length=10), nullable=True),
        sa.CheckConstraint("allocated >= 0", name=op.f("ck_balance_allocated")),
        sa.CheckConstraint("quarantined >= 0", name=op.f("ck_balance_quarantined")),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name=op.f("fk_balance_location")),
        sa.PrimaryKeyConstraint("sku", "location", name=op.f("pk_balance")),
    )
    op.create_table(
        "customer_return",
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("received_at", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("inspected", sa.Text(), nullable=False),
        sa.Column("inspected_by", sa.String(length=40), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"],
            ["order_document.number"],
            name=op.f("fk_customer_return_order_number"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_customer_return")),
    )
    op.create_index("ix_customer_return_order", "customer_return", ["order_number"], unique=False)
    op.create_table(
        "decision",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("policy", sa.String(length=80), nullable=False),
        sa.Column("snapshot_position", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name=op.f("fk_decision_order_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_order", "decision", ["order_number"], unique=False)
    op.create_table(
        "device",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("public_key", sa.String(length=64), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("paired_at", sa.String(length=32), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name=op.f("fk_device_location")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_device")),
        sa.UniqueConstraint("number", name=op.f("uq_device_number")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_table(
        "fulfilment",
        sa.Column("fulfilment_id", sa.String(length=40), nullable=False),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("collect_at", sa.String(length=40), nullable=False),
        sa.Column("service", sa.String(length=60), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.String(length=32), nullable=False),
        sa.Column("due_at", sa.String(length=32), nullable=False),
        sa.Column("associate", sa.String(length=40), nullable=False),
        sa.Column("rejection", sa.String(length=20), nullable=False),
        sa.Column("collected_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["location"], ["location.code"], name=op.f("fk_fulfilment_location")
        ),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name=op.f("fk_fulfilment_order_number")
        ),
        sa.PrimaryKeyConstraint("fulfilment_id", name=op.f("pk_fulfilment")),
    )
    op.create_index("ix_fulfilment_order", "fulfilment", ["order_number"], unique=False)
    op.create_index("ix_fulfilment_work", "fulfilment", ["location", "state"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=60), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("carried_out", sa.Integer(), nullable=False),
        sa.Column("unfilled", sa.Integer(), nullable=False),
        sa.Column("in_return", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.CheckConstraint("in_return + returned <= quantity", name=op.f("ck_order_line_sold")),
        sa.CheckConstraint("in_return >= 0 AND returned >= 0", name=op.f("ck_order_line_back")),
        sa.CheckConstraint(
            "unfilled >= 0 AND unfilled <= quantity", name=op.f("ck_order_line_unfilled")
        ),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name=op.f("fk_order_line_order_number")
        ),
        sa.PrimaryKeyConstraint("order_number", "line_id", name=op.f("pk_order_line")),
    )
    op.create_index("ix_order_line_waiting", "order_line", ["unfilled", "sku"], unique=False)
    op.create_table(
        "pairing",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("location", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("expires_at", sa.String(length=32), nullable=False),
        sa.Column("used_by", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name=op.f("fk_pairing_location")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_pairing")),
    )
    op.create_table(
        "payment_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("tender_place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("cause", sa.String(length=80), nullable=False),
        sa.CheckConstraint("minor > 0", name=op.f("ck_payment_event_minor")),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name=op.f("fk_payment_event_order_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_event")),
    )
    op.create_index("ix_payment_event_order", "payment_event", ["order_number"], unique=False)
    op.create_table(
        "tracking_event",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("order_number", sa.String(length=20), nullable=False),
        sa.Column("at", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name=op.f("fk_tracking_event_order_number")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_event")),
    )
    op.create_index("ix_tracking_event_order", "tracking_event", ["order_number"], unique=False)
    op.create_table(
        "parcel",
        sa.Column(
            "parcel_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("fulfilment_id", sa.String(length=40), nullable=False),
        sa.Column("sscc", sa.String(length=18), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("status_at", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilment.fulfilment_id"], name=op.f("fk_parcel_fulfilment_id")
        ),
        sa.PrimaryKeyConstraint("parcel_id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("sscc", name=op.f("uq_parcel_sscc")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parcel_fulfilment", "parcel", ["fulfilment_id"], unique=False)
    op.create_index("ix_parcel_status", "parcel", ["status"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("There is nothing before the first schema.")
