"""What printers say of themselves: no paper, cover open. Read before paper is wasted."""

from __future__ import annotations

from dataclasses import dataclass

from printing.errors import NotPrinted

ESCPOS_ASK_OFFLINE = b"\x10\x04\x02"  # DLE EOT 2
ESCPOS_ASK_PAPER = b"\x10\x04\x04"  # DLE EOT 4
ESCPOS_ASK_WHEN_DONE = b"\x1dr\x01"  # GS r 1: answered when all before it is printed
ZPL_ASK = b"~HS"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What stops a printer; all False when it is ready."""

    paper_out: bool = False
    cover_open: bool = False
    paused: bool = False
    error: bool = False

    @property
    def ready(self) -> bool:
        """Whether a job would come out now."""
        return not (self.paper_out or self.cover_open or self.paused or self.error)


def escpos_status(offline: int, paper: int) -> PrinterStatus:
    """From the answers to DLE EOT 2 (bit 2 cover, bit 5 paper end, bit 6 error) and DLE EOT 4
    (bits 5 and 6 paper end)."""
    return PrinterStatus(
        paper_out=bool(offline & 0x20 or paper & 0x60),
        cover_open=bool(offline & 0x04),
        error=bool(offline & 0x40),
    )


def zpl_status(answer: bytes) -> PrinterStatus | None:
    """From the three strings that ~HS answers; None when they are something else.

    First string: field 2 paper out, field 3 paused. Second: field 3 head open.
    """
    strings = [part.split(b"\x03")[0].split(b",") for part in answer.split(b"\x02")[1:]]
    if len(strings) < 2 or len(strings[0]) < 3 or len(strings[1]) < 3:
        return None
    return PrinterStatus(
        paper_out=strings[0][1] == b"1",
        paused=strings[0][2] == b"1",
        cover_open=strings[1][2] == b"1",
    )


def check_ready(printer: str, status: PrinterStatus) -> None:
    """Raise NotPrinted with what a person has to do."""
    if status.paper_out:
        raise NotPrinted(
            "{printer} has no paper. Put some in: the job waits and prints then.",
            code="printing.paper_out",
            printer=printer,
        )
    if status.cover_open:
        raise NotPrinted(
            "The cover of {printer} is open. Close it: the job waits and prints then.",
            code="printing.cover_open",
            printer=printer,
        )
    if status.paused or status.error:
        raise NotPrinted(
            "{printer} is paused or has an error. Look at its lights: the job waits.",
            code="printing.stopped",
            printer=printer,
        )
