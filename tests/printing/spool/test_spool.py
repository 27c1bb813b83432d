"""The spool keeps what it was given, prints it once, and asks a person when it cannot know."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest

from printing import (
    FolderPrinter,
    Job,
    JobState,
    NotPrinted,
    PerhapsPrinted,
    Printer,
    Spool,
    Worker,
)
from sync.domain.errors import ComptoirError, Conflict, NotFound, Unavailable

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class ScriptedPrinter(Printer):
    """A printer that does what the test says, and keeps what came out."""

    name = "counter"

    def __init__(self, *script: JobState | ComptoirError) -> None:
        self.script = list(script)
        self.printed: list[bytes] = []
        self.knows: JobState | None = None

    def send(self, job: Job, payload: bytes) -> JobState:
        step = self.script.pop(0) if self.script else JobState.SENT
        if isinstance(step, ComptoirError):
            raise step
        self.printed.append(payload)
        return step

    def outcome(self, job: Job) -> JobState | None:
        return self.knows


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spool(tmp_path: Path, clock: Clock) -> Spool:
    return Spool(tmp_path / "spool", clock)


def submit(
    spool: Spool, key: str = "k1", type_: str = "sales_receipt", body: bytes = b"%PDF"
) -> Job:
    return spool.submit(type_, "Ticket", body, key=key, printer="counter")


def test_a_submitted_job_is_there_after_the_process_ends(tmp_path: Path, clock: Clock) -> None:
    first = Spool(tmp_path, clock)
    job = submit(first)
    first.close()
    again = Spool(tmp_path, clock)
    assert again.jobs() == [job]
    assert again.payload(job.number) == b"%PDF"
    assert job.state is JobState.QUEUED


def test_one_key_is_one_job(spool: Spool) -> None:
    first = submit(spool)
    assert submit(spool, body=b"another") == first
    assert spool.payload(first.number) == b"%PDF"
    assert len(spool.jobs()) == 1


def test_jobs_are_printed_once_in_the_order_they_came(spool: Spool) -> None:
    printer = ScriptedPrinter(JobState.SENT, JobState.CONFIRMED)
    worker = Worker(spool, printer)
    submit(spool, "a", body=b"1")
    submit(spool, "b", body=b"2")
    states = [job.state for job in (worker.run_once(), worker.run_once()) if job]
    assert states == [JobState.SENT, JobState.CONFIRMED]
    assert worker.run_once() is None
    assert printer.printed == [b"1", b"2"]


def test_a_job_is_sending_on_disk_before_the_printer_sees_it(tmp_path: Path, clock: Clock) -> None:
    spool = Spool(tmp_path, clock)
    job = submit(spool)
    seen = []

    class Looking(ScriptedPrinter):
        def send(self, job: Job, payload: bytes) -> JobState:
            seen.append(Spool(tmp_path, clock).job(job.number).state)
            return super().send(job, payload)

    Worker(spool, Looking()).run_once()
    assert seen == [JobState.SENDING]
    assert spool.job(job.number).state is JobState.SENT


def test_a_printer_that_took_nothing_gets_the_job_again(spool: Spool) -> None:
    printer = ScriptedPrinter(NotPrinted("The printer is off."), JobState.SENT)
    worker = Worker(spool, printer)
    submit(spool)
    waiting = worker.run_once()
    assert waiting is not None
    assert (waiting.state, waiting.reason) == (JobState.QUEUED, "printing.not_printed")
    assert worker.last_error is not None
    sent = worker.run_once()
    assert sent is not None
    assert (sent.state, sent.attempts) == (JobState.SENT, 2)
    assert worker.last_error is None


def test_an_unknown_job_is_never_printed_again_by_itself(spool: Spool) -> None:
    printer = ScriptedPrinter(PerhapsPrinted("The connection broke."))
    worker = Worker(spool, printer)
    job = submit(spool)
    worker.run_once()
    assert spool.job(job.number).state is JobState.UNKNOWN
    assert worker.run_once() is None
    assert printer.printed == []


def test_a_person_says_that_it_came_out(spool: Spool) -> None:
    worker = Worker(spool, ScriptedPrinter(PerhapsPrinted("The connection broke.")))
    job = submit(spool)
    worker.run_once()
    assert spool.answer(job.number, printed=True).state is JobState.CONFIRMED
    assert worker.run_once() is None


def test_a_person_says_that_it_did_not_and_it_prints(spool: Spool) -> None:
    printer = ScriptedPrinter(PerhapsPrinted("The connection broke."))
    worker = Worker(spool, printer)
    job = submit(spool)
    worker.run_once()
    spool.answer(job.number, printed=False)
    worker.run_once()
    assert printer.printed == [b"%PDF"]


def test_only_an_unknown_job_can_be_answered(spool: Spool) -> None:
    job = submit(spool)
    with pytest.raises(Conflict, match=f"Print job {job.number} is “queued” by now"):
        spool.answer(job.number, printed=True)


def test_a_stale_receipt_is_not_printed_when_the_printer_comes_back(
    spool: Spool, clock: Clock
) -> None:
    receipt, label = submit(spool, "a"), submit(spool, "b", "parcel_label")
    clock.now += timedelta(minutes=10)
    printer = ScriptedPrinter()
    worker = Worker(spool, printer)
    printed = worker.run_once()
    assert printed is not None
    assert printed.number == label.number
    stale = spool.job(receipt.number)
    assert (stale.state, stale.reason) == (JobState.FAILED, "printing.expired")
    spool.retry(receipt.number)
    renewed = worker.run_once()
    assert renewed is not None
    assert renewed.number == receipt.number


def test_another_printer_takes_over_on_a_persons_word(spool: Spool) -> None:
    job = submit(spool)
    moved = spool.redirect(job.number, "back office")
    assert (moved.printer, moved.state) == ("back office", JobState.QUEUED)
    assert Worker(spool, ScriptedPrinter()).run_once() is None


def test_a_printed_job_cannot_be_redirected(spool: Spool) -> None:
    job = submit(spool)
    Worker(spool, ScriptedPrinter()).run_once()
    with pytest.raises(Conflict):
        spool.redirect(job.number, "back office")


def test_a_job_cut_off_in_mid_send_is_unknown_at_the_next_start(
    tmp_path: Path, clock: Clock
) -> None:
    before = Spool(tmp_path, clock)
    job = submit(before)
    before.take("counter")
    before.close()
    spool = Spool(tmp_path, clock)
    Worker(spool, ScriptedPrinter()).settle()
    assert spool.job(job.number).state is JobState.UNKNOWN


@pytest.mark.parametrize("written", [True, False])
def test_a_folder_can_tell_what_became_of_a_job_that_was_cut_off(
    tmp_path: Path, clock: Clock, written: bool
) -> None:
    spool = Spool(tmp_path / "spool", clock)
    folder = FolderPrinter("counter", tmp_path / "paper")
    submit(spool)
    taken = spool.take("counter")
    assert taken is not None
    if written:
        folder.send(taken, b"%PDF")
    worker = Worker(spool, folder)
    worker.settle()
    worker.run_once()
    assert spool.job(taken.number).state is JobState.CONFIRMED
    assert [path.name for path in (tmp_path / "paper").iterdir()] == ["000001-sales_receipt.pdf"]
    assert folder.path(taken).read_bytes() == b"%PDF"


def test_a_folder_that_cannot_be_written_to_keeps_the_job_waiting(
    tmp_path: Path, clock: Clock
) -> None:
    spool = Spool(tmp_path / "spool", clock)
    folder = FolderPrinter("counter", tmp_path / "paper")
    job = submit(spool)
    (tmp_path / "paper").write_text("a file stands where the folder was")
    Worker(spool, folder).run_once()
    assert spool.job(job.number).state is JobState.QUEUED


def test_names_and_addresses_are_deleted_once_they_are_of_no_use(
    spool: Spool, clock: Clock
) -> None:
    done, waiting = submit(spool, "a"), submit(spool, "b", "parcel_label")
    Worker(spool, ScriptedPrinter()).run_once()
    clock.now += timedelta(days=2, seconds=1)
    assert spool.purge() == 1
    with pytest.raises(NotFound, match="no longer kept"):
        spool.payload(done.number)
    assert spool.payload(waiting.number) == b"%PDF"


def test_a_job_that_is_not_there_is_said_to_be_so(spool: Spool) -> None:
    with pytest.raises(NotFound, match="There is no print job 9"):
        spool.job(9)


def test_the_worker_prints_what_comes_and_stops(spool: Spool) -> None:
    out = Event()

    class Telling(ScriptedPrinter):
        def send(self, job: Job, payload: bytes) -> JobState:
            state = super().send(job, payload)
            out.set()
            return state

    printer = Telling(JobState.CONFIRMED)
    worker = Worker(spool, printer, poll_seconds=60)
    worker.start()
    submit(spool)
    worker.wake()
    assert out.wait(10)
    worker.stop()
    assert printer.printed == [b"%PDF"]
    assert spool.jobs()[0].state is JobState.CONFIRMED


def test_a_spool_that_cannot_be_opened_says_so(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "spool").write_text("a file stands where the folder should be")
    with pytest.raises(Unavailable, match="Nothing was printed"):
        Spool(tmp_path / "spool", clock)


def test_a_spool_that_is_no_database_says_so(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "spool.db").write_bytes(b"not a database" * 500)
    with pytest.raises(Unavailable) as caught:
        Spool(tmp_path, clock)
    assert caught.value.code == "printing.spool"


def test_a_job_that_the_disk_refuses_was_not_accepted(spool: Spool) -> None:
    submit(spool, "a")
    spool._database.execute("PRAGMA max_page_count = 1")
    with pytest.raises(Unavailable, match="free some space"):
        submit(spool, "b", body=bytes(1_000_000))
    assert [job.key for job in spool.jobs()] == ["a"]


def test_a_person_can_take_a_waiting_job_out(spool: Spool) -> None:
    job = submit(spool)
    assert spool.cancel(job.number).reason == "printing.cancelled"
    assert Worker(spool, ScriptedPrinter()).run_once() is None
    with pytest.raises(Conflict):
        spool.cancel(job.number)


def test_a_worker_outlives_a_spool_that_fails_for_a_while(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed, out = Event(), Event()
    take = spool.take

    def take_after_a_failure(printer: str) -> Job | None:
        if not failed.is_set():
            failed.set()
            raise Unavailable("The disk is full.")
        return take(printer)

    class Telling(ScriptedPrinter):
        def send(self, job: Job, payload: bytes) -> JobState:
            out.set()
            return JobState.SENT

    monkeypatch.setattr(spool, "take", take_after_a_failure)
    submit(spool)
    worker = Worker(spool, Telling(), poll_seconds=0.01)
    worker.start()
    assert out.wait(10)
    worker.stop()
    assert failed.is_set()
    assert spool.jobs()[0].state is JobState.SENT


VERSION_1 = """
PRAGMA user_version = 1;
CREATE TABLE job (number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,
  document_type TEXT NOT NULL, title TEXT NOT NULL, printer TEXT NOT NULL,
  payload_format TEXT NOT NULL, payload BLOB, state TEXT NOT NULL, created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL, expires_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  reason TEXT NOT NULL DEFAULT '') STRICT;
CREATE INDEX job_waiting ON job (printer, state, number);
INSERT INTO job VALUES (7, 'k7', 'parcel_label', 'Colis', 'counter', 'pdf', X'25504446', 'queued',
  '2026-11-24T12:00:00.000000+00:00', '2026-11-24T12:00:00.000000+00:00',
  '2026-11-25T12:00:00.000000+00:00', 0, '');
"""


def test_a_file_of_the_version_before_opens_and_its_jobs_print(
    tmp_path: Path, clock: Clock
) -> None:
    before = sqlite3.connect(tmp_path / "spool.db")
    before.executescript(VERSION_1)
    before.close()
    spool = Spool(tmp_path, clock)
    assert (spool.job(7).has_document, spool.document(7)) == (False, None)
    printer = ScriptedPrinter()
    Worker(spool, printer).run_once()
    assert printer.printed == [b"%PDF"]
    new = spool.submit("parcel_label", "t", b"2", key="k8", printer="counter", document="{}")
    assert (new.number, new.has_document, spool.document(8)) == (8, True, "{}")
    spool.close()
    assert [job.number for job in Spool(tmp_path, clock).jobs()] == [8, 7]


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    later = sqlite3.connect(tmp_path / "spool.db")
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(Unavailable, match="written by a later version"):
        Spool(tmp_path, clock)


def test_what_a_worker_that_was_left_behind_says_of_an_older_attempt_is_not_taken(
    spool: Spool,
) -> None:
    job = submit(spool)
    first = spool.take("counter")
    assert first is not None
    spool.record(first, JobState.UNKNOWN)
    spool.answer(job.number, printed=False)
    spool.take("counter")
    with pytest.raises(Conflict):
        spool.record(first, JobState.SENT)
    assert spool.job(job.number).state is JobState.SENDING
