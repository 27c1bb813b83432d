"""The size and face of each style on each kind of paper."""

from __future__ import annotations

from dataclasses import dataclass

from printing.layout import fonts
from printing.model.document import Style
from printing.model.media import Media, MediaKind

SMALL_LABEL_WIDTH_MM = 80
NARROW_ROLL_MM = 70


@dataclass(frozen=True, slots=True)
class Type:
    """A typeface at `size_pt` on lines `leading_pt` apart, letters spaced by `tracking_em`."""

    face: str
    size_pt: float
    leading_pt: float
    tracking_em: float = 0.0
    capitals: bool = False


_EXTRA, _SEMI, _MEDIUM, _REGULAR = (
    fonts.TITLE_EXTRABOLD,
    fonts.SEMIBOLD,
    fonts.MEDIUM,
    fonts.REGULAR,
)

# Nothing under 6.4 pt: 18 dots high at 203 dpi, the least at which accents stay apart.
_ROLL = {
    Style.DISPLAY: Type(_EXTRA, 27, 31),
    Style.TITLE: Type(_EXTRA, 17, 21),
    Style.TOTAL: Type(_EXTRA, 16, 21),
    Style.HEADING: Type(fonts.TITLE_BOLD, 9.6, 13),
    Style.STRONG: Type(_SEMI, 8.8, 12.2),
    Style.BODY: Type(_REGULAR, 8.8, 12.2),
    Style.SMALL: Type(_MEDIUM, 7.4, 10.2),
    Style.CAPTION: Type(_SEMI, 6.5, 9.6, 0.07, capitals=True),
}
_NARROW_ROLL = {
    Style.DISPLAY: Type(_EXTRA, 22, 26),
    Style.TITLE: Type(_EXTRA, 14, 17.5),
    Style.TOTAL: Type(_EXTRA, 12, 16),
    Style.HEADING: Type(fonts.TITLE_BOLD, 8.8, 12),
    Style.STRONG: Type(_SEMI, 7.6, 10.6),
    Style.BODY: Type(_REGULAR, 8, 11.2),
    Style.SMALL: Type(_MEDIUM, 6.8, 9.4),
    Style.CAPTION: Type(_SEMI, 6.4, 9, 0.04, capitals=True),
}
_LABEL = {
    Style.DISPLAY: Type(_EXTRA, 54, 59),
    Style.TITLE: Type(_EXTRA, 22, 25.5),
    Style.TOTAL: Type(_EXTRA, 15, 18.5),
    Style.HEADING: Type(_SEMI, 14, 18),
    Style.STRONG: Type(_SEMI, 11.5, 15),
    Style.BODY: Type(_REGULAR, 11, 14.5),
    Style.SMALL: Type(_MEDIUM, 8.6, 11.4),
    Style.CAPTION: Type(_SEMI, 6.8, 9.4, 0.07, capitals=True),
}
_SMALL_LABEL = {
    Style.DISPLAY: Type(_EXTRA, 25, 29),
    Style.TITLE: Type(_EXTRA, 15, 17.5),
    Style.TOTAL: Type(_EXTRA, 12, 14),
    Style.HEADING: Type(_SEMI, 8.8, 11),
    Style.STRONG: Type(_SEMI, 7.6, 9.6),
    Style.BODY: Type(_MEDIUM, 7.6, 9.6),
    Style.SMALL: Type(_MEDIUM, 6.6, 8.4),
    Style.CAPTION: Type(_SEMI, 6.4, 8, 0.05, capitals=True),
}
_SHEET = {
    Style.DISPLAY: Type(_EXTRA, 34, 40),
    Style.TITLE: Type(_EXTRA, 23, 29),
    Style.TOTAL: Type(_EXTRA, 16, 21),
    Style.HEADING: Type(fonts.TITLE_BOLD, 12.5, 17),
    Style.STRONG: Type(_SEMI, 9.8, 14),
    Style.BODY: Type(_REGULAR, 9.8, 14),
    Style.SMALL: Type(_MEDIUM, 8.2, 11.6),
    Style.CAPTION: Type(_SEMI, 7, 10.5, 0.07, capitals=True),
}


def type_of(style: Style, media: Media) -> Type:
    """How `style` is set on `media`."""
    if media.kind is MediaKind.ROLL:
        return (_NARROW_ROLL if media.width_mm < NARROW_ROLL_MM else _ROLL)[style]
    if media.kind is MediaKind.SHEET:
        return _SHEET[style]
    return (_SMALL_LABEL if media.width_mm < SMALL_LABEL_WIDTH_MM else _LABEL)[style]
