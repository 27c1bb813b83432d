"""`comptoir print`: render papers, list printers, print a test page or a file."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from comptoir.i18n import I18n
from comptoir.printing import (
    Job,
    JobState,
    pages_png,
    render_escpos,
    render_pdf,
    render_text,
    render_zpl,
)
from comptoir.printing.carrier_label import payload_format
from comptoir.printing.discovery import find_printers
from comptoir.printing.media import MEDIA
from comptoir.printing.model import Document
from comptoir.printing.profiles import Profile, bundled_profiles
from comptoir.printing.samples import samples
from comptoir.printing.stations import open_printer
from comptoir.printing.stations import render as render_for
from comptoir.printing.trial_page import trial_page
from comptoir.sync.domain.errors import InvalidInput, NotFound

app = typer.Typer(
    help="Render and print papers, list printers, print a test page.", no_args_is_help=True
)
console = Console()

Language = Annotated[str, typer.Option(help="fr or en.")]
ProfileName = Annotated[str, typer.Option(help="A name from `comptoir print list`.")]
Address = Annotated[
    str, typer.Argument(help="tcp://host:9100, ipp://host/ipp/print, file:///dev/usb/lp0, a folder")
]


@app.command("list")
def list_() -> None:
    """Name the papers and the printer profiles."""
    console.print(", ".join(sorted(samples(I18n("en")))), highlight=False)
    found = Table("profile", "model", "language", "dpi", "paper", box=None)
    for profile in bundled_profiles().values():
        model = f"{profile.maker} {profile.model}"
        found.add_row(profile.name, model, profile.language, str(profile.dpi), profile.media)
    console.print(found)


@app.command()
def render(
    paper: Annotated[str, typer.Argument(help="A name from `comptoir print list`.")],
    out: Annotated[Path, typer.Option(help="File: .pdf, .txt, .zpl, .bin (ESC/POS) or .png")],
    language: Language = "fr",
    profile: ProfileName = "",
) -> None:
    """Render a paper of the demo shop into a file."""
    document = _paper(paper, language)
    out.write_bytes(_rendered(document, out.suffix, profile))
    console.print(str(out), highlight=False, markup=False)


def _paper(name: str, language: str) -> Document:
    papers = samples(I18n(language))
    if name not in papers:
        raise NotFound(
            "There is no paper called {name}. The papers are: {names}.",
            code="print.no_such_paper",
            name=name,
            names=", ".join(sorted(papers)),
        )
    return papers[name]


def _profile(name: str) -> Profile:
    found = bundled_profiles().get(name)
    if found is None:
        raise NotFound(
            "There is no printer profile called {name}. See `comptoir print list`.",
            code="print.no_such_profile",
            name=name,
        )
    return found


def _rendered(document: Document, suffix: str, profile: str) -> bytes:
    match suffix:
        case ".pdf":
            return render_pdf(document)
        case ".txt":
            return render_text(document).encode()
        case ".zpl":
            return render_zpl(document, _profile(profile or "zebra-203").dpi)
        case ".bin":
            return render_escpos(document, _profile(profile or "generic-80"))
        case ".png":
            return pages_png(render_pdf(document), 203)[0]
        case _:
            raise InvalidInput(
                "A file of papers ends in .pdf, .txt, .zpl, .bin or .png; “{suffix}” is none.",
                code="print.suffix",
                suffix=suffix,
            )


@app.command()
def test(
    printer: Address,
    profile: ProfileName = "generic-80",
    language: Language = "fr",
    ask: Annotated[bool, typer.Option(help="Ask the printer for its status.")] = True,
) -> None:
    """Print a test page: letters, figures, a QR code, a linear code and a cut."""
    found = _profile(profile)
    document = trial_page(MEDIA[found.media], I18n(language), datetime.now(UTC))
    _send(document.type, document.title, render_for(document, found), printer, found, ask)


@app.command()
def file(
    path: Annotated[Path, typer.Argument(help="PDF or ZPL; goes out as it is.")],
    printer: Address,
    profile: ProfileName = "office",
) -> None:
    """Print a file untouched: a carrier's label, say."""
    data = path.read_bytes()
    found = replace(_profile(profile), language=payload_format(data))
    _send("carrier_label", path.name, data, printer, found, ask=False)


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
def pictures(docs: Annotated[Path, typer.Argument(help="The folder of paper.md.")]) -> None:
    """Draw the pictures of docs/paper.md."""
    from comptoir.printing.gallery import write

    console.print(", ".join(write(docs)), highlight=False)


def _send(
    type_: str, title: str, payload: bytes, address: str, profile: Profile, ask: bool
) -> None:
    now = datetime.now(UTC)
    job = Job(1, title, type_, title, address, profile.language, JobState.SENDING, now, now, now)
    printer = open_printer(address, address, profile, asks=ask)
    state = printer.send(job, payload)
    console.print(f"{title}: {state.value}", highlight=False, markup=False)
