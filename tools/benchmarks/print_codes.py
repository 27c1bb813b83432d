"""Do codes read back, and does text fit? Many made-up documents, on all cores."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import Any

from PIL import Image as Picture
from PIL import ImageFilter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from printing import render_pdf
from printing.layout.layout import lay_out
from printing.layout.overlaps import clashes
from printing.layout.page_items import BarcodeMark, QrMark
from printing.model.document import Document, Symbology
from printing.render.bitmap import draw_page
from printing.render.png import pages
from printing.samples.random_documents import SEEDED, seeded
from sync.domain.errors import Unavailable
from sync.i18n import I18n
from tools.benchmarks.figure import Figure

BLUR_SIGMA = 1.2
DPI = (203, 300)
CHUNK = 10  # documents handed to a process at once: few enough for the bar to move
# ISO/IEC 15424 symbology identifiers; any QR modifier will do.
IDENTIFIERS = {
    Symbology.GS1_128: "]C1",
    Symbology.CODE_128: "]C0",
    Symbology.EAN_13: "]E0",
    Symbology.EAN_8: "]E4",
}
Codes = set[tuple[str, str]]
DeliveryOption = tuple[str, int, bool]  # renderer, dpi, blurred


@dataclass(slots=True)
class Tally:
    """Of some documents: codes read right and codes there, each way; documents that touch."""

    right: Counter[DeliveryOption] = field(default_factory=Counter)
    total: Counter[DeliveryOption] = field(default_factory=Counter)
    touching: int = 0

    def add(self, other: Tally) -> None:
        """Count these too."""
        self.right += other.right
        self.total += other.total
        self.touching += other.touching


def reader() -> Any:
    """zxing-cpp; raises Unavailable where it is not installed."""
    try:
        import zxingcpp
    except ImportError as error:
        raise Unavailable(
            "Codes are read back by zxing-cpp, which is not installed: "
            "pip install 'comptoir[test]'.",
            code="bench.no_reader",
        ) from error
    return zxingcpp


def said(document: Document) -> Codes:
    """The codes of the model: symbology identifier and value."""
    found: Codes = set()
    for page in lay_out(document):
        for mark in page.marks:
            if isinstance(mark, BarcodeMark):
                found.add((IDENTIFIERS[mark.barcode.symbology], mark.barcode.data))
            elif isinstance(mark, QrMark):
                found.add(("]Q", mark.qr.data))
    return found


def read(zxing: Any, picture: Picture.Image) -> Codes:
    """The codes of a picture, of the symbologies that a scanner in a shop is set to."""
    formats = zxing.BarcodeFormat
    shop = (formats.QRCode, formats.Code128, formats.EAN13, formats.EAN8)
    return {
        ("]Q" if c.symbology_identifier[:2] == "]Q" else c.symbology_identifier, c.bytes.decode())
        for c in zxing.read_barcodes(picture, formats=shop)
    }


def _pictures(document: Document, dpi: int) -> Iterator[tuple[str, Picture.Image]]:
    """The document in 1-bit, as PDF and as it is drawn for label printers."""
    page = pages(render_pdf(document), dpi)[0]
    yield "pdf", page.point(lambda level: 255 if level > 127 else 0)
    yield "zpl", draw_page(lay_out(document)[0], dpi).convert("L")


def tally(type_: str, seeds: Sequence[int]) -> Tally:
    """Make, draw and read the documents of a type; runs in a process of its own."""
    zxing = reader()
    found = Tally()
    for seed in seeds:
        document = seeded(type_, seed, I18n("fr" if seed % 2 else "en"))
        found.touching += bool(clashes(lay_out(document)))
        wanted = said(document)
        for dpi in DPI:
            for renderer, picture in _pictures(document, dpi):
                for blurred in (False, True):
                    blur = ImageFilter.GaussianBlur(BLUR_SIGMA)
                    shown = picture.filter(blur) if blurred else picture
                    option = renderer, dpi, blurred
                    found.right[option] += len(wanted & read(zxing, shown))
                    found.total[option] += len(wanted)
    return found


def measured(count: int, executor: Executor | None = None) -> Tally:
    """`count` documents of each type, in `executor` or on all cores; memory does not grow."""
    reader()
    chunks = [
        (type_, range(start, min(start + CHUNK, count)))
        for type_ in SEEDED
        for start in range(0, count, CHUNK)
    ]
    if executor is not None:
        return _summed(executor.map(tally, *zip(*chunks, strict=True)), chunks)
    # A fresh interpreter each: a fork would copy the threads' locks of the libraries.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return _summed(pool.map(tally, *zip(*chunks, strict=True)), chunks)


def _summed(tallies: Iterable[Tally], chunks: Sequence[tuple[str, range]]) -> Tally:
    found = Tally()
    documents = sum(len(seeds) for _, seeds in chunks)
    columns = (
        TextColumn("reading codes back"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=documents)
        for part, (_, seeds) in zip(tallies, chunks, strict=True):
            found.add(part)
            progress.advance(task, len(seeds))
    return found


def reading_and_fitting(count: int, executor: Executor | None = None) -> list[Figure]:
    """The share of codes read back each way, and documents with clipped or touching text."""
    found = measured(count, executor)
    figures = []
    for option in sorted(found.total):
        renderer, dpi, blurred = option
        name = f"codes read back, {renderer}, {dpi} dpi" + (", blurred" if blurred else "")
        total = found.total[option]
        how = f"{total} codes of {count} documents of {len(SEEDED)} types, 1-bit, zxing-cpp"
        share = found.right[option] / total
        figures.append(Figure(name, share, 0.995 if blurred else 1.0, "higher", "share", how))
    how = f"boxes of ink of {count} documents of {len(SEEDED)} types, longest names"
    name = "documents with clipped or touching text"
    figures.append(Figure(name, found.touching, 0, "lower", "documents", how))
    return figures
