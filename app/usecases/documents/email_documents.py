"""A receipt by e-mail in place of print: a command like any other, so it also works offline.

The server sends it, with the document as a PDF and the same words as plain text. What was asked for
is read back from the outbox, so that a screen can say whether it has gone.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime

from app.usecases.context import Context
from app.usecases.documents.build_documents import DocumentBuilder
from app.usecases.orders.order_store import order_state
from app.usecases.store.sign_in import Person
from printing import Document, render_pdf, render_text
from sync.domain.customer import email_address
from sync.domain.errors import Refused
from sync.domain.location import Location
from sync.domain.order import Order
from sync.domain.returns import Return
from sync.i18n import I18n
from sync.protocol.commands import EMAILED_PDF_BYTES_MAX, EmailDocument

ARROW = " → "  # between a document and the address that it goes to, in the outbox's `about`
TEXT_COLUMNS = 44


@dataclass(frozen=True, slots=True)
class Mailed:
    """A document that was asked for by e-mail. `state`: "waiting", "handed_over" (the
    server has it) or "refused"."""

    recipient: str
    at: datetime
    state: str


class DocumentEmail:
    """Sends receipts by e-mail, through the outbox."""

    def __init__(self, context: Context, documents: DocumentBuilder) -> None:
        self._context, self._documents = context, documents

    def send_receipt(
        self, order_number: str, recipient: str, person: Person | None = None
    ) -> Mailed:
        """The receipt of an order of this device; `person` sends it.

        Raises InvalidInput for what is no address, Refused for another till's order.
        """
        address = email_address(recipient)
        order = order_state(self._context, order_number).order
        document = self._documents.receipt(order_number)
        return self._send(document, order, order_number, address, (order_number,), person)

    def send_return_receipt(
        self,
        goods: Return,
        order: Order,
        recipient: str,
        person: Person | None = None,
        *,
        i18n: I18n | None = None,
    ) -> Mailed:
        """The proof that goods were left here, in the language of `i18n`; nobody sends it at a
        kiosk."""
        address = email_address(recipient)
        document = self._documents.return_receipt(goods, order, i18n)
        number = str(goods.number)
        return self._send(document, order, number, address, (number, str(order.number)), person)

    def sent(self, document_number: str) -> list[Mailed]:
        """The e-mails asked for about an order or return, the latest first."""
        return [
            Mailed(entry.about.rpartition(ARROW)[2], entry.at, _STATES[entry.state])
            for entry in self._context.outbox.entries("email_document", document_number + ARROW)
        ]

    def _send(
        self,
        document: Document,
        order: Order,
        number: str,
        recipient: str,
        after: tuple[str, ...],
        person: Person | None,
    ) -> Mailed:
        """Queue the command; on disk when this returns. `after`: the documents that it needs."""
        words = I18n(document.language, self._context.i18n.zone)
        pdf = render_pdf(document)
        if len(pdf) > EMAILED_PDF_BYTES_MAX:
            raise Refused(
                "This document is too long for an e-mail. Print it instead.", code="email.too_long"
            )
        now = self._context.clock()
        with self._context.store.transaction() as tx:
            count = tx.count_up(f"emails/{document.type}/{number}")
            outbox = self._context.outbox
            outbox.add(
                tx,
                EmailDocument(
                    f"{document.type}/{number}/{count}",
                    order.number,
                    recipient,
                    document.language,
                    document.title,
                    _letter(document, words, self._documents.here()),
                    f"{document.type}-{number}.pdf",
                    base64.b64encode(pdf).decode(),
                ),
                number + ARROW + recipient,
                outbox.builds_on(tx, *after),
                person=person.code if person else None,
            )
            # Without the address: the journal is kept for years, the address is not.
            self._context.journal.append(
                tx, "email_document", {"document": document.type, "number": number}
            )
        self._context.kick()
        return Mailed(recipient, now, "waiting")


_STATES = {
    "queued": "waiting",
    "sent": "waiting",
    "applied": "handed_over",
    "refused": "refused",
}


def _letter(document: Document, i18n: I18n, store: Location) -> str:
    """A greeting, and the document in words: it reads on any screen, and aloud."""
    greeting = i18n.t(
        "Hello,\n\nHere is the document that you asked for: {title}. It is attached as a PDF, and "
        "written out below.\n\n{store}",
        title=document.title,
        store=store.name,
    )
    return f"{greeting}\n\n{render_text(document, TEXT_COLUMNS)}"
