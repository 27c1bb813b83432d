"""Blocks on a grid of characters: the form that plain text and receipt printers share."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from printing.model.document import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Document,
    Drawer,
    Image,
    Panel,
    Qr,
    Rule,
    Space,
    Style,
    Text,
)

Wide = Callable[[Style], int]
Spell = Callable[[str], str]
# No character before U+1100 is wide, nor a sign of U+2000 to U+22FF (the euro, dashes, spaces).
_PERHAPS_WIDE = re.compile("[\u1100-\u1fff\u2300-\U0010ffff]")
_BREAKS = re.compile(r"[^ \-/]+[\-/]*|[\-/]+|[ ]+")


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of one style; each takes as many columns as the style is wide."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the grid, `inverse` for white on black."""

    segments: tuple[Segment, ...]
    inverse: bool = False

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(segment.text for segment in self.segments)


GridItem = Line | Rule | Barcode | Qr | Image | Cut | Drawer | Space


def narrow(style: Style) -> int:
    """Every character is one column wide: plain text."""
    return 1


def as_written(text: str) -> str:
    """The text as it is: plain text can hold every character."""
    return text


def columns_of(text: str) -> int:
    """How many columns a text takes: Chinese, Japanese and Korean characters take two."""
    if text.isascii() or not _PERHAPS_WIDE.search(text):
        return len(text)
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def set_in_columns(
    document: Document, columns: int, wide: Wide = narrow, spell: Spell = as_written
) -> list[GridItem]:
    """The document on lines of `columns` characters; `wide` says how many a style's take, `spell`
    puts a text into characters that can be printed."""
    return list(_items(_spelled(document.blocks, spell), columns, wide, inverse=False))


def _spelled(blocks: tuple[Block, ...], spell: Spell) -> tuple[Block, ...]:
    """The blocks with their texts spelled; the same ones where nothing has to change."""
    if spell is as_written:
        return blocks
    found = tuple([_spelled_block(block, spell) for block in blocks])
    return blocks if found == blocks else found


def _spelled_block(block: Block, spell: Spell) -> Block:
    match block:
        case Text(text=text):
            if text.isascii() or (shown := spell(text)) == text:
                return block
            return replace(block, text=shown)
        case Columns():
            inside = [_spelled(cell.blocks, spell) for cell in block.cells]
            if inside == [cell.blocks for cell in block.cells]:
                return block
            pairs = zip(block.cells, inside, strict=True)
            return replace(block, cells=tuple(replace(cell, blocks=made) for cell, made in pairs))
        case Panel():
            made = _spelled(block.blocks, spell)
            return block if made is block.blocks else replace(block, blocks=made)
        case _:
            return block


def _items(blocks: Sequence[Block], columns: int, wide: Wide, inverse: bool) -> Iterable[GridItem]:
    for block in blocks:
        match block:
            case Text():
                for line in _paragraph(block, columns, wide):
                    yield Line(line, inverse)
            case Columns():
                yield from _row(block, columns, wide, inverse)
            case Panel():
                yield from _items(block.blocks, columns, wide, block.inverse)
            case _:
                yield block


def _row(block: Columns, columns: int, wide: Wide, inverse: bool) -> Iterable[GridItem]:
    """Cells of text stand side by side; when they cannot, and around codes, one below another."""
    texts = [[child for child in cell.blocks if isinstance(child, Text)] for cell in block.cells]
    only_text = all(
        len(found) == len(cell.blocks) for found, cell in zip(texts, block.cells, strict=True)
    )
    widths = _cell_widths(block, texts, columns, wide) if only_text else None
    if widths is None:
        for cell in block.cells:
            yield from _items(cell.blocks, columns, wide, inverse)
        return
    stacks = [
        [line for text in found for line in _paragraph(text, width, wide, pad=True)]
        for found, width in zip(texts, widths, strict=True)
    ]
    for number in range(max(len(stack) for stack in stacks)):
        segments: list[Segment] = []
        for stack, width in zip(stacks, widths, strict=True):
            if segments:
                segments.append(Segment(" ", Style.BODY))
            blank = (Segment(" " * width, Style.BODY),)
            segments.extend(stack[number] if number < len(stack) else blank)
        yield Line(tuple(segments), inverse)


def _cell_widths(
    block: Columns, texts: Sequence[Sequence[Text]], columns: int, wide: Wide
) -> list[int] | None:
    """Widths in characters, or None when a cell would be left with too few to be read."""
    natural = [
        max((columns_of(text.text) * wide(text.style) for text in found), default=0)
        for found in texts
    ]
    free = columns - (len(texts) - 1)
    free -= sum(width for width, cell in zip(natural, block.cells, strict=True) if not cell.share)
    shares = sum(cell.share for cell in block.cells)
    widths = []
    for width, cell in zip(natural, block.cells, strict=True):
        widths.append(int(free * cell.share / shares) if cell.share else width)
    if shares:
        first = next(i for i, cell in enumerate(block.cells) if cell.share)
        widths[first] += columns - (len(texts) - 1) - sum(widths)
    too_narrow = any(has < min(need, 12) for has, need in zip(widths, natural, strict=True))
    return None if free < 0 or too_narrow else widths


def _paragraph(
    text: Text, columns: int, wide: Wide, pad: bool = False
) -> Iterable[tuple[Segment, ...]]:
    each = wide(text.style)
    room = max(1, columns // each)
    lines = wrap(text.text, room)
    if text.align is Align.CENTRE and len(lines) > 1:
        lines = _balanced(text.text, room, len(lines))
    for line in lines:
        slack = columns - columns_of(line) * each
        before = 0
        if text.align is not Align.LEFT:
            before = slack if text.align is Align.RIGHT else slack // 2
        elif not pad:
            yield (Segment(line, text.style),)
            continue
        segments = []
        if before > 0:
            segments.append(Segment(" " * before, Style.BODY))
        segments.append(Segment(line, text.style))
        if pad and slack > before:
            segments.append(Segment(" " * (slack - before), Style.BODY))
        yield tuple(segments)


def _balanced(text: str, room: int, count: int) -> list[str]:
    """The same number of lines, as even as they get: no single word alone on the last one."""
    while room > 1 and len(wrap(text, room - 1)) == count:
        room -= 1
    return wrap(text, room)


def words(paragraph: str) -> list[str]:
    """Where a line may break: at spaces, after hyphens and slashes; never at a no-break space."""
    return _BREAKS.findall(paragraph)


def wrap(text: str, room: int) -> list[str]:
    """Break at spaces, after hyphens and slashes, else anywhere; never lose a character but
    the space at a break."""
    width = columns_of if _PERHAPS_WIDE.search(text) else len
    if width(text) <= room and "\n" not in text:
        return [text.rstrip(" ")]
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in words(paragraph):
            if width((line + word).rstrip(" ")) <= room:
                line += word
                continue
            if line.strip(" "):
                lines.append(line.rstrip(" "))
            line = word.lstrip(" ")
            while width(line) > room:
                fits = room if len(line) == width(line) else _fitting(line, room)
                lines.append(line[:fits])
                line = line[fits:]
        lines.append(line.rstrip(" "))
    return lines


def _fitting(line: str, room: int) -> int:
    """How many characters from the start of `line` fit into `room` columns; one at least."""
    return next((n for n in range(min(room, len(line)), 1, -1) if columns_of(line[:n]) <= room), 1)
