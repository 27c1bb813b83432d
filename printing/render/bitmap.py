"""Marks as dots in black and white, by Pillow: for printers that take pictures.

Text is drawn three times as large and reduced, then cut at half grey: stems keep their weight and
accents stay apart on a 203 dpi head. Bars and modules are whole dots.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from printing.barcodes import bars as codes
from printing.layout import fonts
from printing.layout.page_items import BarcodeMark, BoxMark, ImageMark, Mark, Page, QrMark, TextMark
from printing.layout.scripts import in_reading_order, spelled

OVERSAMPLING = 3
DEPTH_EM = 0.5  # below the line: Arabic letters and their dots reach furthest
# Above half: thin strokes lose less when a little more than half grey still prints.
BLACK_FROM = 150
DOTS_PER_INCH_OF_MODEL = 203


@lru_cache(maxsize=256)
def _font(name: str, size_px: float) -> ImageFont.FreeTypeFont:
    source = BytesIO(fonts.font_file(name))
    return ImageFont.truetype(source, size_px, layout_engine=ImageFont.Layout.BASIC)


def draw_page(page: Page, dpi: int, linear_codes: bool = True) -> Picture.Image:
    """The page in 1-bit, black is 0. Without `linear_codes` for printers that draw those."""
    scale = dpi / 72
    picture = Picture.new("L", (round(page.width * scale), round(page.height * scale)), 255)
    for mark in page.marks:
        if linear_codes or not isinstance(mark, BarcodeMark):
            _draw(picture, mark, dpi)
    return picture.convert("1", dither=Picture.Dither.NONE)


def _draw(picture: Picture.Image, mark: Mark, dpi: int) -> None:
    scale = dpi / 72
    pen = ImageDraw.Draw(picture)
    match mark:
        case TextMark():
            _draw_text(picture, mark, scale)
        case BoxMark():
            left, top = round(mark.x * scale), round(mark.top * scale)
            right = left + max(1, round(mark.width * scale))
            bottom = top + max(1, round(mark.height * scale))
            step = round(4.4 * scale) if mark.dashed else right - left
            dash = round(2.4 * scale) if mark.dashed else right - left
            for start in range(left, right, step):
                pen.rectangle((start, top, min(start + dash, right) - 1, bottom - 1), fill=0)
        case BarcodeMark():
            module = module_dots(mark, dpi)
            left = barcode_left(mark, dpi)
            top, bottom = round(mark.top * scale), round((mark.top + mark.height) * scale)
            for start, wide in codes.bars(mark.barcode):
                first = left + start * module
                pen.rectangle((first, top, first + wide * module - 1, bottom - 1), fill=0)
        case QrMark():
            _draw_qr(pen, mark, scale)
        case ImageMark():
            size = (round(mark.width * scale), round(mark.height * scale))
            with Picture.open(BytesIO(mark.image.data)) as source:
                rgba = source.convert("RGBA").resize(size, Picture.Resampling.LANCZOS)
            ground = Picture.new("RGBA", size, "white")
            ground.alpha_composite(rgba)
            dithered = ground.convert("1")
            picture.paste(dithered, (round(mark.x * scale), round(mark.top * scale)))


def module_dots(mark: BarcodeMark, dpi: int) -> int:
    """Width of the narrowest bar in whole dots of this printer."""
    return max(1, round(mark.barcode.module_dots * dpi / DOTS_PER_INCH_OF_MODEL))


def barcode_left(mark: BarcodeMark, dpi: int) -> int:
    """The first dot of the symbol: in whole dots it may be wider or narrower than in points."""
    centre = (mark.x + mark.width / 2) * dpi / 72
    return round(centre - codes.modules_wide(mark.barcode) * module_dots(mark, dpi) / 2)


def _draw_text(picture: Picture.Image, mark: TextMark, scale: float) -> None:
    if not mark.pieces:
        return
    size = mark.size * scale * OVERSAMPLING
    width = int(mark.width * scale) + 4
    above, below = int(mark.size * scale * 1.1) + 1, int(mark.size * scale * DEPTH_EM) + 1
    large = Picture.new("L", (width * OVERSAMPLING, (above + below) * OVERSAMPLING), 255)
    pen = ImageDraw.Draw(large)
    for piece in mark.pieces:
        font = _font(piece.face, size)
        x = piece.dx * size + OVERSAMPLING
        if not mark.tracking_em:
            pen.text((x, above * OVERSAMPLING), piece.text, 0, font, anchor="ls")
            continue
        for character in piece.text:
            pen.text((x, above * OVERSAMPLING), character, 0, font, anchor="ls")
            x += font.getlength(character) + mark.tracking_em * size
    ink = large.reduce(OVERSAMPLING).point(lambda level: 255 if level < BLACK_FROM else 0)
    place = (round(mark.x * scale) - 1, round(mark.baseline * scale) - above)
    picture.paste(255 if mark.white else 0, place, ink)


def _draw_qr(pen: ImageDraw.ImageDraw, mark: QrMark, scale: float) -> None:
    matrix = codes.qr_matrix(mark.qr.data)
    module = max(1, int(mark.width * scale / len(matrix)))
    slack = mark.width * scale - module * len(matrix)
    left, top = round(mark.x * scale + slack / 2), round(mark.top * scale + slack / 2)
    for row, line in enumerate(matrix):
        for column, dark in enumerate(line):
            if dark:
                x, y = left + column * module, top + row * module
                pen.rectangle((x, y, x + module - 1, y + module - 1), fill=0)


def draw_run(
    picture: Picture.Image, text: str, left: int, width: int, *, bold: bool, height: int
) -> None:
    """Write `text` into `width` dots from `left`, on a line `height` dots high."""
    name = fonts.SEMIBOLD if bold else fonts.REGULAR
    line = in_reading_order(spelled(text))
    pieces, natural = fonts.pieces(line, name), fonts.width_em(line, name)
    deep = any(piece.face == fonts.ARABIC for piece in pieces)
    largest, baseline = (0.65, 0.67) if deep else (0.76, 0.78)
    size = min(height * largest, (width - 2) / natural if natural else height)
    pen = ImageDraw.Draw(picture)
    for piece in pieces:
        font = _font(piece.face, size)
        pen.text((left + piece.dx * size, height * baseline), piece.text, 0, font, anchor="ls")
