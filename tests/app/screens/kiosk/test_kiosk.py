"""The return kiosk as a customer uses it, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import flet as ft
import pytest

from app.screens.kiosk.app import KioskApp
from app.screens.kiosk.session import Pace, scanned_text
from app.screens.kiosk.view import kiosk_scale
from app.session import AppContext
from app.terminal import session
from app.usecases.returns.returns import Choice
from sync.domain.errors import Unavailable
from sync.domain.returns import ReturnReason
from sync.i18n import I18n
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop_data import NOW
from tests.headless import Screen

ORDER = "C0012-000345-5"
CODE = f"CPT1/{ORDER}/1505/EUR/202611141500/SIGNED"


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
    """A kiosk on a device in memory."""

    def __init__(self, screen: Screen, device: FakeDevice, clock: HandClock) -> None:
        self.screen, self.device, self.clock = screen, device, clock

    async def scan(self, text: str) -> None:
        await self.screen.type("kiosk-number", text, enter=True)

    def disabled(self, key: str) -> bool:
        return bool(self.screen.one(key).disabled)


async def open_kiosk(
    device: FakeDevice | None = None, *, language: str = "en", width: int = 1080, height: int = 1920
) -> Kiosk:
    shown, clock = device or FakeDevice(), HandClock()
    pace = Pace(now_s=lambda: clock.now_s, pause=clock.pause)

    def ctx_for(page: ft.Page) -> AppContext:
        ctx = AppContext(
            device=shown,
            page=page,
            i18n=I18n(language),
            width=width,
            height=height,
            clock=lambda: NOW,
        )

        async def tell(topic: str) -> None:
            ctx.changes.tell(topic)

        shown.subscribe(lambda topic: page.run_task(tell, topic))
        return ctx

    screen = await Screen.show(lambda ctx: KioskApp(ctx, pace), ctx_for, width=width, height=height)
    return Kiosk(screen, shown, clock)


def kiosk_test(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run an async test on a loop of its own."""

    def run() -> None:
        asyncio.run(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


async def at_articles(**options: object) -> Kiosk:
    kiosk = await open_kiosk(**options)  # type: ignore[arg-type]
    await kiosk.scan(CODE)
    return kiosk


async def at_refund(**options: object) -> Kiosk:
    kiosk = await at_articles(**options)
    await kiosk.screen.press("kiosk-line-1")
    await kiosk.screen.press("kiosk-quantity-1-less")
    await kiosk.screen.press("kiosk-reason-1-damaged")
    await kiosk.screen.press("kiosk-continue")
    return kiosk


@kiosk_test
async def test_the_kiosk_opens_on_the_receipt_with_the_field_ready_for_the_scanner():
    kiosk = await open_kiosk()
    assert kiosk.screen.one("kiosk-title").value == "Scan your receipt"
    assert kiosk.screen.one("kiosk-number").autofocus
    assert "kiosk-restart" not in kiosk.screen.shown()


@kiosk_test
async def test_a_scanned_receipt_shows_what_was_bought_and_until_when_it_may_come_back():
    kiosk = await at_articles()
    assert kiosk.device.returns.calls[0] == ("find", CODE)
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"
    assert kiosk.screen.says(
        "Bought on 14 November 2026 at Lyon Bellecour, 5 articles. You have until 14 December 2026."
    )


@kiosk_test
async def test_a_line_that_cannot_come_back_says_why_in_its_own_row_and_cannot_be_picked():
    kiosk = await at_articles()
    assert "kiosk-closed-3" in kiosk.screen.shown()
    assert "kiosk-line-3" not in kiosk.screen.shown()
    assert kiosk.screen.says("Already returned.")


@kiosk_test
async def test_what_is_missing_is_said_until_the_customer_can_go_on():
    kiosk = await at_articles()
    assert kiosk.disabled("kiosk-continue")
    assert kiosk.screen.says("Touch the articles that you bring back.")
    await kiosk.screen.press("kiosk-line-2")
    assert kiosk.disabled("kiosk-continue")
    assert kiosk.screen.says("Say why you return “Lanterne métal blanche”.")
    await kiosk.screen.press("kiosk-reason-2-not_suitable")
    assert not kiosk.disabled("kiosk-continue")
    assert kiosk.screen.one("kiosk-amount").value == "€3.75"


@kiosk_test
async def test_fewer_pieces_are_worth_less_and_the_last_one_cannot_be_taken_away():
    kiosk = await at_articles()
    await kiosk.screen.press("kiosk-line-1")
    assert kiosk.screen.one("kiosk-amount").value == "€10.05"
    await kiosk.screen.press("kiosk-quantity-1-less")
    await kiosk.screen.press("kiosk-quantity-1-less")
    assert kiosk.screen.one("kiosk-amount").value == "€3.35"
    assert kiosk.disabled("kiosk-quantity-1-less")


@kiosk_test
async def test_nothing_is_returned_before_the_customer_confirms():
    kiosk = await at_refund()
    assert [name for name, *_ in kiosk.device.returns.calls if name == "register"] == []
    assert kiosk.screen.says("Nothing is final until you confirm below.")
    assert kiosk.screen.says("Card •••• 4021")
    await kiosk.screen.press("kiosk-back")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"
    assert kiosk.screen.says("2")


@kiosk_test
async def test_a_confirmed_return_shows_its_number_where_to_leave_it_and_its_receipt():
    kiosk = await at_refund()
    await kiosk.screen.press("kiosk-confirm")
    assert ("register", ORDER, (Choice(1, 2, ReturnReason.DAMAGED),)) in kiosk.device.returns.calls
    assert kiosk.screen.one("kiosk-return-number").value == "R0012-000001-0"
    assert kiosk.screen.says("Leave them on the returns shelf beside this screen.")
    assert kiosk.screen.one("kiosk-receipt-picture").src.startswith(b"\x89PNG")


@kiosk_test
async def test_the_return_receipt_is_printed_when_it_is_asked_for():
    kiosk = await at_refund()
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.device.documents.spool == [], "nothing is printed unasked"
    await kiosk.screen.press("kiosk-print")
    assert kiosk.device.documents.calls[-1] == ("make_return_receipt", "R0012-000001-0")
    assert kiosk.screen.one("kiosk-print-state").value == "It is being printed."


@kiosk_test
async def test_a_printer_that_does_not_answer_does_not_undo_the_return():
    kiosk = await at_refund()
    await kiosk.screen.press("kiosk-confirm")
    kiosk.device.documents.fail_with(
        "make_return_receipt", Unavailable("The printer does not answer.")
    )
    await kiosk.screen.press("kiosk-print")
    assert kiosk.screen.says("The printer does not answer.")
    assert kiosk.screen.one("kiosk-return-number").value == "R0012-000001-0"


@kiosk_test
async def test_the_return_receipt_is_sent_to_the_address_that_is_typed():
    kiosk = await at_refund()
    await kiosk.screen.press("kiosk-confirm")
    await kiosk.screen.press("kiosk-email")
    assert kiosk.screen.one("kiosk-email-field").value == "", "whoever stands there is not shown it"
    await kiosk.screen.type("kiosk-email-field", "zoe")
    await kiosk.screen.press("kiosk-email-send")
    assert kiosk.screen.says("“zoe” is not an e-mail address")
    assert kiosk.screen.one("kiosk-email-field").value == "zoe"
    await kiosk.screen.type("kiosk-email-field", "zoe@example.fr", enter=True)
    assert kiosk.device.document_email.calls[-1] == (
        "send_return_receipt",
        "R0012-000001-0",
        "zoe@example.fr",
        "en",
    )
    assert kiosk.screen.one("kiosk-print-state").value == "It is sent to zoe@example.fr."
    assert kiosk.device.documents.spool == []


@kiosk_test
async def test_an_address_is_not_left_for_the_next_customer():
    kiosk = await at_refund()
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


@kiosk_test
async def test_a_return_that_is_refused_leaves_the_customer_before_the_question():
    kiosk = await at_refund()
    kiosk.device.returns.fail_with("register", Unavailable("The disk is full."))
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.says("The disk is full.")
    assert kiosk.screen.one("kiosk-title").value == "Is this right?"
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.one("kiosk-return-number").value == "R0012-000001-0"


@pytest.mark.parametrize(
    ("typed", "sentence", "left"),
    [
        ("CPT1/C0012", "could not be read whole", ""),
        ("C0012-000345-9", "The last digit of C0012-000345-9 is wrong", "C0012-000345-9"),
        ("hello", "is not a document number", "hello"),
        ("C0012-000999-0", "not known here yet", "C0012-000999-0"),
        ("   ", "Scan your receipt, or type its order number first.", "   "),
    ],
)
def test_a_receipt_that_is_no_good_says_what_to_do_and_the_next_scan_works(
    typed: str, sentence: str, left: str
):
    async def journey() -> None:
        kiosk = await open_kiosk()
        await kiosk.scan(typed)
        assert kiosk.screen.says(sentence)
        assert kiosk.screen.one("kiosk-number").value == left
        await kiosk.scan(left + CODE)
        assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"

    asyncio.run(journey())


def test_a_scan_on_top_of_typed_digits_is_the_scan():
    assert scanned_text("C0012-00cpt1/c0012-1 ") == "CPT1/C0012-1"
    assert scanned_text(" c0012-000345-5\n") == "C0012-000345-5"


@kiosk_test
async def test_the_number_can_be_typed_on_the_pad():
    kiosk = await open_kiosk()
    for digit in "00120003455":
        await kiosk.screen.press(f"kiosk-pad-{digit}")
    assert kiosk.screen.one("kiosk-number").value == ORDER
    await kiosk.screen.press("kiosk-find")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@kiosk_test
async def test_the_cursor_comes_back_to_the_field_after_every_press_and_every_scan():
    kiosk = await open_kiosk()
    for act in (
        lambda: kiosk.screen.press("kiosk-pad-1"),
        lambda: kiosk.screen.press("kiosk-language"),
        lambda: kiosk.screen.press("kiosk-larger"),
        lambda: kiosk.scan("CPT1/C0012"),
    ):
        before = len([name for name, _ in kiosk.screen.connection.calls if name == "focus"])
        await act()
        after = len([name for name, _ in kiosk.screen.connection.calls if name == "focus"])
        assert after > before


@kiosk_test
async def test_what_the_scanner_is_typing_is_never_sent_back_to_it():
    kiosk = await open_kiosk()
    field = kiosk.screen.one("kiosk-number")
    kiosk.screen.session.apply_patch(field._i, {"value": "CPT1/C00"})
    kiosk.device.changed("status")
    await kiosk.screen.settle()
    assert kiosk.screen.one("kiosk-number").value == "CPT1/C00"
    assert kiosk.screen.one("kiosk-number")._i == field._i


@kiosk_test
async def test_a_purchase_with_nothing_left_to_return_sends_the_customer_to_the_counter():
    kiosk = await open_kiosk()
    await kiosk.scan("C0012-000007-2")
    assert kiosk.screen.says("The 30 days for a return are over.")
    assert kiosk.screen.says("The counter can help you with this purchase.")
    assert kiosk.disabled("kiosk-continue")


@kiosk_test
async def test_another_language_retells_everything_and_keeps_what_was_chosen():
    kiosk = await at_articles()
    await kiosk.screen.press("kiosk-line-2")
    await kiosk.screen.press("kiosk-reason-2-other")
    await kiosk.screen.press("kiosk-language")
    assert kiosk.screen.one("kiosk-title").value == "Que souhaitez-vous rendre\u00a0?"
    assert kiosk.screen.says("Déjà rendu.")
    assert not kiosk.disabled("kiosk-continue")
    assert kiosk.screen.one("kiosk-amount").value == "3,75\u00a0€"


@kiosk_test
async def test_a_sentence_about_a_bad_receipt_follows_the_language():
    kiosk = await open_kiosk()
    await kiosk.scan("CPT1/C0012")
    await kiosk.screen.press("kiosk-language")
    assert kiosk.screen.says("Ce code n’a pas pu être lu en entier.")


@kiosk_test
async def test_larger_text_is_larger_and_the_next_customer_starts_with_the_normal_one():
    kiosk = await at_articles()
    normal = kiosk.screen.one("kiosk-title").style.size
    await kiosk.screen.press("kiosk-larger")
    assert kiosk.screen.one("kiosk-title").style.size == normal * 1.25
    await kiosk.clock.pass_(kiosk.screen, 90)
    assert kiosk.screen.one("kiosk-title").style.size == normal


@pytest.mark.parametrize("size", [(1080, 1920), (800, 1280), (1280, 800)])
@pytest.mark.parametrize("larger", [False, True])
def test_no_text_of_the_kiosk_is_smaller_than_20_and_no_target_than_72(
    size: tuple[int, int], larger: bool
):
    scale = kiosk_scale(*size, larger=larger)
    sizes = (scale.caption, scale.body, scale.strong, scale.title, scale.headline, scale.display)
    assert min(sizes) >= 20
    assert min(scale.target, scale.action) >= 72


@kiosk_test
async def test_starting_over_forgets_the_purchase_but_not_the_language():
    kiosk = await at_articles()
    await kiosk.screen.press("kiosk-language")
    await kiosk.screen.press("kiosk-restart")
    assert kiosk.screen.one("kiosk-title").value == "Scannez votre ticket"
    assert kiosk.screen.one("kiosk-number").value == ""


@kiosk_test
async def test_a_kiosk_that_nobody_touches_warns_counts_down_and_starts_over():
    kiosk = await at_articles()
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


@kiosk_test
async def test_a_customer_who_needs_more_time_has_all_of_it_again():
    kiosk = await at_articles()
    await kiosk.clock.pass_(kiosk.screen, 75)
    await kiosk.screen.press("kiosk-stay")
    await kiosk.clock.pass_(kiosk.screen, 59)
    assert "kiosk-stay" not in kiosk.screen.shown()
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@kiosk_test
async def test_a_kiosk_at_rest_never_asks_whether_somebody_is_there():
    kiosk = await open_kiosk()
    await kiosk.clock.pass_(kiosk.screen, 3600)
    assert "kiosk-stay" not in kiosk.screen.shown()


@kiosk_test
async def test_a_finished_return_leaves_nothing_for_the_next_customer():
    kiosk = await at_refund()
    await kiosk.screen.press("kiosk-confirm")
    await kiosk.screen.press("kiosk-finish")
    assert kiosk.screen.one("kiosk-title").value == "Scan your receipt"
    assert not kiosk.screen.says("R0012-000001-0")
    assert not kiosk.screen.says("Lanterne")


@kiosk_test
async def test_offline_is_said_calmly_and_a_known_receipt_still_works():
    device = FakeDevice()
    device.status.online = False
    kiosk = await open_kiosk(device)
    assert kiosk.screen.says("can still be returned")
    await kiosk.scan(CODE)
    await kiosk.screen.press("kiosk-line-2")
    await kiosk.screen.press("kiosk-reason-2-other")
    await kiosk.screen.press("kiosk-continue")
    assert kiosk.screen.says("kept safe here and sent when the line is back")
    await kiosk.screen.press("kiosk-confirm")
    assert kiosk.screen.one("kiosk-return-number").value == "R0012-000001-0"


@kiosk_test
async def test_the_kiosk_says_so_as_soon_as_the_line_is_back():
    device = FakeDevice()
    device.status.online = False
    kiosk = await open_kiosk(device)
    device.status.online = True
    device.changed("status")
    await kiosk.screen.settle()
    assert not kiosk.screen.says("can still be returned")


@kiosk_test
async def test_help_opens_over_the_step_and_goes_back_to_it():
    kiosk = await at_articles()
    await kiosk.screen.press("kiosk-help")
    assert kiosk.screen.says("The counter can look up your purchase.")
    await kiosk.screen.press("kiosk-help-close")
    assert not kiosk.screen.says("The counter can look up your purchase.")
    assert kiosk.screen.one("kiosk-title").value == "What would you like to return?"


@pytest.mark.parametrize("size", [(1080, 1920), (800, 1280), (1280, 800)])
def test_every_size_has_the_same_things_to_press(size: tuple[int, int]):
    async def journey() -> None:
        kiosk = await open_kiosk(width=size[0], height=size[1])
        keys = {key for key in kiosk.screen.shown() if key.startswith("kiosk-")}
        pad = {f"kiosk-pad-{key}" for key in (*"0123456789W", "back")}
        assert keys >= pad | {"kiosk-number", "kiosk-find", "kiosk-help", "kiosk-language"}

    asyncio.run(journey())


def test_a_browser_that_comes_back_finds_the_visit_where_it_was():
    async def journey() -> None:
        main = session(FakeDevice(), KioskApp, title="Kiosk", language="en")
        screen = await Screen.open(main, width=1080, height=1920)
        await screen.wait_for("Scan your receipt")
        await screen.type("kiosk-number", CODE, enter=True)
        await screen.wait_for("What would you like to return?")
        await screen.fire(screen.page, "connect")
        assert screen.one("kiosk-title").value == "What would you like to return?"
        await screen.close()

    asyncio.run(journey())
