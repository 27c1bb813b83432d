"""Text as it is searched: without accents, without case."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """`Crème brûlée` as `creme brulee`; ligatures such as œ are spelt out."""
    spelt = text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    decomposed = unicodedata.normalize("NFKD", spelt)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def terms(text: str) -> list[str]:
    """The words of a search, folded, at most 8; signs that search engines mind are left out."""
    kept = "".join(c if c.isalnum() else " " for c in fold(text))
    return kept.split()[:8]
