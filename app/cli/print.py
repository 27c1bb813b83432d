"""`comptoir print`: render documents, list printers, print a test page or a file."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from printing import (
    Job,
    JobState,
    PrinterSetup,
    document_from_json,
    document_to_json,
    pages_png,
    render_escpos,
    render_pdf,
    render_text,
    render_zpl,
)
from printing.documents.test_page import trial_page
from printing.model.carrier_label import payload_format
from printing.model.document import Document
from printing.model.document_json import JSON_CHARACTERS_MAX
from printing.model.media import MEDIA
from printing.model.printer_profile import Profile, bundled_profiles
from printing.printers.address import parse_address
from printing.printers.configuration import load_setup
from printing.printers.discovery import find_printers
from printing.printers.factory import ConfiguredPrinter, open_printer, opener
from printing.printers.factory import render as render_for
from printing.samples.samples import samples
from sync.domain.errors import ComptoirError, InvalidInput, NotFound
from sync.i18n import I18n

app = typer.Typer(
    help="Render and print documents, list printers, print a test page. A PAPER is a name from "
    "`comptoir print list`, a document in a .json file, or - for such a document on the standard "
    "input (docs/documents.md has the format).",
    no_args_is_help=True,
)
console = Console()

FORMATS = {
    ".pdf": "pdf",
    ".txt": "text",
    ".zpl": "zpl",
    ".bin": "escpos",
    ".png": "png",
    ".json": "json",
}
STANDARD_INPUT = "-"
PICTURE_DPI = 203

Language = Annotated[str, typer.Option(help="fr or en, for the documents of the demo shop.")]
ProfileName = Annotated[str, typer.Option(help="A name from `comptoir print list`.")]
Address = Annotated[
    str, typer.Argument(help="tcp://host:9100, ipp://host/ipp/print, file:///dev/usb/lp0, a folder")
]
DocumentName = Annotated[str, typer.Argument(metavar="PAPER", help="A name, FILE.json, or -")]


@app.command("list")
def list_(
    setup: Annotated[
        Path | None, typer.Option(help="A printers' file: name its printers, and how each is.")
    ] = None,
) -> None:
    """Name the documents and the printer profiles, or the printers of a file and how they are."""
    if setup is not None:
        _list_printers(load_setup(setup))
        return
    console.print(", ".join(sorted(samples(I18n("en")))), highlight=False)
    found = Table("profile", "model", "language", "dpi", "documents", box=None)
    for profile in bundled_profiles().values():
        model = f"{profile.maker} {profile.model}"
        found.add_row(profile.name, model, profile.language, str(profile.dpi), profile.media)
    console.print(found)


def _list_printers(setup: PrinterSetup) -> None:
    """All are asked at once: those that are off cost no more time than one."""
    printers = [opener(bundled_profiles())(entry) for entry in setup.printers.values()]

    def health(configured: ConfiguredPrinter) -> str:
        try:
            configured.printer.check()
        except ComptoirError as error:
            return str(error)
        return "ready"

    found = Table("printer", "address", "model", "state", box=None)
    with ThreadPoolExecutor(max(1, len(printers))) as pool:
        states = list(pool.map(health, printers))
    for entry, configured, state in zip(setup.printers.values(), printers, states, strict=True):
        found.add_row(entry.name, entry.address, configured.model, state)
    console.print(found)


@app.command()
def render(
    document: DocumentName,
    out: Annotated[
        Path, typer.Option(help=f"File: {', '.join(FORMATS)} (.bin: ESC/POS), or - with --to")
    ],
    to: Annotated[str, typer.Option(help=f"{', '.join(FORMATS.values())}")] = "",
    language: Language = "fr",
    profile: ProfileName = "",
) -> None:
    """Render a document into a file; a PNG for each page."""
    made = _document(document, language)
    format_ = to or FORMATS.get(out.suffix, "")
    pages = _rendered(made, format_, profile)
    if str(out) == STANDARD_INPUT:
        sys.stdout.buffer.write(b"".join(pages))
        return
    for number, page in enumerate(pages, 1):
        path = out if number == 1 else out.with_stem(f"{out.stem}-{number}")
        path.write_bytes(page)
        console.print(str(path), highlight=False, markup=False)


def _document(document: str, language: str) -> Document:
    if document == STANDARD_INPUT:
        return document_from_json(sys.stdin.read(JSON_CHARACTERS_MAX + 1))
    if document.endswith(".json"):
        return document_from_json(_file(Path(document)).decode("utf-8", "replace"))
    documents = samples(I18n(language))
    if document not in documents:
        raise NotFound(
            "There is no document called {name}. The documents are: {names}.",
            code="print.no_such_paper",
            name=document,
            names=", ".join(sorted(documents)),
        )
    return documents[document]


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotFound(
            "{file} cannot be read ({reason}). Nothing was printed.",
            code="print.no_such_file",
            file=str(path),
            reason=error.strerror or type(error).__name__,
        ) from error


def _profile(name: str) -> Profile:
    found = bundled_profiles().get(name)
    if found is None:
        raise NotFound(
            "There is no printer profile called {name}. See `comptoir print list`.",
            code="print.no_such_profile",
            name=name,
        )
    return found


def _usual_profile(address: str) -> str:
    """What mostly stands at such an address: bare bytes go to receipt printers."""
    return "generic-80" if parse_address(address).kind in ("tcp", "usb") else "office"


def _rendered(document: Document, format_: str, profile: str) -> list[bytes]:
    match format_:
        case "pdf":
            return [render_pdf(document)]
        case "text":
            return [render_text(document).encode()]
        case "json":
            return [document_to_json(document).encode()]
        case "zpl":
            return [render_zpl(document, _profile(profile or "zebra-203").dpi)]
        case "escpos":
            return [render_escpos(document, _profile(profile or "generic-80"))]
        case "png":
            return pages_png(render_pdf(document), PICTURE_DPI)
        case _:
            raise InvalidInput(
                "A document becomes {formats}; “{format}” is none of them.",
                code="print.format",
                formats=", ".join(FORMATS.values()),
                format=format_,
            )


@app.command()
def send(
    document: Annotated[
        str, typer.Argument(metavar="PAPER", help="A name, FILE.json, -, or a .pdf or .zpl file")
    ],
    printer: Address,
    profile: ProfileName = "",
    language: Language = "fr",
    ask: Annotated[bool, typer.Option(help="Ask the printer for its status.")] = False,
) -> None:
    """Print a document. A .pdf or .zpl file, a carrier's label say, goes out untouched."""
    if Path(document).suffix in (".pdf", ".zpl"):
        data = _file(Path(document))
        found = replace(_profile(profile or "office"), language=payload_format(data))
        _send("carrier_label", Path(document).name, data, printer, found, ask)
        return
    found = _profile(profile or _usual_profile(printer))
    made = _document(document, language)
    _send(made.type, made.title, render_for(made, found), printer, found, ask)


@app.command()
def test(
    printer: Address,
    profile: ProfileName = "",
    language: Language = "fr",
    ask: Annotated[bool, typer.Option(help="Ask the printer for its status.")] = True,
) -> None:
    """Print a test page: letters, figures, a QR code, a linear code and a cut."""
    found = _profile(profile or _usual_profile(printer))
    document = trial_page(MEDIA[found.media], I18n(language), datetime.now(UTC))
    _send(document.type, document.title, render_for(document, found), printer, found, ask)


@app.command()
def find(
    seconds: Annotated[float, typer.Option(help="How long to listen.")] = 3.0,
) -> None:
    """Look for printers that announce themselves on the network."""
    found = find_printers(seconds, time.sleep)
    for printer in found:
        console.print(f"{printer.name}  {printer.address}  {printer.model}", markup=False)
    if not found:
        console.print("No printer answers.")


@app.command()
def pictures(docs: Annotated[Path, typer.Argument(help="The folder of printing.md.")]) -> None:
    """Draw the pictures of docs/documents.md."""
    from printing.samples.gallery import write

    console.print(", ".join(write(docs)), highlight=False)


def _send(
    type_: str, title: str, payload: bytes, address: str, profile: Profile, ask: bool
) -> None:
    now = datetime.now(UTC)
    job = Job(1, title, type_, title, address, profile.language, JobState.SENDING, now, now, now)
    printer = open_printer(address, address, profile, asks=ask)
    state = printer.send(job, payload)
    console.print(f"{title}: {state.value}", highlight=False, markup=False)
