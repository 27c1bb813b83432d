"""Paying in cash and by card: once, with the right change, whatever goes wrong."""

import asyncio

import pytest

from app.background import UNEXPECTED
from app.usecases.selling.checkout import Sale
from app.usecases.store.sign_in import Person
from sync.domain.customer import Customer
from sync.domain.money import Money
from sync.domain.order import FulfilmentMode
from sync.domain.payment import PaymentState
from sync.domain.payment_terminal import CardAnswer
from tests.app.device_fixtures import card_terminal
from tests.app.screens.counter import NOTEBOOK, PIN, Run, Steps, open_terminal, option, orders
from tests.app.screens.till import Till
from tests.headless import Screen


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


def test_the_order_keeps_the_language_of_the_screen(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.device.basket.add(NOTEBOOK)
        await screen.settle()
        await screen.press("pay")
        await screen.press("cash-1000")
        await screen.press("take-cash")
        assert orders(till)[0].locale == "en"

    run(steps)
