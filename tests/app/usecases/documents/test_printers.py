"""The printers of a device: set up by a person, kept on disk, in force at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

from app.device import Device
from app.usecases.documents.printer_address import address_of, suggest_profile, typed_of
from app.usecases.documents.printers import BUILT_IN, FAMILIES, TAKEOVER_SECONDS, Choice
from app.usecases.store.sign_in import Person
from printing.printers.discovery import FoundPrinter
from printing.spool.spool import JobState
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused
from sync.domain.money import Money
from tests.app.device_fixtures import Clock, make_device


def sell(device: Device, leo: Person) -> str:
    device.basket.add("A0004")
    return str(device.checkout.pay_cash(Money(5000), leo).order.number)


def names(device: Device) -> list[str]:
    return [printer.name for printer in device.printers.overview().printers]


def choices(device: Device) -> dict[str, tuple[str, str]]:
    return {c.family: (c.first, c.second) for c in device.printers.overview().choices}


def folder_printer(device: Device, folder: Path, name: str = "Till", *families: str) -> None:
    device.printers.add(name, "folder", str(folder), "generic-80", families=families)


def test_without_any_printer_everything_is_a_pdf_on_screen(device: Device) -> None:
    overview = device.printers.overview()
    (printer,) = overview.printers
    assert (printer.name, printer.kind, printer.built_in, printer.error) == (
        BUILT_IN, "folder", True, None,
    )  # fmt: skip
    assert set(overview.choices) == {Choice(family, BUILT_IN, "") for family in FAMILIES}
    assert device.printers.attention() == 0


def test_a_printer_is_added_with_its_documents_and_prints_without_a_restart(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    folder_printer(device, tmp_path / "till", "Till", "receipts")
    assert names(device) == ["Till", BUILT_IN]
    assert choices(device)["receipts"] == ("Till", "")
    assert choices(device)["slips"] == (BUILT_IN, "")
    job = device.documents.make_receipt(sell(device, leo))
    assert (job.printer, job.payload_format, job.state) == ("Till", "escpos", JobState.CONFIRMED)
    (documents,) = (tmp_path / "till").iterdir()
    assert documents.read_bytes().startswith(b"\x1b@")
    (page,) = device.documents.pages(job.number)
    assert page.startswith(b"\x89PNG")


def test_the_setup_survives_a_restart_and_a_move_of_the_folder(tmp_path: Path) -> None:
    device = make_device(tmp_path / "a")
    device.printers.add("Étiquettes “1”", "tcp", "192.0.2.7", "zebra-203", families=("parcels",))
    device.printers.choose("receipts", "Étiquettes “1”", BUILT_IN)
    device.stop()
    (tmp_path / "a").rename(tmp_path / "b")
    again = make_device(tmp_path / "b")
    assert names(again) == ["Étiquettes “1”", BUILT_IN]
    assert choices(again)["receipts"] == ("Étiquettes “1”", BUILT_IN)
    assert choices(again)["parcels"] == ("Étiquettes “1”", "")
    built_in = again.printers.overview().printers[-1]
    assert Path(built_in.address) == tmp_path / "b" / "terminal" / "spool" / "out"
    again.stop()


def test_a_setup_that_cannot_be_read_leaves_the_folder_and_says_why(tmp_path: Path) -> None:
    device = make_device(tmp_path)
    device._store.set_meta("printers", "[printers.till]\naddress = 3\n")
    device.stop()
    again = make_device(tmp_path)
    overview = again.printers.overview()
    assert [printer.name for printer in overview.printers] == [BUILT_IN]
    assert overview.problem is not None
    assert overview.problem.code == "printing.setup"
    again.printers.add("Till", "tcp", "192.0.2.7", "generic-80")
    assert again.printers.overview().problem is None
    again.stop()


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\x07b", "till", " TILL "])
def test_a_name_that_cannot_be_one_is_said(device: Device, tmp_path: Path, name: str) -> None:
    folder_printer(device, tmp_path / "till")
    with pytest.raises((InvalidInput, Conflict)) as caught:
        device.printers.add(name, "tcp", "192.0.2.7", "generic-80")
    assert caught.value.code in ("printers.name", "printers.name_taken")
    assert names(device) == ["Till", BUILT_IN]


@pytest.mark.parametrize(
    ("kind", "typed", "address"),
    [
        ("tcp", "192.0.2.7", "tcp://192.0.2.7"),
        ("tcp", " printer.local:9101 ", "tcp://printer.local:9101"),
        ("tcp", "tcp://192.0.2.7:9100", "tcp://192.0.2.7:9100"),
        ("tcp", "[2001:db8::7]:9100", "tcp://[2001:db8::7]:9100"),
        ("ipp", "192.0.2.7", "ipp://192.0.2.7/ipp/print"),
        ("ipp", "cups.local/printers/a4", "ipp://cups.local/printers/a4"),
        ("ipp", "ipps://192.0.2.7:631/ipp/print", "ipps://192.0.2.7:631/ipp/print"),
        ("usb", "/dev/usb/lp0", "file:///dev/usb/lp0"),
        ("folder", "/srv/documentss", "/srv/documentss"),
    ],
)
def test_what_is_typed_becomes_an_address(kind: str, typed: str, address: str) -> None:
    assert address_of(kind, typed) == address
    assert address_of(kind, typed_of(kind, address)) in (address, address.removesuffix(":9100"))


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("tcp", ""),
        ("tcp", "my printer"),
        ("tcp", "192.0.2.7:0"),
        ("tcp", "192.0.2.7:99999"),
        ("tcp", "192.0.2.7:١٢"),
        ("tcp", "ipp://192.0.2.7"),
        ("tcp", "host/path"),
        ("ipp", "http://192.0.2.7"),
        ("ipp", "/printers/a4"),
        ("usb", "lp0"),
        ("folder", "papers"),
        ("folder", ""),
    ],
)
def test_what_is_no_address_is_said(device: Device, kind: str, typed: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        device.printers.add("Till", kind, typed, "generic-80")
    assert caught.value.code in ("printers.host", "printers.path")
    assert names(device) == [BUILT_IN]


def test_an_unknown_model_is_said(device: Device) -> None:
    with pytest.raises(InvalidInput):
        device.printers.add("Till", "tcp", "192.0.2.7", "dot-matrix")


def test_what_waits_goes_along_when_a_printer_is_renamed_and_comes_out_once(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    blocked = tmp_path / "till"
    blocked.write_bytes(b"a file where the folder should be")
    folder_printer(device, blocked, "Till", "receipts", "slips")
    device.printers.choose("slips", BUILT_IN, "Till")
    job = device.documents.make_receipt(sell(device, leo))
    assert (job.printer, job.state) == ("Till", JobState.QUEUED)
    assert device.printers.attention() == 1
    elsewhere = str(tmp_path / "elsewhere")
    device.printers.change("Till", "Front till", "folder", elsewhere, "generic-58", asks=False)
    assert choices(device)["receipts"] == ("Front till", "")
    assert choices(device)["slips"] == (BUILT_IN, "Front till")
    device.printers.service.print_waiting()
    moved = device.documents.job(job.number)
    assert (moved.printer, moved.state) == ("Front till", JobState.CONFIRMED)
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1
    assert device.printers.attention() == 0


def test_a_printer_with_an_open_question_keeps_its_name(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    folder_printer(device, tmp_path / "till", "Till", "receipts")
    job = device.documents.make_receipt(sell(device, leo))
    device.printers.spool.record(job, JobState.UNKNOWN, "printing.perhaps_printed")
    with pytest.raises(Refused) as caught:
        device.printers.change("Till", "Other", "tcp", "192.0.2.7", "generic-80", asks=False)
    assert caught.value.code == "printers.question_open"
    device.printers.change("Till", "Till", "tcp", "192.0.2.8", "generic-80", asks=True)
    assert device.printers.overview().printers[0].asks


def test_a_printer_that_is_removed_leaves_its_documents_to_others(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    blocked = tmp_path / "till"
    blocked.write_bytes(b"in the way")
    folder_printer(device, blocked, "Till", "receipts")
    folder_printer(device, tmp_path / "office", "Office", "lists")
    device.printers.choose("receipts", "Till", "Office")
    device.printers.choose("lists", "Office", "Till")
    job = device.documents.make_receipt(sell(device, leo))
    device.printers.remove("Till")
    assert choices(device)["receipts"] == ("Office", "")
    assert choices(device)["lists"] == ("Office", "")
    gone = next(p for p in device.printers.overview().printers if p.name == "Till")
    assert (gone.gone, gone.waiting) == (True, 1)
    assert gone.error is not None
    sent = device.documents.send_elsewhere(job.number, BUILT_IN)
    assert (sent.state, sent.payload_format) == (JobState.CONFIRMED, "pdf")
    assert device.documents.pdf_path(job.number).read_bytes().startswith(b"%PDF")
    assert names(device) == ["Office", BUILT_IN]


def test_the_folder_stays_as_it_is(device: Device) -> None:
    attempts: list[Callable[[], None]] = [
        lambda: device.printers.remove(BUILT_IN),
        lambda: device.printers.change(BUILT_IN, "x", "tcp", "192.0.2.1", "office", asks=False),
    ]
    for attempt in attempts:
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "printers.built_in"


def test_a_second_printer_takes_over_after_a_minute_and_never_the_first_itself(
    device: Device, tmp_path: Path
) -> None:
    folder_printer(device, tmp_path / "till")
    device.printers.choose("receipts", "Till", "Till")
    assert choices(device)["receipts"] == ("Till", "")
    device.printers.choose("receipts", "Till", BUILT_IN)
    route = device.printers.service.setup.route("gift_receipt")
    assert route is not None
    assert (route.second, route.takeover_seconds) == (BUILT_IN, TAKEOVER_SECONDS)
    with pytest.raises(NotFound):
        device.printers.choose("receipts", "Nobody")


def test_a_test_page_goes_to_the_printer_that_was_asked(device: Device, tmp_path: Path) -> None:
    device.printers.add("Labels", "folder", str(tmp_path / "labels"), "zebra-203")
    job = device.printers.try_out("Labels")
    assert (job.document_type, job.printer, job.state) == (
        "test_page", "Labels", JobState.CONFIRMED,
    )  # fmt: skip
    (documents,) = (tmp_path / "labels").iterdir()
    assert documents.read_bytes().startswith(b"^XA")
    assert device.printers.try_out("Labels").number != job.number
    with pytest.raises(NotFound):
        device.printers.try_out("Nobody")


def test_printers_on_the_network_are_found_but_those_set_up(device: Device) -> None:
    zebra = FoundPrinter("Zebra ZD420", "tcp://192.0.2.8:9100", "ZD420")
    till = FoundPrinter("Till", "tcp://192.0.2.7:9100", "TM-T20")
    asked: list[float] = []

    def find(seconds: float, wait: object) -> list[FoundPrinter]:
        asked.append(seconds)
        return [zebra, till]

    device.printers._find = find
    device.printers.add("Till", "tcp", "tcp://192.0.2.7:9100", "epson-tm-t20")
    assert device.printers.look(Event()) == [zebra]
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("name", "address", "model", "profile"),
    [
        ("ZD420-300dpi", "tcp://192.0.2.8:9100", "", "zebra-300"),
        ("labels", "tcp://192.0.2.8:9100", "Zebra ZD220", "zebra-203"),
        ("TM-T88VI", "tcp://192.0.2.8:9100", "", "epson-tm-t88"),
        ("till", "tcp://192.0.2.8:9100", "EPSON TM-T20III", "epson-tm-t20"),
        ("till", "tcp://192.0.2.8:9100", "Star", "generic-80"),
        ("Bureau", "ipp://192.0.2.9:631/ipp/print", "HP LaserJet", "office"),
    ],
)
def test_the_model_is_guessed_from_what_the_printer_says(
    name: str, address: str, model: str, profile: str
) -> None:
    assert suggest_profile(FoundPrinter(name, address, model)) == profile


def test_a_document_too_old_to_be_of_use_is_printed_only_on_a_persons_word(
    device: Device, leo: Person, clock: Clock, tmp_path: Path
) -> None:
    blocked = tmp_path / "till"
    blocked.write_bytes(b"in the way")
    folder_printer(device, blocked, "Till", "receipts")
    job = device.documents.make_receipt(sell(device, leo))
    clock.pass_(hours=1)
    blocked.unlink()
    device.printers.service.print_waiting()
    expired = device.documents.job(job.number)
    assert (expired.state, expired.reason) == (JobState.FAILED, "printing.expired")
    assert device.documents.retry(job.number).state is JobState.CONFIRMED


def test_a_document_that_waits_can_be_taken_out(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    blocked = tmp_path / "till"
    blocked.write_bytes(b"in the way")
    folder_printer(device, blocked, "Till", "receipts")
    job = device.documents.make_receipt(sell(device, leo))
    cancelled = device.documents.cancel(job.number)
    assert (cancelled.state, cancelled.reason) == (JobState.FAILED, "printing.cancelled")
    with pytest.raises(ComptoirError):
        device.documents.cancel(job.number)


def test_only_a_person_says_whether_an_interrupted_document_came_out(
    device: Device, leo: Person, tmp_path: Path
) -> None:
    folder_printer(device, tmp_path / "till", "Till", "receipts")
    jobs = [device.documents.make_receipt(sell(device, leo)) for _ in range(2)]
    for job in jobs:
        device.printers.spool.record(job, JobState.UNKNOWN, "printing.perhaps_printed")
    device.printers.service.print_waiting()
    assert [job.number for job in device.documents.questions()] == [job.number for job in jobs]
    assert device.printers.attention() == 2
    before = len(list((tmp_path / "till").iterdir()))
    for documents in (tmp_path / "till").iterdir():
        documents.unlink()
    assert device.documents.came_out(jobs[0].number).state is JobState.CONFIRMED
    assert device.documents.did_not_come_out(jobs[1].number).state is JobState.CONFIRMED
    assert before == 2
    assert len(list((tmp_path / "till").iterdir())) == 1  # only the one that was missing
    assert device.documents.questions() == []
