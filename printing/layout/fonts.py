"""The bundled typefaces: widths, fallbacks for what one of them lacks, and figures that align."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from unicodedata import category

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, MEDIUM, SEMIBOLD, BOLD = "Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold"
TITLE_BOLD, TITLE_EXTRABOLD = "Manrope-Bold", "Manrope-ExtraBold"
ARABIC = "NotoSansArabic-Medium"

# Manrope lacks some Latin letters and signs that Inter has.
_FALLBACK = {TITLE_BOLD: BOLD, TITLE_EXTRABOLD: BOLD}
# Scripts that Inter lacks, in one weight each: first and last code point, typeface.
_SCRIPTS = (
    (0x0590, 0x05FF, "NotoSansHebrew-Medium"),
    (0x0600, 0x08FF, ARABIC),
    (0x2E80, 0x9FFF, "NotoSansSC-Medium"),
    (0xAC00, 0xD7A3, "NotoSansKR-Medium"),
    (0xFB50, 0xFDFF, ARABIC),
    (0xFE70, 0xFEFC, ARABIC),
    (0xFF01, 0xFF9F, "NotoSansSC-Medium"),
)
_DIGITS = frozenset("0123456789")
# Spaces are gaps, not glyphs: that of Manrope is too narrow for titles, its narrow no-break space
# is missing, and that of Inter is too narrow to be seen on paper.
_SPACES_EM = {" ": 0.28, "\u00a0": 0.28, "\u202f": 0.2}
CAP_HEIGHT_EM = 0.727


@dataclass(frozen=True, slots=True)
class Face:
    """One cut of a typeface: character widths in thousandths of the size."""

    name: str
    widths: Mapping[int, float]
    digit_width: float


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one face that are drawn together, `dx` from the start of the line, in em."""

    dx: float
    text: str
    face: str


@cache
def font_file(name: str) -> bytes:
    """A bundled font, read once."""
    with as_file(files("assets").joinpath("fonts", f"{name}.ttf")) as path:
        return path.read_bytes()


@cache
def face(name: str) -> Face:
    """Load a bundled font once and register it for PDF."""
    font = TTFont(name, BytesIO(font_file(name)))
    registerFont(font)
    glyphs = font.face.charToGlyph
    widths = {code: width for code, width in font.face.charWidths.items() if code in glyphs}
    return Face(name, widths, max(widths.get(ord(digit), 0.0) for digit in _DIGITS))


@cache
def text_characters() -> frozenset[str]:
    """What every text face can set: the characters of Inter but its private ones, and the gaps."""
    own = (chr(code) for code in face(REGULAR).widths)
    public = frozenset(character for character in own if category(character) != "Co")
    return public | frozenset(_SPACES_EM) | {"\n"}


def has(character: str) -> bool:
    """Whether one of the bundled fonts has the character."""
    if character in text_characters():
        return True
    script = _script_face(ord(character))
    return script is not None and ord(character) in face(script).widths


def _script_face(code: int) -> str | None:
    return next((name for first, last, name in _SCRIPTS if first <= code <= last), None)


def _face_for(character: str, name: str) -> Face:
    """The face that sets `character`, `name` first. One that no font has (see `has`) gets the
    empty box of the text face."""
    code = ord(character)
    found = face(name)
    if code in found.widths:
        return found
    fallback = face(_FALLBACK.get(name, name))
    if code in fallback.widths:
        return fallback
    script = _script_face(code)
    return fallback if script is None else face(script)


def _glyph_width(character: str, used: Face) -> float:
    return used.widths.get(ord(character), used.digit_width)


@lru_cache(maxsize=20_000)
def advance(character: str, name: str, tabular: bool) -> float:
    """Width of one character in em; when `tabular`, all figures of a face are equally wide."""
    if character in _SPACES_EM:
        return _SPACES_EM[character]
    found = _face_for(character, name)
    if tabular and character in _DIGITS:
        return found.digit_width / 1000
    return _glyph_width(character, found) / 1000


@lru_cache(maxsize=20_000)
def width_em(text: str, name: str, tracking_em: float = 0.0, tabular: bool = False) -> float:
    """Width of a line in em."""
    return sum(advance(character, name, tabular) for character in text) + tracking_em * len(text)


@lru_cache(maxsize=20_000)
def pieces(
    text: str, name: str, tracking_em: float = 0.0, tabular: bool = False
) -> tuple[Piece, ...]:
    """Cut a line into pieces that can be drawn as they are.

    When `tabular`, a figure stands alone, in the middle of a cell that is equally wide for all of
    them: the bundled fonts have proportional figures, and amounts in a column have to align.
    """
    found: list[Piece] = []
    x = start = 0.0
    held, held_face = "", name
    for character in text:
        if character in _SPACES_EM:
            if held:
                found.append(Piece(start, held, held_face))
                held = ""
            x += _SPACES_EM[character] + tracking_em
            continue
        used = _face_for(character, name)
        digit = tabular and character in _DIGITS
        if held and (digit or used.name != held_face):
            found.append(Piece(start, held, held_face))
            held = ""
        if digit:
            slack = used.digit_width - _glyph_width(character, used)
            found.append(Piece(x + slack / 2000, character, used.name))
        else:
            if not held:
                start, held_face = x, used.name
            held += character
        x += advance(character, name, tabular) + tracking_em
    if held:
        found.append(Piece(start, held, held_face))
    return tuple(found)
