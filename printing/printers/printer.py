"""Printers behind one small port, and the simplest of them: a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from printing.errors import NotPrinted, PerhapsPrinted
from printing.spool.spool import Job, JobState

CONNECT_SECONDS = 2.5  # a printer that is off shows within three seconds
SEND_SECONDS = 10.0


def not_answering(printer: str, error: Exception) -> NotPrinted:
    """The printer could not be reached, before it was given a byte."""
    return NotPrinted(
        "{printer} does not answer ({reason}). The job waits; switch it on, or choose another "
        "printer.",
        code="printing.off",
        printer=printer,
        reason=str(error) or type(error).__name__,
    )


def broke_off(printer: str, error: Exception) -> PerhapsPrinted:
    """The connection ended in the middle of the job."""
    return PerhapsPrinted(
        "{printer} stopped answering while it printed ({reason}). Look at the paper and say "
        "whether it came out; nothing is printed twice by itself.",
        printer=printer,
        reason=str(error) or type(error).__name__,
    )


class Printer(Protocol):
    """Where jobs go. `name` is that of its queue in the spool."""

    name: str
    heard: int = 0  # counts up when the printer takes or says something: it is alive

    def send(self, job: Job, payload: bytes) -> JobState:
        """Print. Gives SENT, or CONFIRMED when the printer says that it came out.

        Raises NotPrinted when nothing came out, PerhapsPrinted when that cannot be known.
        """
        ...

    def outcome(self, job: Job) -> JobState | None:
        """What became of a job that was cut off: CONFIRMED, QUEUED (nothing came out), or None
        when this printer cannot tell."""
        return None

    def check(self) -> None:
        """Raise NotPrinted when a job would not come out now. Prints nothing."""
        return

    def close(self) -> None:
        """Let go of what is held open."""
        return


class FolderPrinter(Printer):
    """Writes each job as `000012-sales_receipt.pdf` into a folder, which is made when it is not
    there; never half a file."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self._folder = folder

    def path(self, job: Job) -> Path:
        """Where the file of `job` is, or will be."""
        return self._folder / f"{job.number:06d}-{job.document_type}.{job.payload_format}"

    def send(self, job: Job, payload: bytes) -> JobState:
        """Write beside, flush to disk, then rename: whoever looks sees all of it or nothing."""
        target = self.path(job)
        partial = target.with_name(target.name + ".part")
        try:
            self._folder.mkdir(exist_ok=True)
            with partial.open("wb") as file:
                file.write(payload)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(target)
        except OSError as error:
            raise self._not_written(error) from error
        return JobState.CONFIRMED

    def check(self) -> None:
        """Raise NotPrinted when the folder is not there and cannot be made."""
        try:
            self._folder.mkdir(exist_ok=True)
        except OSError as error:
            raise self._not_written(error) from error

    def _not_written(self, error: OSError) -> NotPrinted:
        return NotPrinted(
            "The folder of printer {printer} cannot be written to ({reason}). The job "
            "waits; free some space or choose another printer.",
            printer=self.name,
            reason=error.strerror or type(error).__name__,
        )

    def outcome(self, job: Job) -> JobState | None:
        """A folder can look: the file is there, or nothing came out."""
        return JobState.CONFIRMED if self.path(job).exists() else JobState.QUEUED
