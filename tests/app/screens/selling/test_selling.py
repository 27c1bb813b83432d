"""Selling, as a person does it: scan, search, delivery options, basket, customer. No browser."""

from dataclasses import replace

import pytest

from sync.domain.catalogue import Article
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from tests.app.device_fixtures import HERE, LOCATIONS, gtin
from tests.app.screens.counter import LANTERN, Run, option, scan
from tests.app.screens.till import Till
from tests.headless import Screen

EURO = Money(100)
WRONG_DIGIT = LANTERN[:-1] + str((int(LANTERN[-1]) + 1) % 10)


def test_the_chosen_option_stays_chosen_when_stock_moves(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await scan(screen, LANTERN)
        await screen.press("option-1")
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
        await screen.press("option-4")
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
        await screen.press("line-1-option")
        await screen.press("option-1")
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


def test_a_card_number_is_kept_in_no_field(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await screen.press("customer")
        await screen.type("customer-name", "Nadia 4111 1111 1111 1111")
        await screen.press("customer-save")
        assert screen.says("That looks like the number of a payment card")
        assert till.device.basket.state().customer.name == ""

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
        shown = [key for key in screen.shown() if key.startswith("option-")]
        assert shown == ["option-0", "option-1", "option-2", "option-5", "option-6"]
        await screen.press("other-options")
        assert {"option-3", "option-4"} <= set(screen.shown())
        assert "other-options" not in screen.shown()

    run(steps)
