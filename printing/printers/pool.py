"""The printers of a setup at work: one worker each, started, watched and stopped together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from printing.printers.configuration import PrinterEntry, PrinterSetup
from printing.printers.factory import ConfiguredPrinter, Opener
from printing.printers.worker import Worker
from printing.spool.spool import JobState, Spool
from sync.domain.errors import NotFound

STOP_SECONDS = 5.0


@dataclass(slots=True)
class Member:
    """A printer at work, and what was last seen of it: its `trouble` code, and `since` when."""

    entry: PrinterEntry
    configured: ConfiguredPrinter
    worker: Worker
    trouble: str = ""
    since: datetime | None = None

    def look(self, now: datetime) -> bool:
        """Note since when it is in trouble; whether that changed."""
        error = self.worker.trouble()
        trouble = error.code if error else ""
        if trouble == self.trouble:
            return False
        if not trouble:
            self.since = None
        elif self.since is None:
            self.since = now
        self.trouble = trouble
        return True


class PrinterPool:
    """All printers by name. `members` is replaced whole and never changed, so that a screen reads
    it without waiting; the other methods are called by one thread at a time."""

    def __init__(self, spool: Spool, open_configured: Opener, changed: Callable[[], None]) -> None:
        self._spool = spool
        self._open = open_configured
        self._changed = changed
        self._started = False
        self.members: Mapping[str, Member] = {}

    def named(self, name: str) -> Member:
        """The printer with that name; raises NotFound."""
        if name not in self.members:
            raise NotFound(
                "There is no printer called {name}.", code="printing.no_such_printer", name=name
            )
        return self.members[name]

    def become(self, setup: PrinterSetup) -> None:
        """Close the printers that changed and open the new ones; the others go on printing.

        Raises Unprintable before anything changes.
        """
        before = self.members
        opened = {
            name: self._open(entry)
            for name, entry in setup.printers.items()
            if name not in before or before[name].entry != entry
        }
        stay = set(setup.printers) - set(opened)
        self._close([member for name, member in before.items() if name not in stay])
        self.members = {
            name: before[name] if name in stay else self._member(entry, opened[name])
            for name, entry in setup.printers.items()
        }
        if self._started:
            self.settle()
            for name in opened:
                self.members[name].worker.start()

    def start(self) -> None:
        """All begin to print."""
        self.settle()
        self._started = True
        for member in self.members.values():
            member.worker.start()

    def stop(self) -> None:
        """All finish the job at hand; one that hangs is left behind."""
        self._started = False
        self._close(self.members.values())

    def settle(self) -> None:
        """Jobs that were being sent to a printer that is no longer set up: a person is asked."""
        for job in self._spool.in_state(JobState.SENDING):
            if job.printer not in self.members:
                self._spool.record(job, JobState.UNKNOWN, "printing.interrupted")

    def look(self) -> bool:
        """Look at each printer; whether one changed."""
        now = self._spool.now()
        changes = [member.look(now) for member in self.members.values()]
        return any(changes)

    def _member(self, entry: PrinterEntry, configured: ConfiguredPrinter) -> Member:
        return Member(
            entry, configured, Worker(self._spool, configured.printer, changed=self._changed)
        )

    def _close(self, members: Iterable[Member]) -> None:
        """Stop all at once, then wait for each: several that hang cost no more than one."""
        leaving = list(members)
        for member in leaving:
            member.worker.leave()
        end = time.monotonic() + STOP_SECONDS
        for member in leaving:
            if member.worker.stop(max(0.0, end - time.monotonic())):
                member.configured.printer.close()
