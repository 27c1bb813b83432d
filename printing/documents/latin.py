"""A name in Latin letters, for carriers and colleagues who do not read its script."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

from printing.model.document import Block, Space, Style, Text

_NEXT_SYLLABLE = re.compile("(?<=[a-z])(?=[A-Z])")


def latin(text: str) -> str:
    """The text in Latin letters; empty when all its letters are Latin."""
    if all(_is_latin(character) for character in text if character.isalpha()):
        return ""
    letters = "".join(anyascii(character) for character in text if _is_said(character))
    words = _NEXT_SYLLABLE.sub(" ", letters.replace("`", "")).split()
    return " ".join(word[0].upper() + word[1:] for word in words)


def _is_said(character: str) -> bool:
    """Letters, figures, spaces and punctuation; no emoji and other signs."""
    return unicodedata.category(character)[0] in "LMNPZ"


def _is_latin(character: str) -> bool:
    return character < "\u0250" or "LATIN" in unicodedata.name(character, "")


def with_latin(block: Text) -> tuple[Block, ...]:
    """A text, and below it, small, the same in Latin letters where it has others."""
    letters = latin(block.text)
    if not letters:
        return (block,)
    below = Text(letters, Style.SMALL, block.align, lines_max=block.lines_max, shorten=True)
    return block, Space(1.2), below
