"""The document model: what is on the paper, and nothing about how a printer puts it there.

A document is a run of frozen blocks on one kind of paper. Four renderers read it: PDF, ESC/POS,
ZPL and plain text, so each layout is written once. Every code is checked when its block is made:
a `Barcode` or `Qr` that exists can be printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from printing.errors import Unprintable
from printing.model.media import MM_PER_INCH, Media
from sync.domain.identifiers import Gtin

DOT_MM = MM_PER_INCH / 203  # one dot of the usual label and receipt printer
DOTS_PER_MODULE_MIN = 3  # measured: at two dots one label in five does not read
QR_TEXT_MAX = 1000
GS1_128_DATA_MAX = 48  # GS1 General Specifications, section 5.4.2
CODE_128_DATA_MAX = 80
IMAGE_BYTES_MAX = 2_000_000
FNC1 = "\x1d"
_BREAKS = re.compile("[\t\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# A printer takes control characters for commands; marks of direction turn a line round unseen.
_CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)


def _printable(text: str) -> str:
    """The text without control characters: a space for one that parts words, else nothing; "\\n"
    stays. Half a character (a lone surrogate) becomes U+FFFD."""
    if text.isprintable():
        return text
    return _CONTROLS.sub("", _SURROGATES.sub("\ufffd", _BREAKS.sub(" ", text)))


class Style(StrEnum):
    """The role of a text; each medium has its own size for it."""

    DISPLAY = "display"  # the one thing read from across the room
    TITLE = "title"
    TOTAL = "total"
    HEADING = "heading"
    STRONG = "strong"
    BODY = "body"
    SMALL = "small"
    CAPTION = "caption"  # the name of what stands below it, in small capitals


class Align(StrEnum):
    """Where a line stands between the margins."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


class VAlign(StrEnum):
    """How the cells of a row stand to one another."""

    BASELINE = "baseline"
    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Symbology(StrEnum):
    """The linear codes that shops and carriers scan."""

    EAN_13 = "ean13"
    EAN_8 = "ean8"
    CODE_128 = "code128"
    GS1_128 = "gs1-128"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; it wraps. With `lines_max` it is set smaller until it fits so many's height,
    and with `shorten` too, what is still too long ends in “…” (else DoesNotFit).

    `tabular` makes all figures equally wide, for amounts that stand in a column. Control
    characters are taken out of the text.
    """

    text: str
    style: Style = Style.BODY
    align: Align = Align.LEFT
    lines_max: int = 0
    tabular: bool = False
    shorten: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _printable(self.text))


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across. `weight_pt` in points; `dashed` for a line to cut or fold along."""

    weight_pt: float = 0.6
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Space:
    """`mm` of nothing; with `fill`, all the height that a label has left."""

    mm: float = 2.0
    fill: bool = False


@dataclass(frozen=True, slots=True)
class Barcode:
    """A linear code with its quiet zones.

    `data` as scanned: digits for EAN; for GS1-128 the element string without the leading FNC1,
    other FNC1 as `\\x1d`. `text` is what people read below it. `module_dots` is the width of the
    narrowest bar in dots of a 203 dpi printer.
    """

    symbology: Symbology
    data: str
    text: str = ""
    height_mm: float = 12.0
    module_dots: int = DOTS_PER_MODULE_MIN
    align: Align = Align.CENTRE

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _printable(self.text))
        if self.symbology in (Symbology.EAN_13, Symbology.EAN_8):
            digits = Gtin(self.data).value
            object.__setattr__(self, "data", digits)
            if len(digits) != (13 if self.symbology is Symbology.EAN_13 else 8):
                raise Unprintable(
                    "{data} does not have the length of an {symbology} code. Nothing was printed.",
                    data=digits,
                    symbology=self.symbology.value,
                )
        else:
            _check_code_128(self.data, self.symbology)
        if self.module_dots < DOTS_PER_MODULE_MIN:
            raise Unprintable(
                "Bars of {dots} printer dots do not read reliably; they need {minimum}.",
                dots=self.module_dots,
                minimum=DOTS_PER_MODULE_MIN,
            )

    @property
    def module_mm(self) -> float:
        """Width of the narrowest bar."""
        return self.module_dots * DOT_MM


def _check_code_128(data: str, symbology: Symbology) -> None:
    longest = GS1_128_DATA_MAX if symbology is Symbology.GS1_128 else CODE_128_DATA_MAX
    allowed = FNC1 if symbology is Symbology.GS1_128 else ""
    if not 1 <= len(data) <= longest or any(not " " <= c <= "~" and c not in allowed for c in data):
        raise Unprintable(
            "“{data}” cannot be a {symbology} code: it takes 1 to {longest} plain characters. "
            "Nothing was printed.",
            data=data[:40],
            symbology=symbology.value,
            longest=longest,
        )


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code at error correction M, `size_mm` wide without its quiet zone.

    `text` says what it holds to those who cannot see it.
    """

    data: str
    size_mm: float = 24.0
    text: str = ""
    align: Align = Align.CENTRE

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _printable(self.text))
        if not 1 <= len(self.data) <= QR_TEXT_MAX:
            raise Unprintable(
                "A QR code takes 1 to {longest} characters; this one would hold {length}.",
                longest=QR_TEXT_MAX,
                length=len(self.data),
            )


@dataclass(frozen=True, slots=True)
class Image:
    """A picture (PNG or JPEG), `width_mm` wide, printed in black; `text` describes it."""

    data: bytes
    width_mm: float
    text: str = ""
    align: Align = Align.CENTRE

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _printable(self.text))
        if len(self.data) > IMAGE_BYTES_MAX:
            raise Unprintable(
                "The picture has {size} MB; printers take {maximum} MB at most. "
                "Use a smaller one. Nothing was printed.",
                size=round(len(self.data) / 1e6),
                maximum=round(IMAGE_BYTES_MAX / 1e6),
            )


@dataclass(frozen=True, slots=True)
class Cell:
    """Blocks that stand in one column; `share` of the free width, 0 for as wide as its content."""

    blocks: tuple[Block, ...]
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells side by side, `gap_mm` apart."""

    cells: tuple[Cell, ...]
    gap_mm: float = 2.0
    valign: VAlign = VAlign.BASELINE

    def __post_init__(self) -> None:
        if not self.cells:
            raise Unprintable("A row needs at least one column. Nothing was printed.")


@dataclass(frozen=True, slots=True)
class Panel:
    """Blocks on black (`inverse`) or in a frame."""

    blocks: tuple[Block, ...]
    inverse: bool = False
    padding_mm: float = 1.2


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut the paper here, where the printer can."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """Open the cash drawer, where there is one."""


Block = Text | Columns | Panel | Rule | Barcode | Qr | Image | Cut | Drawer | Space


@dataclass(frozen=True, slots=True)
class Document:
    """One document: `type` is a stable name such as `sales_receipt`; `language` as in BCP 47."""

    type: str
    media: Media
    title: str
    language: str
    blocks: tuple[Block, ...]
