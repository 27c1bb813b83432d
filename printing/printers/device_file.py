"""A device file, such as /dev/usb/lp0: USB printers on Linux."""

from __future__ import annotations

from pathlib import Path

from printing.printers.printer import Printer, broke_off, not_answering
from printing.spool.spool import Job, JobState


class DevicePrinter(Printer):
    """Writes to a device file; the kernel's driver talks to the printer."""

    def __init__(self, name: str, device: Path) -> None:
        self.name = name
        self._device = device

    def send(self, job: Job, payload: bytes) -> JobState:
        """Write it all; the kernel's driver waits for the printer."""
        try:
            file = self._device.open("wb", buffering=0)
        except OSError as error:
            raise not_answering(self.name, error) from error
        with file:
            try:
                file.write(payload)
            except OSError as error:
                raise broke_off(self.name, error) from error
        return JobState.SENT

    def check(self) -> None:
        """Raise NotPrinted when the device is not there: unplugged, or switched off."""
        if not self._device.exists():
            raise not_answering(self.name, FileNotFoundError(f"{self._device} is not there"))
