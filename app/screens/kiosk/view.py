"""How the kiosk is drawn now: the language, the scale, the room there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from app.theme import KIOSK, Scale
from sync.i18n import I18n

Action = Callable[[], Awaitable[None]]

LARGER_TEXT_FACTOR = 1.25
NARROW_MAX = 999  # where width or height is below it the kiosk is a tablet on a stand
NARROW_TEXT_FACTOR = 0.91  # body 20, the least that a kiosk may show
_TEXT_SIZES = ("caption", "body", "strong", "title", "headline", "display")


def kiosk_scale(width: float, height: float, *, larger: bool) -> Scale:
    """The kiosk's scale on a screen of that size; text never falls below 20, targets below 72."""
    narrow = min(width, height) <= NARROW_MAX
    factor = (NARROW_TEXT_FACTOR if narrow else 1.0) * (LARGER_TEXT_FACTOR if larger else 1.0)
    sizes = {name: max(20.0, round(getattr(KIOSK, name) * factor, 1)) for name in _TEXT_SIZES}
    return replace(
        KIOSK,
        **sizes,
        page_padding=32 if narrow else KIOSK.page_padding,
        action=88 if narrow else KIOSK.action,
        gap=16 if narrow else KIOSK.gap,
    )


@dataclass(frozen=True)
class Look:
    """Everything that a piece of the kiosk needs to know about the screen and its reader."""

    i18n: I18n
    scale: Scale
    width: float
    height: float
    larger: bool = False

    @property
    def narrow(self) -> bool:
        """Whether this is a tablet on a stand rather than a pillar."""
        return min(self.width, self.height) <= NARROW_MAX

    @property
    def landscape(self) -> bool:
        """Whether two columns fit beside each other better than above each other."""
        return self.width > self.height
