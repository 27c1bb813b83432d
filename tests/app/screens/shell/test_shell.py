"""Signing in, the language, the state of the link, and what surrounds every screen."""

import asyncio

import pytest

from app.background import UNEXPECTED
from tests.app.device_fixtures import PINS
from tests.app.screens.counter import LANTERN, NOTEBOOK, Run, open_terminal, scan
from tests.app.screens.shop import CLAIRE
from tests.app.screens.till import Till, break_next_read
from tests.headless import Screen

TO_DO = ("to prepare", "returns to check", "to send")


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


def test_home_counts_what_is_to_be_done_and_what_was_sold_today(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        till.unplug()
        till.device.basket.add(NOTEBOOK, 2)
        till.device.checkout.pay_cash(till.device.basket.view().total, CLAIRE)
        await screen.settle()
        await screen.press("nav-home")
        assert screen.says("Hello Claire")
        words = screen.texts()
        counted = [words[words.index(noun) - 1] for noun in TO_DO]
        assert counted == ["2", "0", "1"]
        assert words[words.index("Turnover") + 1] == "€11.80"
        await screen.press("home-fulfilments")
        assert screen.page.data.route == "/fulfilments"

    run(steps)


def test_keys_of_the_keyboard_find_the_scan_field_and_close_a_sheet(run: Run) -> None:
    async def steps(screen: Screen, till: Till) -> None:
        await screen.press("status")
        assert "close-sheet" in screen.shown()
        await screen.key("Escape")
        assert "close-sheet" not in screen.shown()
        focused: list[str] = []

        async def focus() -> None:
            focused.append("scan")

        screen.page.data.scan_focus = focus
        await screen.key("F2")
        assert focused == ["scan"]

    run(steps)
