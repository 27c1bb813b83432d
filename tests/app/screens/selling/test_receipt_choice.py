"""After a sale: the receipt printed, e-mailed, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.screens.selling.sale_done import SaleDoneScreen
from printing import PrinterSetup
from printing.spool.spool import JobState
from sync.domain.customer import Customer
from sync.domain.order import FulfilmentMode
from sync.protocol.commands import EmailDocument, Payload
from tests.app.screens.shop import CLAIRE, Shop, on_loop
from tests.app.screens.till import Till
from tests.printing.sinks import Sink, die_after

EMAIL = "nadia@example.fr"


@pytest.fixture
def dying() -> Iterator[Sink]:
    """A printer that dies in the middle of each job."""
    sink = Sink(die_after(100))
    yield sink
    sink.close()


def sell(till: Till) -> str:
    """The number of an order of Nadia: one article carried out, one collected elsewhere."""
    till.device.basket.set_customer(Customer("Nadia", EMAIL))
    till.device.basket.add("A0004")
    promises = till.device.catalogue.promises("A0005")
    collected = next(p for p in promises if p.mode is FulfilmentMode.COLLECT)
    till.device.basket.add("A0005", 1, collected)
    total = till.device.basket.view().total
    return str(till.device.checkout.pay_cash(total, CLAIRE).order.number)


async def at_done(till: Till, **size: int) -> Shop:
    return await till.show(SaleDoneScreen, f"/sale/{sell(till)}", **size)


def mails(payloads: list[Payload]) -> list[tuple[str, str]]:
    """What goes by e-mail, and to whom."""
    return [(p.file_name, p.recipient) for p in payloads if isinstance(p, EmailDocument)]


def number_of(shop: Shop) -> str:
    return shop.ctx.route.rpartition("/")[2]


@on_loop
async def test_there_are_three_choices_and_none_is_made(till: Till) -> None:
    shop = await at_done(till)
    assert {"print-receipt", "email-receipt", "next-customer"} <= set(shop.screen.shown())
    assert shop.screen.says("No receipt, next customer")
    assert "document-picture" not in shop.screen.shown()
    assert till.printed() == []
    assert mails(till.sent()) == []


@on_loop
async def test_nothing_is_a_choice_too(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("next-customer")
    assert shop.ctx.route == "/"
    assert till.printed() == []


@on_loop
async def test_a_printed_receipt_is_seen_with_its_state(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("print-receipt")
    assert till.printed() == [("sales_receipt", number_of(shop))]
    assert shop.screen.says("Printed")
    assert "document-picture" in shop.screen.shown()
    assert shop.screen.says("Next customer")
    assert not shop.screen.says("No receipt, next customer")


@on_loop
async def test_a_receipt_in_trouble_leads_to_its_question(till: Till, dying: Sink) -> None:
    shop = await at_done(till)
    till.device.printers.add(
        "Till", "tcp", f"127.0.0.1:{dying.port}", "generic-80", families=["receipts"]
    )
    await shop.screen.press("print-receipt")
    assert till.device.documents.job(1).state is JobState.UNKNOWN
    assert shop.screen.says("Did it come out?")
    await shop.screen.press("look-at-sales_receipt")
    assert shop.ctx.route == "/documents/1"


@on_loop
async def test_the_address_that_is_known_stands_in_the_field(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("email-receipt")
    assert shop.screen.one("receipt-email").value == EMAIL
    await shop.screen.press("receipt-email-send")
    assert mails(till.sent()) == [(f"sales_receipt-{number_of(shop)}.pdf", EMAIL)]
    assert shop.ctx.sheet is None
    assert shop.told == f"The receipt goes to {EMAIL}."
    assert shop.screen.says("On its way")
    assert till.printed() == []


@on_loop
async def test_another_address_can_be_typed(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("email-receipt")
    await shop.screen.type("receipt-email", "other@example.fr", enter=True)
    assert mails(till.sent()) == [(f"sales_receipt-{number_of(shop)}.pdf", "other@example.fr")]


@on_loop
async def test_a_wrong_address_is_said_and_what_was_typed_stays(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("email-receipt")
    await shop.screen.type("receipt-email", "nadia@")
    await shop.screen.press("receipt-email-send")
    assert shop.screen.says("“nadia@” is not an e-mail address such as claire@example.fr.")
    assert shop.screen.one("receipt-email").value == "nadia@"
    assert mails(till.sent()) == []
    assert not shop.greyed("receipt-email-send")


@on_loop
async def test_without_network_it_is_said_when_the_e_mail_leaves(till: Till) -> None:
    till.unplug()
    shop = await at_done(till)
    await shop.screen.press("email-receipt")
    assert shop.screen.says("the e-mail leaves by itself once it is back")
    await shop.screen.press("receipt-email-send")
    assert shop.told == f"It goes to {EMAIL} when the network is back."
    assert shop.screen.says("Sent when the network is back")


@on_loop
async def test_an_e_mail_that_the_server_refused_says_so(till: Till) -> None:
    shop = await at_done(till)
    await shop.screen.press("email-receipt")
    await shop.screen.press("receipt-email-send")
    ((command,),) = till.device._store.all(
        "SELECT command_id FROM outbox WHERE kind = 'email_document'"
    )
    till.server.refuse[command] = "email.refused"
    till.sync()
    await shop.screen.settle()
    assert shop.screen.says("Not sent")


@on_loop
async def test_a_receipt_that_cannot_be_printed_is_said_and_can_still_be_e_mailed(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = await at_done(till)
    monkeypatch.setattr(till.device.printers.service, "_setup", PrinterSetup())
    await shop.screen.press("print-receipt")
    assert "No printer is set up for this" in shop.told
    assert not shop.greyed("print-receipt")
    assert not shop.greyed("email-receipt")


@on_loop
async def test_upright_the_choices_come_before_where_the_goods_come_from(till: Till) -> None:
    shop = await at_done(till, width=800, height=1280)
    texts = shop.screen.texts()
    assert texts.index("Receipt") < texts.index("Where it comes from")
