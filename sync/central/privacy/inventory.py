"""Where data of clients are, why, and for how long: the one list that everything else reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """`where`: a table and column of the server, or a place on a device."""

    where: str
    what: str
    purpose: str
    basis: str
    kept: str


_SALE = "to deliver and to take back what was sold"
_CONTRACT = "contract (GDPR 6.1.b)"
_DAYS = "`[privacy] keep_client_days` after the order"
INVENTORY: tuple[Place, ...] = (
    Place("order_document.body", "name, e-mail, telephone, address", _SALE, _CONTRACT, _DAYS),
    Place("order_change.body", "a new address", _SALE, _CONTRACT, _DAYS),
    Place("reservation.customer", "name, e-mail", "to hand out what was reserved", _CONTRACT,
          "until it was collected or has expired"),
    Place("feed.body", "the same, for the stores concerned", _SALE, _CONTRACT, _DAYS),
    Place("mail.recipient", "e-mail", "to tell how far the order is", _CONTRACT,
          "`[privacy] keep_mail_days`"),
    Place("mail.body", "name", "to tell how far the order is", _CONTRACT,
          "`[privacy] keep_mail_days`"),
    Place("mail.subject", "the number of the order", "to tell how far the order is", _CONTRACT,
          "`[privacy] keep_mail_days`"),
    Place("mail_attachment.content", "a receipt, as it was asked for", "to send it", _CONTRACT,
          "until it has been sent"),
    Place("job.last_error", "what a mail server has said of an address", "to see why", _CONTRACT,
          "until it was sent"),
    Place("device: orders, fulfilments", "name, e-mail, telephone, address", _SALE, _CONTRACT,
          _DAYS),
    Place("device: outbox", "what was sent to the server", "to send it again to a restored server",
          _CONTRACT, "30 days; receipts by e-mail 2 days"),
    Place("device: baskets put aside", "name, e-mail, telephone, address", _SALE, _CONTRACT,
          "30 days"),
    Place("device: spool", "labels and receipts", "to print them again", _CONTRACT, "2 days"),
)  # fmt: skip
