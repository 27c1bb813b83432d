"""A document as ZPL II, the language of Zebra label printers and of many others.

Words, QR codes and pictures go as dots (^GF), drawn from the bundled fonts: every printer prints
the same letters, Greek and Polish included, whatever fonts it holds. Linear codes go as commands
(^BC, ^BE), so that the printer draws the bars in whole dots itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from PIL import Image as Picture
from PIL import ImageOps

from printing.layout.layout import lay_out
from printing.layout.page_items import BarcodeMark, Page
from printing.model.document import FNC1, Barcode, Document, Symbology
from printing.render.bitmap import barcode_left, draw_page, module_dots

BLANK_ROWS_BETWEEN_BANDS = 12
_REPEATS = [(20 * n, chr(ord("f") + n)) for n in range(20, 0, -1)]
_REPEATS += [(n, chr(ord("F") + n)) for n in range(19, 0, -1)]


def render_zpl(document: Document, dpi: int = 203) -> bytes:
    """The document as ZPL for a printer of `dpi`, one ^XA..^XZ a page, in ASCII.

    Raises DoesNotFit and Unprintable, as every renderer does.
    """
    return render_zpl_of([document], dpi)


def render_zpl_of(documents: Iterable[Document], dpi: int = 203) -> bytes:
    """Several documents, one after the other."""
    pages = (page for document in documents for page in lay_out(document))
    return "".join(_page(page, dpi) for page in pages).encode("ascii")


def _page(page: Page, dpi: int) -> str:
    picture = draw_page(page, dpi, linear_codes=False)
    found = ["^XA", "^CI28", f"^PW{picture.width}", f"^LL{picture.height}", "^LH0,0"]
    found += [_graphic(left, top, band) for left, top, band in _bands(picture)]
    found += [_barcode(mark, dpi) for mark in page.marks if isinstance(mark, BarcodeMark)]
    found += ["^PQ1", "^XZ", ""]
    return "\n".join(found)


def _bands(picture: Picture.Image) -> Iterator[tuple[int, int, Picture.Image]]:
    """The inked parts, from the top, cropped: (left, top, part with ink as 1)."""
    ink = ImageOps.invert(picture.convert("L")).convert("1")
    width, height = ink.size
    stride = (width + 7) // 8
    rows = ink.tobytes()
    start: int | None = None
    blank = 0
    for y in range(height + 1):
        if y < height and any(rows[y * stride : (y + 1) * stride]):
            start = y if start is None else start
            blank = 0
            continue
        blank += 1
        if start is not None and (blank > BLANK_ROWS_BETWEEN_BANDS or y == height):
            part = ink.crop((0, start, width, y))
            box = part.getbbox()
            if box is not None:
                yield box[0], start + box[1], part.crop(box)
            start = None


def _graphic(left: int, top: int, band: Picture.Image) -> str:
    stride = (band.width + 7) // 8
    total = stride * band.height
    return f"^FO{left},{top}^GFA,{total},{total},{stride},{_compressed(band.tobytes(), stride)}^FS"


def _compressed(rows: bytes, stride: int) -> str:
    """Alternative data compression of the ZPL II Programming Guide: a run of one hex digit is a
    count (G-Y for 1-19, g-z for 20-400) and the digit; `,` is white to the end of the row; `:` is
    the row above again. `!` for black is left out: renderers take it for the digit 1."""
    found = []
    above = b""
    for start in range(0, len(rows), stride):
        row = rows[start : start + stride]
        if row == above:
            found.append(":")
            continue
        above = row
        found.append(_compressed_row(row.hex().upper()))
    return "".join(found)


def _compressed_row(digits: str) -> str:
    end = ""
    if digits[-1] == "0":
        digits, end = digits.rstrip("0"), ","
    found = []
    position = 0
    while position < len(digits):
        digit = digits[position]
        run = len(digits) - position
        run -= len(digits[position:].lstrip(digit))
        position += run
        if run == 1:
            found.append(digit)
            continue
        while run:
            count, letter = next((c, letter) for c, letter in _REPEATS if c <= run)
            found.append(letter)
            run -= count
            # Several counts in a row add up, so the digit comes once, after the last.
        found.append(digit)
    return "".join(found) + end


def _barcode(mark: BarcodeMark, dpi: int) -> str:
    barcode = mark.barcode
    height = round(mark.height * dpi / 72)
    place = f"^FO{barcode_left(mark, dpi)},{round(mark.top * dpi / 72)}^BY{module_dots(mark, dpi)}"
    match barcode.symbology:
        case Symbology.EAN_13:
            return f"{place}^BEN,{height},N,N^FD{barcode.data[:12]}^FS"
        case Symbology.EAN_8:
            return f"{place}^B8N,{height},N,N^FD{barcode.data[:7]}^FS"
        case _:
            return f"{place}^BCN,{height},N,N,N,N^FH_^FD{_code_128(barcode)}^FS"


def _code_128(barcode: Barcode) -> str:
    """Field data for mode N, its subsets said in full: renderers disagree on the automatic modes.

    `>;` starts in subset C and `>:` in B, `>8` is FNC1, `>5` changes to C and `>6` to B. Digits
    go in pairs in C, an odd one at the end in B.
    """
    data = barcode.data
    gs1 = barcode.symbology is Symbology.GS1_128
    subset = "C" if _digits_at(data, 0) >= 4 or (data.isdigit() and len(data) == 2) else "B"
    found = [">;" if subset == "C" else ">:", ">8" if gs1 else ""]
    position = 0
    while position < len(data):
        run = _digits_at(data, position)
        if data[position] == FNC1:
            found.append(">8")
            position += 1
        elif subset == "C" and run >= 2:
            found.append(data[position : position + 2])
            position += 2
        elif subset == "C":
            found.append(">6")
            subset = "B"
        elif run >= 4 and run % 2 == 0:
            found.append(">5")
            subset = "C"
        else:
            found.append(_escaped(data[position]))
            position += 1
    return "".join(found)


def _digits_at(data: str, position: int) -> int:
    rest = data[position:]
    return len(rest) - len(rest.lstrip("0123456789"))


def _escaped(character: str) -> str:
    """`>`, `^`, `~` and `_` mean something to the printer."""
    if character == ">":
        return ">0"
    if character in "^~_":
        return f"_{ord(character):02X}"
    return character
