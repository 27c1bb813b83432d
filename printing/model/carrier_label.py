"""Labels that a carrier made: recognised, and sent on byte for byte.

Scaling spoils bars, so nothing is scaled unless somebody asks for it by name.
"""

from __future__ import annotations

from io import BytesIO

import pypdfium2

from printing.errors import Unprintable
from printing.model.media import POINTS_PER_MM, Media

LABEL_BYTES_MAX = 5_000_000


def payload_format(data: bytes) -> str:
    """`pdf` or `zpl`, by how the file begins; raises Unprintable for anything else."""
    start = data[:1024].lstrip()
    if 0 < len(data) <= LABEL_BYTES_MAX:
        if start.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]:
            return "pdf"
        if start.startswith((b"^XA", b"~DG", b"\xef\xbb\xbf^XA")) and b"^XZ" in data:
            return "zpl"
    raise Unprintable(
        "The carrier's label is neither a whole PDF nor ZPL. Nothing was printed; fetch the label "
        "again from the carrier.",
        code="printing.carrier_label",
    )


def scaled(pdf: bytes, media: Media) -> bytes:
    """The first page of a carrier's PDF, as large as `media` allows, in its middle.

    Only on a person's word. Raises Unprintable for what is not a PDF.
    """
    if payload_format(pdf) != "pdf":
        raise Unprintable("Only a PDF can be scaled. Nothing was printed.")
    source = pypdfium2.PdfDocument(pdf)
    target = pypdfium2.PdfDocument.new()
    try:
        width, height = media.width_mm * POINTS_PER_MM, media.height_mm * POINTS_PER_MM
        has_width, has_height = source[0].get_size()
        scale = min(width / has_width, height / has_height)
        page = target.new_page(width, height)
        placed = source.page_as_xobject(0, target).as_pageobject()
        matrix = pypdfium2.PdfMatrix().scale(scale, scale)
        left, bottom = (width - has_width * scale) / 2, (height - has_height * scale) / 2
        placed.set_matrix(matrix.translate(left, bottom))
        page.insert_obj(placed)
        page.gen_content()
        out = BytesIO()
        target.save(out)
        return out.getvalue()
    finally:
        target.close()
        source.close()
