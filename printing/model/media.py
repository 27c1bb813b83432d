"""The paper: its size, margins, and how many characters a printer's own font sets on a line."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

POINTS_PER_MM = 72 / 25.4
MM_PER_INCH = 25.4


class MediaKind(StrEnum):
    """A roll is as long as its content; a label is one page; sheets follow one another."""

    ROLL = "roll"
    LABEL = "label"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Media:
    """`width_mm` by `height_mm` (0 for a roll), `margin_mm` on all sides.

    `columns` is how many characters of a monospaced font stand on a line: what a receipt printer
    sets with its font A, and the width of the plain-text form.
    `ipp_name` is the PWG 5101.1 self-describing name that IPP printers ask for.
    """

    name: str
    kind: MediaKind
    width_mm: float
    height_mm: float
    margin_mm: float
    columns: int
    ipp_name: str

    @property
    def content_width_mm(self) -> float:
        """Width between the margins."""
        return self.width_mm - 2 * self.margin_mm


ROLL_80 = Media("roll-80", MediaKind.ROLL, 80, 0, 4, 48, "om_receipt-80_80x297mm")
ROLL_58 = Media("roll-58", MediaKind.ROLL, 58, 0, 5, 32, "om_receipt-58_58x297mm")
A4 = Media("a4", MediaKind.SHEET, 210, 297, 16, 80, "iso_a4_210x297mm")
LABEL_4X6 = Media("label-4x6", MediaKind.LABEL, 101.6, 152.4, 4, 48, "na_index-4x6_4x6in")
LABEL_A6 = Media("label-a6", MediaKind.LABEL, 105, 148, 4, 48, "iso_a6_105x148mm")
LABEL_100X70 = Media("label-100x70", MediaKind.LABEL, 100, 70, 4, 48, "om_label-100x70_100x70mm")
LABEL_57X32 = Media("label-57x32", MediaKind.LABEL, 57, 32, 2, 32, "om_label-57x32_57x32mm")
LABEL_70X38 = Media("label-70x38", MediaKind.LABEL, 70, 38, 2, 32, "om_label-70x38_70x38mm")
LABEL_50X30 = Media("label-50x30", MediaKind.LABEL, 50, 30, 2, 24, "om_label-50x30_50x30mm")

MEDIA = {
    media.name: media
    for media in (
        ROLL_80,
        ROLL_58,
        A4,
        LABEL_4X6,
        LABEL_A6,
        LABEL_100X70,
        LABEL_57X32,
        LABEL_70X38,
        LABEL_50X30,
    )
}
