"""Selling, as a person does it: sign in, scan, basket, payment, done. No browser."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from app.terminal import Terminal, session
from sync.domain.customer import Customer
from sync.domain.errors import Unavailable
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.payment import PaymentState
from sync.domain.promise import Promise
from tests.app.screens.selling_device import PIN, SellingDevice
from tests.headless import Screen

DOGGY_RUBBER = "2001012000000"


def run(steps: Callable[[Screen, SellingDevice], Awaitable[None]], **size: Any) -> SellingDevice:
    """Open the terminal in English on a device in memory, signed in, and do `steps`."""

    async def whole() -> SellingDevice:
        device = SellingDevice()
        screen = await open_terminal(device, **size)
        await screen.type("pin", PIN, enter=True)
        await steps(screen, device)
        await screen.close()
        return device

    return asyncio.run(whole())


async def open_terminal(device: SellingDevice, **size: Any) -> Screen:
    return await Screen.open(session(device, Terminal, title="Comptoir", language="en"), **size)


async def scan(screen: Screen, text: str) -> None:
    await screen.type("scan", text, enter=True)


def test_signing_in_with_the_pad() -> None:
    async def steps() -> None:
        device = SellingDevice()
        screen = await open_terminal(device)
        assert screen.says("Demo: the PIN is 1234")
        await screen.press("person-A3")
        assert screen.says("Hello Léa")
        for digit in "125":
            await screen.press(f"pad-{digit}")
        await screen.press("pad-back")
        for digit in "34":
            await screen.press(f"pad-{digit}")
        await screen.press("sign-in")
        assert device.sign_in.calls == [("sign_in", "A3", PIN)]
        assert "nav-home" in screen.shown()
        await screen.close()

    asyncio.run(steps())


def test_a_wrong_pin_says_what_is_left_and_empties_the_field() -> None:
    async def steps() -> None:
        screen = await open_terminal(SellingDevice())
        await screen.type("pin", "9999", enter=True)
        assert screen.says("That is not the PIN of Claire Dumas. Tries left: 9.")
        assert screen.one("pin").value == ""
        assert "nav-home" not in screen.shown()
        await screen.close()

    asyncio.run(steps())


def test_the_language_changes_at_once() -> None:
    async def steps() -> None:
        screen = await open_terminal(SellingDevice())
        assert screen.says("Who is at the counter?")
        await screen.press("language-fr")
        assert screen.says("Qui est au comptoir")
        assert not screen.says("Who is at the counter?")
        await screen.close()

    asyncio.run(steps())


def test_the_chosen_way_stays_chosen_when_stock_moves() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, DOGGY_RUBBER)
        await screen.press("way-1")  # collect at S002
        before = device.catalogue.promises

        def moved(sku: str, quantity: int = 1) -> list[Promise]:
            options = before(sku, quantity)
            return [options[2], options[0], options[1], *options[3:]]

        device.catalogue.promises = moved  # type: ignore[method-assign]
        screen.page.data.changes.tell("stock")
        await screen.settle()
        await screen.press("add")
        [line] = device.basket.view().lines
        assert (line.promise.mode, line.promise.collect_at) == (FulfilmentMode.COLLECT, "S002")

    run(steps)


def test_a_scan_shows_the_article_with_stock_and_ways() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, DOGGY_RUBBER)
        assert screen.says("Doggy rubber")
        assert screen.says("12 here")
        assert screen.says("Collection at Lyon Part-Dieu")
        assert screen.says("Tomorrow, from")
        assert screen.says("412\u202fg CO₂e")
        assert screen.one("scan").value == ""

    run(steps)


def test_an_article_is_added_in_the_way_that_was_chosen() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, DOGGY_RUBBER)
        await screen.press("way-2")
        await screen.press("quantity-more")
        await screen.press("add")
        (line,) = device.basket.lines
        assert (line.article.sku, line.quantity, line.promise.service) == ("10120", 2, "home")
        assert screen.says("Home delivery · Tomorrow")
        assert screen.says("€5.45")

    run(steps)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2001012000001", "The check digit of GTIN 2001012000001 is wrong"),
        ("2000000000015", "No article has the barcode 2000000000015"),
    ],
)
def test_what_cannot_be_scanned_is_said_and_the_next_scan_works(text: str, sentence: str) -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, text)
        assert screen.says(sentence)
        await scan(screen, DOGGY_RUBBER)
        assert screen.says("Doggy rubber")
        assert not screen.says(sentence)

    run(steps)


def test_words_are_searched_and_no_result_helps_on() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, "heart")
        assert screen.says("Results for “heart”")
        assert "hit-10123C" in screen.shown()
        await scan(screen, "zzzz")
        assert screen.says("Nothing found for “zzzz”")
        await screen.press("nav-home")
        await screen.press("nav-articles")
        assert screen.says("zzzz")

    run(steps)


def test_search_results_come_by_the_page() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await screen.press("nav-articles")
        assert len([key for key in screen.shown() if key.startswith("hit-")]) == 50
        await screen.press("more")
        assert len([key for key in screen.shown() if key.startswith("hit-")]) == 100

    run(steps)


def test_a_line_changes_quantity_and_way_goes_and_comes_back() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120")
        await screen.settle()
        await screen.press("line-1")
        await screen.press("line-1-more")
        assert device.basket.lines[0].quantity == 2
        await screen.press("line-1-way")
        await screen.press("way-1")
        assert device.basket.lines[0].promise.collect_at == "S002"
        assert screen.says("Lyon Part-Dieu · Today from 16:30")
        await screen.press("line-1-remove")
        assert screen.says("The basket is empty")
        await screen.press("undo")
        assert screen.says("Doggy rubber")

    run(steps)


def test_a_basket_is_put_aside_and_taken_up_again() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 3)
        await screen.settle()
        await screen.press("park")
        assert screen.says("1 basket put aside")
        await screen.press("parked")
        await screen.press("parked-1")
        assert device.basket.lines[0].quantity == 3
        assert "pay" in screen.shown()

    run(steps)


def test_a_sale_in_cash_with_its_change() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 4)
        await screen.settle()
        await screen.press("pay")
        assert "scan" not in screen.shown()
        await screen.press("pad-5")
        assert screen.says("Still missing")
        assert screen.one("take-cash").disabled
        await screen.press("cash-500")
        assert screen.says("€4.00")
        await screen.press("take-cash")
        assert screen.says("Change to give")
        assert screen.says("C0012-000901")
        assert device.basket.lines == []
        assert device.documents.spool == [], "nothing is printed unasked"
        await screen.press("print-receipt")
        assert [job.document_type for job in device.documents.spool] == ["sales_receipt"]
        assert "print-slip" not in screen.shown(), "everything was carried out"
        await screen.press("next-customer")
        assert screen.says("The basket is empty")

    run(steps)


def test_the_amount_can_be_typed_on_a_keyboard() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 4)
        await screen.settle()
        await screen.press("pay")
        for key in ("Numpad 5", "9", "Backspace", "0", "0"):
            await screen.key(key)
        assert screen.says("€5.00")
        assert screen.says("€4.00")
        await screen.key("Enter")
        assert "next-customer" in screen.shown()
        assert device.checkout.calls == [("pay_cash", Money(500))]

    run(steps)


def test_pressing_twice_pays_once() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 4)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-500")
        button = screen.one("take-cash")
        await asyncio.gather(*(screen.fire(button, "click") for _ in range(2)))
        await screen.settle()
        assert device.checkout.calls == [("pay_cash", Money(500))]
        assert "next-customer" in screen.shown()

    run(steps)


def test_enter_takes_no_cash_that_is_not_enough() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 4)
        await screen.settle()
        await screen.press("pay")
        await screen.key("9")
        await screen.key("Enter")
        assert device.checkout.calls == []

    run(steps)


def test_the_customer_is_asked_for_only_when_a_line_needs_it() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 1, device.catalogue.promises("10120")[2])
        await screen.settle()
        await screen.press("pay")
        await screen.press("customer-save")
        assert screen.says("Enter the customer's name.")
        await screen.type("customer-name", "Nadia Benali")
        await screen.type("customer-email", "nadia@example.org")
        await screen.press("customer-save")
        assert screen.says("Enter the street, and choose the commune from the list.")
        await screen.type("customer-street", "12 rue des Lilas")
        await screen.type("customer-commune", "ville")
        await screen.press("place-0")
        await screen.press("customer-save")
        assert device.basket.ship_to is not None
        assert device.basket.ship_to.commune == "Villeurbanne"
        assert "means-cash" in screen.shown()

    run(steps)


def test_an_e_mail_that_is_none_keeps_what_was_typed() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await screen.press("customer")
        await screen.type("customer-name", "Nadia")
        await screen.type("customer-email", "nadia")
        await screen.press("customer-save")
        assert screen.says("“nadia” is not an e-mail address.")
        assert screen.one("customer-name").value == "Nadia"

    run(steps)


def card_sale(*answers: str) -> Callable[[Screen, SellingDevice], Awaitable[None]]:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120")
        await screen.settle()
        await screen.press("pay")
        await screen.press("means-card")
        for answer in answers:
            asked = await screen.start("ask-card")
            while device.card_terminal.waiting is None:
                await asyncio.sleep(0)
            assert screen.says("Waiting for the card terminal")
            device.card_terminal.press(answer)
            await asked
            await screen.settle()

    return steps


def test_a_card_that_is_approved() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await card_sale("approve")(screen, device)
        assert screen.says("Card •••• 4242")
        assert "next-customer" in screen.shown()

    run(steps)


def test_a_card_that_is_declined_charges_nothing_and_can_be_tried_again() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await card_sale("decline")(screen, device)
        assert screen.says("Nothing was charged. Try another card, or take cash.")
        assert device.card_terminal.charged == {}
        assert "ask-card" in screen.shown()

    run(steps)


def test_a_terminal_that_does_not_answer_is_asked_again_and_charges_once() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await card_sale("silent")(screen, device)
        assert screen.says("The terminal did not answer")
        assert screen.says("Nobody is charged twice")
        assert "ask-card" not in screen.shown(), "a second charge is not offered"
        await screen.press("ask-again")
        assert len(device.card_terminal.charged) == 1
        assert "next-customer" in screen.shown()

    run(steps)


def test_an_unfinished_card_payment_is_found_again() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await card_sale("silent")(screen, device)
        again = await open_terminal(device)
        await again.type("pin", PIN, enter=True)
        await again.press("pay")
        assert again.says("The terminal did not answer")
        assert device.checkout.answer is not None
        assert device.checkout.answer.state is PaymentState.UNKNOWN
        await again.close()

    run(steps)


def test_a_touch_beside_a_form_loses_nothing_and_beside_a_list_closes_it() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await screen.press("customer")
        await screen.type("customer-name", "Nadia")
        assert screen.one("scrim").on_click is None
        await screen.press("close-sheet")
        await screen.press("status")
        await screen.press("scrim")
        assert not screen.says("Selling goes on from this device")
        assert "scrim" not in screen.shown()

    run(steps)


def test_an_order_that_is_not_sent_says_on_what_its_promises_rest() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 1, device.catalogue.promises("10120")[1])
        device.basket.customer = Customer("Nadia Benali", "nadia@example.org")
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-exact")
        await screen.press("take-cash")
        assert screen.says("Waiting to be sent")
        assert screen.says("Promises from the network as of 4 minutes ago.")
        assert screen.says("expected from Lyon Part-Dieu")
        await screen.press("print-slip")
        assert [job.document_type for job in device.documents.spool] == ["order_slip"]

    run(steps)


def test_offline_is_said_calmly_with_what_waits() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        assert screen.says("Online")
        device.status.online, device.status.to_send = False, 3
        device.changed("status")
        await screen.settle()
        assert screen.says("Offline · 3 to send")
        await screen.press("status")
        assert screen.says("Selling goes on from this device")
        await screen.press("close-sheet")
        assert not screen.says("Selling goes on from this device")

    run(steps)


def test_a_change_from_another_thread_reaches_the_screen() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await asyncio.to_thread(device.basket.add, "10120", 2)
        await screen.settle()
        assert screen.says("Doggy rubber")

    run(steps)


def test_in_portrait_the_basket_is_a_bar_that_opens() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        assert "pay" not in screen.shown()
        device.basket.add("10120", 2)
        await screen.settle()
        assert screen.says("2 articles")
        await screen.press("basket")
        await screen.press("pay")
        assert "means-cash" in screen.shown()

    run(steps, width=800, height=1280)


def test_a_load_that_fails_says_so_and_the_rest_goes_on() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        sentence = "The disk is full. Nothing was lost."
        device.catalogue.fail_with("article", Unavailable(sentence))
        await scan(screen, DOGGY_RUBBER)
        assert screen.says(sentence)
        await scan(screen, "10120")
        assert "scan" in screen.shown()

    run(steps)


def test_leaving_keeps_the_basket_for_the_next_person() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 2)
        await screen.press("sign-out")
        assert screen.says("Who is at the counter?")
        await screen.press("person-A2")
        await screen.type("pin", PIN, enter=True)
        assert screen.says("Doggy rubber")

    run(steps)


def test_only_the_best_ways_are_shown_until_the_others_are_asked_for() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        near, far = device.catalogue.promises("10120")[1], device.catalogue.promises("10120")[2:]
        stores = [replace(near, collect_at=code) for code in ("S002", "S003", "S004", "S005")]
        device.catalogue.promises = lambda sku, quantity=1: [*stores, *far]
        await scan(screen, DOGGY_RUBBER)
        assert [key for key in screen.shown() if key.startswith("way-")] == [
            "way-0",
            "way-1",
            "way-2",
            "way-4",
            "way-5",
        ]
        await screen.press("other-options")
        assert "way-3" in screen.shown()
        assert "other-options" not in screen.shown()

    run(steps)


def test_words_leave_the_scan_field_with_the_search_and_come_back_with_it() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        await scan(screen, "heart")
        assert screen.one("scan").value == "heart"
        await screen.press("hit-10123C")
        assert screen.one("scan").value == ""
        await screen.press("nav-articles")
        assert screen.one("scan").value == "heart"

    run(steps)


def test_the_order_keeps_the_language_of_the_screen() -> None:
    async def steps(screen: Screen, device: SellingDevice) -> None:
        device.basket.add("10120", 4)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-500")
        await screen.press("take-cash")
        assert device.checkout.locale == "en"

    run(steps)
