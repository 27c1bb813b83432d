"""Everything that a screen asks of printing, with printers that do what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from printing import (
    ConfiguredPrinterState,
    Job,
    JobState,
    NotPrinted,
    PerhapsPrinted,
    PrinterEntry,
    PrinterSetup,
    PrintService,
    Route,
    Spool,
    Unprintable,
    document_to_json,
    render_pdf,
    render_zpl,
)
from printing.model.media import MEDIA
from printing.printers.factory import ConfiguredPrinter, render
from printing.samples.samples import samples
from sync.domain.errors import Conflict, NotFound
from sync.i18n import I18n
from tests.printing.fakes import NOON, PROFILES, SETUP, Fake, Shop, entries

DOCUMENTS = samples(I18n("fr"))
RECEIPT, LABEL = DOCUMENTS["sales_receipt"], DOCUMENTS["parcel_label"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    found = Shop(tmp_path, SETUP)
    yield found
    found.service.stop()
    found.spool.close()


def off(name: str) -> NotPrinted:
    return NotPrinted("{printer} is off.", code="printing.off", printer=name)


def test_each_printer_gets_its_own_language(shop: Shop) -> None:
    label = shop.service.print(LABEL, "p1")
    receipt = shop.service.print(RECEIPT, "r1")
    second = shop.service.print(RECEIPT, "r2", second=True)
    assert shop.spool.payload(label.number) == render_zpl(LABEL, 203)
    assert shop.spool.payload(receipt.number) == render(RECEIPT, PROFILES["generic-80"])
    assert shop.spool.payload(second.number) == render(RECEIPT, PROFILES["generic-58"])
    assert [job.has_document for job in (label, receipt, second)] == [True, True, True]


def test_a_document_without_a_printer_is_an_error_and_not_a_spinner(shop: Shop) -> None:
    with pytest.raises(NotFound, match="No printer is set up for this document"):
        shop.service.print(DOCUMENTS["pick_list"], "l1")
    assert shop.service.jobs() == []


def test_a_key_is_one_job_even_when_the_document_says_something_else_by_now(shop: Shop) -> None:
    first = shop.service.print(RECEIPT, "r1")
    assert shop.service.print(replace(RECEIPT, title="Other"), "r1", second=True) == first
    shop.service.print_waiting()
    assert [key for key, _ in shop.fakes["till"].printed] == ["r1"]


def test_a_job_goes_to_a_printer_of_another_language_and_paper(shop: Shop) -> None:
    receipt = shop.service.print(RECEIPT, "r1")
    moved = shop.service.send_elsewhere(receipt.number, "small")
    assert (moved.printer, moved.payload_format, moved.state) == (
        "small",
        "escpos",
        JobState.QUEUED,
    )
    assert shop.spool.payload(receipt.number) == render(RECEIPT, PROFILES["generic-58"])
    moved = shop.service.send_elsewhere(receipt.number, "laser")
    assert moved.payload_format == "pdf"
    assert shop.spool.payload(receipt.number).startswith(b"%PDF")
    shop.service.print_waiting()
    assert [len(fake.printed) for fake in shop.fakes.values()] == [0, 0, 0, 1]


def test_what_does_not_fit_there_stays_where_it_is(shop: Shop) -> None:
    listed = shop.service.print(replace(RECEIPT, media=MEDIA["a4"]), "r1")
    shop.service.print_waiting()
    with pytest.raises(Conflict, match="by now"):
        shop.service.send_elsewhere(listed.number, "laser")
    assert shop.service.job(listed.number).printer == "till"


def test_a_carriers_label_goes_as_it_is_or_not_at_all(shop: Shop) -> None:
    pdf = render_pdf(LABEL)
    job = shop.service.print_raw(pdf, "carrier_label", "Colis 7", "c1")
    assert (job.printer, job.payload_format, job.has_document) == ("laser", "pdf", False)
    assert shop.spool.payload(job.number) == pdf
    with pytest.raises(Conflict, match="came as PDF and is printed as it is; zebra does not"):
        shop.service.send_elsewhere(job.number, "zebra")
    with pytest.raises(Conflict, match="came as ZPL"):
        shop.service.print_raw(b"^XA^XZ", "carrier_label", "Colis 8", "c2")
    zpl = shop.service.print_raw(b"^XA^XZ", "carrier_label", "Colis 8", "c2", second=True)
    with pytest.raises(Conflict, match="cannot be shown here"):
        shop.service.pages(zpl.number)
    with pytest.raises(Unprintable):
        shop.service.print_raw(b"GIF89a", "carrier_label", "Colis 9", "c3")
    assert [found.number for found in shop.service.jobs()] == [zpl.number, job.number]
    assert len(shop.service.pages(job.number)) == 1


def test_every_job_has_its_picture_whatever_its_language(shop: Shop) -> None:
    for number, document in enumerate((RECEIPT, LABEL)):
        job = shop.service.print(document, str(number))
        assert [page[:4] for page in shop.service.pages(job.number)] == [b"\x89PNG"]
        assert shop.service.document(job.number) == document


def test_a_person_answers_what_only_a_person_can_know(shop: Shop) -> None:
    shop.fakes["till"].does = PerhapsPrinted("It broke.")
    jobs = [shop.service.print(RECEIPT, key) for key in ("r1", "r2")]
    shop.service.print_waiting()
    assert [job.key for job in shop.service.questions()] == ["r1", "r2"]
    assert shop.service.states()[0].questions == 2
    shop.fakes["till"].does = None
    assert shop.service.answer_unknown(jobs[0].number, True).state is JobState.CONFIRMED
    assert shop.service.answer_unknown(jobs[1].number, False).state is JobState.QUEUED
    shop.service.print_waiting()
    assert [key for key, _ in shop.fakes["till"].printed] == ["r2"]
    assert shop.service.questions() == []


def test_a_cancelled_job_prints_when_a_person_wants_it_after_all(shop: Shop) -> None:
    job = shop.service.print(RECEIPT, "r1")
    assert shop.service.cancel(job.number).state is JobState.FAILED
    shop.service.print_waiting()
    assert shop.fakes["till"].printed == []
    assert shop.service.retry(job.number).state is JobState.QUEUED
    shop.service.print_waiting()
    assert [key for key, _ in shop.fakes["till"].printed] == ["r1"]


def test_the_screen_reads_how_each_printer_is(shop: Shop) -> None:
    shop.fakes["till"].does = off("till")
    shop.service.print(RECEIPT, "r1")
    shop.service.print(LABEL, "p1")
    shop.service.print_waiting()
    shop.service.watch_once()
    till, _, zebra, laser = shop.service.states()
    assert (till.name, till.kind, till.model) == ("till", "tcp", "Any Receipt printer, 80 mm")
    assert (till.waiting, till.trouble, till.since, till.well_at) == (1, "printing.off", NOON, None)
    assert till.error is not None
    assert I18n("en").error(till.error) == "till is off."
    assert (zebra.waiting, zebra.trouble, zebra.well_at) == (0, "", NOON)
    assert laser.well_at is None


def test_a_printer_that_is_well_again_is_said_to_be(shop: Shop) -> None:
    shop.fakes["till"].does = off("till")
    with pytest.raises(NotPrinted):
        shop.service.check("till")
    shop.service.watch_once()
    assert shop.service.states()[0].trouble == "printing.off"
    shop.fakes["till"].does = None
    shop.service.check("till")
    shop.service.watch_once()
    assert (shop.service.states()[0].trouble, shop.service.states()[0].since) == ("", None)


def test_the_second_printer_takes_what_waits_once_the_first_was_out_for_long(shop: Shop) -> None:
    shop.fakes["till"].does = off("till")
    job = shop.service.print(RECEIPT, "r1")
    shop.service.print_waiting()
    shop.service.watch_once()
    shop.clock.now += timedelta(seconds=59)
    shop.service.watch_once()
    assert shop.service.job(job.number).printer == "till"
    shop.clock.now += timedelta(seconds=1)
    shop.service.watch_once()
    assert shop.service.job(job.number).printer == "small"
    shop.service.print_waiting()
    assert [key for key, _ in shop.fakes["small"].printed] == ["r1"]


def test_what_may_have_come_out_is_not_taken_over(shop: Shop) -> None:
    shop.fakes["till"].does = PerhapsPrinted("It broke.")
    job = shop.service.print(RECEIPT, "r1")
    shop.service.print_waiting()
    shop.service.watch_once()
    shop.clock.now += timedelta(hours=1)
    shop.service.watch_once()
    assert shop.service.job(job.number).printer == "till"
    assert shop.service.job(job.number).state is JobState.UNKNOWN


def test_nothing_moves_where_the_route_does_not_say_so(shop: Shop) -> None:
    shop.fakes["zebra"].does = off("zebra")
    job = shop.service.print(LABEL, "p1")
    shop.service.print_waiting()
    shop.service.watch_once()
    shop.clock.now += timedelta(hours=1)
    shop.service.watch_once()
    assert shop.service.job(job.number).printer == "zebra"


def test_a_second_printer_in_trouble_takes_nothing(shop: Shop) -> None:
    for name in ("till", "small"):
        shop.fakes[name].does = off(name)
        with pytest.raises(NotPrinted):
            shop.service.check(name)
    job = shop.service.print(RECEIPT, "r1")
    shop.service.watch_once()
    shop.clock.now += timedelta(minutes=5)
    shop.service.watch_once()
    assert shop.service.job(job.number).printer == "till"


def test_another_setup_loses_no_job(shop: Shop) -> None:
    shop.service.print(RECEIPT, "r1")
    label = shop.service.print(LABEL, "p1")
    kept, gone = shop.fakes["zebra"], shop.fakes["till"]
    smaller = PrinterSetup(entries(zebra="zebra-203", laser="office"), {"*": Route("laser")})
    shop.service.reconfigure(smaller)
    assert shop.service.setup == smaller
    assert shop.fakes["zebra"] is kept
    assert (kept.closed, gone.closed) == (False, True)
    names = [(state.name, state.waiting, state.trouble) for state in shop.service.states()]
    assert names == [("zebra", 1, ""), ("laser", 0, ""), ("till", 1, "printing.removed")]
    shop.service.send_elsewhere(1, "laser")
    shop.service.print_waiting()
    assert [len(fake.printed) for fake in (kept, shop.fakes["laser"])] == [1, 1]
    assert shop.service.job(label.number).state is JobState.SENT


def test_a_wrong_setup_changes_nothing(shop: Shop) -> None:
    with pytest.raises(Unprintable, match="no printer profile called fax for till"):
        shop.service.reconfigure(PrinterSetup(entries(till="fax"), {"*": Route("till")}))
    assert shop.service.setup == SETUP
    shop.service.print(RECEIPT, "r1")
    shop.service.print_waiting()
    assert len(shop.fakes["till"].printed) == 1


def test_a_job_that_was_being_sent_to_a_printer_that_is_gone_is_asked_about(
    tmp_path: Path,
) -> None:
    before = Spool(tmp_path, lambda: NOON)
    before.submit("sales_receipt", "t", b"1", key="r1", printer="old", document=None)
    before.take("old")
    before.close()
    shop = Shop(tmp_path, SETUP)
    shop.service.print_waiting()
    assert [job.printer for job in shop.service.questions()] == ["old"]
    assert shop.spool.document(1) is None
    shop.spool.close()


def test_the_document_is_deleted_with_the_payload(shop: Shop) -> None:
    job = shop.service.print(RECEIPT, "r1")
    assert shop.spool.document(job.number) == document_to_json(RECEIPT)
    shop.service.print_waiting()
    shop.clock.now += timedelta(days=3)
    shop.spool.purge()
    assert shop.spool.document(job.number) is None
    with pytest.raises(NotFound, match="no longer kept"):
        shop.service.pages(job.number)
    with pytest.raises(Conflict):
        shop.service.retry(job.number)


class Hanging(Fake):
    """A printer that takes a job and says nothing until it is let go."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.asked, self.go = Event(), Event()

    def send(self, job: Job, payload: bytes) -> JobState:
        self.asked.set()
        assert self.go.wait(30)
        return super().send(job, payload)


def listening(spool: Spool, printer: Fake, seen: Callable[[PrintService], None]) -> PrintService:
    """A service with one started printer; `seen` at each change."""
    services: list[PrintService] = []

    def told() -> None:
        for each in services:
            seen(each)

    service = PrintService(
        spool,
        PrinterSetup(entries(till="generic-80"), {"*": Route("till")}),
        open_configured=lambda entry: ConfiguredPrinter(printer, PROFILES[entry.profile]),
        on_change=told,
    )
    services.append(service)
    service.start()
    return service


def test_a_printer_that_falls_silent_in_mid_job_is_told_to_the_screen(tmp_path: Path) -> None:
    told = Event()
    spool, printer = Spool(tmp_path, lambda: NOON), Hanging("till")

    def seen(service: PrintService) -> None:
        if service.states()[0].trouble == "printing.slow":
            told.set()

    service = listening(spool, printer, seen)
    service.print(RECEIPT, "r1")
    assert told.wait(20)
    printer.go.set()
    service.stop()
    assert service.job(1).state is JobState.SENT
    assert service.states()[0].trouble == ""


def test_a_listener_that_fails_stops_no_printer(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = Event()

    class Telling(Fake):
        def send(self, job: Job, payload: bytes) -> JobState:
            out.set()
            return super().send(job, payload)

    def seen(service: PrintService) -> None:
        raise ZeroDivisionError

    service = listening(Spool(tmp_path, lambda: NOON), Telling("till"), seen)
    service.print(RECEIPT, "r1")
    assert out.wait(20)
    service.stop()
    assert service.job(1).state is JobState.SENT
    assert "the listener of the print service failed" in caplog.text


def test_a_screen_that_looks_while_the_printers_change_holds_nothing_up(tmp_path: Path) -> None:
    states: list[list[ConfiguredPrinterState]] = []
    service = listening(
        Spool(tmp_path, lambda: NOON),
        Fake("till"),
        lambda service: states.append(service.states()),
    )
    for number in range(5):
        service.print(RECEIPT, str(number))
        service.reconfigure(
            PrinterSetup(
                {"till": PrinterEntry("till", f"tcp://192.0.2.{number}", "generic-80")},
                {"*": Route("till")},
            )
        )
    service.stop()
    service.print_waiting()
    assert {job.state for job in service.jobs()} == {JobState.SENT}
    assert {state.name for seen in states for state in seen} == {"till"}
