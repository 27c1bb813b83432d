"""The worker that feeds one printer from the spool, and what it knows of that printer's health."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from printing.errors import NotPrinted, PerhapsPrinted
from printing.printers.printer import Printer
from printing.spool.spool import Job, JobState, Spool
from sync.domain.errors import ComptoirError

_log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
RETRY_SECONDS = 5.0
SLOW_SECONDS = 2.0  # so long without a sign of life is shown: with the tick within three seconds


def _nobody() -> None:
    """Nobody is told."""


class Worker:
    """Feeds one printer, in its own thread: a dead printer delays no other.

    `changed` is called from that thread after each job and each change of health.
    """

    def __init__(
        self,
        spool: Spool,
        printer: Printer,
        poll_seconds: float = POLL_SECONDS,
        *,
        retry_seconds: float = RETRY_SECONDS,
        changed: Callable[[], None] = _nobody,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spool = spool
        self._printer = printer
        self._poll_seconds = poll_seconds
        self._retry_seconds = retry_seconds
        self._changed = changed
        self._monotonic = monotonic
        self._stopping = Event()
        self._wake = Event()
        self._thread: Thread | None = None
        self._job: Job | None = None
        self._heard = (0, 0.0)  # the printer's counter, and when it last moved
        self.last_error: ComptoirError | None = None
        self.well_at: datetime | None = None

    def start(self) -> None:
        """Settle what was cut off, then print what comes."""
        self.settle()
        self._thread = Thread(target=self._run, name=f"print {self._printer.name}", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """There is a new job: look now."""
        self._wake.set()

    def leave(self) -> None:
        """Take no further job; gives at once. The job at hand is finished."""
        self._stopping.set()
        self._wake.set()

    def stop(self, timeout_seconds: float = 5.0) -> bool:
        """Finish the job at hand and end; whether it did. A printer that hangs is left behind
        after the time-out; its job is found `sending` at the next start."""
        self.leave()
        if self._thread is None:
            return True
        self._thread.join(timeout_seconds)
        return not self._thread.is_alive()

    def settle(self) -> None:
        """Jobs that were being sent when the process ended: ask the printer, else a person.

        Contents that are of no use any more are deleted here too.
        """
        self._spool.purge()
        for job in self._spool.in_state(JobState.SENDING, self._printer.name):
            state = self._printer.outcome(job)
            if state is JobState.QUEUED:
                self._spool.put_back(job, "printing.interrupted")
            else:
                self._spool.record(job, state or JobState.UNKNOWN, "printing.interrupted")

    def trouble(self) -> ComptoirError | None:
        """What is wrong with the printer: its last error, or that it is silent in mid-job."""
        job = self._job
        if job is None:
            return self.last_error
        now = self._monotonic()
        if self._printer.heard != self._heard[0]:
            self._heard = (self._printer.heard, now)
        if now - self._heard[1] < SLOW_SECONDS:
            return self.last_error
        return PerhapsPrinted(
            "{printer} has been silent for {seconds} s in the middle of a job. The other printers "
            "go on; look at it. Nothing is printed twice by itself.",
            code="printing.slow",
            printer=self._printer.name,
            seconds=round(now - self._heard[1]),
        )

    def run_once(self) -> Job | None:
        """Print the next job; gives it as it stands afterwards, None when none waits."""
        job = self._spool.take(self._printer.name)
        if job is None:
            return None
        self._heard = (self._printer.heard, self._monotonic())
        self._job = job
        try:
            return self._printed(job)
        finally:
            self._job = None

    def _printed(self, job: Job) -> Job:
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
        self._is_well()
        return self._spool.record(job, state)

    def check(self) -> None:
        """Ask an idle printer how it is; what it says is its state from now on."""
        try:
            self._printer.check()
        except ComptoirError as error:
            self.last_error = error
        else:
            self._is_well()

    def _is_well(self) -> None:
        self.last_error = None
        self.well_at = self._spool.now()

    def _run(self) -> None:
        retry_at = 0.0
        while not self._stopping.is_set():
            try:
                job = self.run_once()
                if job is None and self.last_error is not None and self._monotonic() >= retry_at:
                    retry_at = self._monotonic() + self._retry_seconds
                    self.check()
                    self._changed()
            except ComptoirError as error:  # the spool itself: shown, and tried again
                self.last_error = error
                job = None
            if job is not None:
                retry_at = self._monotonic() + self._retry_seconds
                self._changed()
            if job is None or job.state is JobState.QUEUED:
                self._wake.wait(self._poll_seconds if job is None else self._retry_seconds)
                self._wake.clear()
