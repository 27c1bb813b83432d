"""Letters of every script on paper.

A name may hold anything. What the bundled fonts have is set as it is written: Arabic letters
joined, Arabic and Hebrew from right to left. What they lack is written in Latin letters, and a
sign that has no letters (an emoji) is a dot. So no text is ever impossible to print.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache

from anyascii import anyascii

from printing.layout import fonts

SIGN = "\u2022"  # stands for what has no letters; every receipt printer has it too
_ARABIC_LETTER = re.compile("[\u0600-\u06ff\u0750-\u077f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_EMOJI_NAME = re.compile(":.+:")
_MIRRORED = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Sk"})  # joiners, variants, skin tones, marks


@lru_cache(maxsize=20_000)
def spelled(text: str) -> str:
    """The text in characters that the bundled fonts have, line breaks kept; never raises."""
    composed = unicodedata.normalize("NFC", text)
    if fonts.text_characters().issuperset(composed):
        return composed
    if _ARABIC_LETTER.search(composed):
        composed = _joiner()(composed)
    found: list[str] = []
    for character in composed:
        if character == "\n" or fonts.has(character):
            found.append(character)
        else:
            found += _instead(character, found[-1] if found else "")
    return "".join(found)


@cache
def _joiner() -> Callable[[str], str]:
    """Gives Arabic letters the form that they have beside each other, and drops vowel marks."""
    from arabic_reshaper import reshape  # slow to load, and few texts need it

    return reshape  # type: ignore[no-any-return]


def _instead(character: str, before: str) -> str:
    kind = unicodedata.category(character)
    if kind in _UNSEEN:
        return ""
    if kind[0] == "Z":
        return " "
    letters = anyascii(character)
    if not letters.strip() or _EMOJI_NAME.fullmatch(letters):
        return "" if before == SIGN else SIGN
    syllable = len(letters) > 1 and letters[0].isupper()
    return f" {letters}" if syllable and before[-1:].isalpha() else letters


def in_reading_order(line: str) -> str:
    """The characters of a line from left to right, as they are drawn.

    The levels of the Unicode Bidirectional Algorithm (UAX #9, rules P2, W4 to W7, N1, N2, I1, I2,
    L2, L4) for text without explicit marks, which a `Text` never holds.
    """
    if not _RIGHT_TO_LEFT.search(line):
        return line
    kinds = [unicodedata.bidirectional(character) for character in line]
    strong = next((kind for kind in kinds if kind in ("L", "R", "AL")), "L")
    base = 0 if strong == "L" else 1
    levels = _levels(_directions(kinds, base), base)
    order = list(range(len(line)))
    for level in range(max(levels), 0, -1):
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[start:end] = reversed(order[start:end])
            start = max(end, start + 1)
    return "".join(
        line[place].translate(_MIRRORED) if levels[place] % 2 else line[place] for place in order
    )


def _directions(kinds: list[str], base: int) -> list[str]:
    """L, R or N (a number) for each character; what is neutral takes that of its neighbours."""
    found: list[str] = []
    last = "R" if base else "L"
    for place, kind in enumerate(kinds):
        after = kinds[place + 1] if place + 1 < len(kinds) else ""
        if kind in ("L", "R", "AL"):
            last = "L" if kind == "L" else "R"
            found.append(last)
        elif kind in ("EN", "AN"):
            found.append("L" if last == "L" else "N")
        elif kind in ("ES", "CS", "ET") and found and found[-1] == "N" and after in ("EN", "AN"):
            found.append("N")
        else:
            found.append("")
    return _neutrals_settled(found, "R" if base else "L")


def _neutrals_settled(found: list[str], base: str) -> list[str]:
    settled = list(found)
    place = 0
    while place < len(found):
        end = place
        while end < len(found) and not found[end]:
            end += 1
        before = _side(found[place - 1]) if place else base
        after = _side(found[end]) if end < len(found) else base
        settled[place:end] = [before if before == after else base] * (end - place)
        place = max(end, place + 1)
    return settled


def _side(direction: str) -> str:
    return "L" if direction == "L" else "R"


def _levels(directions: list[str], base: int) -> list[int]:
    of = {"L": base * 2, "R": 1, "N": 2}
    return [of[direction] for direction in directions]
