"""Cut the fallback fonts in assets/fonts from the whole Noto fonts.

    pip install fonttools
    npm pack @expo-google-fonts/noto-sans-{sc,kr,arabic,hebrew}     (unpack each)
    python -m tools.subset_fonts FOLDER

FOLDER holds NotoSansSC_500Medium.ttf and the other three. The same fonts give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Set
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

TARGET = Path(__file__).parents[1] / "assets" / "fonts"


def of_charset(codec: str, first_bytes: range) -> set[str]:
    """The characters of two bytes of a national character set, by the rows that they stand in."""
    found = set()
    for row in first_bytes:
        for cell in range(0x40, 0xFF):
            try:
                text = bytes((row, cell)).decode(codec)
            except UnicodeDecodeError:
                continue
            found |= {text} if len(text) == 1 else set()
    return found


def between(font: Path, *ranges: tuple[int, int]) -> set[str]:
    """The characters that a font has in ranges of code points, ends included."""
    has = TTFont(font).getBestCmap()
    return {chr(code) for code in has for first, last in ranges if first <= code <= last}


def common_ideographs() -> set[str]:
    """The frequent ones of GB 2312 (level 1), Big5 (level 1) and JIS X 0208 (level 1)."""
    found = of_charset("gb2312", range(0xB0, 0xD8))
    found |= of_charset("big5", range(0xA4, 0xC7))
    found |= of_charset("euc_jp", range(0xB0, 0xD0))
    return {character for character in found if "\u4e00" <= character <= "\u9fff"}


def cut(source: Path, name: str, characters: Set[str]) -> None:
    """Write the part of a font that holds `characters`: outlines and widths, nothing else."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.glyph_names = False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "vhea", "vmtx", "STAT", "VORG"]
    font = subset.load_font(str(source), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    font["head"].modified = font["head"].created
    font.recalcTimestamp = False
    subset.save_font(font, str(TARGET / name), options)


def main() -> None:
    """Cut all four."""
    folder = Path(sys.argv[1])
    chinese, korean, arabic, hebrew = (
        folder / f"NotoSans{script}_500Medium.ttf" for script in ("SC", "KR", "Arabic", "Hebrew")
    )
    kana_and_signs = between(chinese, (0x3000, 0x30FF), (0xFF01, 0xFF9F))
    cut(chinese, "NotoSansSC-Medium.ttf", common_ideographs() | kana_and_signs)
    cut(korean, "NotoSansKR-Medium.ttf", of_charset("euc_kr", range(0xB0, 0xC9)))
    # Not U+FDFD, a sentence in one sign: too large for Pillow to draw.
    letters_and_forms = ((0x0600, 0x077F), (0xFB50, 0xFDFC), (0xFE70, 0xFEFC))
    cut(arabic, "NotoSansArabic-Medium.ttf", between(arabic, *letters_and_forms))
    cut(hebrew, "NotoSansHebrew-Medium.ttf", between(hebrew, (0x05D0, 0x05F4)))


if __name__ == "__main__":
    main()
