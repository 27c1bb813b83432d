"""The first schema, written out. A change of `tables` needs a change here, until the first release;
after it, a migration of its own.

Revision ID: r0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only for the type INTEGER.
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _company()
    _people_and_devices()
    _stock()
    _goods_to_come()
    _orders()
    _fulfilments()
    _payments()
    _sourcing()
    _device_sync()
    _jobs_and_mail()


def _company() -> None:
    """The company, its locations, articles and policies."""
    op.create_table(
        "meta",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
    )
    op.create_table(
        "policy",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.String(32), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name="pk_policy"),
    )
    op.create_table(
        "location",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_location"),
    )
    op.create_table(
        "article",
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("gtin14", sa.String(14), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sku", name="pk_article"),
        sa.UniqueConstraint("gtin14", name="uq_article_gtin14"),
    )
    op.create_table(
        "article_past_price",
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("until", sa.String(32), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("vat_rate_bp", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sku", "until", name="pk_article_past_price"),
    )


def _people_and_devices() -> None:
    """People, devices, and how often somebody tried."""
    op.create_table(
        "associate",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_associate"),
    )
    op.create_table(
        "associate_location",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["associate.code"], name="fk_associate_location_code"),
        sa.ForeignKeyConstraint(
            ["location"], ["location.code"], name="fk_associate_location_location"
        ),
        sa.PrimaryKeyConstraint("code", "location", name="pk_associate_location"),
    )
    op.create_table(
        "staff_change",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("who", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_change_code", "staff_change", ["code", "at"])
    op.create_table(
        "approval",
        sa.Column("number", sa.String(36), nullable=False),
        sa.Column("allows", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(20), nullable=False),
        sa.Column("approver", sa.String(40), nullable=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("used_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_approval"),
    )
    op.create_index("ix_approval_used", "approval", ["used_at"])
    op.create_table(
        "device",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("public_key", sa.String(64), nullable=False),
        sa.Column("paired_at", sa.String(32), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("state_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name="fk_device_location"),
        sa.PrimaryKeyConstraint("code", name="pk_device"),
        sa.UniqueConstraint("number", name="uq_device_number"),
    )
    op.create_table(
        "erasure",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("orders", sa.Text(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_erasure_client", "erasure", ["client"])
    op.create_table(
        "api_key",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("old_hash", sa.String(64), nullable=True),
        sa.Column("old_until", sa.String(32), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=True),
        sa.Column("revoked_at", sa.String(32), nullable=True),
        sa.Column("used_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_api_key"),
        sa.UniqueConstraint("secret_hash", name="uq_api_key_secret_hash"),
        sa.UniqueConstraint("old_hash", name="uq_api_key_old_hash"),
    )
    op.create_table(
        "api_call",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("address", sa.String(60), nullable=False),
        sa.Column("method", sa.String(10), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_call"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_call_key", "api_call", ["key", "id"])
    op.create_table(
        "journal_entry",
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sales_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunds_minor", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("algorithm", sa.String(20), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.code"], name="fk_journal_entry_device"),
        sa.PrimaryKeyConstraint("device", "seq", name="pk_journal_entry"),
    )
    op.create_index("ix_journal_entry_at", "journal_entry", ["device", "at"])
    op.create_table(
        "device_window",
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("top", sa.BigInteger(), nullable=False),
        sa.Column("recent", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.code"], name="fk_device_window_device"),
        sa.PrimaryKeyConstraint("device", name="pk_device_window"),
    )
    op.create_table(
        "device_progress",
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("bucket", sa.String(60), nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["device"], ["device.code"], name="fk_device_progress_device"),
        sa.PrimaryKeyConstraint("device", "bucket", name="pk_device_progress"),
    )
    op.create_table(
        "pairing",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("used_by", sa.String(40), nullable=True),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name="fk_pairing_location"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_pairing"),
    )
    op.create_table(
        "rate_limit",
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("window_from", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_rate_limit"),
    )


def _stock() -> None:
    """Stock and what a person must look at."""
    op.create_table(
        "movement",
        sa.Column("position", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("inbound", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("in_transit", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("display", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=True),
        sa.PrimaryKeyConstraint("position", name="pk_movement"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_movement_sku_location", "movement", ["sku", "location"])
    op.create_table(
        "balance",
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("allocated", sa.Integer(), nullable=False),
        sa.Column("inbound", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("reserved", sa.Integer(), nullable=False),
        sa.Column("in_transit", sa.Integer(), nullable=False),
        sa.Column("damaged", sa.Integer(), nullable=False),
        sa.Column("display", sa.Integer(), nullable=False),
        sa.Column("inbound_on", sa.String(10), nullable=True),
        sa.CheckConstraint("allocated >= 0", name=op.f("ck_balance_allocated")),
        sa.CheckConstraint("quarantined >= 0", name=op.f("ck_balance_quarantined")),
        sa.CheckConstraint("reserved >= 0", name=op.f("ck_balance_reserved")),
        sa.CheckConstraint("in_transit >= 0", name=op.f("ck_balance_in_transit")),
        sa.CheckConstraint("damaged >= 0 AND display >= 0", name=op.f("ck_balance_not_for_sale")),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name="fk_balance_location"),
        sa.PrimaryKeyConstraint("sku", "location", name="pk_balance"),
    )
    op.create_table(
        "discrepancy",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("sku", sa.String(60), nullable=True),
        sa.Column("document", sa.String(20), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(3), nullable=True),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("resolved_at", sa.String(32), nullable=True),
        sa.Column("resolved_by", sa.String(40), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_discrepancy"),
    )
    op.create_index("ix_discrepancy_document", "discrepancy", ["document"])
    op.create_index(
        "ix_discrepancy_open", "discrepancy", ["resolved_at", "kind", "location", "sku"]
    )


def _goods_to_come() -> None:
    """What is announced or on its way, what is held for somebody, and changes asked for."""
    op.create_table(
        "consignment",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("source", sa.String(40), nullable=True),
        sa.Column("supplier", sa.String(80), nullable=True),
        sa.Column("destination", sa.String(40), nullable=False),
        sa.Column("expected_on", sa.String(10), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("closed_at", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["destination"], ["location.code"], name="fk_consignment_destination"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_consignment"),
    )
    op.create_index("ix_consignment_open", "consignment", ["state", "destination"])
    op.create_table(
        "consignment_line",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["consignment.number"], name="fk_consignment_line_number"
        ),
        sa.PrimaryKeyConstraint("number", "sku", name="pk_consignment_line"),
    )
    op.create_index("ix_consignment_line_sku", "consignment_line", ["sku"])
    op.create_table(
        "reservation",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("customer", sa.String(80), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("expires_at", sa.String(32), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("created_by", sa.String(80), nullable=False),
        sa.Column("ended_at", sa.String(32), nullable=True),
        sa.Column("end", sa.String(20), nullable=True),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name="fk_reservation_location"),
        sa.PrimaryKeyConstraint("number", name="pk_reservation"),
    )
    op.create_index("ix_reservation_open", "reservation", ["ended_at", "expires_at"])
    op.create_table(
        "stock_change",
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_stock_change"),
    )


def _orders() -> None:
    """Orders and their lines."""
    op.create_table(
        "order_document",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("placed_at", sa.String(32), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("client_erased", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_order_document"),
    )
    op.create_index("ix_order_document_received", "order_document", ["received_at", "number"])
    op.create_table(
        "order_line",
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("carried_out", sa.Integer(), nullable=False),
        sa.Column("unfilled", sa.Integer(), nullable=False),
        sa.Column("in_return", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Integer(), nullable=False),
        sa.Column("promised_at", sa.String(32), nullable=True),
        sa.CheckConstraint(
            "in_return + returned + cancelled <= quantity", name=op.f("ck_order_line_sold")
        ),
        sa.CheckConstraint(
            "cancelled >= 0 AND unfilled + cancelled <= quantity",
            name=op.f("ck_order_line_cancelled"),
        ),
        sa.CheckConstraint("in_return >= 0 AND returned >= 0", name=op.f("ck_order_line_back")),
        sa.CheckConstraint(
            "unfilled >= 0 AND unfilled <= quantity", name=op.f("ck_order_line_unfilled")
        ),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_order_line_order_number"
        ),
        sa.PrimaryKeyConstraint("order_number", "line_id", name="pk_order_line"),
    )
    op.create_index("ix_order_line_waiting", "order_line", ["unfilled", "sku"])
    op.create_table(
        "order_change",
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_order_change_order_number"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_order_change"),
    )
    op.create_index("ix_order_change_order", "order_change", ["order_number", "position"])


def _fulfilments() -> None:
    """What is sent or handed over for an order."""
    op.create_table(
        "fulfilment",
        sa.Column("fulfilment_id", sa.String(40), nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(20), nullable=False),
        sa.Column("collect_at", sa.String(40), nullable=True),
        sa.Column("service", sa.String(60), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("due_at", sa.String(32), nullable=False),
        sa.Column("arrives_at", sa.String(32), nullable=True),
        sa.Column("zone", sa.String(20), nullable=False),
        sa.Column("associate", sa.String(40), nullable=True),
        sa.Column("rejection", sa.String(20), nullable=True),
        sa.Column("ready_at", sa.String(32), nullable=True),
        sa.Column("left_at", sa.String(32), nullable=True),
        sa.Column("collected_at", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(["location"], ["location.code"], name="fk_fulfilment_location"),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_fulfilment_order_number"
        ),
        sa.PrimaryKeyConstraint("fulfilment_id", name="pk_fulfilment"),
    )
    op.create_index("ix_fulfilment_order", "fulfilment", ["order_number"])
    op.create_index("ix_fulfilment_work", "fulfilment", ["location", "state"])
    op.create_table(
        "parcel",
        sa.Column("parcel_id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("fulfilment_id", sa.String(40), nullable=False),
        sa.Column("sscc", sa.String(18), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.Column("tracking_number", sa.String(40), nullable=True),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("status_at", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["fulfilment_id"], ["fulfilment.fulfilment_id"], name="fk_parcel_fulfilment_id"
        ),
        sa.PrimaryKeyConstraint("parcel_id", name="pk_parcel"),
        sa.UniqueConstraint("sscc", name="uq_parcel_sscc"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parcel_fulfilment", "parcel", ["fulfilment_id"])
    op.create_index("ix_parcel_status", "parcel", ["status"])
    op.create_table(
        "tracking_event",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_tracking_event_order_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_event"),
    )
    op.create_index("ix_tracking_event_order", "tracking_event", ["order_number"])


def _payments() -> None:
    """Money, and goods that come back."""
    op.create_table(
        "payment_event",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("tender_place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.CheckConstraint("minor > 0", name=op.f("ck_payment_event_minor")),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_payment_event_order_number"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_payment_event"),
    )
    op.create_index("ix_payment_event_order", "payment_event", ["order_number"])
    op.create_table(
        "customer_return",
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("inspected", sa.Text(), nullable=True),
        sa.Column("inspected_by", sa.String(40), nullable=True),
        sa.Column("inspected_device", sa.String(40), nullable=True),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_customer_return_order_number"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_customer_return"),
    )
    op.create_index("ix_customer_return_order", "customer_return", ["order_number"])
    op.create_table(
        "cash_payout",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("return_number", sa.String(20), nullable=False),
        sa.Column("location", sa.String(40), nullable=False),
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("associate", sa.String(40), nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cash_payout"),
    )
    op.create_index("ix_cash_payout_return", "cash_payout", ["return_number"])


def _sourcing() -> None:
    """Decisions, expected demand, prices of scarcity."""
    op.create_table(
        "sourcing_reference",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sourcing_reference"),
    )
    op.create_table(
        "decision",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("order_number", sa.String(20), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("policy", sa.String(80), nullable=False),
        sa.Column("snapshot_position", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.String(80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("reference", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_number"], ["order_document.number"], name="fk_decision_order_number"
        ),
        sa.ForeignKeyConstraint(
            ["reference"], ["sourcing_reference.digest"], name="fk_decision_reference"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_order", "decision", ["order_number"])
    op.create_table(
        "demand",
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("sku", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("place", sa.String(40), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("pieces", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("day", "sku", "kind", "place", name="pk_demand"),
    )
    op.create_table(
        "price_list",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("snapshot_position", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.String(80), nullable=False),
        sa.Column("demand_until", sa.String(10), nullable=False),
        sa.Column("stock_pieces", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_price_list"),
    )


def _device_sync() -> None:
    """Commands of devices and the feed to them."""
    op.create_table(
        "command",
        sa.Column("command_id", sa.String(36), nullable=False),
        sa.Column("device", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("received_at", sa.String(32), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name="pk_command"),
    )
    op.create_table(
        "bucket_position",
        sa.Column("bucket", sa.String(60), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name="pk_bucket_position"),
    )
    op.create_table(
        "feed",
        sa.Column("bucket", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "kind", "key", name="pk_feed"),
        sa.UniqueConstraint("bucket", "position", name="uq_feed_position"),
    )


def _jobs_and_mail() -> None:
    """What the server has yet to do or send."""
    op.create_table(
        "job",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("run_at", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.String(32), nullable=True),
        sa.Column("lease_owner", sa.String(40), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("set_aside_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_job"),
        sa.UniqueConstraint("kind", "key", name="uq_job_kind_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_job_due", "job", ["kind", "run_at", "id"])
    op.create_table(
        "mail",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(120), nullable=False),
        sa.Column("order_number", sa.String(20), nullable=True),
        sa.Column("recipient", sa.String(320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("sent_at", sa.String(32), nullable=True),
        sa.Column("refused_at", sa.String(32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_mail"),
        sa.UniqueConstraint("key", name="uq_mail_key"),
    )
    op.create_table(
        "mail_attachment",
        sa.Column("mail_key", sa.String(120), nullable=False),
        sa.Column("file_name", sa.String(120), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["mail_key"], ["mail.key"], name="fk_mail_attachment_mail_key"),
        sa.PrimaryKeyConstraint("mail_key", name="pk_mail_attachment"),
    )
