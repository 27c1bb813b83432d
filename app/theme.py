"""How Comptoir looks: colours, type, spacing, and the Material 3 theme made of them.

Two scales share one look: `TABLET` for the counter and `KIOSK` for a screen that stands at an
arm's length. Components take the scale as an argument and have no sizes of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import flet as ft

# Colours. White cards on warm paper, one green, amber for attention, red only for loss.
INK = "#14241F"
PAPER = "#F6F4EE"
CARD = "#FFFFFF"
LINE = "#E4E0D6"
OUTLINE = "#858A83"  # the edge of something to press or to type in: 3:1 on card and document
MUTED = "#5D6963"
GREEN = "#0F5C4A"
GREEN_DARK = "#0A4638"
GREEN_SOFT = "#E1EFE9"
ON_GREEN = "#FFFFFF"
AMBER = "#8F5200"
AMBER_SOFT = "#FBEBD3"
AMBER_DOT = "#B86A00"
RED = "#B3362B"
RED_SOFT = "#FBE4E0"
DISABLED = "#EFECE4"

# Tints of the tiles that stand in for pictures: (background, letter), chosen by category.
TILE_TINTS = (
    ("#F3D9CF", "#8F3F22"),
    ("#DCE6F4", "#2C4A77"),
    ("#E7E2F3", "#51408A"),
    ("#DDEBDD", "#2B5A36"),
    ("#F6E6C5", "#75500A"),
    ("#F4DBE4", "#8A2F55"),
    ("#D6EBEC", "#1B5A60"),
    ("#E9E3DA", "#5A4A36"),
)

# Text and the ground it stands on, everywhere in the product; a test computes each contrast.
TEXT_PAIRS = (
    (INK, PAPER),
    (INK, CARD),
    (INK, GREEN_SOFT),
    (INK, DISABLED),
    (MUTED, PAPER),
    (MUTED, CARD),
    (MUTED, GREEN_SOFT),
    (MUTED, DISABLED),
    (GREEN, PAPER),
    (GREEN, CARD),
    (GREEN, GREEN_SOFT),
    (ON_GREEN, GREEN),
    (ON_GREEN, GREEN_DARK),
    (AMBER, AMBER_SOFT),
    (AMBER, CARD),
    (AMBER, PAPER),
    (RED, CARD),
    (RED, PAPER),
    (RED, RED_SOFT),
    (CARD, INK),
    *((letter, ground) for ground, letter in TILE_TINTS),
)

FONT_FILES = {
    "Inter": "Inter-Regular.ttf",
    "Inter Medium": "Inter-Medium.ttf",
    "Inter SemiBold": "Inter-SemiBold.ttf",
    "Inter Bold": "Inter-Bold.ttf",
    "Manrope Bold": "Manrope-Bold.ttf",
    "Manrope ExtraBold": "Manrope-ExtraBold.ttf",
}
FONTS_URL = "/type"  # where the device's web server serves the bundled fonts

GRID = 8  # every distance is a multiple of half of this


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes in logical pixels: text from `caption` to `display`, and what a finger must hit."""

    caption: float
    body: float
    strong: float
    title: float
    headline: float
    display: float
    icon: float
    target: float
    action: float
    radius: float
    gap: float
    page_padding: float


TABLET = Scale(
    caption=12.5,
    body=14,
    strong=16,
    title=20,
    headline=26,
    display=40,
    icon=20,
    target=48,
    action=58,
    radius=14,
    gap=16,
    page_padding=20,
)
KIOSK = Scale(
    caption=20,
    body=22,
    strong=26,
    title=32,
    headline=48,
    display=60,
    icon=30,
    target=72,
    action=110,
    radius=22,
    gap=24,
    page_padding=56,
)


class Type(Enum):
    """The styles of text: (font family, name of the size in `Scale`, line height)."""

    CAPTION = ("Inter Medium", "caption", 1.3)
    BODY = ("Inter", "body", 1.4)
    LABEL = ("Inter Medium", "body", 1.3)
    STRONG = ("Inter SemiBold", "strong", 1.3)
    FIGURE = ("Inter Bold", "strong", 1.2)
    SECTION = ("Manrope Bold", "strong", 1.3)
    TITLE = ("Manrope ExtraBold", "title", 1.25)
    HEADLINE = ("Manrope ExtraBold", "headline", 1.2)
    DISPLAY = ("Manrope ExtraBold", "display", 1.1)


def text_style(kind: Type, *, color: str | None = INK, scale: Scale = TABLET) -> ft.TextStyle:
    """The style `kind` at `scale`; `color` None inherits (inside buttons)."""
    family, size, height = kind.value
    return ft.TextStyle(
        font_family=family,
        # Manrope has no narrow space, which French puts between thousands.
        font_family_fallback=["Inter Bold"] if family.startswith("Manrope") else None,
        size=getattr(scale, size),
        height=height,
        letter_spacing=0,
        color=color,
    )


def tile_tint(category: str) -> tuple[str, str]:
    """(background, letter) for a category: the same on every device and every day."""
    return TILE_TINTS[sum(map(ord, category.casefold())) % len(TILE_TINTS)]


def contrast_ratio(one: str, other: str) -> float:
    """Contrast of two colours `#RRGGBB`, 1 to 21 (WCAG 2.2, relative luminance)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def page_fonts() -> dict[str, str]:
    """Font families by name, for `page.fonts`: each weight is a family of its own."""
    return {family: f"{FONTS_URL}/{file}" for family, file in FONT_FILES.items()}


def material_theme() -> ft.Theme:
    """The light Material 3 theme of the product."""
    return ft.Theme(
        color_scheme=ft.ColorScheme(
            primary=GREEN,
            on_primary=ON_GREEN,
            primary_container=GREEN_SOFT,
            on_primary_container=GREEN_DARK,
            secondary=GREEN,
            on_secondary=ON_GREEN,
            secondary_container=GREEN_SOFT,
            on_secondary_container=GREEN_DARK,
            tertiary=AMBER,
            on_tertiary=CARD,
            tertiary_container=AMBER_SOFT,
            on_tertiary_container=AMBER,
            error=RED,
            on_error=CARD,
            error_container=RED_SOFT,
            on_error_container=RED,
            surface=PAPER,
            on_surface=INK,
            on_surface_variant=MUTED,
            surface_container_lowest=CARD,
            surface_container_low=CARD,
            surface_container=CARD,
            surface_container_high=CARD,
            surface_container_highest=CARD,
            outline=OUTLINE,
            outline_variant=LINE,
            inverse_surface=INK,
            on_inverse_surface=CARD,
            surface_tint=CARD,
        ),
        font_family="Inter",
        scaffold_bgcolor=PAPER,
        divider_color=LINE,
        hint_color=MUTED,
        visual_density=ft.VisualDensity.STANDARD,
        page_transitions=ft.PageTransitionsTheme(linux=ft.PageTransitionTheme.NONE),
        text_theme=ft.TextTheme(
            body_small=text_style(Type.CAPTION),
            body_medium=text_style(Type.BODY),
            body_large=text_style(Type.BODY),
            label_large=text_style(Type.LABEL, color=None),
            title_medium=text_style(Type.STRONG),
            title_large=text_style(Type.TITLE),
            headline_small=text_style(Type.TITLE),
        ),
        tooltip_theme=ft.TooltipTheme(
            text_style=text_style(Type.CAPTION, color=CARD),
            decoration=ft.BoxDecoration(bgcolor=INK, border_radius=8),
        ),
        scrollbar_theme=ft.ScrollbarTheme(thickness=6, radius=3, thumb_color=LINE),
    )


class Tone(Enum):
    """What a coloured pill means: (text, ground)."""

    GOOD = (GREEN, GREEN_SOFT)
    ATTENTION = (AMBER, AMBER_SOFT)
    LOSS = (RED, RED_SOFT)
    NEUTRAL = (INK, DISABLED)
    PLAIN = (INK, CARD)
