"""The page that shows every document: its pictures, and digests that tell when they are old."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from PIL import Image as Picture
from PIL import ImageChops, ImageDraw

from printing.layout.layout import lay_out
from printing.model.document import Document
from printing.model.media import MediaKind
from printing.render.pdf import render_pdf
from printing.render.png import pages
from printing.samples.samples import samples
from sync.i18n import I18n

PICTURE_DPI = 120
GREYS = 16
DESK, SHADOW = 226, 200
MARGIN_DOTS = 18
BEGIN, END = "<!-- documents: begin -->", "<!-- documents: end -->"

# The order of the page: what the customer gets, what goes on parcels, what stays in the shop.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "For the customer",
        (
            ("sales_receipt", "Sales receipt"),
            ("order_slip", "Order slip"),
            ("return_receipt", "Return receipt"),
            ("gift_receipt", "Gift receipt"),
            ("reservation_slip", "Reservation slip"),
            ("credit_voucher", "Credit voucher"),
        ),
    ),
    (
        "On parcels and bags",
        (
            ("parcel_label", "Parcel label, 4 × 6 in"),
            ("parcel_label_a6", "Parcel label, A6"),
            ("return_label", "Return label"),
            ("collect_label", "Click and collect bag"),
            ("packing_slip", "Packing slip"),
        ),
    ),
    (
        "In the shop",
        (
            ("pick_list", "Pick list"),
            ("transfer_note", "Transfer note"),
            ("shelf_label", "Shelf label, 57 × 32 mm"),
            ("shelf_label_reduced", "Shelf label with a reduction, 70 × 38 mm"),
            ("article_label", "Article label"),
            ("x_report", "X report"),
            ("z_report", "Z report"),
        ),
    ),
)


def gallery() -> dict[str, Document]:
    """Every document in French, the language of the shops."""
    return samples(I18n("fr", ZoneInfo("Europe/Paris")))


def digest(document: Document) -> str:
    """Changes when any mark on the document moves or says something else; not with a library."""
    shown = [
        [repr(page.width), repr(page.height), *(repr(mark) for mark in page.marks)]
        for page in lay_out(document)
    ]
    return sha256(json.dumps(shown).encode()).hexdigest()[:16]


def picture(document: Document) -> bytes:
    """The first page on a desk, as a small PNG; the empty foot of a sheet is left out."""
    page = pages(render_pdf(document), PICTURE_DPI)[0]
    if document.media.kind is MediaKind.SHEET:
        blank = Picture.new("L", page.size, 255)
        box = ImageChops.difference(page, blank).getbbox() or (0, 0, 1, 1)
        page = page.crop((0, 0, page.width, min(page.height, box[3] + 60)))
    size = (page.width + 2 * MARGIN_DOTS, page.height + 2 * MARGIN_DOTS)
    desk = Picture.new("L", size, DESK)
    low = MARGIN_DOTS + 3
    ImageDraw.Draw(desk).rectangle(
        (MARGIN_DOTS, low, MARGIN_DOTS + page.width, low + page.height - 1), fill=SHADOW
    )
    desk.paste(page, (MARGIN_DOTS, MARGIN_DOTS))
    target = BytesIO()
    desk.quantize(GREYS).save(target, "PNG", optimize=True)
    return target.getvalue()


def table(digests: dict[str, str]) -> str:
    """The part of docs/printing.md between its marks."""
    lines = [BEGIN]
    for group, documents in GROUPS:
        lines += ["", f"### {group}", ""]
        for name, words in documents:
            lines += [
                f"**{words}**",
                "",
                f"![{words}](pictures/documents/{name}.png)",
                f"<!-- {name} {digests[name]} -->",
                "",
            ]
    lines.append(END)
    return "\n".join(lines)


def write(docs: Path) -> list[str]:
    """Draw all pictures below `docs` and bring docs/printing.md up to date; gives the names."""
    folder = docs / "pictures" / "documents"
    folder.mkdir(parents=True, exist_ok=True)
    documents = gallery()
    for name, document in documents.items():
        (folder / f"{name}.png").write_bytes(picture(document))
    page = docs / "printing.md"
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    part = table({name: digest(document) for name, document in documents.items()})
    page.write_text(before + part + after, "utf-8")
    return list(documents)
