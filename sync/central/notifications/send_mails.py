"""E-mails that were queued, sent through the mail transport in the company's name."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import NOT_SET_UP, Done, Hopeless
from sync.central.storage import tables
from sync.central.storage.database import Transaction, unstamp
from sync.domain.company import MailSender


@dataclass(frozen=True)
class Mails:
    """The job that sends a mail (its key is the mail's).

    Killed between the sending and the mark, it sends the same number again. A mail that cannot be
    built is refused for good; one whose document cannot be read or that cannot be sent is tried
    again, since the fault is ours. Without a transport, or a sender in the company's settings, it
    waits.
    """

    ctx: Context

    def send(self, job: Job) -> Done:
        """Raises Hopeless for what is no mail, and what the transport raises."""
        transport, sender = self.ctx.ports.mail, sender_of(self.ctx)
        if transport is None or sender is None:
            return Done(again_at=self.ctx.database.clock() + NOT_SET_UP)
        with self.ctx.database.read() as connection:
            row, attachment = _mail(connection, job.key), _attachment(connection, job.key)
        if row is None or row.sent_at is not None:
            return Done()
        try:
            content = _eml(row, attachment, sender)
        except Exception as error:  # the parser of headers raises whatever it stumbles over
            raise Hopeless(f"This cannot be made into a mail: {error}") from error
        transport.send(row.id, row.recipient, content)
        return Done(lambda tx: _mark(tx, job.key, "sent_at"))

    def refuse(self, tx: Transaction, job: Job) -> None:
        """Mark the mail as one that never goes."""
        _mark(tx, job.key, "refused_at")


def _mail(connection: Connection, key: str) -> sa.Row[Any] | None:
    return connection.execute(sa.select(tables.mail).where(tables.mail.c.key == key)).one_or_none()


def _attachment(connection: Connection, key: str) -> sa.Row[Any] | None:
    attachments = tables.mail_attachment
    query = sa.select(attachments).where(attachments.c.mail_key == key)
    return connection.execute(query).one_or_none()


def _mark(tx: Transaction, key: str, column: str) -> None:
    mail, attachments = tables.mail, tables.mail_attachment
    tx.connection.execute(sa.update(mail).where(mail.c.key == key).values({column: tx.at}))
    # The document has gone, or never will: a customer's receipt is not kept twice.
    tx.connection.execute(sa.delete(attachments).where(attachments.c.mail_key == key))


def sender_of(ctx: Context) -> MailSender | None:
    """In whose name mail is sent; None while the company's settings name nobody."""
    return ctx.reference.company.mail if ctx.reference.has_company else None


def _eml(row: sa.Row[Any], attachment: sa.Row[Any] | None, sender: MailSender) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((sender.name, sender.address))
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = format_datetime(unstamp(row.created_at))
    message["Message-ID"] = f"<comptoir-{row.id}@{sender.message_id_domain}>"
    message.set_content(row.body)
    if attachment is not None:
        message.add_attachment(
            attachment.content, maintype="application", subtype="pdf", filename=attachment.file_name
        )
    return bytes(message)
