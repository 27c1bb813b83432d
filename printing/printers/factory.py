"""A printer that is set up: where it is, what it can do, and what it can be given."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from printing.barcodes import bars as codes
from printing.errors import Unprintable
from printing.model.document import Align, Barcode, Block, Document, Qr, Style, Symbology, Text
from printing.model.media import MEDIA, MediaKind
from printing.model.printer_profile import Profile
from printing.printers.address import parse_address
from printing.printers.configuration import PrinterEntry
from printing.printers.device_file import DevicePrinter
from printing.printers.ipp import IppPrinter
from printing.printers.printer import FolderPrinter, Printer
from printing.printers.tcp import TcpPrinter
from printing.render.escpos import render_escpos
from printing.render.pdf import render_pdf
from printing.render.zpl import render_zpl
from sync.domain.errors import Conflict

ASKING = ("escpos", "zpl")
NARROW_QR_MM = 23.0


@dataclass(frozen=True, slots=True)
class ConfiguredPrinter:
    """A printer and what it can do. A `keeps_any` one (a folder) takes whatever it is given."""

    printer: Printer
    profile: Profile
    keeps_any: bool = False

    @property
    def model(self) -> str:
        """Maker and model, for people."""
        return f"{self.profile.maker} {self.profile.model}"

    def check_takes(self, payload_format: str, title: str) -> None:
        """Raise Conflict when this printer does not understand `payload_format`."""
        if payload_format != self.profile.language and not self.keeps_any:
            raise Conflict(
                "“{title}” came as {format} and is printed as it is; {printer} does not "
                "understand that. Choose a printer that does, or fetch the label again in another "
                "format. Nothing was printed.",
                code="printing.other_language",
                title=title,
                format=payload_format.upper(),
                printer=self.printer.name,
            )


Opener = Callable[[PrinterEntry], ConfiguredPrinter]


def open_printer(name: str, address: str, profile: Profile, *, asks: bool = False) -> Printer:
    """The printer at `address`: tcp://host:9100, ipp://host/ipp/print, file:///dev/usb/lp0, or a
    folder. With `asks` its status is read before each job.

    Nothing is connected to yet: a printer that is off is in trouble, it is not a wrong setup.
    Raises Unprintable for what is no address.
    """
    at = parse_address(address)
    match at.kind:
        case "tcp":
            language = profile.language if asks and profile.language in ASKING else ""
            return TcpPrinter(name, at.host, at.port, asks=language)
        case "ipp":
            return IppPrinter(name, address, MEDIA[profile.media].ipp_name, wait=time.sleep)
        case "usb":
            return DevicePrinter(name, Path(at.path))
        case _:
            return FolderPrinter(name, Path(at.path))


def opener(profiles: Mapping[str, Profile]) -> Opener:
    """Opens the printer of an entry with the profile that it names."""

    def opened(entry: PrinterEntry) -> ConfiguredPrinter:
        profile = profiles.get(entry.profile)
        if profile is None:
            raise Unprintable(
                "There is no printer profile called {profile} for {printer}. Choose another; the "
                "printers stay as they were.",
                code="printing.no_such_profile",
                profile=entry.profile,
                printer=entry.name,
            )
        printer = open_printer(entry.name, entry.address, profile, asks=entry.asks)
        return ConfiguredPrinter(printer, profile, keeps_any=isinstance(printer, FolderPrinter))

    return opened


def suited(document: Document, profile: Profile) -> Document:
    """The document on the paper that the printer holds.

    A roll takes the roll's width, and bars too wide for it become a QR code. A label that is
    larger than the printer's goes onto that one (the layout says when it does not fit); a smaller
    one, and a paper of another kind, stay.
    """
    has = MEDIA[profile.media]
    wants = document.media
    if wants.kind is not has.kind or wants.kind is MediaKind.SHEET:
        return document
    if wants.kind is MediaKind.ROLL:
        room_mm = has.content_width_mm
        return replace(document, media=has, blocks=_with_codes_for(document.blocks, room_mm))
    larger = wants.width_mm > has.width_mm or wants.height_mm > has.height_mm
    return replace(document, media=has) if larger else document


def _with_codes_for(blocks: tuple[Block, ...], room_mm: float) -> tuple[Block, ...]:
    """A number of our own whose bars are too wide for a narrow roll stands there as a QR code."""
    found: list[Block] = []
    for block in blocks:
        own = isinstance(block, Barcode) and block.symbology is Symbology.CODE_128
        if isinstance(block, Barcode) and own and codes.width_mm(block) > room_mm:
            said = block.text or block.data
            found += [Qr(block.data, NARROW_QR_MM, said), Text(said, Style.STRONG, Align.CENTRE)]
        else:
            found.append(block)
    return tuple(found)


def render(document: Document, profile: Profile) -> bytes:
    """The document in the language of the printer, on the paper it holds."""
    shown = suited(document, profile)
    match profile.language:
        case "escpos":
            return render_escpos(shown, profile)
        case "zpl":
            return render_zpl(shown, profile.dpi)
        case _:
            return render_pdf(shown)
