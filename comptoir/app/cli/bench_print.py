"""`comptoir bench print`: do codes read back, does text fit, and what does rendering cost?"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer
from PIL import Image as Picture
from PIL import ImageFilter
from rich.console import Console
from rich.table import Table

from comptoir.app.cli.bench_figure import Figure
from comptoir.i18n import I18n
from comptoir.printing import codes as code_modules
from comptoir.printing import render_escpos, render_pdf, render_pdf_of, render_zpl, samples
from comptoir.printing.drawn import draw_page
from comptoir.printing.grid import Line, set_in_columns
from comptoir.printing.layout import lay_out
from comptoir.printing.marks import BarcodeMark, BoxMark, QrMark, TextMark
from comptoir.printing.model import Document, Symbology
from comptoir.printing.overlaps import clashes
from comptoir.printing.raster import pages
from comptoir.printing.seeded import SEEDED, seeded
from comptoir.sync.domain.errors import Unavailable

app = typer.Typer(pretty_exceptions_enable=False)

BLUR_SIGMA = 1.2
CALLS = 300
# ISO/IEC 15424 symbology identifiers; any QR modifier will do.
IDENTIFIERS = {
    Symbology.GS1_128: "]C1",
    Symbology.CODE_128: "]C0",
    Symbology.EAN_13: "]E0",
    Symbology.EAN_8: "]E4",
}
Codes = set[tuple[str, str]]


def _figure(name: str, value: float, goal: float, better: str, unit: str, how: str) -> Figure:
    return Figure(name, round(value, 4), goal, better, unit, how)


@app.command("print")
def print_(
    count: Annotated[int, typer.Option(help="Documents of each type.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    zpl_renderer: Annotated[
        Path | None, typer.Option(help="Folder with node_modules/zpl-renderer-js.")
    ] = None,
) -> None:
    """Measure printing; exits 1 when a figure misses its goal."""
    figures = [*_reading(count), *_fitting(count), *_speed(), *_many_labels()]
    if zpl_renderer is not None:
        figures.append(_independent_zpl(zpl_renderer, min(count, 100)))
    report = {
        "bench": "print",
        "machine": {
            "python": platform.python_version(),
            "system": platform.system(),
            "processor": platform.machine(),
            "cpus": os.cpu_count(),
        },
        "figures": [asdict(figure) | {"holds": figure.holds} for figure in figures],
    }
    if as_json:
        sys.stdout.write(json.dumps(report, indent=1) + "\n")
    else:
        _show(figures)
    raise typer.Exit(int(not all(figure.holds for figure in figures)))


def _show(figures: Iterable[Figure]) -> None:
    table = Table("figure", "value", "goal", "unit", "holds", box=None)
    for figure in figures:
        sign = "≤" if figure.better == "lower" else "≥"
        holds = "yes" if figure.holds else "[red]no[/]"
        goal = f"{sign} {figure.goal:g}"
        table.add_row(figure.name, f"{figure.value:g}", goal, figure.unit, holds)
    Console().print(table)


def _reader() -> Any:
    try:
        import zxingcpp
    except ImportError as error:
        raise Unavailable(
            "Codes are read back by zxing-cpp, which is not installed: "
            "pip install 'comptoir[test]'.",
            code="bench.no_reader",
        ) from error
    return zxingcpp


def _said(document: Document) -> Codes:
    found: Codes = set()
    for page in lay_out(document):
        for mark in page.marks:
            if isinstance(mark, BarcodeMark):
                found.add((IDENTIFIERS[mark.barcode.symbology], mark.barcode.data))
            elif isinstance(mark, QrMark):
                found.add(("]Q", mark.qr.data))
    return found


def _read(reader: Any, picture: Picture.Image) -> Codes:
    return {
        ("]Q" if c.symbology_identifier[:2] == "]Q" else c.symbology_identifier, c.bytes.decode())
        for c in reader.read_barcodes(picture)
    }


def _pictures(document: Document, dpi: int) -> Iterator[tuple[str, Picture.Image]]:
    """The document in 1-bit, as PDF and as it is drawn for label printers."""
    page = pages(render_pdf(document), dpi)[0]
    yield "pdf", page.point(lambda level: 255 if level > 127 else 0)
    yield "zpl", draw_page(lay_out(document)[0], dpi).convert("L")


def _reading(count: int) -> list[Figure]:
    reader = _reader()
    i18n = I18n("fr")
    tallies: dict[tuple[str, int, bool], list[int]] = {}
    for type_ in SEEDED:
        for seed in range(count):
            document = seeded(type_, seed, i18n)
            wanted = _said(document)
            for dpi in (203, 300):
                for kind, picture in _pictures(document, dpi):
                    for blurred in (False, True):
                        shown = (
                            picture.filter(ImageFilter.GaussianBlur(BLUR_SIGMA))
                            if blurred
                            else picture
                        )
                        tally = tallies.setdefault((kind, dpi, blurred), [0, 0])
                        tally[0] += len(wanted & _read(reader, shown))
                        tally[1] += len(wanted)
    figures = []
    for (kind, dpi, blurred), (right, total) in sorted(tallies.items()):
        name = f"codes read back, {kind}, {dpi} dpi" + (", blurred" if blurred else "")
        how = f"{total} codes of {count} documents of {len(SEEDED)} types, 1-bit, zxing-cpp"
        goal = 0.995 if blurred else 1.0
        figures.append(_figure(name, right / total, goal, "higher", "share", how))
    return figures


def _fitting(count: int) -> list[Figure]:
    touching = 0
    for type_ in SEEDED:
        for seed in range(count):
            document = seeded(type_, seed, I18n("fr" if seed % 2 else "en"))
            touching += bool(clashes(lay_out(document)))
    how = f"boxes of ink of {count} documents of {len(SEEDED)} types, longest names"
    return [
        _figure("documents with clipped or touching text", touching, 0, "lower", "documents", how)
    ]


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


def _speed() -> list[Figure]:
    i18n = I18n("fr")
    label = seeded("parcel_label", 1, i18n)
    receipt = samples.samples(i18n)["sales_receipt"]
    how = f"p95 of {CALLS} calls (processor time) over p95 of the bare library's, taking turns"
    return [
        _figure(
            "PDF label against hand-written reportlab",
            _ratio(lambda: render_pdf(label), _bare_reportlab(label)),
            2,
            "lower",
            "ratio",
            how,
        ),
        _figure(
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


def _many_labels() -> list[Figure]:
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
        _figure(
            "a label in a run of 1000 against one in a run of 100",
            many / few,
            1.25,
            "lower",
            "ratio",
            "seconds a label, one PDF each",
        ),
        _figure(
            "memory for 1000 labels in one PDF",
            peak / 1e6,
            100,
            "lower",
            "MB",
            f"peak of tracemalloc; the PDF has {len(pdf) / 1e6:.1f} MB",
        ),
    ]


_SCRIPT = """
const fs = require("fs");
const { ready } = require("zpl-renderer-js");
(async () => {
  const { api } = await ready;
  for (const [path, width, height, dots] of JSON.parse(fs.readFileSync(process.argv[2], "utf8"))) {
    const zpl = fs.readFileSync(path, "utf8");
    const png = await api.zplToBase64Async(zpl, width, height, dots);
    fs.writeFileSync(path + ".png", Buffer.from(png, "base64"));
  }
  process.exit(0);
})();
"""


def _independent_zpl(folder: Path, count: int) -> Figure:
    """Labels drawn from their ZPL by somebody else's renderer, and read back."""
    reader = _reader()
    documents = [
        seeded(type_, seed, I18n("fr"))
        for type_ in ("parcel_label", "return_label", "collect_label")
        for seed in range(count // 3)
    ]
    right = total = 0
    with tempfile.TemporaryDirectory() as place:
        jobs = []
        for number, document in enumerate(documents):
            path = Path(place) / f"{number}.zpl"
            path.write_bytes(render_zpl(document, 203))
            jobs.append((str(path), document.media.width_mm, document.media.height_mm, 8))
        (Path(place) / "jobs.json").write_text(json.dumps(jobs))
        script = Path(place) / "render.cjs"
        script.write_text(_SCRIPT)
        environment = {**os.environ, "NODE_PATH": str(folder.resolve() / "node_modules")}
        command = ["node", str(script), str(Path(place) / "jobs.json")]
        subprocess.run(command, check=True, env=environment)  # noqa: S603 - our own script
        for (path_text, *_), document in zip(jobs, documents, strict=True):
            with Picture.open(path_text + ".png") as picture:
                read = _read(reader, picture.convert("L"))
            wanted = _said(document)
            right += len(wanted & read)
            total += len(wanted)
    how = f"{total} codes of {len(documents)} labels drawn by zpl-renderer-js at 203 dpi"
    return _figure("codes read back, ZPL, independent", right / total, 1, "higher", "share", how)
