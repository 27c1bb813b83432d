"""Scanning at the till, on the real device: each scan is a line, one more of it, or a sentence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.device import Device
from app.terminal import Terminal, session
from sync.domain.catalogue import Article
from sync.domain.order import FulfilmentMode
from tests.app.device_fixtures import ARTICLES, PINS, make_device
from tests.headless import Screen

TEAPOT, CUP, CANDLE, LANTERN = ARTICLES[:4]  # one is here; none is; none anywhere; some are

Steps = Callable[[Screen, Device], Awaitable[None]]
Run = Callable[[Steps], None]


@pytest.fixture
def at_the_till(tmp_path: Path) -> Run:
    def run(steps: Steps) -> None:
        device = make_device(tmp_path, language="en")

        async def whole() -> None:
            screen = await Screen.open(session(device, Terminal, title="", language="en"))
            await screen.press("person-A02")
            await screen.type("pin", PINS["A02"], enter=True)
            await steps(screen, device)
            await screen.close()

        asyncio.run(whole())
        device.stop()

    return run


async def scan(
    screen: Screen, *codes: object, together: bool = False, behind: str | None = None
) -> None:
    """A wedge scanner: a character every millisecond, then Enter, before anything is searched.

    `together`: the next begins before the last was looked up; the field is not emptied between.
    `behind`: what stands in the browser's field, when it is not what it was told last.
    """
    field, held = screen.one("scan"), ""
    tasks: list[Awaitable[None]] = []
    for code in codes:
        if not tasks:
            held = str(screen.one("scan").value) if behind is None else behind
        for sign in str(code):
            held += sign
            screen.session.apply_patch(field._i, {"value": held})
            tasks.append(screen.session.dispatch_event(field._i, "change", held))
        tasks.append(screen.session.dispatch_event(field._i, "submit", None))
        if not together:
            await asyncio.gather(*tasks)
            await screen.settle()
            field, tasks = screen.one("scan"), []
    await asyncio.gather(*tasks)
    await screen.settle()


def basket(device: Device) -> list[tuple[str, int, FulfilmentMode]]:
    return [
        (line.article.sku, line.quantity, line.promise.mode) for line in device.basket.view().lines
    ]


def test_each_scan_adds_a_line_to_carry_out_or_one_more_of_it(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, LANTERN.gtin, TEAPOT.gtin, LANTERN.gtin)
        carried = FulfilmentMode.CARRY_OUT
        assert basket(device) == [(LANTERN.sku, 2, carried), (TEAPOT.sku, 1, carried)]
        assert screen.says(f"“{LANTERN.name}”: 2 in the basket")
        assert screen.page.data.route == f"/article/{LANTERN.sku}"
        assert screen.one("scan").value == ""

    at_the_till(steps)


@pytest.mark.parametrize("article", [CUP, CANDLE])
def test_what_the_records_say_is_not_there_is_sold_all_the_same(
    at_the_till: Run, article: Article
) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, article.gtin, article.gtin)
        assert basket(device) == [(article.sku, 2, FulfilmentMode.CARRY_OUT)]

    at_the_till(steps)


def test_undo_takes_the_last_scan_back(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, LANTERN.gtin, LANTERN.gtin)
        await screen.press("notice-action")
        assert basket(device) == [(LANTERN.sku, 1, FulfilmentMode.CARRY_OUT)]

    at_the_till(steps)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("2000000000022x", "Nothing found"),
        ("4006381333931", "No article has the barcode 4006381333931"),
        ("4006381333932", "The check digit of GTIN 4006381333932 is wrong"),
        ("C0012-000009-9", "C0012-000009-9"),
    ],
)
def test_an_unknown_code_is_said_and_the_next_scan_is_sold(
    at_the_till: Run, code: str, sentence: str
) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, code)
        assert screen.says(sentence)
        await scan(screen, LANTERN.gtin)
        assert basket(device) == [(LANTERN.sku, 1, FulfilmentMode.CARRY_OUT)]
        assert "scan-error" not in screen.shown()

    at_the_till(steps)


def test_scans_that_arrive_together_are_all_sold_in_their_order(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, LANTERN.gtin, CUP.gtin, TEAPOT.gtin, LANTERN.gtin, together=True)
        assert [(sku, count) for sku, count, _ in basket(device)] == [
            (LANTERN.sku, 2),
            (CUP.sku, 1),
            (TEAPOT.sku, 1),
        ]
        assert screen.one("scan").value == ""

    at_the_till(steps)


def test_scans_wait_for_no_answer_of_the_browser(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        screen.connection.answers = []
        await scan(screen, LANTERN.gtin)
        await scan(screen, TEAPOT.gtin, behind=f"{LANTERN.gtin}")
        await screen.go("/articles")
        await screen.go("/")
        await scan(screen, LANTERN.gtin, behind=f"{LANTERN.gtin}{TEAPOT.gtin}")
        assert [line[:2] for line in basket(device)] == [(LANTERN.sku, 2), (TEAPOT.sku, 1)]
        screen.connection.answer()
        await screen.settle()
        await scan(screen, LANTERN.gtin, behind="")
        await scan(screen, TEAPOT.gtin)
        assert [line[:2] for line in basket(device)] == [(LANTERN.sku, 3), (TEAPOT.sku, 2)]
        assert screen.one("scan").value == ""

    at_the_till(steps)


def test_an_enter_that_comes_when_the_search_has_just_begun_sells_and_empties_the_field(
    at_the_till: Run,
) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        field, ctx = screen.one("scan"), screen.page.data
        screen.session.apply_patch(field._i, {"value": LANTERN.sku})
        change = screen.session.dispatch_event(field._i, "change", LANTERN.sku)
        typing = asyncio.create_task(change)
        while ctx.query != LANTERN.sku:
            await asyncio.sleep(0)
        entered = LANTERN.sku + "\n"
        screen.session.apply_patch(field._i, {"value": entered})
        await screen.session.dispatch_event(field._i, "change", entered)
        await typing
        await screen.settle()
        assert basket(device) == [(LANTERN.sku, 1, FulfilmentMode.CARRY_OUT)]
        assert ctx.route == f"/article/{LANTERN.sku}"
        assert screen.one("scan").value == ""

    at_the_till(steps)


def test_what_is_typed_stays_when_the_browser_arrives_late_where_it_was_sent_before(
    at_the_till: Run,
) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        before = f"/article/{TEAPOT.sku}"
        await screen.press("nav-orders")
        await scan(screen, TEAPOT.gtin)
        screen.page.data.navigate(before)
        await screen.type("scan", LANTERN.sku)  # so slowly that it is searched for
        assert screen.page.data.route == "/articles"
        await screen.go(before)
        await screen.settle()
        await screen.type("scan", LANTERN.sku + "\n")
        await screen.go("/articles")
        await screen.go(f"/article/{LANTERN.sku}")
        skus = [sku for sku, _, _ in basket(device)]
        assert skus == [TEAPOT.sku, LANTERN.sku]
        assert screen.page.data.route == f"/article/{LANTERN.sku}"

    at_the_till(steps)


def test_while_picking_a_scan_is_picked_and_not_sold(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await screen.press("nav-fulfilments")
        await screen.press("fulfilment-W-SHIP")
        await scan(screen, ARTICLES[4].gtin, ARTICLES[4].gtin)
        assert device.fulfilments.progress("W-SHIP").complete
        assert basket(device) == []

    at_the_till(steps)


def test_beside_another_screen_a_scan_is_sold_and_the_screen_stays(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await screen.press("nav-returns")
        await scan(screen, LANTERN.gtin)
        assert basket(device) == [(LANTERN.sku, 1, FulfilmentMode.CARRY_OUT)]
        assert screen.page.data.route == "/returns"

    at_the_till(steps)


def test_words_stay_in_the_field_and_a_scan_behind_them_is_sold(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, "lanterne")
        assert screen.says("Results for “lanterne”")
        assert screen.one("scan").value == "lanterne"
        await scan(screen, LANTERN.gtin)
        assert basket(device) == [(LANTERN.sku, 1, FulfilmentMode.CARRY_OUT)]
        assert screen.one("scan").value == ""

    at_the_till(steps)


def test_what_is_carried_out_has_no_fee_and_is_not_said_to_be_free(at_the_till: Run) -> None:
    async def steps(screen: Screen, device: Device) -> None:
        await scan(screen, LANTERN.gtin)
        words = screen.texts()
        place = words.index("Now")
        assert words[place - 1 : place + 2] == ["To carry out", "Now", "0\u202fg CO₂e"]
        await screen.press("pay")
        assert not screen.says("Delivery")
        assert not screen.says("Free")

    at_the_till(steps)
