"""A receipt by e-mail: sent once, with its document, to an address that can be one."""

from __future__ import annotations

import base64
import email
import email.policy
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from sync.central.storage import tables
from sync.domain.order import Order
from sync.protocol.commands import (
    EMAILED_PDF_BYTES_MAX,
    EmailDocument,
    Outcome,
    PlaceOrder,
)
from tests.sync.central.world import CARRY, World

PDF = b"%PDF-1.7\nthe receipt\n%%EOF\n"


def wanted(order: Order, **changes: Any) -> EmailDocument:
    made = EmailDocument(
        f"sales_receipt/{order.number}/1",
        order.number,
        "zoe@example.com",
        "fr",
        "Votre ticket T0001-000001-2",
        "Bonjour,\n\nTotal 6,50 €\n",
        "ticket-T0001-000001-2.pdf",
        base64.b64encode(PDF).decode(),
    )
    return replace(made, **changes)


def sent(world: World) -> list[email.message.EmailMessage]:
    world.run("mail")
    found = []
    for path in sorted(world.mail_folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        assert isinstance(message, email.message.EmailMessage)
        found.append(message)
    return found


def attachments_kept(world: World) -> int:
    with world.central.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(tables.mail_attachment)
        return connection.execute(query).scalar_one()


def test_the_customer_gets_the_text_and_the_document(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    answer = world.applied(wanted(order))
    assert answer.result == {"mail": f"{order.device}:sales_receipt/{order.number}/1"}
    (message,) = sent(world)
    body = message.get_body(("plain",))
    assert body is not None
    (document,) = message.iter_attachments()
    assert (message["To"], message["Subject"], body.get_content().replace("\r\n", "\n")) == (
        "zoe@example.com",
        "Votre ticket T0001-000001-2",
        "Bonjour,\n\nTotal 6,50 €\n",
    )
    assert (document.get_content_type(), document.get_filename(), document.get_content()) == (
        "application/pdf",
        "ticket-T0001-000001-2.pdf",
        PDF,
    )
    assert world.check() == []


def test_a_document_that_was_sent_is_not_kept(world: World) -> None:
    world.applied(wanted(world.placed(("MUG", 1, CARRY))))
    assert attachments_kept(world) == 1
    sent(world)
    assert attachments_kept(world) == 0


def test_the_same_document_asked_for_twice_is_one_mail_and_another_time_another(
    world: World,
) -> None:
    order = world.placed(("MUG", 1, CARRY))
    command = world.command(wanted(order))
    first = world.send(world.till(), command)
    assert world.send(world.till(), command) == first
    world.applied(wanted(order))  # a restored server has forgotten the command, not the mail
    assert len(sent(world)) == 1
    world.applied(wanted(order, document=f"sales_receipt/{order.number}/2"))
    assert len(sent(world)) == 2


def test_a_receipt_waits_for_its_order(world: World) -> None:
    order = world.order(("MUG", 1, CARRY))
    place = world.command(PlaceOrder(order))
    mail = world.command(wanted(order), (place.command_id,))
    assert world.send(world.till(), mail).outcome is Outcome.WAITING
    assert world.send(world.till(), place).outcome is Outcome.APPLIED
    assert world.send(world.till(), mail).outcome is Outcome.APPLIED


def test_another_store_cannot_send_it(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    answer = world.do(wanted(order), world.till("S2"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "order.unknown")
    assert sent(world) == []


@pytest.mark.parametrize(
    "address", ["", "zoe", "zoe@", "zoe@exa mple.com", "zoe@example.com\r\nBcc: all@example.com"]
)
def test_what_is_no_address_is_refused(world: World, address: str) -> None:
    answer = world.do(wanted(world.placed(("MUG", 1, CARRY)), recipient=address))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "mail.address")
    assert sent(world) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"pdf_base64": "not base64!"},
        {"pdf_base64": base64.b64encode(b"MZ an executable").decode()},
        {"pdf_base64": base64.b64encode(PDF.ljust(EMAILED_PDF_BYTES_MAX + 1)).decode()},
        {"file_name": "../../etc/passwd"},
        {"file_name": 'ticket".pdf'},
        {"document": "sales_receipt"},
        {"subject": ""},
        {"subject": "Ticket\x00"},
        {"body": "x" * 60_001},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_what_is_no_document_is_refused(world: World, changes: dict[str, str]) -> None:
    answer = world.do(wanted(world.placed(("MUG", 1, CARRY)), **changes))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "mail.document")
    assert sent(world) == []


def test_the_largest_document_goes(world: World) -> None:
    whole = base64.b64encode(PDF.ljust(EMAILED_PDF_BYTES_MAX)).decode()
    world.applied(wanted(world.placed(("MUG", 1, CARRY)), pdf_base64=whole))
    assert len(sent(world)) == 1
