"""Does anything on a page touch or leave it? Boxes of ink are compared; for tests and figures."""

from __future__ import annotations

from collections.abc import Sequence

from printing.barcodes import bars as codes
from printing.layout.page_items import BarcodeMark, BoxMark, ImageMark, Mark, Page, QrMark, TextMark

Box = tuple[float, float, float, float]
ASCENT_EM, DESCENT_EM = 0.76, 0.22  # of lower case and plain capitals
TOLERANCE_PT = 0.05


def ink(mark: Mark) -> Box:
    """Left, top, right, bottom of what is printed, quiet zones included."""
    match mark:
        case TextMark():
            top = mark.baseline - ASCENT_EM * mark.size
            return mark.x, top, mark.x + mark.width, mark.baseline + DESCENT_EM * mark.size
        case BarcodeMark():
            quiet = codes.QUIET_MODULES[mark.barcode.symbology] * mark.module
            return mark.x - quiet, mark.top, mark.x + mark.width + quiet, mark.top + mark.height
        case QrMark():
            quiet = mark.width / len(codes.qr_matrix(mark.qr.data)) * codes.QR_QUIET_MODULES
            side = mark.width + 2 * quiet
            left, top = mark.x - quiet, mark.top - quiet
            return left, top, left + side, top + side
        case BoxMark() | ImageMark():
            return mark.x, mark.top, mark.x + mark.width, mark.top + mark.height


def clashes(pages: Sequence[Page]) -> list[str]:
    """What leaves its page, and what touches what; the ground of a panel may have text on it."""
    found = []
    for page in pages:
        boxes = [(mark, ink(mark)) for mark in page.marks]
        for place, (mark, box) in enumerate(boxes):
            if _outside(box, page):
                found.append(f"outside: {_name(mark)}")
            for other, other_box in boxes[place + 1 :]:
                if _apart(box, other_box) or BoxMark in (type(mark), type(other)):
                    continue
                found.append(f"{_name(mark)} touches {_name(other)}")
    return found


def _outside(box: Box, page: Page) -> bool:
    left, top, right, bottom = box
    return (
        left < -TOLERANCE_PT
        or top < -TOLERANCE_PT
        or right > page.width + TOLERANCE_PT
        or bottom > page.height + TOLERANCE_PT
    )


def _apart(one: Box, other: Box) -> bool:
    return (
        one[2] <= other[0] + TOLERANCE_PT
        or other[2] <= one[0] + TOLERANCE_PT
        or one[3] <= other[1] + TOLERANCE_PT
        or other[3] <= one[1] + TOLERANCE_PT
    )


def _name(mark: Mark) -> str:
    return f"“{mark.text}”" if isinstance(mark, TextMark) else type(mark).__name__
