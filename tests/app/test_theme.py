"""The look can be read: contrast, sizes and fonts are computed, not believed."""

from dataclasses import fields
from importlib.resources import files

import pytest
from reportlab.pdfbase.ttfonts import TTFontFile

from app import theme
from app.screens.shell.routes import ROUTES
from sync.i18n import LANGUAGES, I18n, catalogue


@pytest.mark.parametrize(("text", "ground"), theme.TEXT_PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert theme.contrast_ratio(text, ground) >= 4.5


@pytest.mark.parametrize("tone", theme.Tone)
def test_a_pill_can_be_read(tone: theme.Tone) -> None:
    assert theme.contrast_ratio(*tone.value) >= 4.5


@pytest.mark.parametrize("ground", [theme.CARD, theme.PAPER])
def test_the_edge_of_a_button_can_be_seen(ground: str) -> None:
    assert theme.contrast_ratio(theme.OUTLINE, ground) >= 3


def test_contrast_is_that_of_the_standard() -> None:
    assert theme.contrast_ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast_ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert theme.contrast_ratio("#123456", "#123456") == 1


@pytest.mark.parametrize(
    ("scale", "target", "text"), [(theme.TABLET, 48, 14), (theme.KIOSK, 72, 20)]
)
def test_fingers_and_eyes_have_room(scale: theme.Scale, target: float, text: float) -> None:
    assert min(scale.target, scale.action) >= target
    assert min(scale.body, scale.strong, scale.title, scale.headline, scale.display) >= text
    assert scale.caption >= 12.5
    sizes = [getattr(scale, kind.value[1]) for kind in theme.Type]
    assert {field.name for field in fields(scale)} >= {kind.value[1] for kind in theme.Type}
    assert all(size > 0 for size in sizes)


def test_every_font_is_bundled_and_has_every_sign_of_the_catalogues() -> None:
    signs = set("0123456789€·×•–—’«»“”…\u202f\u00a0₂ ")
    for language in LANGUAGES:
        for identifier, text in catalogue(language).items():
            for form in (identifier, *((text,) if isinstance(text, str) else text)):
                signs.update(form)
    signs -= {"\n"}
    glyphs = {
        family: TTFontFile(str(files("assets").joinpath("fonts", name))).charToGlyph
        for family, name in theme.FONT_FILES.items()
    }
    for kind in theme.Type:
        style = theme.text_style(kind)
        families = [style.font_family, *(style.font_family_fallback or ())]
        missing = {s for s in signs if not any(ord(s) in glyphs[family] for family in families)}
        assert missing == set(), kind


def test_every_type_names_a_bundled_font() -> None:
    assert {kind.value[0] for kind in theme.Type} <= set(theme.FONT_FILES)
    assert set(theme.page_fonts()) == set(theme.FONT_FILES)


def test_a_category_keeps_its_tint() -> None:
    assert theme.tile_tint("Kitchen") == theme.tile_tint("kitchen")
    assert theme.tile_tint("Kitchen") in theme.TILE_TINTS
    assert theme.tile_tint("") in theme.TILE_TINTS


def test_every_screen_has_a_title_in_every_language() -> None:
    for screen in ROUTES:
        titles = [screen.title(I18n(language)) for language in LANGUAGES]
        assert all(titles)
        assert len(titles[0]) <= 14, "a title must fit the navigation bar"
