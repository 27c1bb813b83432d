"""Receipts that a customer wants by e-mail: queued once, the document as a PDF beside the text."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import sqlalchemy as sa

from sync.central.devices.access import may_see
from sync.central.devices.capabilities import EMAILED_BY_A_KIOSK, not_allowed
from sync.central.devices.devices import Device
from sync.central.jobs.queue import enqueue
from sync.central.notifications.mail_queue import MAIL
from sync.central.records import order_records
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.central.storage.dialect import insert_missing
from sync.domain.customer import EMAIL_ADDRESS
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput, Refused
from sync.domain.identifiers import RETURN
from sync.protocol.commands import EMAILED_PDF_BYTES_MAX, EmailDocument

TEXT_LENGTH_MAX = 60_000
SUBJECT_LENGTH_MAX = 200
MAILS_PER_ORDER_MAX = 20  # by one device; a kiosk stands where anybody may type any address
_DOCUMENT = re.compile(r"[a-z_]{1,30}/[A-Z0-9-]{1,20}/[0-9]{1,6}", re.ASCII)
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.pdf", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def queue(tx: Transaction, device: Device, wanted: EmailDocument) -> dict[str, Any]:
    """Put the document among the e-mails that are to be sent; the same `document` is queued once.

    A kiosk sends the receipts of its own returns only. Raises InvalidInput for what cannot be a
    mail, NotFound for an order that is none of the device's business, Refused for one whose
    documents were sent very often already.
    """
    if device.kind is DeviceKind.KIOSK and not _is_its_return_receipt(device, wanted.document):
        raise not_allowed()
    record = order_records.load(tx, wanted.order_number.value)
    order = record.order
    if not may_see(tx.connection, record, device.location, ""):
        raise order_records.unknown_order(record.number)
    recipient = wanted.recipient.strip()
    if not EMAIL_ADDRESS.fullmatch(recipient):
        raise InvalidInput(
            "“{address}” is not an e-mail address; the document was not sent. Ask the customer for "
            "it again.",
            code="mail.address",
            address=wanted.recipient[:80],
        )
    content = _pdf(wanted)
    key = f"{device.code}:{wanted.document}"
    asked_before = _mails(tx, device, order.number.value)
    if key in asked_before:
        return {"mail": key}  # and its document may have gone: it is not kept again
    if len(asked_before) >= MAILS_PER_ORDER_MAX:
        raise Refused(
            "The documents of order {order} were sent by e-mail {count} times already. Print this "
            "one instead.",
            code="mail.too_often",
            order=order.number,
            count=len(asked_before),
        )
    insert_missing(
        tx.connection,
        tables.mail,
        {
            "key": key,
            "order_number": order.number.value,
            "recipient": recipient,
            "subject": " ".join(wanted.subject.split()),
            "body": wanted.body,
            "created_at": tx.at,
        },
    )
    insert_missing(
        tx.connection,
        tables.mail_attachment,
        {"mail_key": key, "file_name": wanted.file_name, "content": content},
    )
    enqueue(tx, MAIL, key)
    return {"mail": key}


def _is_its_return_receipt(device: Device, document: str) -> bool:
    return document.startswith(f"{EMAILED_BY_A_KIOSK}/{RETURN}{device.number:04d}-")


def _mails(tx: Transaction, device: Device, order_number: str) -> set[str]:
    """The keys of the mails that the device has asked for about an order."""
    mails, start = tables.mail.c, f"{device.code}:"
    query = sa.select(mails.key).where(
        mails.key.startswith(start, autoescape=True), mails.order_number == order_number
    )
    if tx.connection.dialect.name == "sqlite":
        # The same as a range of its index; elsewhere texts need not be sorted by their bytes.
        query = query.where(mails.key.between(start, start + "~"))
    return set(tx.connection.execute(query).scalars())


def _pdf(wanted: EmailDocument) -> bytes:
    """The document's bytes, when everything about it is as a device makes it."""
    try:
        content = base64.b64decode(wanted.pdf_base64, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if (
        not content.startswith(b"%PDF-")
        or len(content) > EMAILED_PDF_BYTES_MAX
        or len(wanted.body) > TEXT_LENGTH_MAX
        or not 1 <= len(wanted.subject) <= SUBJECT_LENGTH_MAX
        or _UNPRINTABLE.search(wanted.subject + wanted.body)
        or not _DOCUMENT.fullmatch(wanted.document)
        or not _FILE_NAME.fullmatch(wanted.file_name)
    ):
        raise InvalidInput(
            "This document cannot be sent by e-mail: it is not a PDF with its text, or it is too "
            "large. Print it instead.",
            code="mail.document",
        )
    return content
