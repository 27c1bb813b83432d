"""What the world does not give this server, and how much waits for it."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.fulfilment.fulfilments import BOOKING
from sync.central.jobs import queue
from sync.central.notifications.mail_queue import MAIL
from sync.central.notifications.send_mails import sender_of
from sync.central.payments.refunds import REFUND
from sync.domain.company import missing
from sync.i18n import I18n


def not_set_up(ctx: Context, connection: Connection, words: I18n) -> list[str]:
    """A sentence for each thing that is missing; none when all is set up."""
    said = [] if ctx.reference.has_company else [words.t(missing().template)]
    if ctx.ports.carrier is None:
        said.append(
            words.n(
                "No carrier is set up: {count} fulfilment waits to be booked.",
                "No carrier is set up: {count} fulfilments wait to be booked.",
                queue.count_queued(connection, BOOKING),
            )
        )
    if ctx.ports.mail is None or sender_of(ctx) is None:
        said.append(
            words.n(
                "No sender of e-mail is set up: {count} e-mail waits.",
                "No sender of e-mail is set up: {count} e-mails wait.",
                queue.count_queued(connection, MAIL),
            )
        )
    if ctx.ports.payment_provider is None:
        said.append(
            words.n(
                "No payment provider is set up: {count} refund to a card waits.",
                "No payment provider is set up: {count} refunds to cards wait.",
                queue.count_queued(connection, REFUND),
            )
        )
    return said
