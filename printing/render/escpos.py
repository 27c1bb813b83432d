"""A document as ESC/POS, the language of receipt printers, through python-escpos.

Text goes in the printer's own font, so a receipt prints at full speed. Each job starts with ESC @
and names its code page, whatever the job before left behind. A line with a character that the
code page lacks goes as dots, drawn from the bundled fonts: never a question mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from escpos.constants import QR_ECLEVEL_M
from escpos.printer import Dummy
from PIL import Image as Picture
from PIL import ImageDraw

from printing.barcodes import bars as codes
from printing.layout.layout import lay_out
from printing.layout.page_items import Page
from printing.layout.scripts import spelled
from printing.layout.text_grid import (
    Line,
    Segment,
    Spell,
    as_written,
    columns_of,
    set_in_columns,
    wrap,
)
from printing.model.document import (
    FNC1,
    Barcode,
    Cut,
    Document,
    Drawer,
    Image,
    Qr,
    Rule,
    Space,
    Style,
    Symbology,
)
from printing.model.media import Media
from printing.model.printer_profile import GENERIC_ESCPOS, Profile
from printing.render.bitmap import draw_page, draw_run

_State = tuple[bool, int, int, bool]
ESC, GS = b"\x1b", b"\x1d"
LINE_DOTS = 30
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "₂": "2", "−": "-"})
_WIDE = {Style.DISPLAY: 2, Style.TITLE: 2}
_TALL = {Style.DISPLAY: 2, Style.TITLE: 2, Style.TOTAL: 2}
_BOLD = frozenset({Style.DISPLAY, Style.TITLE, Style.TOTAL, Style.HEADING, Style.STRONG})


def render_escpos(document: Document, profile: Profile = GENERIC_ESCPOS) -> bytes:
    """The document for one receipt printer. Raises Unprintable and DoesNotFit."""
    try:
        return _Writer(document, profile, as_written).written()
    except UnicodeEncodeError:  # a letter that the code page lacks: few receipts have one
        return _Writer(document, profile, _speller(profile.encoding)).written()


def wide(style: Style) -> int:
    """How many columns a character of `style` takes."""
    return _WIDE.get(style, 1)


def printable(text: str) -> str:
    """The text with spaces and signs that no receipt printer knows in their plain form."""
    return text if text.isascii() else text.translate(_PLAIN)


def _speller(encoding: str) -> Spell:
    """A text as it is when the code page has it all, else in characters that can be drawn."""

    def spell(text: str) -> str:
        try:
            printable(text).encode(encoding)
        except UnicodeEncodeError:
            return spelled(text)
        return text

    return spell


class _Writer:
    """Turns grid lines into bytes, keeping the printer's state so that it is sent only once."""

    def __init__(self, document: Document, profile: Profile, spell: Spell) -> None:
        self._document = document
        self._profile = profile
        self._spell = spell
        self._printer = Dummy()
        self._parts: list[bytes] = []
        self._style_now: tuple[Style, bool] | None = None
        self._state: _State | None = None

    def written(self) -> bytes:
        self._raw(ESC + b"@")
        self._raw(ESC + b"t" + bytes([self._profile.code_page_number]))
        self._raw(ESC + b"3" + bytes([LINE_DOTS]))
        for item in set_in_columns(self._document, self._profile.columns, wide, self._spell):
            match item:
                case Line():
                    self._line(item)
                case Rule():
                    self._rule(item)
                case Space() if item.mm:
                    self._raw(ESC + b"J" + bytes([min(255, round(item.mm * self._dots_per_mm))]))
                case Barcode():
                    self._barcode(item)
                case Qr():
                    self._qr(item)
                case Image():
                    self._image(item)
                case Cut() if self._profile.cutter:
                    self._raw(ESC + b"d\x04")
                    self._raw(GS + b"VB\x00")
                case Drawer() if self._profile.drawer:
                    self._flush()
                    self._printer.cashdraw(2)
        self._flush()
        return bytes(self._printer.output)

    @property
    def _dots_per_mm(self) -> float:
        return self._profile.dpi / 25.4

    def _raw(self, data: bytes) -> None:
        self._parts.append(data)

    def _flush(self) -> None:
        """Hand over what is ready, before the library writes something itself."""
        self._printer._raw(b"".join(self._parts))  # its only way to take bytes as they are
        self._parts.clear()

    def _style(self, style: Style, inverse: bool) -> None:
        if self._style_now == (style, inverse):
            return
        self._style_now = (style, inverse)
        state = (style in _BOLD, _WIDE.get(style, 1), _TALL.get(style, 1), inverse)
        if state == self._state:
            return
        before = self._state or (not state[0], 0, 0, not inverse)
        if state[0] != before[0]:
            self._raw(ESC + b"E" + bytes([state[0]]))
        if state[1:3] != before[1:3]:
            self._raw(GS + b"!" + bytes([(state[1] - 1) << 4 | (state[2] - 1)]))
        if state[3] != before[3]:
            self._raw(GS + b"B" + bytes([state[3]]))
        self._state = state

    def _line(self, line: Line) -> None:
        whole = line.text
        try:
            encoded = printable(whole).encode(self._profile.encoding)
        except UnicodeEncodeError:
            if self._spell is as_written:
                raise
            self._drawn_line(line)
            return
        if len(encoded) != len(whole):  # a code page of several bytes a character
            self._drawn_line(line)
            return
        height = max(_TALL.get(segment.style, 1) for segment in line.segments)
        start = 0
        for segment in line.segments:
            part = encoded[start : start + len(segment.text)]
            start += len(part)
            # Spaces keep the height of the line, or the printer sets it lower.
            style = segment.style if part.strip() or height == 1 else Style.BODY
            self._style(style, line.inverse)
            self._raw(part)
        self._raw(b"\n")

    def _drawn_line(self, line: Line) -> None:
        """The line as dots, each segment in the columns it has in the grid."""
        column = self._profile.width_dots // self._profile.columns
        tall = max(_TALL.get(segment.style, 1) for segment in line.segments)
        picture = Picture.new("1", (self._profile.width_dots, LINE_DOTS * tall), 1)
        position = 0
        for segment in line.segments:
            cells = columns_of(segment.text) * wide(segment.style)
            draw_run(
                picture,
                segment.text,
                position * column,
                cells * column,
                bold=segment.style in _BOLD,
                height=LINE_DOTS * _TALL.get(segment.style, 1),
            )
            position += cells
        if line.inverse:
            picture = picture.point(lambda dot: 0 if dot else 255).convert("1")
        self._dots(picture)

    def _rule(self, rule: Rule) -> None:
        height = max(2, round(rule.weight_pt / 72 * self._profile.dpi))
        self._raw(_rule(self._profile.width_dots, height, rule.dashed))

    def _dots(self, picture: Picture.Image) -> None:
        self._raw(_raster(picture))

    def _qr(self, qr: Qr) -> None:
        if not self._profile.native_qr:
            self._drawn_block(qr)
            return
        modules = len(codes.qr_matrix(qr.data))
        size = max(3, min(16, int(qr.size_mm * self._dots_per_mm / modules)))
        self._centred(True)
        self._flush()
        self._printer.qr(qr.data, ec=QR_ECLEVEL_M, size=size, native=True)
        self._raw(b"\n")
        self._centred(False)

    def _centred(self, on: bool) -> None:
        self._raw(ESC + b"a" + bytes([on]))

    def _barcode(self, barcode: Barcode) -> None:
        width = codes.modules_wide(barcode) + 2 * codes.QUIET_MODULES[barcode.symbology]
        if width * barcode.module_dots > self._profile.width_dots:
            self._drawn_block(barcode)  # says that it does not fit
            return
        height = max(1, min(255, round(barcode.height_mm * self._dots_per_mm)))
        kind, data = _native_barcode(barcode)
        self._style(Style.BODY, False)
        self._centred(True)
        self._raw(GS + b"h" + bytes([height]) + GS + b"w" + bytes([barcode.module_dots]))
        self._raw(GS + b"H\x00" + GS + b"k" + bytes([kind, len(data)]) + data)
        self._raw(b"\n")
        self._centred(False)
        for line in wrap(self._spell(barcode.text), self._profile.columns) if barcode.text else ():
            before = Segment(" " * ((self._profile.columns - len(line)) // 2), Style.BODY)
            self._line(Line((before, Segment(line, Style.BODY))))

    def _image(self, image: Image) -> None:
        self._drawn_block(image)

    def _drawn_block(self, block: Barcode | Qr | Image) -> None:
        """A block as dots, as wide as the print head."""
        width_mm = self._profile.width_dots / self._dots_per_mm
        roll = Media("head", self._document.media.kind, width_mm, 0, 0, 0, "")
        alone = Document(self._document.type, roll, self._document.title, "", (block,))
        pages: Sequence[Page] = lay_out(alone)
        self._dots(draw_page(pages[0], self._profile.dpi))


def _raster(picture: Picture.Image) -> bytes:
    """GS v 0: a raster image, ink as 1."""
    stride = (picture.width + 7) // 8
    inverted = picture.point(lambda dot: 0 if dot else 255).convert("1")
    head = stride.to_bytes(2, "little") + picture.height.to_bytes(2, "little")
    return GS + b"v0\x00" + head + inverted.tobytes()


@lru_cache(maxsize=32)
def _rule(width: int, height: int, dashed: bool) -> bytes:
    """A line across, whole or dashed."""
    picture = Picture.new("1", (width, height), 1)
    step = 12 if dashed else width
    pen = ImageDraw.Draw(picture)
    for start in range(0, width, step):
        pen.rectangle((start, 0, start + (7 if dashed else step) - 1, height - 1), fill=0)
    return _raster(picture)


def _native_barcode(barcode: Barcode) -> tuple[int, bytes]:
    """The symbology number and data of GS k, function B."""
    match barcode.symbology:
        case Symbology.EAN_13:
            return 67, barcode.data.encode("ascii")
        case Symbology.EAN_8:
            return 68, barcode.data.encode("ascii")
        case _:
            return 73, _code_128(barcode)


def _code_128(barcode: Barcode) -> bytes:
    """`{B` and `{C` choose the subset, `{1` is FNC1, `{{` a brace; pairs of digits in subset C."""
    data = barcode.data
    gs1 = barcode.symbology is Symbology.GS1_128
    found = bytearray()
    subset = b""
    position = 0
    if gs1:
        subset = b"{C" if data[:2].isdigit() else b"{B"
        found += subset + b"{1"
    while position < len(data):
        pairs = data[position : position + 4]
        in_c = data[position : position + 2]
        wanted = b"{C" if len(pairs) == 4 and pairs.isdigit() else b"{B"
        if subset == b"{C" and len(in_c) == 2 and in_c.isdigit():
            wanted = b"{C"
        if data[position] == FNC1:
            found += b"{1"
            position += 1
            continue
        if wanted != subset:
            found += wanted
            subset = wanted
        if subset == b"{C":
            found.append(int(in_c))
            position += 2
        else:
            found += b"{{" if data[position] == "{" else data[position].encode("ascii")
            position += 1
    return bytes(found)
