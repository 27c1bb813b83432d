"""The return kiosk as a customer uses it, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

import flet as ft
import pytest

from app.device import Device
from app.screens.kiosk.app import KioskApp
from app.screens.kiosk.session import Pace, scanned_text
from app.screens.kiosk.view import kiosk_scale
from app.session import AppContext
from app.terminal import session
from sync.domain.identifiers import RETURN, DocumentNumber
from sync.domain.returns import ReturnReason
from sync.protocol.commands import EmailDocument, RegisterReturn
from sync.protocol.feed import LineState
from tests.app.screens.sample_orders import (
    ORDER,
    order_carried_out,
    order_in_progress,
    order_out_of_time,
    receipt_code,
    till_key,
)
from tests.app.screens.shop import context_of, on_loop
from tests.app.screens.till import Till
from tests.headless import Screen

CODE = receipt_code(order_carried_out().order)
OLD = str(order_out_of_time().order.number)
NUMBER = str(DocumentNumber.build(RETURN, 13, 1))


class HandClock:
    """Time that passes only when a test says so."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self._second = asyncio.Event()

    async def pause(self, seconds: float) -> None:
        await self._second.wait()

    async def pass_(self, screen: Screen, seconds: float) -> None:
        self.now_s += seconds
        over, self._second = self._second, asyncio.Event()
        over.set()
        await screen.settle()


class Kiosk:
    """The screen of a kiosk, and the clock beside it."""

    def __init__(self, screen: Screen, clock: HandClock) -> None:
        self.screen, self.clock = screen, clock

    async def scan(self, text: str) -> None:
        await self.screen.type("kiosk-number", text, enter=True)

    def disabled(self, key: str) -> bool:
        return bool(self.screen.one(key).disabled)


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    """A kiosk whose store has sold order ORDER, and another one too long ago."""
    opened = Till(tmp_path, "kiosk")
    opened.publish("device", "T1", till_key())
    for state in (order_carried_out(), order_out_of_time()):
        opened.publish("order", state.order.number, state)
    opened.sync()
    yield opened
    opened.device.stop()


async def open_kiosk(
    device: Device, *, language: str = "en", width: int = 1080, height: int = 1920
) -> Kiosk:
    clock = HandClock()
    pace = Pace(now_s=lambda: clock.now_s, pause=clock.pause)

    def ctx_for(page: ft.Page) -> AppContext:
        return context_of(device, page, width, height, language)

    screen = await Screen.show(lambda ctx: KioskApp(ctx, pace), ctx_for, width=width, height=height)
    return Kiosk(screen, clock)


async def at_articles(till: Till, number: str = CODE) -> Kiosk:
    kiosk = await open_kiosk(till.device)
    await kiosk.scan(number)
    return kiosk


async def at_refund(till: Till) -> Kiosk:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-line-1")
    await kiosk.screen.press("kiosk-quantity-1-less")
    await kiosk.screen.press("kiosk-reason-1-damaged")
    await kiosk.screen.press("kiosk-continue")
    return kiosk


@on_loop
async def test_the_kiosk_opens_on_the_receipt_with_the_field_ready_for_the_scanner(
    till: Till,
) -> None:
    kiosk = await open_kiosk(till.device)
    assert kiosk.screen.one("kiosk-title").value == "Scan your receipt"
    assert kiosk.screen.one("kiosk-number").autofocus
    assert "kiosk-restart" not in kiosk.screen.shown()


@on_loop
async def test_a_scanned_receipt_shows_what_was_bought_and_until_when_it_may_come_back(
    till: Till,
) -> None:
    kiosk = await at_articles(till)
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"
    assert kiosk.screen.says(
        "Bought on 15 November 2026 at Comptoir Lyon Bellecour, 5 articles. "
        "You have until 15 December 2026."
    )


@on_loop
async def test_a_line_that_cannot_come_back_says_why_in_its_own_row_and_cannot_be_picked(
    till: Till,
) -> None:
    kiosk = await at_articles(till)
    assert "kiosk-closed-3" in kiosk.screen.shown()
    assert "kiosk-line-3" not in kiosk.screen.shown()
    assert kiosk.screen.says("Already returned.")


@on_loop
async def test_what_is_missing_is_said_until_the_customer_can_go_on(till: Till) -> None:
    kiosk = await at_articles(till)
    assert kiosk.disabled("kiosk-continue")
    assert kiosk.screen.says("Touch the articles that you bring back.")
    await kiosk.screen.press("kiosk-line-2")
    assert kiosk.disabled("kiosk-continue")
    assert kiosk.screen.says("Say why you return “Puzzle des marées”.")
    await kiosk.screen.press("kiosk-reason-2-not_suitable")
    assert not kiosk.disabled("kiosk-continue")
    assert kiosk.screen.one("kiosk-amount").value == "€19.90"


@on_loop
async def test_fewer_pieces_are_worth_less_and_the_last_one_cannot_be_taken_away(
    till: Till,
) -> None:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-line-1")
    assert kiosk.screen.one("kiosk-amount").value == "€38.70"
    await kiosk.screen.press("kiosk-quantity-1-less")
    await kiosk.screen.press("kiosk-quantity-1-less")
    assert kiosk.screen.one("kiosk-amount").value == "€12.90"
    assert kiosk.disabled("kiosk-quantity-1-less")


@on_loop
async def test_nothing_is_returned_before_the_customer_confirms(till: Till) -> None:
    kiosk = await at_refund(till)
    assert till.sent() == []
    assert kiosk.screen.says("Nothing is final until you confirm below.")
    assert kiosk.screen.says("Card •••• 4021")
    await kiosk.screen.press("kiosk-back")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"
    assert kiosk.screen.says("2")


@on_loop
async def test_a_confirmed_return_shows_its_number_where_to_leave_it_and_its_receipt(
    till: Till,
) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.one("kiosk-return-number").value == NUMBER
    (command,) = till.sent()
    assert isinstance(command, RegisterReturn)
    assert (str(command.goods.number), command.receipt_code) == (NUMBER, CODE)
    assert [(x.line_id, x.quantity, x.reason) for x in command.goods.lines] == [
        (1, 2, ReturnReason.DAMAGED)
    ]
    assert kiosk.screen.says("Leave them on the returns shelf beside this screen.")
    assert kiosk.screen.one("kiosk-receipt-picture").src.startswith(b"\x89PNG")


@on_loop
async def test_the_return_receipt_is_printed_when_it_is_asked_for(till: Till) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    assert till.printed() == [], "nothing is printed unasked"
    await kiosk.screen.press("kiosk-print")
    assert till.printed() == [("return_receipt", NUMBER)]
    assert kiosk.screen.one("kiosk-print-state").value == "It is being printed."


@on_loop
async def test_a_printer_that_fails_does_not_undo_the_return(till: Till) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    till.device.printers.spool.close()
    await kiosk.screen.press("kiosk-print")
    assert "kiosk-print-state" not in kiosk.screen.shown()
    assert kiosk.screen.one("kiosk-return-number").value == NUMBER
    assert len(till.sent()) == 1


@on_loop
async def test_the_return_receipt_is_sent_to_the_address_that_is_typed(till: Till) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    await kiosk.screen.press("kiosk-email")
    assert kiosk.screen.one("kiosk-email-field").value == "", "whoever stands there is not shown it"
    await kiosk.screen.type("kiosk-email-field", "zoe")
    await kiosk.screen.press("kiosk-email-send")
    assert kiosk.screen.says("“zoe” is not an e-mail address")
    assert kiosk.screen.one("kiosk-email-field").value == "zoe"
    await kiosk.screen.type("kiosk-email-field", "zoe@example.fr", enter=True)
    command = till.sent()[-1]
    assert isinstance(command, EmailDocument)
    assert (command.file_name, command.recipient, command.language) == (
        f"return_receipt-{NUMBER}.pdf",
        "zoe@example.fr",
        "en",
    )
    assert kiosk.screen.one("kiosk-print-state").value == "It is sent to zoe@example.fr."
    assert till.printed() == []


@on_loop
async def test_an_address_is_not_left_for_the_next_customer(till: Till) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    await kiosk.screen.press("kiosk-email")
    await kiosk.screen.type("kiosk-email-field", "zoe@example.fr")
    await kiosk.screen.press("kiosk-finish")
    await kiosk.scan(CODE)
    await kiosk.screen.press("kiosk-line-2")
    await kiosk.screen.press("kiosk-reason-2-other")
    await kiosk.screen.press("kiosk-continue")
    await kiosk.screen.press("kiosk-confirm")
    assert "kiosk-email-field" not in kiosk.screen.shown()
    await kiosk.screen.press("kiosk-email")
    assert kiosk.screen.one("kiosk-email-field").value == ""


@on_loop
async def test_a_return_that_is_refused_leaves_the_customer_before_the_question(
    till: Till,
) -> None:
    kiosk = await at_refund(till)
    state = order_carried_out()
    returned = (LineState(1, handed_over=3, returned=3), *state.lines[1:])
    till.arrives("order", ORDER, replace(state, lines=returned))  # meanwhile, at another till
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.says("0 can be returned.")
    assert kiosk.screen.one("kiosk-title").value == "Is this right?"
    assert till.sent() == []
    till.arrives("order", ORDER, state)
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.one("kiosk-return-number").value == NUMBER


@on_loop
async def test_an_order_of_another_store_is_asked_of_the_server(till: Till) -> None:
    state = order_in_progress()
    other = replace(state, order=replace(state.order, number=DocumentNumber.build("C", 77, 1)))
    till.server.orders[str(other.order.number)] = other
    kiosk = await at_articles(till, str(other.order.number))
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"
    assert kiosk.screen.says("Not handed over yet.")


@pytest.mark.parametrize(
    ("typed", "sentence", "left"),
    [
        (CODE[:-1], "could not be read whole", ""),
        ("C0012-000345-9", "The last digit of C0012-000345-9 is wrong", "C0012-000345-9"),
        ("hello", "is not a document number", "hello"),
        ("C0012-000999-0", "does not know order", "C0012-000999-0"),
        ("   ", "Scan your receipt, or type its order number first.", "   "),
    ],
)
def test_a_receipt_that_is_no_good_says_what_to_do_and_the_next_scan_works(
    till: Till, typed: str, sentence: str, left: str
) -> None:
    async def journey() -> None:
        kiosk = await open_kiosk(till.device)
        await kiosk.scan(typed)
        assert kiosk.screen.says(sentence)
        assert kiosk.screen.one("kiosk-number").value == left
        await kiosk.scan(left + CODE)
        assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"

    asyncio.run(journey())


def test_a_scan_on_top_of_typed_digits_is_the_scan() -> None:
    assert scanned_text("C0012-00cpt1/c0012-1 ") == "CPT1/C0012-1"
    assert scanned_text(" c0012-000345-5\n") == "C0012-000345-5"


@on_loop
async def test_the_number_can_be_typed_on_the_pad(till: Till) -> None:
    kiosk = await open_kiosk(till.device)
    for digit in "00120003455":
        await kiosk.screen.press(f"kiosk-pad-{digit}")
    assert kiosk.screen.one("kiosk-number").value == ORDER
    await kiosk.screen.press("kiosk-find")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@on_loop
async def test_the_cursor_comes_back_to_the_field_after_every_press_and_every_scan(
    till: Till,
) -> None:
    kiosk = await open_kiosk(till.device)
    acts: list[Callable[[], Awaitable[None]]] = [
        lambda: kiosk.screen.press("kiosk-pad-1"),
        lambda: kiosk.screen.press("kiosk-language"),
        lambda: kiosk.screen.press("kiosk-larger"),
        lambda: kiosk.scan(CODE[:-1]),
    ]
    for act in acts:
        before = len([name for name, _ in kiosk.screen.connection.calls if name == "focus"])
        await act()
        after = len([name for name, _ in kiosk.screen.connection.calls if name == "focus"])
        assert after > before


@on_loop
async def test_what_the_scanner_is_typing_is_never_sent_back_to_it(till: Till) -> None:
    kiosk = await open_kiosk(till.device)
    field = kiosk.screen.one("kiosk-number")
    kiosk.screen.session.apply_patch(field._i, {"value": "CPT1/C00"})
    till.unplug()
    await kiosk.screen.settle()
    assert kiosk.screen.one("kiosk-number").value == "CPT1/C00"
    assert kiosk.screen.one("kiosk-number")._i == field._i


@on_loop
async def test_a_purchase_with_nothing_left_to_return_sends_the_customer_to_the_counter(
    till: Till,
) -> None:
    kiosk = await open_kiosk(till.device)
    await kiosk.scan(OLD)
    assert kiosk.screen.says("The period for a return is over.")
    assert kiosk.screen.says("The counter can help you with this purchase.")
    assert kiosk.disabled("kiosk-continue")


@on_loop
async def test_another_language_retells_everything_and_keeps_what_was_chosen(till: Till) -> None:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-line-2")
    await kiosk.screen.press("kiosk-reason-2-other")
    await kiosk.screen.press("kiosk-language")
    assert kiosk.screen.one("kiosk-title").value == "Que souhaitez-vous rendre\u00a0?"
    assert kiosk.screen.says("Déjà rendu.")
    assert not kiosk.disabled("kiosk-continue")
    assert kiosk.screen.one("kiosk-amount").value == "19,90\u00a0€"


@on_loop
async def test_a_sentence_about_a_bad_receipt_follows_the_language(till: Till) -> None:
    kiosk = await open_kiosk(till.device)
    await kiosk.scan(CODE[:-1])
    await kiosk.screen.press("kiosk-language")
    assert kiosk.screen.says("Ce code n’a pas pu être lu en entier.")


@on_loop
async def test_larger_text_is_larger_and_the_next_customer_starts_with_the_normal_one(
    till: Till,
) -> None:
    kiosk = await at_articles(till)
    normal = kiosk.screen.one("kiosk-title").style.size
    await kiosk.screen.press("kiosk-larger")
    assert kiosk.screen.one("kiosk-title").style.size == normal * 1.25
    await kiosk.clock.pass_(kiosk.screen, 90)
    assert kiosk.screen.one("kiosk-title").style.size == normal


@pytest.mark.parametrize("size", [(1080, 1920), (800, 1280), (1280, 800)])
@pytest.mark.parametrize("larger", [False, True])
def test_no_text_of_the_kiosk_is_smaller_than_20_and_no_target_than_72(
    size: tuple[int, int], larger: bool
) -> None:
    scale = kiosk_scale(*size, larger=larger)
    sizes = (scale.caption, scale.body, scale.strong, scale.title, scale.headline, scale.display)
    assert min(sizes) >= 20
    assert min(scale.target, scale.action) >= 72


@on_loop
async def test_starting_over_forgets_the_purchase_but_not_the_language(till: Till) -> None:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-language")
    await kiosk.screen.press("kiosk-restart")
    assert kiosk.screen.one("kiosk-title").value == "Scannez votre ticket"
    assert kiosk.screen.one("kiosk-number").value == ""


@on_loop
async def test_a_kiosk_that_nobody_touches_warns_counts_down_and_starts_over(till: Till) -> None:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-language")
    await kiosk.clock.pass_(kiosk.screen, 59)
    assert "kiosk-stay" not in kiosk.screen.shown()
    await kiosk.clock.pass_(kiosk.screen, 1)
    assert kiosk.screen.says("30 secondes")
    await kiosk.clock.pass_(kiosk.screen, 29)
    assert kiosk.screen.says("1 seconde,")
    await kiosk.clock.pass_(kiosk.screen, 1)
    assert "kiosk-stay" not in kiosk.screen.shown()
    assert kiosk.screen.one("kiosk-title").value == "Scan your receipt"


@on_loop
async def test_a_customer_who_needs_more_time_has_all_of_it_again(till: Till) -> None:
    kiosk = await at_articles(till)
    await kiosk.clock.pass_(kiosk.screen, 75)
    await kiosk.screen.press("kiosk-stay")
    await kiosk.clock.pass_(kiosk.screen, 59)
    assert "kiosk-stay" not in kiosk.screen.shown()
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@on_loop
async def test_a_kiosk_at_rest_never_asks_whether_somebody_is_there(till: Till) -> None:
    kiosk = await open_kiosk(till.device)
    await kiosk.clock.pass_(kiosk.screen, 3600)
    assert "kiosk-stay" not in kiosk.screen.shown()


@on_loop
async def test_a_finished_return_leaves_nothing_for_the_next_customer(till: Till) -> None:
    kiosk = await at_refund(till)
    await kiosk.screen.press("kiosk-confirm")
    await kiosk.screen.press("kiosk-finish")
    assert kiosk.screen.one("kiosk-title").value == "Scan your receipt"
    assert not kiosk.screen.says(NUMBER)
    assert not kiosk.screen.says("Puzzle")


@on_loop
async def test_offline_is_said_calmly_and_a_known_receipt_still_works(till: Till) -> None:
    till.unplug()
    kiosk = await open_kiosk(till.device)
    assert kiosk.screen.says("can still be returned")
    await kiosk.scan(CODE)
    await kiosk.screen.press("kiosk-line-2")
    await kiosk.screen.press("kiosk-reason-2-other")
    await kiosk.screen.press("kiosk-continue")
    assert kiosk.screen.says("kept safe here and sent when the line is back")
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.one("kiosk-return-number").value == NUMBER


@on_loop
async def test_the_kiosk_says_so_as_soon_as_the_line_is_back(till: Till) -> None:
    till.unplug()
    kiosk = await open_kiosk(till.device)
    till.plug_in()
    await kiosk.screen.settle()
    assert not kiosk.screen.says("can still be returned")


@on_loop
async def test_help_opens_over_the_step_and_goes_back_to_it(till: Till) -> None:
    kiosk = await at_articles(till)
    await kiosk.screen.press("kiosk-help")
    assert kiosk.screen.says("The counter can look up your purchase.")
    await kiosk.screen.press("kiosk-help-close")
    assert not kiosk.screen.says("The counter can look up your purchase.")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@pytest.mark.parametrize("size", [(1080, 1920), (800, 1280), (1280, 800)])
def test_every_size_has_the_same_things_to_press(till: Till, size: tuple[int, int]) -> None:
    async def journey() -> None:
        kiosk = await open_kiosk(till.device, width=size[0], height=size[1])
        keys = {key for key in kiosk.screen.shown() if key.startswith("kiosk-")}
        pad = {f"kiosk-pad-{key}" for key in (*"0123456789W", "back")}
        assert keys >= pad | {"kiosk-number", "kiosk-find", "kiosk-help", "kiosk-language"}

    asyncio.run(journey())


def test_a_browser_that_comes_back_finds_the_visit_where_it_was(till: Till) -> None:
    async def journey() -> None:
        main = session(till.device, KioskApp, title="Kiosk", language="en")
        screen = await Screen.open(main, width=1080, height=1920)
        await screen.wait_for("Scan your receipt")
        await screen.type("kiosk-number", CODE, enter=True)
        await screen.wait_for("What would you like to return?")
        await screen.fire(screen.page, "connect")
        assert screen.one("kiosk-title").value == "What would you like to return?"
        await screen.close()

    asyncio.run(journey())
