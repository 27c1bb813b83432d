"""A document as PDF, drawn by reportlab from the same marks as every other picture of it."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from io import BytesIO

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from printing.barcodes import bars as codes
from printing.layout.layout import lay_out
from printing.layout.page_items import BarcodeMark, BoxMark, ImageMark, Mark, Page, QrMark, TextMark
from printing.model.document import Document

# reportlab's fonts keep a reading position in themselves: two threads that write a subset of one
# font spoil each other's.
_ONE_AT_A_TIME = threading.Lock()


def render_pdf(document: Document) -> bytes:
    """The document as PDF; the MediaBox is the paper. The same document gives the same bytes.

    Raises DoesNotFit when the content is larger than the paper, and Unprintable for a character
    or picture that cannot be drawn.
    """
    return render_pdf_of([document])


def render_pdf_of(documents: Iterable[Document]) -> bytes:
    """Several documents one after the other in one PDF: a run of labels, say."""
    with _ONE_AT_A_TIME:
        return _render(documents)


def _render(documents: Iterable[Document]) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pageCompression=1, invariant=1)
    named = False
    for document in documents:
        if not named:
            canvas.setTitle(document.title)
            canvas.setProducer("Comptoir")
            canvas.setCatalogEntry("Lang", document.language)
            named = True
        for page in lay_out(document):
            _draw_page(canvas, page)
            canvas.showPage()
    canvas.save()
    return target.getvalue()


def _draw_page(canvas: Canvas, page: Page) -> None:
    canvas.setPageSize((page.width, page.height))
    for mark in page.marks:
        _draw(canvas, mark, page.height)


def _draw(canvas: Canvas, mark: Mark, height: float) -> None:
    match mark:
        case TextMark():
            _draw_text(canvas, mark, height)
        case BoxMark(dashed=True):
            canvas.setLineWidth(mark.height)
            canvas.setDash(2.4, 2)
            y = height - mark.top - mark.height / 2
            canvas.line(mark.x, y, mark.x + mark.width, y)
            canvas.setDash()
        case BoxMark():
            canvas.rect(
                mark.x, height - mark.top - mark.height, mark.width, mark.height, stroke=0, fill=1
            )
        case BarcodeMark():
            path = canvas.beginPath()
            for start, wide in codes.bars(mark.barcode):
                path.rect(
                    mark.x + start * mark.module,
                    height - mark.top - mark.height,
                    wide * mark.module,
                    mark.height,
                )
            canvas.drawPath(path, stroke=0, fill=1)
        case QrMark():
            _draw_qr(canvas, mark, height)
        case ImageMark():
            canvas.drawImage(
                ImageReader(BytesIO(mark.image.data)),
                mark.x,
                height - mark.top - mark.height,
                mark.width,
                mark.height,
                mask="auto",
            )


def _draw_text(canvas: Canvas, mark: TextMark, height: float) -> None:
    text = canvas.beginText()
    if mark.white:
        text.setFillGray(1)
    text.setCharSpace(mark.tracking_em * mark.size)
    face = ""
    for piece in mark.pieces:
        if piece.face != face:
            face = piece.face
            text.setFont(face, mark.size)
        text.setTextOrigin(mark.x + piece.dx * mark.size, height - mark.baseline)
        text.textOut(piece.text)
    if mark.white:
        text.setFillGray(0)
    canvas.drawText(text)


def _draw_qr(canvas: Canvas, mark: QrMark, height: float) -> None:
    """Runs of dark modules in one path: no hairlines between them, and small files."""
    matrix = codes.qr_matrix(mark.qr.data)
    module = mark.width / len(matrix)
    path = canvas.beginPath()
    for number, row in enumerate(matrix):
        y = height - mark.top - (number + 1) * module
        start = None
        for column, dark in enumerate((*row, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                path.rect(mark.x + start * module, y, (column - start) * module, module)
                start = None
    canvas.drawPath(path, stroke=0, fill=1)
