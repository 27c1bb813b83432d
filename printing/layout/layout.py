"""From blocks to marks on pages.

Each block is given a width and answers with its marks and its height. A roll is as long as they
are together; a label has to hold them all, and its filling spaces share what is left; on sheets,
blocks that do not fit go to the next one. Content that is larger than the paper raises DoesNotFit
here, before a printer has seen any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from PIL import Image as Picture

from printing.barcodes import bars as codes
from printing.errors import DoesNotFit, Unprintable
from printing.layout import fonts
from printing.layout.linebreak import SHRINK_MIN, fitted, prepared
from printing.layout.page_items import (
    BarcodeMark,
    BoxMark,
    ImageMark,
    Mark,
    Page,
    QrMark,
    TextMark,
    lowered,
)
from printing.layout.scripts import in_reading_order
from printing.layout.typography import type_of
from printing.model.document import (
    Align,
    Barcode,
    Block,
    Cell,
    Columns,
    Document,
    Image,
    Panel,
    Qr,
    Rule,
    Space,
    Style,
    Text,
    VAlign,
)
from printing.model.media import POINTS_PER_MM, Media, MediaKind

# A label that is too full is set again, its texts that may be smaller all at this scale.
LABEL_SCALES = (0.94, 0.88, 0.82, 0.76, 0.7, SHRINK_MIN, SHRINK_MIN)
IMAGE_PIXELS_MAX = 20_000_000  # a page of 600 dots an inch; a small file can claim far more


@dataclass(frozen=True, slots=True)
class _Placed:
    """The marks of a block, its height, and where its first line stands."""

    marks: tuple[Mark, ...]
    height: float
    baseline: float | None = None
    fill: bool = False


def lay_out(document: Document) -> list[Page]:
    """The pages of a document. Raises DoesNotFit and Unprintable."""
    media = document.media
    setter = _Setter(media, document.title)
    margin = media.margin_mm * POINTS_PER_MM
    page_width, page_height = media.width_mm * POINTS_PER_MM, media.height_mm * POINTS_PER_MM
    placed = setter.placed(document.blocks)
    if media.kind is MediaKind.SHEET:
        return _sheets(placed, setter, page_width, page_height, margin)
    if media.kind is MediaKind.ROLL:
        page_height = _height(placed) + 2 * margin
    for scale in LABEL_SCALES:
        slack = page_height - 2 * margin - _height(placed)
        if slack >= -0.01:
            return [_page(placed, page_width, page_height, margin, slack)]
        placed = _Setter(media, document.title, scale).placed(document.blocks)
    raise _too_tall(document.title, media, -slack)


def _height(placed: Sequence[_Placed]) -> float:
    return sum(item.height for item in placed)


def _too_tall(title: str, media: Media, excess: float) -> DoesNotFit:
    return DoesNotFit(
        "“{title}” is {excess} mm too tall for the paper {media}. Nothing was printed; "
        "shorten the text or choose a larger paper.",
        title=title,
        excess=round(excess / POINTS_PER_MM + 0.05, 1),
        media=media.name,
    )


def _page(
    placed: Sequence[_Placed], width: float, height: float, margin: float, slack: float
) -> Page:
    fills = sum(item.fill for item in placed)
    marks: list[Mark] = []
    top = margin
    for item in placed:
        marks.extend(lowered(mark, top) for mark in item.marks)
        top += item.height + (slack / fills if item.fill else 0)
    return Page(width, height, tuple(marks))


def _sheets(
    placed: Sequence[_Placed], setter: _Setter, width: float, height: float, margin: float
) -> list[Page]:
    """Fill sheet after sheet; several sheets are numbered at the foot."""
    room = height - 2 * margin
    pages: list[list[_Placed]] = [[]]
    used = 0.0
    for item in placed:
        if item.height > room:
            raise _too_tall(setter.title, setter.media, item.height - room)
        if used + item.height > room:
            pages.append([])
            used = 0.0
        pages[-1].append(item)
        used += item.height
    found = [_page(page, width, height, margin, 0) for page in pages]
    if len(found) == 1:
        return found
    foot_width = width - 2 * margin
    numbered = []
    for number, page in enumerate(found, 1):
        foot = setter.place(
            Text(f"{number}\u202f/\u202f{len(found)}", Style.SMALL, Align.RIGHT), margin, foot_width
        )
        marks = tuple(lowered(mark, height - margin) for mark in foot.marks)
        numbered.append(replace(page, marks=page.marks + marks))
    return numbered


class _Setter:
    """Places blocks on one medium, from height 0 down."""

    def __init__(self, media: Media, title: str, scale: float = 1.0) -> None:
        self.media = media
        self.title = title
        self._scale = scale

    def placed(self, blocks: Sequence[Block]) -> list[_Placed]:
        """Blocks between the margins, each from height 0."""
        margin = self.media.margin_mm * POINTS_PER_MM
        width = self.media.content_width_mm * POINTS_PER_MM
        return [self.place(block, margin, width) for block in blocks]

    def place(self, block: Block, x: float, width: float, white: bool = False) -> _Placed:
        match block:
            case Text():
                return self._text(block, x, width, white)
            case Columns():
                return self._columns(block, x, width, white)
            case Panel():
                return self._panel(block, x, width)
            case Barcode():
                return self._barcode(block, x, width)
            case Qr():
                return self._qr(block, x, width)
            case Image():
                return self._image(block, x, width)
            case Rule():
                return _Placed(
                    (BoxMark(x, 0, width, block.weight_pt, block.dashed),), block.weight_pt
                )
            case Space():
                return _Placed((), block.mm * POINTS_PER_MM, fill=block.fill)
            case _:
                return _Placed((), 0)  # a cut or a drawer leaves no mark

    def stack(
        self, blocks: Sequence[Block], x: float, width: float, white: bool = False
    ) -> _Placed:
        """Blocks one below the other."""
        marks: list[Mark] = []
        top = 0.0
        baseline: float | None = None
        for block in blocks:
            item = self.place(block, x, width, white)
            marks.extend(lowered(mark, top) for mark in item.marks)
            if baseline is None and item.baseline is not None:
                baseline = top + item.baseline
            top += item.height
        return _Placed(tuple(marks), top, baseline)

    def _too_wide(self, what: str) -> DoesNotFit:
        return DoesNotFit(
            "{what} is too wide for its place in “{title}”. Nothing was printed; choose a "
            "larger paper.",
            what=what,
            title=self.title,
        )

    def _text(self, block: Text, x: float, width: float, white: bool) -> _Placed:
        type_ = type_of(block.style, self.media)
        text = prepared(block, type_)
        tracking, tabular = type_.tracking_em, block.tabular
        height_max = block.lines_max * type_.leading_pt
        type_, lines = fitted(text, type_, width, block, self._scale)
        if block.lines_max and len(lines) * type_.leading_pt > height_max:
            raise self._too_wide(f"“{block.text}”")
        cap = fonts.CAP_HEIGHT_EM * type_.size_pt
        marks = []
        for number, line in enumerate(lines):
            top = number * type_.leading_pt
            line_width = fonts.width_em(line, type_.face, tracking, tabular) * type_.size_pt
            left = x + _indent(block.align, width - line_width)
            marks.append(
                TextMark(
                    left,
                    top + (type_.leading_pt + cap) / 2,
                    line_width,
                    top,
                    top + type_.leading_pt,
                    line,
                    fonts.pieces(in_reading_order(line), type_.face, tracking, tabular),
                    type_.size_pt,
                    tracking,
                    white,
                )
            )
        return _Placed(tuple(marks), len(lines) * type_.leading_pt, (type_.leading_pt + cap) / 2)

    def natural_width(self, block: Block) -> float:
        """The width that a block takes when nothing makes it wrap."""
        match block:
            case Text():
                type_ = type_of(block.style, self.media)
                widest = max(
                    fonts.width_em(line, type_.face, type_.tracking_em, block.tabular)
                    for line in prepared(block, type_).split("\n")
                )
                return widest * type_.size_pt + 0.01
            case Qr():
                return block.size_mm * POINTS_PER_MM + 2 * _qr_quiet(block)
            case Image():
                return block.width_mm * POINTS_PER_MM
            case Barcode():
                return codes.width_mm(block) * POINTS_PER_MM
            case Columns():
                gaps = block.gap_mm * POINTS_PER_MM * (len(block.cells) - 1)
                return gaps + sum(self._natural_cell(cell) for cell in block.cells)
            case Panel():
                inner = max((self.natural_width(child) for child in block.blocks), default=0.0)
                return inner + 2 * block.padding_mm * POINTS_PER_MM
            case _:
                return 0.0

    def _natural_cell(self, cell: Cell) -> float:
        return max((self.natural_width(block) for block in cell.blocks), default=0.0)

    def _columns(self, block: Columns, x: float, width: float, white: bool) -> _Placed:
        gap = block.gap_mm * POINTS_PER_MM
        widths = [self._natural_cell(cell) if not cell.share else 0.0 for cell in block.cells]
        free = width - sum(widths) - gap * (len(widths) - 1)
        shares = sum(cell.share for cell in block.cells)
        if free < -0.01 or (shares and free <= 0):
            raise self._too_wide("A row")
        widths = [
            free * cell.share / shares if cell.share else fixed
            for cell, fixed in zip(block.cells, widths, strict=True)
        ]
        stacks = []
        for cell, cell_width in zip(block.cells, widths, strict=True):
            stacks.append(self.stack(cell.blocks, x, cell_width, white))
            x += cell_width + gap
        return _side_by_side(stacks, block.valign)

    def _panel(self, block: Panel, x: float, width: float) -> _Placed:
        pad = block.padding_mm * POINTS_PER_MM
        inner = self.stack(block.blocks, x + pad, width - 2 * pad, white=block.inverse)
        height = inner.height + 2 * pad
        if block.inverse:
            ground: tuple[Mark, ...] = (BoxMark(x, 0, width, height),)
        else:
            line = 0.9
            ground = (
                BoxMark(x, 0, width, line),
                BoxMark(x, height - line, width, line),
                BoxMark(x, 0, line, height),
                BoxMark(x + width - line, 0, line, height),
            )
        marks = ground + tuple(lowered(mark, pad) for mark in inner.marks)
        return _Placed(marks, height, None if inner.baseline is None else inner.baseline + pad)

    def _barcode(self, block: Barcode, x: float, width: float) -> _Placed:
        module = block.module_mm * POINTS_PER_MM
        bars_width = codes.modules_wide(block) * module
        quiet = codes.QUIET_MODULES[block.symbology] * module
        slack = width - bars_width - 2 * quiet
        if slack < -0.01:
            raise self._too_wide(f"The code {block.data}")
        height = block.height_mm * POINTS_PER_MM
        left = x + quiet + _indent(block.align, slack)
        marks: tuple[Mark, ...] = (BarcodeMark(left, 0, bars_width, height, module, block),)
        if not block.text:
            return _Placed(marks, height)
        # Keep what people read clear of the bars by at least a millimetre.
        gap = 1.0 * POINTS_PER_MM
        text = self._text(
            Text(block.text, Style.STRONG, Align.CENTRE, lines_max=1),
            left - quiet,
            bars_width + 2 * quiet,
            white=False,
        )
        return _Placed(
            marks + tuple(lowered(mark, height + gap) for mark in text.marks),
            height + gap + text.height,
        )

    def _qr(self, block: Qr, x: float, width: float) -> _Placed:
        side = block.size_mm * POINTS_PER_MM
        quiet = _qr_quiet(block)
        slack = width - side - 2 * quiet
        if slack < -0.01:
            raise self._too_wide("A QR code")
        left = x + quiet + _indent(block.align, slack)
        return _Placed((QrMark(left, quiet, side, block),), side + 2 * quiet)

    def _image(self, block: Image, x: float, width: float) -> _Placed:
        try:
            with Picture.open(BytesIO(block.data)) as picture:
                ratio = picture.height / picture.width
                if picture.height * picture.width > IMAGE_PIXELS_MAX:
                    raise OSError("it has too many pixels")
                picture.load()  # one that ends in the middle is found here, not at the printer
        except (OSError, SyntaxError, ValueError, Picture.DecompressionBombError) as error:
            raise Unprintable(
                "The picture in “{title}” cannot be read. Use a PNG or JPEG file; nothing was "
                "printed.",
                title=self.title,
            ) from error
        wide = block.width_mm * POINTS_PER_MM
        if wide > width + 0.01:
            raise self._too_wide("A picture")
        left = x + _indent(block.align, width - wide)
        return _Placed((ImageMark(left, 0, wide, wide * ratio, block),), wide * ratio)


def _qr_quiet(block: Qr) -> float:
    """The light margin that a reader needs around the code, in points."""
    modules = len(codes.qr_matrix(block.data))
    return block.size_mm * POINTS_PER_MM / modules * codes.QR_QUIET_MODULES


def _indent(align: Align, slack: float) -> float:
    return {Align.LEFT: 0.0, Align.CENTRE: slack / 2, Align.RIGHT: slack}[align]


def _side_by_side(stacks: Sequence[_Placed], valign: VAlign) -> _Placed:
    height = max(stack.height for stack in stacks)
    baselines = [stack.baseline for stack in stacks if stack.baseline is not None]
    deepest = max(baselines, default=0.0)
    marks: list[Mark] = []
    bottom = height
    for stack in stacks:
        if valign is VAlign.BASELINE:
            drop = deepest - stack.baseline if stack.baseline is not None else 0.0
        elif valign is VAlign.TOP:
            drop = 0.0
        else:
            drop = (height - stack.height) * (0.5 if valign is VAlign.MIDDLE else 1.0)
        marks.extend(lowered(mark, drop) for mark in stack.marks)
        bottom = max(bottom, drop + stack.height)
    return _Placed(tuple(marks), bottom, deepest if baselines else None)
