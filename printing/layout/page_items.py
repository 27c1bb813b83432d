"""What ends up on a page: marks at a place, in points from the top left corner."""

from __future__ import annotations

from dataclasses import dataclass, replace

from printing.layout.fonts import Piece
from printing.model.document import Barcode, Image, Qr


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text: `x`, `baseline` of its start; `top` and `bottom` of the line it stands on."""

    x: float
    baseline: float
    width: float
    top: float
    bottom: float
    text: str
    pieces: tuple[Piece, ...]
    size: float
    tracking_em: float
    white: bool = False


@dataclass(frozen=True, slots=True)
class BoxMark:
    """A black rectangle: a rule, or the ground of a panel."""

    x: float
    top: float
    width: float
    height: float
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class BarcodeMark:
    """A linear code; `x` is its first bar, `module` the width of the narrowest in points."""

    x: float
    top: float
    width: float
    height: float
    module: float
    barcode: Barcode


@dataclass(frozen=True, slots=True)
class QrMark:
    """A QR code without its quiet zone; `width` is its side."""

    x: float
    top: float
    width: float
    qr: Qr


@dataclass(frozen=True, slots=True)
class ImageMark:
    """A picture."""

    x: float
    top: float
    width: float
    height: float
    image: Image


Mark = TextMark | BoxMark | BarcodeMark | QrMark | ImageMark


@dataclass(frozen=True, slots=True)
class Page:
    """A page of `width` by `height` points and the marks on it."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def lowered(mark: Mark, by: float) -> Mark:
    """The mark, `by` points further down."""
    if isinstance(mark, TextMark):
        return replace(
            mark, baseline=mark.baseline + by, top=mark.top + by, bottom=mark.bottom + by
        )
    return replace(mark, top=mark.top + by)
