"""A receipt by e-mail: asked for at the counter, with or without a network."""

import base64
from io import BytesIO

import pypdfium2
import pytest

from app.device import Device
from app.usecases.documents import email_documents as document_email
from app.usecases.documents.email_documents import Mailed
from app.usecases.store.sign_in import Person
from sync.domain.customer import Customer
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.domain.money import Money
from sync.protocol.codec import parse_json
from sync.protocol.commands import Command, EmailDocument
from sync.terminal import journal
from tests.app.device_fixtures import NOW, Clock

CLAIRE = "claire@example.fr"


def sell(device: Device, leo: Person, locale: str = "") -> str:
    device.basket.add("A0004")
    return str(device.checkout.pay_cash(Money(5000), leo, locale).order.number)


def commands(device: Device) -> list[Command]:
    rows = device._store.all("SELECT body FROM outbox ORDER BY seq")
    return [parse_json(Command, body) for (body,) in rows]


def test_the_command_carries_the_document_as_text_and_as_pdf(device: Device, leo: Person) -> None:
    number = sell(device, leo, "fr")
    assert device.document_email.send_receipt(number, f" {CLAIRE} ") == Mailed(
        CLAIRE, NOW, "waiting"
    )
    placed, command = commands(device)
    mail = command.body()
    assert isinstance(mail, EmailDocument)
    assert (
        mail.document,
        str(mail.order_number),
        mail.recipient,
        mail.language,
        mail.file_name,
    ) == (
        f"sales_receipt/{number}/1",
        number,
        CLAIRE,
        "fr",
        f"sales_receipt-{number}.pdf",
    )
    assert command.depends_on == (placed.command_id,)
    assert mail.subject == "Ticket T0012-000001-0"
    assert mail.body.startswith(
        "Bonjour,\n\nVoici le document que vous avez demandé : Ticket T0012"
    )
    assert "Lanterne de jardin" in mail.body
    document = pypdfium2.PdfDocument(BytesIO(base64.b64decode(mail.pdf_base64)))
    assert "Lanterne de jardin" in document[0].get_textpage().get_text_range()
    document.close()


def test_nothing_is_printed_for_it(device: Device, leo: Person) -> None:
    device.document_email.send_receipt(sell(device, leo), CLAIRE)
    assert device.documents.jobs() == []


def test_what_was_sent_is_read_back_the_latest_first(
    device: Device, leo: Person, clock: Clock
) -> None:
    number = sell(device, leo)
    other = sell(device, leo)
    first = device.document_email.send_receipt(number, CLAIRE)
    clock.pass_(minutes=1)
    second = device.document_email.send_receipt(number, "claire@fulfilment.example.fr")
    assert device.document_email.sent(number) == [second, first]
    assert device.document_email.sent(other) == []
    documents = [command.payload["document"] for command in commands(device)[2:]]
    assert documents == [f"sales_receipt/{number}/{count}" for count in (1, 2)]


@pytest.mark.parametrize("typed", ["", "claire", "claire@", "a@b c.fr", "a@b.fr\nBcc: c@d.fr"])
def test_a_wrong_address_is_said_and_nothing_is_queued(
    device: Device, leo: Person, typed: str
) -> None:
    number = sell(device, leo)
    before = device.status.now().to_send
    with pytest.raises(InvalidInput) as caught:
        device.document_email.send_receipt(number, typed)
    assert caught.value.code == "customer.email"
    assert device.status.now().to_send == before
    assert device.document_email.sent(number) == []


def test_a_receipt_that_cannot_be_made_cannot_be_sent(device: Device) -> None:
    with pytest.raises(NotFound):
        device.document_email.send_receipt("C0012-000009-6", CLAIRE)
    with pytest.raises(Refused) as caught:
        device.document_email.send_receipt("W0000-000001-7", CLAIRE)
    assert caught.value.code == "receipt.other_till"


def test_a_document_too_long_for_an_e_mail_is_printed_instead(
    device: Device, leo: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_email, "EMAILED_PDF_BYTES_MAX", 1000)
    with pytest.raises(Refused) as caught:
        device.document_email.send_receipt(sell(device, leo), CLAIRE)
    assert caught.value.code == "email.too_long"


def test_the_journal_tells_of_the_document_and_not_of_the_address(
    device: Device, leo: Person
) -> None:
    device.basket.set_customer(Customer("Claire", CLAIRE))
    number = sell(device, leo)
    device.document_email.send_receipt(number, CLAIRE)
    kind, body = device._store.all("SELECT kind, body FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert (kind, body) == (
        "email_document",
        f'{{"document":"sales_receipt","number":"{number}"}}',
    )
    assert journal.first_broken(device._store) == ""
