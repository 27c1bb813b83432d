"""Real printers: they get the bytes of the file, and what goes wrong is told as it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from printing import (
    FolderPrinter,
    Job,
    JobState,
    NotPrinted,
    PerhapsPrinted,
    Printer,
    PrinterEntry,
    PrinterSetup,
    PrintService,
    Route,
    Spool,
    Worker,
)
from printing.model.printer_profile import bundled_profiles
from printing.printers.device_file import DevicePrinter
from printing.printers.factory import ConfiguredPrinter
from printing.printers.status import (
    ESCPOS_ASK_OFFLINE,
    ESCPOS_ASK_PAPER,
    ESCPOS_ASK_WHEN_DONE,
    ZPL_ASK,
)
from printing.printers.tcp import TcpPrinter
from printing.render.escpos import render_escpos
from printing.samples.samples import samples
from sync.i18n import I18n
from tests.printing.sinks import Sink, answer, die_after, keep_everything

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
JOB = Job(7, "k", "sales_receipt", "Ticket", "tcp", "escpos", JobState.SENDING, NOW, NOW, NOW)
BODY = render_escpos(samples(I18n("fr"))["sales_receipt"])


@pytest.fixture
def sinks() -> Iterator[list[Sink]]:
    opened: list[Sink] = []
    yield opened
    for sink in opened:
        sink.close()


def tcp(sink: Sink, asks: str = "", answer_seconds: float = 0.2) -> TcpPrinter:
    return TcpPrinter(
        "tcp", "127.0.0.1", sink.port, asks=asks, send_seconds=5, answer_seconds=answer_seconds
    )


def test_a_tcp_printer_gets_the_bytes_of_the_file(sinks: list[Sink]) -> None:
    sinks.append(Sink())
    assert tcp(sinks[0]).send(JOB, BODY) is JobState.SENT
    assert sinks[0].job() == BODY


def test_a_printer_that_is_off_printed_nothing(sinks: list[Sink]) -> None:
    sink = Sink()
    sink.close()
    with pytest.raises(NotPrinted, match="does not answer") as caught:
        tcp(sink).send(JOB, BODY)
    assert caught.value.code == "printing.off"


def test_a_printer_that_dies_in_mid_job_perhaps_printed(sinks: list[Sink]) -> None:
    sinks.append(Sink(die_after(1000)))
    with pytest.raises(PerhapsPrinted, match="whether it came out"):
        tcp(sinks[0], answer_seconds=5).send(JOB, BODY * 4000)


def test_a_printer_that_says_when_it_is_done_is_believed(sinks: list[Sink]) -> None:
    ready = ((ESCPOS_ASK_OFFLINE, b"\x12"), (ESCPOS_ASK_PAPER, b"\x12"))
    sinks.append(Sink(answer(*ready, (ESCPOS_ASK_WHEN_DONE, b"\x00"))))
    assert tcp(sinks[0], "escpos", 5).send(JOB, BODY) is JobState.CONFIRMED
    assert sinks[0].job() == BODY


@pytest.mark.parametrize(
    ("offline", "paper", "code"),
    [
        (b"\x32", b"\x12", "printing.paper_out"),
        (b"\x12", b"\x72", "printing.paper_out"),
        (b"\x16", b"\x12", "printing.cover_open"),
        (b"\x52", b"\x12", "printing.stopped"),
    ],
)
def test_an_escpos_printer_that_cannot_says_why_and_gets_no_byte_of_the_job(
    sinks: list[Sink], offline: bytes, paper: bytes, code: str
) -> None:
    sinks.append(Sink(answer((ESCPOS_ASK_OFFLINE, offline), (ESCPOS_ASK_PAPER, paper))))
    with pytest.raises(NotPrinted) as caught:
        tcp(sinks[0], "escpos", 5).send(JOB, BODY)
    assert caught.value.code == code
    assert sinks[0].job() == b""


HEALTHY = (
    b"\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02000,0,0,0,0,2,4,0,00000000,1,000\x03\r\n"
)
HEALTHY += b"\x021234,0\x03\r\n"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (HEALTHY.replace(b"030,0,0", b"030,1,0"), "printing.paper_out"),
        (HEALTHY.replace(b"030,0,0", b"030,0,1"), "printing.stopped"),
        (HEALTHY.replace(b"000,0,0,0,0,2", b"000,0,1,0,0,2"), "printing.cover_open"),
    ],
)
def test_a_label_printer_that_cannot_says_why(sinks: list[Sink], reply: bytes, code: str) -> None:
    sinks.append(Sink(answer((ZPL_ASK, reply))))
    with pytest.raises(NotPrinted) as caught:
        tcp(sinks[0], "zpl", 5).send(JOB, BODY)
    assert caught.value.code == code


def test_a_label_printer_that_is_well_prints(sinks: list[Sink]) -> None:
    sinks.append(Sink(answer((ZPL_ASK, HEALTHY))))
    assert tcp(sinks[0], "zpl", 5).send(JOB, b"^XA^XZ") is JobState.SENT
    assert sinks[0].job() == b"^XA^XZ"


def test_a_printer_that_does_not_answer_questions_still_prints(sinks: list[Sink]) -> None:
    sinks.append(Sink(keep_everything))
    assert tcp(sinks[0], "escpos").send(JOB, BODY) is JobState.SENT


def test_a_device_file_gets_the_bytes(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.touch()
    assert DevicePrinter("usb", device).send(JOB, BODY) is JobState.SENT
    assert device.read_bytes() == BODY


def test_a_device_that_is_not_there_printed_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotPrinted):
        DevicePrinter("usb", tmp_path / "missing" / "lp0").send(JOB, BODY)


class Recording(Printer):
    """A folder printer that tells when a job is out."""

    def __init__(self, inner: FolderPrinter) -> None:
        self.name = inner.name
        self._inner = inner
        self.out = threading.Semaphore(0)

    def send(self, job: Job, payload: bytes) -> JobState:
        state = self._inner.send(job, payload)
        self.out.release()
        return state

    def outcome(self, job: Job) -> JobState | None:
        return self._inner.outcome(job)


class Hanging(Printer):
    """A printer that answers when the test lets it."""

    name = "hanging"

    def __init__(self) -> None:
        self.go = threading.Event()
        self.asked = threading.Event()

    def send(self, job: Job, payload: bytes) -> JobState:
        self.asked.set()
        assert self.go.wait(30)
        return JobState.SENT


def test_a_printer_that_hangs_delays_no_other(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", lambda: NOW)
    hanging = Hanging()
    folder = Recording(FolderPrinter("folder", tmp_path / "paper"))
    profiles = bundled_profiles()
    printers = {
        "hanging": ConfiguredPrinter(hanging, profiles["generic-80"]),
        "folder": ConfiguredPrinter(folder, profiles["office"]),
    }
    service = PrintService(
        spool,
        PrinterSetup(
            {name: PrinterEntry(name, "tcp://192.0.2.7", "office") for name in printers},
            {"sales_receipt": Route("hanging", "folder"), "*": Route("folder")},
        ),
        open_configured=lambda entry: printers[entry.name],
    )
    service.start()
    documents = samples(I18n("fr"))
    stuck = service.print(documents["sales_receipt"], "r1")
    assert hanging.asked.wait(20)
    service.print(documents["order_slip"], "o1")
    assert folder.out.acquire(timeout=20)
    assert spool.job(stuck.number).state is JobState.SENDING
    assert {state.name: state.waiting for state in service.states()}["hanging"] == 1
    other = service.print(documents["sales_receipt"], "r2", second=True)
    assert folder.out.acquire(timeout=20)
    assert other.printer == "folder"
    hanging.go.set()
    service.stop()
    assert spool.job(stuck.number).state is JobState.SENT


def test_a_defect_of_a_driver_does_not_stop_the_queue(tmp_path: Path) -> None:
    class Broken(Hanging):
        def send(self, job: Job, payload: bytes) -> JobState:
            raise ZeroDivisionError

    spool = Spool(tmp_path / "spool", lambda: NOW)
    spool.submit("sales_receipt", "t", b"1", key="1", printer="hanging")
    worker = Worker(spool, Broken())
    job = worker.run_once()
    assert job is not None
    assert (job.state, job.reason) == (JobState.UNKNOWN, "printing.defect")


def test_a_job_waits_for_a_printer_that_is_off_and_prints_when_it_is_back(tmp_path: Path) -> None:
    sink = Sink()
    sink.close()
    spool = Spool(tmp_path / "spool", lambda: NOW)
    spool.submit("parcel_label", "t", BODY, key="1", printer="tcp")
    off = Worker(spool, tcp(sink))
    waiting = off.run_once()
    assert waiting is not None
    assert (waiting.state, waiting.reason) == (JobState.QUEUED, "printing.off")
    assert off.last_error is not None
    back = Sink()
    printed = Worker(spool, tcp(back)).run_once()
    assert printed is not None
    assert printed.state is JobState.SENT
    assert back.job() == BODY
    back.close()


def test_what_a_dying_printer_took_is_asked_of_a_person(tmp_path: Path, sinks: list[Sink]) -> None:
    sinks.append(Sink(die_after(1000), keep_everything))
    spool = Spool(tmp_path / "spool", lambda: NOW)
    job = spool.submit("sales_receipt", "t", BODY * 4000, key="1", printer="tcp")
    worker = Worker(spool, tcp(sinks[0], answer_seconds=5))
    worker.run_once()
    assert spool.job(job.number).state is JobState.UNKNOWN
    assert worker.run_once() is None
    spool.answer(job.number, printed=False)
    worker.run_once()
    assert spool.job(job.number).state is JobState.SENT
    sinks[0].job()
    assert sinks[0].job() == BODY * 4000
