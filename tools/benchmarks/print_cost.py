"""What rendering costs, against the bare libraries for the same content."""

from __future__ import annotations

import statistics
import time
import tracemalloc
from collections.abc import Callable
from io import BytesIO

from printing import render_escpos, render_pdf, render_pdf_of
from printing.barcodes import bars as code_modules
from printing.layout.layout import lay_out
from printing.layout.page_items import BarcodeMark, BoxMark, QrMark, TextMark
from printing.layout.text_grid import Line, set_in_columns
from printing.model.document import Document
from printing.samples import samples
from printing.samples.random_documents import seeded
from sync.i18n import I18n
from tools.benchmarks.figure import Figure

CALLS = 300


def _ratio(ours: Callable[[], object], bare: Callable[[], object]) -> float:
    """The 95th percentile of our times over that of the bare calls, which take turns with ours.

    Processor time: calls of a millisecond would else tell what other processes do.
    """
    ours()
    bare()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(CALLS):
        for work, found in zip((ours, bare), times, strict=True):
            start = time.process_time()
            work()
            found.append(time.process_time() - start)
    ours_p95, bare_p95 = (statistics.quantiles(found, n=20)[-1] for found in times)
    return ours_p95 / bare_p95


def speed() -> list[Figure]:
    i18n = I18n("fr")
    label = seeded("parcel_label", 1, i18n)
    receipt = samples.samples(i18n)["sales_receipt"]
    how = f"p95 of {CALLS} calls (processor time) over p95 of the bare library's, taking turns"
    return [
        Figure(
            "PDF label against hand-written reportlab",
            _ratio(lambda: render_pdf(label), _bare_reportlab(label)),
            2,
            "lower",
            "ratio",
            how,
        ),
        Figure(
            "receipt against bare python-escpos",
            _ratio(lambda: render_escpos(receipt), _bare_escpos(receipt)),
            3,
            "lower",
            "ratio",
            how,
        ),
    ]


def _bare_reportlab(document: Document) -> Callable[[], bytes]:
    """The same page written by hand: strings, rectangles and codes at fixed places."""
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.pdfgen.canvas import Canvas

    page = lay_out(document)[0]

    def draw() -> bytes:
        target = BytesIO()
        canvas = Canvas(target, pagesize=(page.width, page.height))
        for mark in page.marks:
            match mark:
                case TextMark():
                    canvas.setFont(mark.pieces[0].face if mark.pieces else "Helvetica", mark.size)
                    canvas.drawString(mark.x, page.height - mark.baseline, mark.text)
                case BoxMark():
                    y = page.height - mark.top - mark.height
                    canvas.rect(mark.x, y, mark.width, mark.height, stroke=0, fill=1)
                case BarcodeMark():
                    code = Code128("\xf1" + mark.barcode.data, barWidth=mark.module, quiet=0)
                    code.drawOn(canvas, mark.x, page.height - mark.top - mark.height)
                case QrMark():
                    matrix = code_modules.qr_matrix(mark.qr.data)
                    side = mark.width / len(matrix)
                    for y, row in enumerate(matrix):
                        for x, dark in enumerate(row):
                            if dark:
                                top = page.height - mark.top - (y + 1) * side
                                canvas.rect(mark.x + x * side, top, side, side, stroke=0, fill=1)
        canvas.save()
        return target.getvalue()

    return draw


def _bare_escpos(document: Document) -> Callable[[], bytes]:
    """The same lines through python-escpos: one `text` a line, its QR code, and a cut."""
    from escpos.printer import Dummy

    items = set_in_columns(document, 48)
    lines = [item.text for item in items if isinstance(item, Line)]
    qr_codes = [m.qr.data for p in lay_out(document) for m in p.marks if isinstance(m, QrMark)]

    def draw() -> bytes:
        printer = Dummy()
        printer.charcode("CP1252")
        for line in lines:
            printer.textln(line)
        for data in qr_codes:
            printer.qr(data, native=True)
        printer.cut()
        return bytes(printer.output)

    return draw


def many_labels() -> list[Figure]:
    """Is the cost of a label the same in a run of a thousand, and is memory bounded?"""
    i18n = I18n("fr")
    documents = [seeded("parcel_label", seed, i18n) for seed in range(50)]

    def seconds_each(count: int) -> float:
        start = time.perf_counter()
        render_pdf_of(documents[n % 50] for n in range(count))
        return (time.perf_counter() - start) / count

    seconds_each(10)
    few = statistics.median(seconds_each(100) for _ in range(3))
    many = seconds_each(1000)
    tracemalloc.start()
    pdf = render_pdf_of(documents[n % 50] for n in range(1000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return [
        Figure(
            "a label in a run of 1000 against one in a run of 100",
            many / few,
            1.25,
            "lower",
            "ratio",
            "seconds a label, one PDF each",
        ),
        Figure(
            "memory for 1000 labels in one PDF",
            peak / 1e6,
            100,
            "lower",
            "MB",
            f"peak of tracemalloc; the PDF has {len(pdf) / 1e6:.1f} MB",
        ),
    ]
