"""The tables of the central server, the same on SQLite and PostgreSQL.

Times are text in ISO 8601, UTC, to the microsecond: both databases sort them rightly and give them
back with their zone. JSON documents are text. Amounts are cents, quantities are pieces.

`movement`, `decision`, `payment_event`, `command`, `tracking_event`,
`staff_change`, `approval`, `api_call`, `erasure` and
`journal_entry` are only ever appended to.
`balance` and `feed` can be derived from the others; `comptoir check` proves that they agree.
"""

from __future__ import annotations

from sync.central.storage.tables.columns import metadata
from sync.central.storage.tables.journal import journal_entry
from sync.central.storage.tables.keys import api_call, api_key
from sync.central.storage.tables.messages import (
    bucket_position,
    command,
    feed,
    job,
    mail,
    mail_attachment,
)
from sync.central.storage.tables.network import (
    article,
    article_past_price,
    device,
    device_progress,
    device_window,
    location,
    meta,
    pairing,
    policy,
    rate_limit,
    setting,
)
from sync.central.storage.tables.orders import (
    fulfilment,
    order_change,
    order_document,
    order_line,
    parcel,
    tracking_event,
)
from sync.central.storage.tables.payments import (
    cash_payout,
    customer_return,
    payment_event,
)
from sync.central.storage.tables.privacy import erasure
from sync.central.storage.tables.sourcing import (
    decision,
    demand,
    price_list,
    sourcing_reference,
)
from sync.central.storage.tables.staff import (
    approval,
    associate,
    associate_location,
    staff_change,
)
from sync.central.storage.tables.stock import (
    balance,
    consignment,
    consignment_line,
    discrepancy,
    movement,
    reservation,
    stock_change,
)

__all__ = [
    "api_call",
    "api_key",
    "approval",
    "article",
    "article_past_price",
    "associate",
    "associate_location",
    "balance",
    "bucket_position",
    "cash_payout",
    "command",
    "consignment",
    "consignment_line",
    "customer_return",
    "decision",
    "demand",
    "device",
    "device_progress",
    "device_window",
    "discrepancy",
    "erasure",
    "feed",
    "fulfilment",
    "job",
    "journal_entry",
    "location",
    "mail",
    "mail_attachment",
    "meta",
    "metadata",
    "movement",
    "order_change",
    "order_document",
    "order_line",
    "pairing",
    "parcel",
    "payment_event",
    "policy",
    "price_list",
    "rate_limit",
    "reservation",
    "setting",
    "sourcing_reference",
    "staff_change",
    "stock_change",
    "tracking_event",
]
