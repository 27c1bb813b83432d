"""Printers behind one small port, and the worker that feeds one of them."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from comptoir.printing.errors import NotPrinted, PerhapsPrinted
from comptoir.printing.spool import Job, JobState, Spool
from comptoir.sync.domain.errors import ComptoirError

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0


class Printer(Protocol):
    """Where jobs go. `name` is that of its queue in the spool."""

    @property
    def name(self) -> str:
        """The name of the queue."""
        ...

    def send(self, job: Job, payload: bytes) -> JobState:
        """Print. Gives SENT, or CONFIRMED when the printer says that it came out.

        Raises NotPrinted when nothing came out, PerhapsPrinted when that cannot be known.
        """
        ...

    def outcome(self, job: Job) -> JobState | None:
        """What became of a job that was cut off: CONFIRMED, QUEUED (nothing came out), or None
        when this printer cannot tell."""
        ...


class FolderPrinter:
    """Writes each job as `000012-sales_receipt.pdf` into a folder; never half a file."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, job: Job) -> Path:
        """Where the paper of `job` is, or will be."""
        return self._folder / f"{job.number:06d}-{job.document_type}.{job.payload_format}"

    def send(self, job: Job, payload: bytes) -> JobState:
        """Write beside, flush to disk, then rename: whoever looks sees all of it or nothing."""
        target = self.path(job)
        partial = target.with_name(target.name + ".part")
        try:
            with partial.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except OSError as error:
            raise NotPrinted(
                "The folder of printer {printer} cannot be written to ({reason}). The paper "
                "waits; free some space or choose another printer.",
                printer=self.name,
                reason=error.strerror or type(error).__name__,
            ) from error
        return JobState.CONFIRMED

    def outcome(self, job: Job) -> JobState | None:
        """A folder can look: the file is there, or nothing came out."""
        return JobState.CONFIRMED if self.path(job).exists() else JobState.QUEUED


class Worker:
    """Feeds one printer from the spool, in its own thread: a dead printer delays no other."""

    def __init__(self, spool: Spool, printer: Printer, poll_seconds: float = POLL_SECONDS) -> None:
        self._spool = spool
        self._printer = printer
        self._poll_seconds = poll_seconds
        self._stopping = Event()
        self._wake = Event()
        self._thread: Thread | None = None
        self.last_error: ComptoirError | None = None

    def start(self) -> None:
        """Settle what was cut off, then print what comes."""
        self.settle()
        self._thread = Thread(target=self._run, name=f"print {self._printer.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is a new job: look now."""
        self._wake.set()

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Finish the job at hand and end. A printer that hangs is left behind after the time-out;
        its job is found `sending` at the next start."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout_seconds)

    def settle(self) -> None:
        """Jobs that were being sent when the process ended: ask the printer, else a person.

        Contents that are of no use any more are deleted here too.
        """
        self._spool.purge()
        for job in self._spool.cut_off(self._printer.name):
            state = self._printer.outcome(job)
            if state is JobState.QUEUED:
                self._spool.put_back(job, "printing.interrupted")
            else:
                self._spool.record(job, state or JobState.UNKNOWN, "printing.interrupted")

    def run_once(self) -> Job | None:
        """Print the next job; gives it as it stands afterwards, None when none waits."""
        job = self._spool.take(self._printer.name)
        if job is None:
            return None
        try:
            state = self._printer.send(job, self._spool.payload(job.number))
        except NotPrinted as error:
            self.last_error = error
            return self._spool.put_back(job, error.code)
        except PerhapsPrinted as error:
            self.last_error = error
            return self._spool.record(job, JobState.UNKNOWN, error.code)
        except ComptoirError as error:
            self.last_error = error
            return self._spool.record(job, JobState.FAILED, error.code)
        except Exception as error:
            # A defect of a driver must not stop the queue; whether paper came out is not known.
            _log.exception("printer %s, job %s", self._printer.name, job.number)
            self.last_error = PerhapsPrinted(
                "{printer} could not be driven ({reason}). Look at the paper and say whether it "
                "came out.",
                code="printing.defect",
                printer=self._printer.name,
                reason=type(error).__name__,
            )
            return self._spool.record(job, JobState.UNKNOWN, "printing.defect")
        self.last_error = None
        return self._spool.record(job, state)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                job = self.run_once()
            except ComptoirError as error:  # the spool itself: shown, and tried again
                self.last_error = error
                job = None
            if job is None or job.state is JobState.QUEUED:
                self._wake.wait(self._poll_seconds if job is None else RETRY_SECONDS)
                self._wake.clear()
