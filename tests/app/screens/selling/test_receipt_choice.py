"""After a sale: the receipt printed, e-mailed, or not at all."""

from __future__ import annotations

from dataclasses import replace

from app.screens.selling.sale_done import SaleDoneScreen
from printing.spool.spool import JobState
from sync.domain.customer import Customer
from sync.domain.errors import Refused
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop import Shop, on_loop, open_screen

EMAIL = "nadia@example.fr"


async def at_done(device: FakeDevice | None = None, *, online: bool = True, **size: int) -> Shop:
    device = device or FakeDevice()
    device.status.online = online
    (number, detail), *_ = device.orders.details.items()
    order = replace(detail.state.order, customer=Customer("Nadia", EMAIL))
    device.orders.details[number] = replace(detail, state=replace(detail.state, order=order))
    return await open_screen(SaleDoneScreen, f"/sale/{number}", device, **size)


def number_of(shop: Shop) -> str:
    return shop.ctx.route.rpartition("/")[2]


@on_loop
async def test_there_are_three_choices_and_none_is_made():
    shop = await at_done()
    assert {"print-receipt", "email-receipt", "next-customer"} <= set(shop.screen.shown())
    assert shop.screen.says("No receipt, next customer")
    assert "document-picture" not in shop.screen.shown()
    assert shop.device.documents.spool == []
    assert shop.device.document_email.mails == {}


@on_loop
async def test_nothing_is_a_choice_too():
    shop = await at_done()
    await shop.screen.press("next-customer")
    assert shop.ctx.route == "/"
    assert shop.device.documents.spool == []


@on_loop
async def test_a_printed_receipt_is_seen_with_its_state():
    shop = await at_done()
    await shop.screen.press("print-receipt")
    assert shop.done(shop.device.documents, "make_receipt") == [[number_of(shop)]]
    assert shop.screen.says("Printed")
    assert "document-picture" in shop.screen.shown()
    assert shop.screen.says("Next customer")
    assert not shop.screen.says("No receipt, next customer")


@on_loop
async def test_a_receipt_in_trouble_leads_to_its_question():
    shop = await at_done()
    await shop.screen.press("print-receipt")
    shop.device.documents.become(1, JobState.UNKNOWN)
    await shop.screen.settle()
    assert shop.screen.says("Did it come out?")
    await shop.screen.press("look-at-sales_receipt")
    assert shop.ctx.route == "/documents/1"


@on_loop
async def test_the_address_that_is_known_stands_in_the_field():
    shop = await at_done()
    await shop.screen.press("email-receipt")
    assert shop.screen.one("receipt-email").value == EMAIL
    await shop.screen.press("receipt-email-send")
    assert shop.done(shop.device.document_email, "send_receipt") == [[number_of(shop), EMAIL]]
    assert shop.ctx.sheet is None
    assert shop.told == f"The receipt goes to {EMAIL}."
    assert shop.screen.says("On its way")
    assert shop.device.documents.spool == []


@on_loop
async def test_another_address_can_be_typed():
    shop = await at_done()
    await shop.screen.press("email-receipt")
    await shop.screen.type("receipt-email", "other@example.fr", enter=True)
    assert shop.done(shop.device.document_email, "send_receipt") == [
        [number_of(shop), "other@example.fr"]
    ]


@on_loop
async def test_a_wrong_address_is_said_and_what_was_typed_stays():
    shop = await at_done()
    await shop.screen.press("email-receipt")
    await shop.screen.type("receipt-email", "nadia@")
    await shop.screen.press("receipt-email-send")
    assert shop.screen.says("“nadia@” is not an e-mail address such as claire@example.fr.")
    assert shop.screen.one("receipt-email").value == "nadia@"
    assert shop.device.document_email.mails == {}
    assert not shop.greyed("receipt-email-send")


@on_loop
async def test_without_network_it_is_said_when_the_e_mail_leaves():
    shop = await at_done(online=False)
    await shop.screen.press("email-receipt")
    assert shop.screen.says("the e-mail leaves by itself once it is back")
    await shop.screen.press("receipt-email-send")
    assert shop.told == f"It goes to {EMAIL} when the network is back."
    assert shop.screen.says("Sent when the network is back")


@on_loop
async def test_an_e_mail_that_the_server_refused_says_so():
    shop = await at_done()
    await shop.screen.press("email-receipt")
    await shop.screen.press("receipt-email-send")
    mails = shop.device.document_email.mails
    (mailed,) = mails[number_of(shop)]
    mails[number_of(shop)] = [replace(mailed, state="refused")]
    shop.device.changed("status")
    await shop.screen.settle()
    assert shop.screen.says("Not sent")


@on_loop
async def test_a_receipt_that_cannot_be_printed_is_said_and_can_still_be_e_mailed():
    device = FakeDevice()
    device.documents.fail_with("make_receipt", Refused("Only its own till prints it."))
    shop = await at_done(device)
    await shop.screen.press("print-receipt")
    assert shop.told == "Only its own till prints it."
    assert not shop.greyed("print-receipt")
    assert not shop.greyed("email-receipt")


@on_loop
async def test_upright_the_choices_come_before_where_the_goods_come_from():
    shop = await at_done(width=800, height=1280)
    texts = shop.screen.texts()
    assert texts.index("Receipt") < texts.index("Where it comes from")
