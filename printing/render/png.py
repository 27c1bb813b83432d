"""PDF pages as pictures, by pypdfium2: for previews, and for reading codes back in tests."""

from __future__ import annotations

import threading
from io import BytesIO

import pypdfium2
from PIL import Image as Picture

_ONE_AT_A_TIME = threading.Lock()  # PDFium may be used by one thread at a time only


def pages(pdf: bytes, dpi: int) -> list[Picture.Image]:
    """Each page in grey, white behind it."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            return [
                page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
                for page in document
            ]
        finally:
            document.close()


def pages_png(pdf: bytes, dpi: int = 110) -> list[bytes]:
    """Each page as a PNG file."""
    found = []
    for page in pages(pdf, dpi):
        target = BytesIO()
        page.save(target, "PNG", optimize=True)
        found.append(target.getvalue())
    return found
