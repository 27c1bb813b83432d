"""A device with printers on the network that print, die and come back: over real connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from app.device import Device
from app.usecases.documents.printers import BUILT_IN
from app.usecases.store.sign_in import Person
from printing.spool.spool import Job, JobState
from sync.domain.associate import ASSOCIATE
from sync.domain.money import Money
from tests.app.device_fixtures import Clock, make_device
from tests.printing.sinks import Sink, die_after
from tests.printing.tokens import tokenize

LEO = Person("A02", "Léo Martin", ASSOCIATE, "LM")
WAIT_SECONDS_MAX = 20.0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def device(tmp_path: Path, clock: Clock) -> Iterator[Device]:
    terminal = make_device(tmp_path, clock=clock, language="en")
    terminal.printers.start()
    yield terminal
    terminal.stop()


@pytest.fixture
def sink() -> Iterator[Callable[..., Sink]]:
    opened: list[Sink] = []

    def open_sink(*behaviours: Callable[..., bytes]) -> Sink:
        opened.append(Sink(*behaviours))
        return opened[-1]

    yield open_sink
    for printer in opened:
        with suppress(OSError):  # switched off in the test already
            printer.close()


@contextmanager
def told_of(device: Device) -> Iterator[Callable[[Callable[[], bool]], None]]:
    """Wait until something is so, looking whenever the device says that documents changed."""
    changed = threading.Condition()

    def tell(topic: str) -> None:
        if topic == "documents":
            with changed:
                changed.notify_all()

    leave = device.subscribe(tell)

    def until(is_so: Callable[[], bool]) -> None:
        with changed:
            assert changed.wait_for(is_so, WAIT_SECONDS_MAX), "it never came"

    yield until
    leave()


def receipt(device: Device) -> Job:
    device.basket.add("A0004")
    number = str(device.checkout.pay_cash(Money(5000), LEO).order.number)
    return device.documents.make_receipt(number)


def state(device: Device, job: Job) -> JobState:
    return device.documents.job(job.number).state


def test_receipts_and_labels_go_to_their_printers_in_their_languages(
    device: Device, sink: Callable[..., Sink]
) -> None:
    till, labels = sink(), sink()
    device.printers.add(
        "Till", "tcp", f"127.0.0.1:{till.port}", "epson-tm-t20", families=("receipts",)
    )
    device.printers.add(
        "Labels", "tcp", f"127.0.0.1:{labels.port}", "zebra-203", families=("parcels", "bags")
    )
    with told_of(device) as until:
        receipts = [receipt(device) for _ in range(2)]
        _, label = device.fulfilments.pack("W-SHIP", LEO)
        slip = device.documents.make_order_slip(receipts[0].key.split("/")[1])
        documents = [*receipts, label, slip]
        done = (JobState.SENT, JobState.CONFIRMED)
        until(lambda: all(state(device, job) in done for job in documents))
    first, second, parcel = till.job(), till.job(), labels.job()
    assert first.startswith(b"\x1b@")
    assert first != second
    assert [device.printers.spool.payload(job.number) for job in (*receipts, label)] == [
        first, second, parcel,
    ]  # fmt: skip
    assert parcel.startswith(b"^XA")
    assert device.documents.pdf_path(slip.number).read_bytes().startswith(b"%PDF")


def test_cash_opens_the_drawer_once_without_a_receipt(
    device: Device, sink: Callable[..., Sink]
) -> None:
    till = sink()
    device.printers.add(
        "Till", "tcp", f"127.0.0.1:{till.port}", "epson-tm-t20", families=("receipts",)
    )
    with told_of(device) as until:
        first = device.documents.open_drawer("C0007-000001-8")
        again = device.documents.open_drawer("C0007-000001-8")  # a screen that asks twice
        assert first is not None
        assert again is not None
        assert again.number == first.number
        until(lambda: state(device, first) in (JobState.SENT, JobState.CONFIRMED))
        number = receipt(device)
        until(lambda: state(device, number) in (JobState.SENT, JobState.CONFIRMED))
    pulse, documents = tokenize(till.job()), tokenize(till.job())
    assert (pulse.drawers, pulse.cuts, [x for x in pulse.lines if x.strip()]) == (1, 0, [])
    assert documents.drawers == 0


def test_without_a_drawer_nothing_is_queued(device: Device) -> None:
    assert device.documents.open_drawer("C0007-000001-8") is None
    assert device.documents.jobs() == []


def test_a_drawer_that_did_not_open_stays_shut_and_asks_nobody(
    device: Device, sink: Callable[..., Sink], clock: Clock
) -> None:
    till = sink()
    till.close()
    device.printers.add(
        "Till", "tcp", f"127.0.0.1:{till.port}", "epson-tm-t20", families=("receipts",)
    )
    job = device.documents.open_drawer("C0007-000001-8")
    assert job is not None
    clock.pass_(seconds=30)
    with told_of(device) as until:
        until(lambda: state(device, job) is JobState.FAILED)
    assert device.documents.questions() == []


def test_a_printer_that_dies_in_mid_job_raises_a_question_and_nothing_comes_out_twice(
    device: Device, sink: Callable[..., Sink], tmp_path: Path
) -> None:
    till = sink(die_after(100))
    device.printers.add(
        "Till", "tcp", f"127.0.0.1:{till.port}", "epson-tm-t20", families=("receipts",)
    )
    with told_of(device) as until:
        job = receipt(device)
        until(lambda: bool(device.documents.questions()))
        till.close()
        assert [asked.number for asked in device.documents.questions()] == [job.number]
        assert device.printers.attention() >= 1
        (page,) = device.documents.pages(job.number)  # what to look for at the printer
        assert page.startswith(b"\x89PNG")
        # There was no paper: it is wanted on screen instead.
        device.documents.send_elsewhere(job.number, BUILT_IN)
        until(lambda: state(device, job) is JobState.CONFIRMED)
    out = tmp_path / "terminal" / "spool" / "out"
    assert [path.name for path in out.iterdir()] == [f"{job.number:06d}-sales_receipt.pdf"]
    assert device.documents.questions() == []


def test_a_printer_that_is_off_is_in_trouble_within_three_seconds_and_stops_nobody(
    device: Device, sink: Callable[..., Sink]
) -> None:
    till = sink()
    port = till.port
    till.close()
    device.printers.add("Till", "tcp", f"127.0.0.1:{port}", "epson-tm-t20", families=("receipts",))
    with told_of(device) as until:
        job = receipt(device)
        slip = device.documents.make_order_slip(job.key.split("/")[1])
        until(lambda: state(device, slip) is JobState.CONFIRMED)
        until(lambda: device.printers.attention() == 1)
        printer = device.printers.overview().printers[0]
        assert printer.error is not None
        assert (printer.name, printer.error.code, printer.waiting) == ("Till", "printing.off", 1)
        assert state(device, job) is JobState.QUEUED
        device.documents.cancel(job.number)
    assert state(device, job) is JobState.FAILED


def test_stopping_does_not_wait_for_a_printer_that_hangs(
    tmp_path: Path, sink: Callable[..., Sink]
) -> None:
    held, let_go, ended = threading.Event(), threading.Event(), threading.Event()

    def hang(connection: object) -> bytes:
        held.set()
        let_go.wait(WAIT_SECONDS_MAX)
        ended.set()
        return b""

    device = make_device(tmp_path, language="en")
    device.printers.start()
    labels = sink(hang)
    # It is asked how it is before the job, and never answers.
    device.printers.add("Till", "tcp", f"127.0.0.1:{labels.port}", "epson-tm-t20", asks=True)
    device.printers.choose("receipts", "Till")
    job = receipt(device)
    assert held.wait(WAIT_SECONDS_MAX)
    device.stop()
    assert not ended.is_set()
    let_go.set()
    again = make_device(tmp_path, language="en")
    assert again.documents.job(job.number).state in (JobState.QUEUED, JobState.SENDING)
    again.stop()
