"""Where lines break, and how small a text is set to fit the height that it is given."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace

from printing.errors import DoesNotFit
from printing.layout import fonts
from printing.layout.scripts import spelled
from printing.layout.text_grid import words
from printing.layout.typography import Type
from printing.model.document import Align, Text

SHRINK_MIN = 0.62  # a text that has to fit its lines is set no smaller than this,
SIZE_MIN_PT = 6.4  # nor than what a 203 dpi head prints legibly
SHRINK_STEP = 0.04
ELLIPSIS = "\u2026"
BALANCE_STEPS = 6  # halvings: to within a hundredth of the width


def prepared(block: Text, type_: Type) -> str:
    """The text in characters that the fonts have, in capitals if so styled."""
    return spelled(block.text.upper() if type_.capitals else block.text)


def fitted(
    text: str, type_: Type, width: float, block: Text, largest: float = 1.0
) -> tuple[Type, list[str]]:
    """Wrap, and when the block has a most number of lines, set smaller until it fits into their
    height. It begins at the scale `largest`, and takes no more of the height than that. What may be
    shortened and is still too long ends in “…”."""
    least = max(SHRINK_MIN, min(1.0, SIZE_MIN_PT / type_.size_pt))
    scale = room = max(largest, least) if block.lines_max else 1.0
    while True:
        smallest = scale - SHRINK_STEP < least
        used = replace(type_, size_pt=type_.size_pt * scale, leading_pt=type_.leading_pt * scale)
        lines = wrap(text, used, width, block.tabular)
        # Smaller lines may be more of them: what counts is the height that was given.
        if not block.lines_max or len(lines) * scale <= block.lines_max * room or smallest:
            if block.align is Align.CENTRE and len(lines) > 1:
                lines = _balanced(text, used, width, block.tabular, len(lines))
            if smallest and block.shorten:
                lines = _shortened(lines, int(block.lines_max * room / scale + 1e-6), used, width)
            return used, lines
        scale -= SHRINK_STEP


def _shortened(lines: list[str], most: int, type_: Type, width: float) -> list[str]:
    if len(lines) <= most:
        return lines
    end = lines[most - 1]
    while len(wrap(end + ELLIPSIS, type_, width)) > 1:
        end = end[:-1]
    return [*lines[: most - 1], end + ELLIPSIS]


def _balanced(text: str, type_: Type, width: float, tabular: bool, count: int) -> list[str]:
    """The same number of lines, as even as they get: no single word alone on the last one."""
    least, most = width / 2, width
    for _ in range(BALANCE_STEPS):
        middle = (least + most) / 2
        if len(wrap(text, type_, middle, tabular)) > count:
            least = middle
        else:
            most = middle
    return wrap(text, type_, most, tabular)


def wrap(text: str, type_: Type, width: float, tabular: bool = False) -> list[str]:
    """Break a text into lines of at most `width` points: at spaces, after hyphens, else anywhere.

    Raises DoesNotFit when not one letter is as narrow.
    """
    room = width / type_.size_pt + 1e-6

    def too_wide(line: str) -> bool:
        return fonts.width_em(line, type_.face, type_.tracking_em, tabular) > room

    lines: list[str] = []
    for paragraph in text.split("\n"):
        if not too_wide(paragraph):
            lines.append(paragraph)
            continue
        line = ""
        for word in words(paragraph):
            if not too_wide((line + word).rstrip(" ")):
                line += word
                continue
            if line.strip(" "):
                lines.append(line.rstrip(" "))
            line = word.lstrip(" ")
            while too_wide(line):
                fits = bisect_left(range(1, len(line)), True, key=lambda n: too_wide(line[:n]))
                if not fits:
                    raise DoesNotFit(
                        "There is no room for “{text}”: not one letter is as narrow. Nothing was "
                        "printed; choose a larger paper.",
                        text=text[:40],
                    )
                lines.append(line[:fits])
                line = line[fits:]
        if line.strip(" "):
            lines.append(line.rstrip(" "))
    return lines
