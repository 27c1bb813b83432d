"""Printers that do what a test says, and a shop that has some."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from printing import (
    Job,
    JobState,
    Printer,
    PrinterEntry,
    PrinterSetup,
    PrintService,
    Route,
    Spool,
)
from printing.model.printer_profile import bundled_profiles
from printing.printers.factory import ConfiguredPrinter, opener
from printing.samples.samples import samples
from sync.domain.errors import ComptoirError
from sync.i18n import I18n

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOCUMENTS = samples(I18n("fr"))
RECEIPT, LABEL = DOCUMENTS["sales_receipt"], DOCUMENTS["parcel_label"]
PROFILES = bundled_profiles()


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class Fake(Printer):
    """A printer that does what `does` says, and keeps what came out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.does: ComptoirError | None = None
        self.printed: list[tuple[str, bytes]] = []
        self.closed = False

    def send(self, job: Job, payload: bytes) -> JobState:
        if self.does is not None:
            raise self.does
        self.printed.append((job.key, payload))
        return JobState.SENT

    def check(self) -> None:
        if self.does is not None:
            raise self.does

    def close(self) -> None:
        self.closed = True


class Shop:
    """A service on fake printers; nothing runs by itself."""

    def __init__(self, folder: Path, setup: PrinterSetup) -> None:
        self.clock = Clock()
        self.spool = Spool(folder, self.clock)
        self.fakes: dict[str, Fake] = {}
        self.changes = 0
        self.service = PrintService(
            self.spool, setup, open_configured=self._open, on_change=self._changed
        )

    def _open(self, entry: PrinterEntry) -> ConfiguredPrinter:
        real = opener(PROFILES)(entry)
        fake = self.fakes[entry.name] = Fake(entry.name)
        return replace(real, printer=fake)

    def _changed(self) -> None:
        self.changes += 1


def entries(**profiles: str) -> dict[str, PrinterEntry]:
    return {
        name: PrinterEntry(name, "tcp://192.0.2.7", profile) for name, profile in profiles.items()
    }


SETUP = PrinterSetup(
    entries(till="generic-80", small="generic-58", zebra="zebra-203", laser="office"),
    {
        "sales_receipt": Route("till", "small", 60),
        "parcel_label": Route("zebra", "laser"),
        "carrier_label": Route("laser", "zebra"),
    },
)
