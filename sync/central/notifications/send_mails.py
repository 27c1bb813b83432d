"""E-mails that were queued, put into a folder as one `.eml` file each."""

from __future__ import annotations

import os
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done, Hopeless
from sync.central.storage import tables
from sync.central.storage.database import Database, Transaction, unstamp

SENDER = "Maison Comptoir <bonjour@example.com>"


@dataclass(frozen=True)
class MailSender:
    """The job that sends a mail (its key is the mail's).

    The file's name is the mail's number: killed between the file and the mark, the same file is
    written again. A mail that cannot be built is refused for good; one whose document cannot be
    read or whose file cannot be written is tried again, since the fault is ours.
    """

    database: Database
    folder: Path

    def send(self, job: Job) -> Done:
        """Raises Hopeless for what is no mail, OSError when the file cannot be written."""
        with self.database.read() as connection:
            row, attachment = _mail(connection, job.key), _attachment(connection, job.key)
        if row is None or row.sent_at is not None:
            return Done()
        try:
            content = _eml(row, attachment)
        except Exception as error:  # the parser of headers raises whatever it stumbles over
            raise Hopeless(f"This cannot be made into a mail: {error}") from error
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_whole(self.folder / f"{row.id:08d}.eml", content)
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


def _eml(row: sa.Row[Any], attachment: sa.Row[Any] | None) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"] = SENDER
    message["To"] = row.recipient
    message["Subject"] = row.subject
    message["Date"] = format_datetime(unstamp(row.created_at))
    message["Message-ID"] = f"<comptoir-{row.id}@example.com>"
    message.set_content(row.body)
    if attachment is not None:
        message.add_attachment(
            attachment.content, maintype="application", subtype="pdf", filename=attachment.file_name
        )
    return bytes(message)


def _write_whole(path: Path, content: bytes) -> None:
    """All of the file or nothing, on disk when this returns."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
