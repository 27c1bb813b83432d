"""The bundled typefaces: widths, a fallback for what one of them lacks, and figures that align."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import as_file, files

from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont

from printing.errors import Unprintable

REGULAR, MEDIUM, SEMIBOLD, BOLD = "Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold"
TITLE_BOLD, TITLE_EXTRABOLD = "Manrope-Bold", "Manrope-ExtraBold"

# Manrope lacks some Latin letters and signs that Inter has.
_FALLBACK = {TITLE_BOLD: BOLD, TITLE_EXTRABOLD: BOLD}
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
def face(name: str) -> Face:
    """Load a bundled font once and register it for PDF."""
    with as_file(files("assets").joinpath("fonts", f"{name}.ttf")) as path:
        font = TTFont(name, str(path))
    registerFont(font)
    glyphs = font.face.charToGlyph
    widths = {code: width for code, width in font.face.charWidths.items() if code in glyphs}
    return Face(name, widths, max(widths[ord(digit)] for digit in _DIGITS))


def _face_for(character: str, name: str) -> Face:
    """The face that has `character`, `name` first; raises Unprintable when none has it."""
    wanted: str | None = name
    while wanted is not None:
        found = face(wanted)
        if ord(character) in found.widths:
            return found
        wanted = _FALLBACK.get(wanted)
    raise Unprintable(
        "The character {character} ({name}) cannot be printed. Take it out of the text; "
        "nothing was printed.",
        character=repr(character),
        name=unicodedata.name(character, "control character"),
    )


@lru_cache(maxsize=20_000)
def advance(character: str, name: str, tabular: bool) -> float:
    """Width of one character in em; when `tabular`, all figures of a face are equally wide."""
    if character in _SPACES_EM:
        return _SPACES_EM[character]
    found = _face_for(character, name)
    if tabular and character in _DIGITS:
        return found.digit_width / 1000
    return found.widths[ord(character)] / 1000


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
            slack = used.digit_width - used.widths[ord(character)]
            found.append(Piece(x + slack / 2000, character, used.name))
        else:
            if not held:
                start, held_face = x, used.name
            held += character
        x += advance(character, name, tabular) + tracking_em
    if held:
        found.append(Piece(start, held, held_face))
    return tuple(found)
