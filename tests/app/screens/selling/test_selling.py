"""Selling, as a person does it: sign in, scan, basket, payment, done. No browser."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from app.background import UNEXPECTED
from app.terminal import Terminal, session
from app.usecases.selling.checkout import Sale
from app.usecases.store.sign_in import Person
from sync.domain.catalogue import Article
from sync.domain.customer import Customer
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode, Order
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer
from sync.domain.promise import Promise
from tests.app.device_fixtures import ARTICLES, HERE, LOCATIONS, PINS, card_terminal, gtin
from tests.app.screens.shop import CLAIRE
from tests.app.screens.till import Till, break_next_read
from tests.headless import Screen

Steps = Callable[[Screen, Till], Awaitable[None]]
Run = Callable[..., None]
PIN = PINS["A01"]
LANTERN = str(ARTICLES[3].gtin)  # A0004, €29.90, eight pieces here
WRONG_DIGIT = LANTERN[:-1] + str((int(LANTERN[-1]) + 1) % 10)
EURO = Money(100)
NOTEBOOK = "A0010"  # €5.90


@pytest.fixture
def run(till: Till) -> Run:
    """Open the terminal in English on a till, signed in, and do some steps."""

    def do(steps: Steps, width: int = 1280, height: int = 800) -> None:
        async def whole() -> None:
            screen = await open_terminal(till, width, height)
            await screen.type("pin", PIN, enter=True)
            await steps(screen, till)
            await screen.close()

        asyncio.run(whole())

    return do


async def open_terminal(till: Till, width: int = 1280, height: int = 800) -> Screen:
    main = session(till.device, Terminal, title="Comptoir", language="en")
    return await Screen.open(main, width=width, height=height)


def option(till: Till, mode: FulfilmentMode, sku: str = "A0004") -> Promise:
    """The best delivery option of that mode for an article."""
    return next(p for p in till.device.catalogue.promises(sku) if p.mode is mode)


def orders(till: Till) -> list[Order]:
    """What this till has sold, the latest first."""
    rows = till.device.orders.list()
    return [till.device.orders.get(row.number).state.order for row in rows if row.number[0] == "C"]


async def scan(screen: Screen, text: str) -> None:
    await screen.type("scan", text, enter=True)


def test_signing_in_with_the_pad(till: Till) -> None:
    async def steps() -> None:
        screen = await open_terminal(till)
        assert screen.says("Demo: the PIN is 246810")
        await screen.press("person-A03")
        assert screen.says("Hello Inès")
        for digit in "1124":
            await screen.press(f"pad-{digit}")
        await screen.press("pad-back")
        for digit in "358":
            await screen.press(f"pad-{digit}")
        await screen.press("sign-in")
        assert screen.page.data.person.code == "A03"
        assert "nav-home" in screen.shown()
        await screen.close()

    asyncio.run(steps())


def test_a_wrong_pin_says_what_is_left_and_empties_the_field(till: Till) -> None:
    async def steps() -> None:
        screen = await open_terminal(till)
        await screen.type("pin", "999999", enter=True)
        assert screen.says("That is not the PIN of Claire Dubois. Tries left: 9.")
        assert screen.one("pin").value == ""
        assert "nav-home" not in screen.shown()
        await screen.close()

    asyncio.run(steps())


def test_the_language_changes_at_once(till: Till) -> None:
    async def steps() -> None:
        screen = await open_terminal(till)
        assert screen.says("Who is at the counter?")
        await screen.press("language-fr")
        assert screen.says("Qui est au comptoir")
        assert not screen.says("Who is at the counter?")
        await screen.close()

    asyncio.run(steps())


def test_the_chosen_option_stays_chosen_when_stock_moves(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, LANTERN)
        await screen.press("way-1")
        assert till.device.catalogue.promises("A0004")[1].collect_at == "VLB1"
        till.arrives("stock", f"{HERE}|A0004", [0, 0, 0, 0, None])
        assert till.device.catalogue.promises("A0004")[1].collect_at == "BRN1"
        await screen.settle()
        await screen.press("add")
        [_, line] = till.device.basket.view().lines
        assert (line.promise.mode, line.promise.collect_at) == (FulfilmentMode.COLLECT, "VLB1")

    run(steps)


def test_a_scan_shows_the_article_with_stock_and_delivery_options(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, LANTERN)
        assert screen.says("Lanterne de jardin")
        assert screen.says("8 here")
        assert screen.says("Collection at Comptoir Villeurbanne")
        assert screen.says(", from Comptoir Lyon Bellecour")
        assert screen.says("200\u202fg CO₂e")
        assert screen.one("scan").value == ""

    run(steps)


def test_an_article_is_added_with_the_option_that_was_chosen(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, LANTERN)
        await screen.press("notice-action")  # not this piece: one that comes from elsewhere
        await screen.press("way-4")
        await screen.press("quantity-more")
        await screen.press("add")
        (line,) = till.device.basket.view().lines
        assert (line.article.sku, line.quantity) == ("A0004", 2)
        assert line.promise.mode is FulfilmentMode.SHIP_HOME
        assert screen.says("Home delivery")
        assert screen.says(f"€{59.80 + line.promise.fee.minor / 100:.2f}")

    run(steps)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (WRONG_DIGIT, f"The check digit of GTIN {WRONG_DIGIT} is wrong"),
        (str(gtin(999)), f"No article has the barcode {gtin(999)}"),
    ],
)
def test_what_cannot_be_scanned_is_said_and_the_next_scan_works(
    run: Run, text: str, sentence: str
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, text)
        assert screen.says(sentence)
        await scan(screen, LANTERN)
        assert screen.says("Lanterne de jardin")
        assert not screen.says(sentence)

    run(steps)


def test_words_are_searched_and_no_result_helps_on(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, "jardin")
        assert screen.says("Results for “jardin”")
        assert "hit-A0004" in screen.shown()
        await scan(screen, "zzzz")
        assert screen.says("Nothing found for “zzzz”")
        await screen.press("nav-home")
        await screen.press("nav-articles")
        assert screen.says("zzzz")

    run(steps)


def test_search_results_come_by_the_page(run: Run, till: Till) -> None:
    for number in range(50):
        sku = f"B{number:04d}"
        article = Article(
            sku, gtin(100 + number), f"Coussin n° {number}", "Maison", EURO, 2000, 300
        )
        till.publish("article", sku, article)
        till.publish("stock", f"{HERE}|{sku}", [1, 1, 0, 0, None])
    till.sync()

    async def steps(screen: Screen, till: Till) -> None:
        await screen.press("nav-articles")
        assert len([key for key in screen.shown() if key.startswith("hit-")]) == 50
        await screen.press("more")
        assert len([key for key in screen.shown() if key.startswith("hit-")]) == 74

    run(steps)


def test_a_line_changes_quantity_and_option_goes_and_comes_back(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004")
        await screen.settle()
        await screen.press("line-1")
        await screen.press("line-1-more")
        assert till.device.basket.view().lines[0].quantity == 2
        await screen.press("line-1-way")
        await screen.press("way-1")
        assert till.device.basket.view().lines[0].promise.collect_at == "VLB1"
        assert screen.says("Comptoir Villeurbanne · Today from 19:30")
        await screen.press("line-1-remove")
        assert screen.says("The basket is empty")
        await screen.press("undo")
        assert screen.says("Lanterne de jardin")

    run(steps)


def test_a_basket_is_put_aside_and_taken_up_again(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004", 3)
        await screen.settle()
        await screen.press("park")
        assert screen.says("1 basket put aside")
        await screen.press("parked")
        await screen.press("parked-1")
        assert till.device.basket.view().lines[0].quantity == 3
        assert "pay" in screen.shown()

    run(steps)


def test_a_sale_in_cash_with_its_change(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        assert "scan" not in screen.shown()
        await screen.press("pad-5")
        assert screen.says("Still missing")
        assert screen.one("take-cash").disabled
        await screen.press("cash-1000")
        assert screen.says("€4.10")
        await screen.press("take-cash")
        assert screen.says("Change to give")
        assert screen.says(str(orders(till)[0].number))
        assert till.device.basket.view().lines == ()
        assert till.printed() == [], "nothing is printed unasked"
        await screen.press("print-receipt")
        assert [kind for kind, _ in till.printed()] == ["sales_receipt"]
        assert "print-slip" not in screen.shown(), "everything was carried out"
        await screen.press("next-customer")
        assert screen.says("The basket is empty")

    run(steps)


def test_the_amount_can_be_typed_on_a_keyboard(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        for key in ("Numpad 1", "9", "Backspace", "0", "0", "0"):
            await screen.key(key)
        assert screen.says("€10.00")
        assert screen.says("€4.10")
        await screen.key("Enter")
        assert "next-customer" in screen.shown()
        [order] = orders(till)
        assert [(t.given, t.change) for t in order.tenders] == [(Money(1000), Money(410))]

    run(steps)


def test_pressing_twice_pays_once(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-1000")
        button = screen.one("take-cash")
        await asyncio.gather(*(screen.fire(button, "click") for _ in range(2)))
        await screen.settle()
        [order] = orders(till)
        assert [(t.given, t.change) for t in order.tenders] == [(Money(1000), Money(410))]
        assert "next-customer" in screen.shown()

    run(steps)


def test_a_drawer_that_is_stuck_hinders_no_sale(
    run: Run, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(number: str) -> None:
        raise OSError(f"no drawer for {number}")

    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-1000")
        monkeypatch.setattr(till.device.documents, "open_drawer", stuck)
        await screen.press("take-cash")
        assert screen.says(UNEXPECTED)
        [order] = orders(till)
        assert screen.page.data.route == f"/sale/{order.number}"
        assert "next-customer" in screen.shown()

    run(steps)


def test_enter_takes_no_cash_that_is_not_enough(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        await screen.key("9")
        await screen.key("Enter")
        assert orders(till) == []

    run(steps)


def test_the_customer_is_asked_for_only_when_a_line_needs_it(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004", 1, option(till, FulfilmentMode.SHIP_HOME))
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
        ship_to = till.device.basket.view().ship_to
        assert ship_to is not None
        assert ship_to.commune == "Villeurbanne"
        assert "means-cash" in screen.shown()

    run(steps)


def test_an_e_mail_that_is_none_keeps_what_was_typed(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await screen.press("customer")
        await screen.type("customer-name", "Nadia")
        await screen.type("customer-email", "nadia")
        await screen.press("customer-save")
        assert screen.says("“nadia” is not an e-mail address")
        assert screen.one("customer-name").value == "Nadia"

    run(steps)


def card_sale(*answers: str) -> Steps:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004")
        await screen.settle()
        await screen.press("pay")
        await screen.press("means-card")
        for answer in answers:
            asked = await screen.start("ask-card")
            while card_terminal(till.device).waiting is None:
                await asyncio.sleep(0)
            assert screen.says("Waiting for the card terminal")
            card_terminal(till.device).press(answer)
            await asked
            await screen.settle()

    return steps


def test_a_card_that_is_approved(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await card_sale("approve")(screen, till)
        assert screen.says("Card •••• 4242")
        assert "next-customer" in screen.shown()

    run(steps)


def test_a_card_that_is_declined_charges_nothing_and_can_be_tried_again(
    run: Run,
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await card_sale("decline")(screen, till)
        assert screen.says("Nothing was charged. Try another card, or take cash.")
        assert card_terminal(till.device).charged == {}
        assert "ask-card" in screen.shown()

    run(steps)


def test_a_terminal_that_does_not_answer_is_asked_again_and_charges_once(
    run: Run,
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await card_sale("silent")(screen, till)
        assert screen.says("The terminal did not answer")
        assert screen.says("Nobody is charged twice")
        assert "ask-card" not in screen.shown(), "a second charge is not offered"
        await screen.press("ask-again")
        assert len(card_terminal(till.device).charged) == 1
        assert "next-customer" in screen.shown()

    run(steps)


def test_giving_up_a_payment_that_was_approved_after_all_cancels_nothing(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await card_sale("silent")(screen, till)
        await screen.press("cancel-card")
        assert screen.says("This card payment was approved: finish the sale.")
        await screen.press("ask-again")
        assert "next-customer" in screen.shown()

    run(steps)


def test_after_a_payment_that_was_given_up_another_card_can_be_asked_for(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(reference: str) -> CardAnswer:
        return CardAnswer(reference, PaymentState.CANCELLED)

    async def steps(screen: Screen, till: Till) -> None:
        monkeypatch.setattr(card_terminal(till.device), "cancel", cancelled)
        await card_sale("silent")(screen, till)
        await screen.press("cancel-card")
        assert "ask-card" in screen.shown()
        assert {"payment-error", "cancel-card"}.isdisjoint(screen.shown())
        assert till.device.checkout.pending() is None
        assert orders(till) == []

    run(steps)


def test_an_approved_payment_whose_sale_was_not_recorded_is_completed_without_another_charge(
    run: Run, till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, recorded = till.device.checkout.finish_card, []

    def fails_once(reference: str, person: Person, language: str) -> Sale:
        recorded.append(reference)
        if len(recorded) == 1:
            raise OSError("the disk is full")
        return finish(reference, person, language)

    async def steps(screen: Screen, till: Till) -> None:
        monkeypatch.setattr(till.device.checkout, "finish_card", fails_once)
        await card_sale("approve")(screen, till)
        assert screen.says(UNEXPECTED)
        assert screen.says("The card is charged; the sale is still to be completed.")
        assert {"ask-card", "cancel-card"}.isdisjoint(screen.shown())
        await screen.press("ask-again")
        assert "next-customer" in screen.shown()
        assert len(orders(till)) == len(card_terminal(till.device).charged) == 1

    run(steps)


def test_an_unfinished_card_payment_is_found_again(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await card_sale("silent")(screen, till)
        again = await open_terminal(till)
        await again.type("pin", PIN, enter=True)
        await again.press("pay")
        assert again.says("The terminal did not answer")
        pending = till.device.checkout.pending()
        assert pending is not None
        assert pending.state is PaymentState.UNKNOWN
        await again.close()

    run(steps)


def test_a_touch_beside_a_form_loses_nothing_and_beside_a_list_closes_it(
    run: Run,
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await screen.press("customer")
        await screen.type("customer-name", "Nadia")
        assert screen.one("scrim").on_click is None
        await screen.press("close-sheet")
        await screen.press("status")
        await screen.press("scrim")
        assert not screen.says("Selling goes on from this device")
        assert "scrim" not in screen.shown()

    run(steps)


def test_an_order_that_is_not_sent_says_on_what_its_promises_rest(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004", 1, option(till, FulfilmentMode.COLLECT))
        till.device.basket.set_customer(Customer("Nadia Benali", "nadia@example.org"))
        till.clock.pass_(minutes=4)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-exact")
        await screen.press("take-cash")
        assert screen.says("Waiting to be sent")
        assert screen.says("Promises from the network as of 4 minutes ago.")
        assert screen.says("expected from Comptoir Villeurbanne")
        await screen.press("print-slip")
        assert [kind for kind, _ in till.printed()] == ["order_slip"]

    run(steps)


def test_offline_is_said_calmly_with_what_waits(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        assert screen.says("Online")
        till.unplug()
        for _ in range(3):
            till.device.basket.add(NOTEBOOK)
            till.device.checkout.pay_cash(till.device.basket.view().total, CLAIRE)
        await screen.settle()
        assert screen.says("Offline · 3 to send")
        await screen.press("status")
        assert screen.says("Selling goes on from this device")
        await screen.press("close-sheet")
        assert not screen.says("Selling goes on from this device")

    run(steps)


def test_a_change_from_another_thread_reaches_the_screen(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await asyncio.to_thread(till.device.basket.add, "A0004", 2)
        await screen.settle()
        assert screen.says("Lanterne de jardin")

    run(steps)


def test_in_portrait_the_basket_is_a_bar_that_opens(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        assert "pay" not in screen.shown()
        till.device.basket.add("A0004", 2)
        await screen.settle()
        assert screen.says("2 articles")
        await screen.press("basket")
        await screen.press("pay")
        assert "means-cash" in screen.shown()

    run(steps, width=800, height=1280)


def test_a_load_that_fails_says_so_and_the_rest_goes_on(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        break_next_read(monkeypatch, "FROM current_stock")
        await scan(screen, LANTERN)
        assert screen.says(UNEXPECTED)
        await scan(screen, NOTEBOOK)
        assert "scan" in screen.shown()

    run(steps)


def test_leaving_keeps_the_basket_for_the_next_person(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add("A0004", 2)
        await screen.press("sign-out")
        assert screen.says("Who is at the counter?")
        await screen.press("person-A02")
        await screen.type("pin", PINS["A02"], enter=True)
        assert screen.says("Lanterne de jardin")

    run(steps)


def test_only_the_best_options_are_shown_until_the_others_are_asked_for(
    run: Run, till: Till
) -> None:
    for number in (8, 9):
        code = f"LYN{number}"
        till.publish("location", code, replace(LOCATIONS[1], code=code, lat=45.77 + number / 1000))
        till.publish("stock", f"{code}|A0004", [5, 5, 0, 0, None])
    till.sync()
    modes = [promise.mode.value for promise in till.device.catalogue.promises("A0004")]
    assert modes == ["carry_out", *["collect"] * 4, "pickup_point", "ship_home"]

    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, LANTERN)
        shown = [key for key in screen.shown() if key.startswith("way-")]
        assert shown == ["way-0", "way-1", "way-2", "way-5", "way-6"]
        await screen.press("other-options")
        assert {"way-3", "way-4"} <= set(screen.shown())
        assert "other-options" not in screen.shown()

    run(steps)


def test_words_leave_the_scan_field_with_the_search_and_come_back_with_it(
    run: Run,
) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, "jardin")
        assert screen.one("scan").value == "jardin"
        await screen.press("hit-A0004")
        assert screen.one("scan").value == ""
        await screen.press("nav-articles")
        assert screen.one("scan").value == "jardin"

    run(steps)


def test_the_order_keeps_the_language_of_the_screen(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-1000")
        await screen.press("take-cash")
        assert orders(till)[0].locale == "en"

    run(steps)
