"""The printers on screen: seen, added, tried out, given their documents."""

from __future__ import annotations

from datetime import timedelta

from app.screens.documents.list import DocumentsScreen
from app.screens.documents.printers import PrintersScreen
from app.terminal import Terminal, session
from app.usecases.documents.printers import BUILT_IN, PrinterView
from printing.errors import NotPrinted
from printing.printers.discovery import FoundPrinter
from printing.spool.spool import JobState
from sync.domain.errors import Conflict, Unavailable
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.selling_device import PIN, SellingDevice
from tests.app.screens.shop import Shop, on_loop, open_screen
from tests.app.screens.shop_data import NOW
from tests.headless import Screen

OFF = NotPrinted("{printer} does not answer.", code="printing.off", printer="Till")


def till(**changes: object) -> PrinterView:
    known = {"waiting": 0, "questions": 0, "error": None, "since": None} | changes
    return PrinterView("Till", "tcp", "tcp://192.0.2.7", "epson-tm-t20", True, **known)


def with_till(**changes: object) -> FakeDevice:
    device = FakeDevice()
    device.printers.views.insert(0, till(**changes))
    device.printers.goes["receipts"] = ("Till", "")
    return device


async def at_printers(
    route: str = "/printers", device: FakeDevice | None = None, **size: int
) -> Shop:
    return await open_screen(PrintersScreen, route, device or with_till(), **size)


@on_loop
async def test_without_a_printer_it_says_what_happens_to_papers():
    shop = await at_printers(device=FakeDevice())
    assert shop.screen.says("No printer yet")
    assert shop.screen.says("On screen (PDF)")
    assert "printer-add" in shop.screen.shown()


@on_loop
async def test_each_printer_says_how_it_is():
    shop = await at_printers(
        device=with_till(waiting=2, error=OFF, since=NOW - timedelta(minutes=4))
    )
    assert shop.screen.says("Not reachable")
    assert shop.screen.says("Till does not answer. It began 4 minutes ago.")
    assert shop.screen.says("Ready")


@on_loop
async def test_trouble_comes_and_goes_by_itself():
    device = with_till()
    shop = await at_printers(device=device)
    assert not shop.screen.says("No paper")
    empty = NotPrinted("{printer} has no paper.", code="printing.paper_out", printer="Till")
    device.printers.views[0] = till(error=empty, since=NOW)
    device.changed("documents")
    await shop.screen.settle()
    assert shop.screen.says("No paper")
    device.printers.views[0] = till()
    device.changed("documents")
    await shop.screen.settle()
    assert not shop.screen.says("No paper")


@on_loop
async def test_a_printer_is_added_by_hand_with_the_papers_of_its_model():
    shop = await at_printers("/printers/new", FakeDevice())
    await shop.screen.type("printer-name", "Labels")
    await shop.screen.type("printer-where", "192.0.2.8")
    await shop.screen.press("model-zebra-203")
    await shop.screen.press("family-prices")  # not these
    await shop.screen.press("printer-asks")
    await shop.screen.press("printer-keep")
    assert shop.done(shop.device.printers, "add") == [
        ["Labels", "tcp", "192.0.2.8", "zebra-203", False, ("parcels", "bags")]
    ]
    assert shop.ctx.route == "/printers"
    assert shop.told == "Labels is set up."


@on_loop
async def test_what_is_wrong_is_said_and_what_was_typed_stays():
    shop = await at_printers("/printers/new", FakeDevice())
    taken = Conflict("There is a printer called {name} already.", name="Till")
    shop.device.printers.fail_with("add", taken)
    await shop.screen.type("printer-name", "Till")
    await shop.screen.press("printer-keep")
    assert shop.screen.says("There is a printer called Till already.")
    assert shop.screen.one("printer-name").value == "Till"
    assert shop.ctx.route == "/printers/new"


@on_loop
async def test_another_way_of_connecting_brings_its_models():
    shop = await at_printers("/printers/new", FakeDevice())
    assert "model-office" not in shop.screen.shown()
    await shop.screen.press("kind-ipp")
    models = [key for key in shop.screen.shown() if key.startswith("model-")]
    assert models == ["model-office"]
    assert shop.screen.says("Address, or the whole ipp:// link")
    await shop.screen.press("kind-usb")
    assert "model-generic-80" in shop.screen.shown()
    assert "printer-asks" not in shop.screen.shown()


@on_loop
async def test_a_printer_found_on_the_network_fills_the_form():
    device = FakeDevice()
    device.printers.found = [FoundPrinter("ZD420", "tcp://192.0.2.8:9100", "Zebra ZD420")]
    shop = await at_printers("/printers/new", device)
    await shop.screen.press("look")
    await shop.screen.press("found-0")
    assert shop.screen.one("printer-name").value == "ZD420"
    assert shop.screen.one("printer-where").value == "192.0.2.8"
    await shop.screen.press("printer-keep")
    ((name, kind, where, profile, *_),) = shop.done(device.printers, "add")
    assert (name, kind, where, profile) == ("ZD420", "tcp", "192.0.2.8", "zebra-203")


@on_loop
async def test_nobody_on_the_network_is_said():
    shop = await at_printers("/printers/new", FakeDevice())
    await shop.screen.press("look")
    assert shop.screen.says("No other printer answered")


@on_loop
async def test_a_device_that_cannot_look_says_so():
    shop = await at_printers("/printers/new", FakeDevice())
    shop.device.printers.fail_with("look", Unavailable("Printers cannot be looked for here."))
    await shop.screen.press("look")
    assert shop.screen.says("Printers cannot be looked for here.")
    assert "look" in shop.screen.shown()


@on_loop
async def test_a_test_page_is_followed_and_can_be_cancelled():
    shop = await at_printers("/printers/Till")
    await shop.screen.press("printer-test")
    assert shop.done(shop.device.printers, "try_out") == [["Till"]]
    assert shop.screen.says("Waiting")
    assert shop.greyed("printer-test")
    await shop.screen.press("printer-test-cancel")
    assert shop.screen.says("Cancelled")
    await shop.screen.press("printer-test")
    shop.device.documents.become(2, JobState.CONFIRMED)
    await shop.screen.settle()
    assert shop.screen.says("Printed")
    assert "printer-test-cancel" not in shop.screen.shown()


@on_loop
async def test_a_printer_is_changed():
    shop = await at_printers("/printers/Till")
    assert shop.screen.one("printer-where").value == "192.0.2.7"
    await shop.screen.type("printer-name", "Front till")
    await shop.screen.type("printer-where", "192.0.2.9")
    await shop.screen.press("printer-keep")
    assert shop.done(shop.device.printers, "change") == [
        ["Till", "Front till", "tcp", "192.0.2.9", "epson-tm-t20", True]
    ]


@on_loop
async def test_a_printer_is_taken_out_after_a_second_word():
    shop = await at_printers("/printers/Till")
    await shop.screen.press("printer-remove")
    assert shop.done(shop.device.printers, "remove") == []
    await shop.screen.press("notice-action")
    assert shop.done(shop.device.printers, "remove") == [["Till"]]
    assert shop.ctx.route == "/printers"


@on_loop
async def test_a_family_of_papers_is_given_to_another_printer_with_a_second_one():
    shop = await at_printers()
    await shop.screen.press("route-slips")
    await shop.screen.press("first-Till")
    await shop.screen.press(f"second-{BUILT_IN}")
    await shop.screen.press("route-keep")
    assert shop.done(shop.device.printers, "choose") == [["slips", "Till", BUILT_IN]]
    assert shop.screen.says("Till, else On screen (PDF)")


@on_loop
async def test_a_setup_that_could_not_be_read_is_said():
    device = FakeDevice()
    device.printers.problem = Unavailable("The printers' file is wrong.")
    shop = await at_printers(device=device)
    assert shop.screen.says("The printers' file is wrong.")


@on_loop
async def test_the_bar_counts_what_needs_a_person_and_leads_there():
    device = SellingDevice()
    screen = await Screen.open(session(device, Terminal, title="Comptoir", language="en"))
    await screen.type("pin", PIN, enter=True)
    device.documents.add("sales_receipt", "C0012-000001-8", JobState.UNKNOWN)
    device.changed("documents")
    await screen.settle()
    await screen.press("nav-documents")
    assert screen.says("Did this paper come out?")
    await screen.press("open-printers")
    assert screen.says("Which document goes where")
    await screen.close()


async def at_question(**size: int) -> Shop:
    device = with_till()
    device.documents.add("sales_receipt", "C0012-000001-8")
    device.documents.become(1, JobState.UNKNOWN, "printing.perhaps_printed", "Till")
    for _ in range(60):
        device.documents.add("parcel_label", "F1")
    return await open_screen(DocumentsScreen, "/documents/1", device, **size)


@on_loop
async def test_a_question_stands_first_however_much_was_printed_since():
    shop = await at_question()
    rows = [key for key in shop.screen.shown() if key.startswith("document-") and key[-1].isdigit()]
    assert rows[:2] == ["document-1", "document-61"]
    assert shop.screen.says("Till stopped answering while it printed.")
    assert "document-picture" in shop.screen.shown()
    assert "document-again" not in shop.screen.shown()


@on_loop
async def test_yes_it_is_there_ends_the_question():
    shop = await at_question()
    await shop.screen.press("document-came-out")
    assert shop.done(shop.device.documents, "came_out") == [[1]]
    assert not shop.screen.says("Did this paper come out?")


@on_loop
async def test_no_prints_it_again():
    shop = await at_question()
    await shop.screen.press("document-not-there")
    assert shop.done(shop.device.documents, "did_not_come_out") == [[1]]
    assert shop.done(shop.device.documents, "came_out") == []
    assert shop.told == "It is printed once more."


@on_loop
async def test_it_can_be_sent_to_another_printer():
    shop = await at_question()
    await shop.screen.press("document-elsewhere")
    assert "send-to-Till" not in shop.screen.shown()
    await shop.screen.press(f"send-to-{BUILT_IN}")
    assert shop.done(shop.device.documents, "send_elsewhere") == [[1, BUILT_IN]]
    assert shop.told == "It is sent to On screen (PDF)."


@on_loop
async def test_a_paper_that_waits_says_for_what_and_can_be_taken_out():
    device = with_till(error=OFF, since=NOW, waiting=1)
    device.documents.add("sales_receipt", "C0012-000001-8")
    device.documents.become(1, JobState.QUEUED, "printing.off", "Till")
    shop = await open_screen(DocumentsScreen, "/documents", device)
    assert shop.screen.says("Till does not answer.")
    await shop.screen.press("document-cancel")
    assert shop.done(device.documents, "cancel") == [[1]]
    assert shop.screen.says("Cancelled")


@on_loop
async def test_a_paper_that_expired_is_printed_only_when_asked():
    device = with_till()
    device.documents.add("sales_receipt", "C0012-000001-8")
    device.documents.become(1, JobState.FAILED, "printing.expired", "Till")
    shop = await open_screen(DocumentsScreen, "/documents", device)
    assert shop.screen.says("Expired")
    assert shop.screen.says("came back too late")
    await shop.screen.press("document-retry")
    assert shop.done(device.documents, "retry") == [[1]]
