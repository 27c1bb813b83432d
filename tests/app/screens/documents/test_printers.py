"""The printers on screen: seen, added, tried out, given their documents."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from app.screens.documents.list import DocumentsScreen
from app.screens.documents.printers import PrintersScreen
from app.terminal import Terminal, session
from app.usecases.documents.printers import BUILT_IN, Choice
from printing.printers.discovery import FoundPrinter
from printing.spool.spool import JobState
from sync.domain.errors import ComptoirError, Unavailable
from sync.domain.money import Money
from tests.app.device_fixtures import PINS
from tests.app.screens.shop import CLAIRE, Shop, on_loop
from tests.app.screens.till import Till
from tests.headless import Screen
from tests.printing.sinks import Sink, die_after, keep_everything


@dataclass
class Printer:
    """The receipt printer of the till; it is off until `switch_on`."""

    till: Till
    port: int
    sink: Sink | None = None

    def switch_on(self) -> None:
        self.sink = Sink(port=self.port)

    def check(self) -> None:
        """What the worker of a running device does by itself while a printer is in trouble."""
        with suppress(ComptoirError):
            self.till.device.printers.check("Till")

    def prints_badly(self) -> None:
        """Switch it on; it dies in the middle of its first job, and of no other."""
        self.sink = Sink(die_after(100), keep_everything, port=self.port)


@pytest.fixture
def printer(till: Till) -> Iterator[Printer]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    till.device.printers.add(
        "Till", "tcp", f"127.0.0.1:{port}", "generic-80", families=["receipts"]
    )
    it = Printer(till, port)
    yield it
    if it.sink is not None:
        it.sink.close()


def sell(till: Till) -> str:
    till.device.basket.add("A0004")
    number = str(till.device.checkout.pay_cash(Money(5000), CLAIRE).order.number)
    till.device.documents.make_receipt(number)
    return number


def views(till: Till) -> list[tuple[str, str, str, str]]:
    """Name, kind, address and model of each printer that was set up."""
    printers = till.device.printers.overview().printers
    return [(p.name, p.kind, p.address, p.profile) for p in printers if not p.built_in]


@on_loop
async def test_without_a_printer_it_says_what_happens_to_documents(till: Till) -> None:
    shop = await till.show(PrintersScreen, "/printers")
    assert shop.screen.says("No printer yet")
    assert shop.screen.says("On screen (PDF)")
    assert "printer-add" in shop.screen.shown()


@on_loop
async def test_each_printer_says_how_it_is_and_since_when(till: Till, printer: Printer) -> None:
    sell(till)
    printer.check()
    till.device.printers.service.watch_once()
    till.clock.pass_(minutes=4)
    shop = await till.show(PrintersScreen, "/printers")
    assert shop.screen.says("Not reachable")
    assert shop.screen.says("It began 4 minutes ago.")
    assert shop.screen.says("Ready")


@on_loop
async def test_trouble_comes_and_goes_by_itself(till: Till, printer: Printer) -> None:
    shop = await till.show(PrintersScreen, "/printers")
    assert not shop.screen.says("Not reachable")
    printer.check()
    await shop.screen.settle()
    assert shop.screen.says("Not reachable")
    printer.switch_on()
    printer.check()
    await shop.screen.settle()
    assert not shop.screen.says("Not reachable")


@on_loop
async def test_a_printer_is_added_by_hand_with_the_documents_of_its_model(till: Till) -> None:
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.type("printer-name", "Labels")
    await shop.screen.type("printer-where", "192.0.2.8")
    await shop.screen.press("model-zebra-203")
    await shop.screen.press("family-prices")  # not these
    await shop.screen.press("printer-keep")
    assert views(till) == [("Labels", "tcp", "tcp://192.0.2.8", "zebra-203")]
    assert till.device.printers.overview().choices == (
        Choice("receipts", BUILT_IN, ""),
        Choice("slips", BUILT_IN, ""),
        Choice("parcels", "Labels", ""),
        Choice("bags", "Labels", ""),
        Choice("lists", BUILT_IN, ""),
        Choice("prices", BUILT_IN, ""),
    )
    assert shop.ctx.route == "/printers"
    assert shop.told == "Labels is set up."


@pytest.mark.parametrize("presses", [0, 1])
@on_loop
async def test_whether_a_printer_is_asked_how_it_is_can_be_chosen(till: Till, presses: int) -> None:
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.type("printer-name", "Labels")
    await shop.screen.type("printer-where", "192.0.2.8")
    await shop.screen.press("model-zebra-203")
    for _ in range(presses):
        await shop.screen.press("printer-asks")
    await shop.screen.press("printer-keep")
    (added, _) = till.device.printers.overview().printers
    assert added.asks is (presses == 0)


@on_loop
async def test_what_is_wrong_is_said_and_what_was_typed_stays(till: Till, printer: Printer) -> None:
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.type("printer-name", "till")
    await shop.screen.type("printer-where", "192.0.2.8")
    await shop.screen.press("printer-keep")
    assert shop.screen.says("There is a printer called till already.")
    assert shop.screen.one("printer-name").value == "till"
    assert shop.ctx.route == "/printers/new"


@on_loop
async def test_another_kind_of_connection_brings_its_models(till: Till) -> None:
    shop = await till.show(PrintersScreen, "/printers/new")
    assert "model-office" not in shop.screen.shown()
    await shop.screen.press("kind-ipp")
    assert shop.rows("model-") == ["model-office"]
    assert shop.screen.says("Address, or the whole ipp:// link")
    await shop.screen.press("kind-usb")
    assert "model-generic-80" in shop.screen.shown()
    assert "printer-asks" not in shop.screen.shown()


def on_the_network(
    till: Till, monkeypatch: pytest.MonkeyPatch, *found: FoundPrinter | Unavailable
) -> None:
    """Who answers when printers are looked for."""

    def find(*_: object) -> list[FoundPrinter]:
        for answer in found:
            if isinstance(answer, Unavailable):
                raise answer
        return [answer for answer in found if isinstance(answer, FoundPrinter)]

    monkeypatch.setattr(till.device.printers, "_find", find)


@on_loop
async def test_a_printer_found_on_the_network_fills_the_form(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_network(till, monkeypatch, FoundPrinter("ZD420", "tcp://192.0.2.8:9100", "Zebra ZD420"))
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.press("look")
    await shop.screen.press("found-0")
    assert shop.screen.one("printer-name").value == "ZD420"
    assert shop.screen.one("printer-where").value == "192.0.2.8"
    await shop.screen.press("printer-keep")
    assert views(till) == [("ZD420", "tcp", "tcp://192.0.2.8", "zebra-203")]


@on_loop
async def test_nobody_on_the_network_is_said(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_network(till, monkeypatch)
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.press("look")
    assert shop.screen.says("No other printer answered")


@on_loop
async def test_a_device_that_cannot_look_says_so(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_network(till, monkeypatch, Unavailable("Printers cannot be looked for here."))
    shop = await till.show(PrintersScreen, "/printers/new")
    await shop.screen.press("look")
    assert shop.screen.says("Printers cannot be looked for here.")
    assert "look" in shop.screen.shown()


@on_loop
async def test_a_test_page_is_followed_and_can_be_cancelled(till: Till, printer: Printer) -> None:
    shop = await till.show(PrintersScreen, "/printers/Till")
    await shop.screen.press("printer-test")
    assert shop.screen.says("Waiting")
    assert shop.greyed("printer-test")
    await shop.screen.press("printer-test-cancel")
    assert shop.screen.says("Cancelled")
    await shop.screen.press("printer-test")
    printer.switch_on()
    till.device.printers.service.print_waiting()
    await shop.screen.settle()
    assert shop.screen.says("Printed")
    assert "printer-test-cancel" not in shop.screen.shown()
    assert [(job.document_type, job.state) for job in till.jobs()] == [
        ("test_page", JobState.SENT),
        ("test_page", JobState.FAILED),
    ]


@on_loop
async def test_a_printer_is_changed(till: Till, printer: Printer) -> None:
    shop = await till.show(PrintersScreen, "/printers/Till")
    assert shop.screen.one("printer-where").value == f"127.0.0.1:{printer.port}"
    await shop.screen.type("printer-name", "Front till")
    await shop.screen.type("printer-where", "192.0.2.9")
    await shop.screen.press("printer-keep")
    assert views(till) == [("Front till", "tcp", "tcp://192.0.2.9", "generic-80")]
    assert till.device.printers.overview().choices[0] == Choice("receipts", "Front till", "")


@on_loop
async def test_a_printer_is_taken_out_after_a_second_word(till: Till, printer: Printer) -> None:
    shop = await till.show(PrintersScreen, "/printers/Till")
    await shop.screen.press("printer-remove")
    assert len(views(till)) == 1
    await shop.screen.press("notice-action")
    assert views(till) == []
    assert shop.ctx.route == "/printers"


@on_loop
async def test_a_family_of_documents_is_given_to_another_printer_with_a_second_one(
    till: Till, printer: Printer
) -> None:
    shop = await till.show(PrintersScreen, "/printers")
    await shop.screen.press("route-slips")
    await shop.screen.press("first-Till")
    await shop.screen.press(f"second-{BUILT_IN}")
    await shop.screen.press("route-keep")
    assert till.device.printers.overview().choices[1] == Choice("slips", "Till", BUILT_IN)
    assert shop.screen.says("Till, else On screen (PDF)")


@on_loop
async def test_a_setup_that_could_not_be_read_is_said(till: Till) -> None:
    till.device._store.set_meta("printers", "{ no setup")
    till.reopen()
    shop = await till.show(PrintersScreen, "/printers")
    assert "printers-problem" in shop.screen.shown()
    assert shop.screen.says("No printer yet")


async def at_question(till: Till, printer: Printer, later: int = 0) -> Shop:
    """The receipt, document 1, perhaps came out; `later` documents were printed since."""
    printer.prints_badly()
    sell(till)
    spool = till.device.printers.spool
    picture = till.device.documents.pages(1)[0]
    for number in range(later):
        key = f"parcel_label/F{number}/0"
        spool.submit("parcel_label", "Parcel", picture, key=key, printer=BUILT_IN)
    return await till.show(DocumentsScreen, "/documents/1")


@on_loop
async def test_a_question_stands_first_however_much_was_printed_since(
    till: Till, printer: Printer
) -> None:
    shop = await at_question(till, printer, later=60)
    rows = [key for key in shop.rows("document-") if key[-1].isdigit()]
    assert rows[:2] == ["document-1", "document-61"]
    assert len(rows) == 51
    assert shop.screen.says("Till stopped answering while it printed.")
    assert "document-picture" in shop.screen.shown()
    assert "document-again" not in shop.screen.shown()


@on_loop
async def test_yes_it_is_there_ends_the_question(till: Till, printer: Printer) -> None:
    shop = await at_question(till, printer)
    assert till.device.documents.job(1).state is JobState.UNKNOWN
    await shop.screen.press("document-came-out")
    assert till.device.documents.job(1).state is JobState.CONFIRMED
    assert "document-came-out" not in shop.screen.shown()


@on_loop
async def test_no_prints_it_again(till: Till, printer: Printer) -> None:
    shop = await at_question(till, printer)
    await shop.screen.press("document-not-there")
    assert till.device.documents.job(1).state is JobState.SENT
    assert shop.told == "It is printed once more."


@on_loop
async def test_it_can_be_sent_to_another_printer(till: Till, printer: Printer) -> None:
    shop = await at_question(till, printer)
    await shop.screen.press("document-elsewhere")
    assert "send-to-Till" not in shop.screen.shown()
    await shop.screen.press(f"send-to-{BUILT_IN}")
    job = till.device.documents.job(1)
    assert (job.printer, job.state) == (BUILT_IN, JobState.CONFIRMED)
    assert shop.told == "It is sent to On screen (PDF)."


@on_loop
async def test_what_came_out_meanwhile_is_not_sent_to_another_printer_and_the_sheet_says_why(
    till: Till, printer: Printer
) -> None:
    shop = await at_question(till, printer)
    await shop.screen.press("document-elsewhere")
    till.device.documents.came_out(1)
    await shop.screen.press(f"send-to-{BUILT_IN}")
    assert "elsewhere-problem" in shop.screen.shown()
    assert [(job.printer, job.state) for job in till.jobs()] == [("Till", JobState.CONFIRMED)]


@on_loop
async def test_a_document_that_waits_says_for_what_and_can_be_taken_out(
    till: Till, printer: Printer
) -> None:
    sell(till)
    shop = await till.show(DocumentsScreen, "/documents")
    assert till.device.documents.job(1).state is JobState.QUEUED
    assert "document-why" in shop.screen.shown()
    await shop.screen.press("document-cancel")
    assert till.device.documents.job(1).reason == "printing.cancelled"
    assert shop.screen.says("Cancelled")


@on_loop
async def test_a_document_that_expired_is_printed_only_when_asked(
    till: Till, printer: Printer
) -> None:
    sell(till)
    till.clock.pass_(days=8)
    printer.switch_on()
    till.device.printers.service.print_waiting()
    shop = await till.show(DocumentsScreen, "/documents")
    assert shop.screen.says("Expired")
    assert shop.screen.says("came back too late")
    assert till.device.documents.job(1).reason == "printing.expired"
    await shop.screen.press("document-retry")
    assert till.device.documents.job(1).state is JobState.SENT


@on_loop
async def test_the_bar_counts_what_needs_a_person_and_leads_there(
    till: Till, printer: Printer
) -> None:
    printer.prints_badly()
    sell(till)
    screen = await Screen.open(session(till.device, Terminal, title="Comptoir", language="en"))
    await screen.type("pin", PINS["A01"], enter=True)
    await screen.press("nav-documents")
    assert "document-came-out" in screen.shown()
    await screen.press("open-printers")
    assert screen.says("Which document goes where")
    await screen.close()
