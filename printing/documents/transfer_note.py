"""The transfer note: goods that go from one location to another, counted at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printing.documents.parts import GAP, NBSP, WIDE_GAP, cell, figure, labelled, one_line
from printing.documents.pick_list import TICK_BOX
from printing.model.document import (
    Block,
    Cell,
    Columns,
    Document,
    Panel,
    Qr,
    Rule,
    Space,
    Style,
    Text,
    VAlign,
)
from printing.model.media import A4, Media
from sync.domain.identifiers import Gtin
from sync.domain.location import Location
from sync.i18n import I18n


@dataclass(frozen=True, slots=True)
class TransferLine:
    """`quantity` pieces of one article."""

    sku: str
    gtin: Gtin
    name: str
    quantity: int


def transfer_note(
    number: str,
    lines: Sequence[TransferLine],
    origin: Location,
    destination: Location,
    leaves_at: datetime,
    i18n: I18n,
    *,
    media: Media = A4,
) -> Document:
    """Goes with the goods; the receiver ticks, counts and signs."""
    pieces = sum(line.quantity for line in lines)
    blocks: list[Block] = [
        Columns(
            (
                Cell((Text(i18n.t("Transfer note"), Style.TITLE), Text(number, Style.HEADING))),
                Cell((Qr(number, 20, i18n.t("The transfer number as a code")),), 0),
            ),
            valign=VAlign.TOP,
        ),
        WIDE_GAP,
        Columns(
            (
                Cell(_place(i18n.t("Ship from"), origin)),
                Cell(_place(i18n.t("Ship to"), destination)),
                Cell(
                    (
                        *labelled(i18n.t("Leaves by"), i18n.day(leaves_at)),
                        Space(2),
                        *labelled(
                            i18n.t("Contents"),
                            i18n.n("{count} article", "{count} articles", pieces),
                        ),
                    ),
                    0.7,
                ),
            ),
            valign=VAlign.TOP,
        ),
        Space(6),
        Rule(1.1),
    ]
    for line in lines:
        blocks += _line(line)
    blocks += [
        Space(8),
        Columns(
            (
                Cell(_signature(i18n.t("Sent by"))),
                Cell(_signature(i18n.t("Received by"))),
            ),
            gap_mm=6,
        ),
    ]
    title = i18n.t("Transfer {number}", number=number)
    return Document("transfer_note", media, title, i18n.language, tuple(blocks))


def _line(line: TransferLine) -> tuple[Block, ...]:
    row = Columns(
        (
            cell(TICK_BOX, Style.STRONG, share=0),
            cell(one_line(line.name), share=4),
            cell(line.sku, Style.SMALL, share=1.4),
            cell(str(line.gtin), Style.SMALL, share=1.6),
            figure(str(line.quantity), Style.STRONG, share=0.6),
        )
    )
    return Space(1), row, Space(1), Rule(0.35)


def _place(caption: str, place: Location) -> tuple[Block, ...]:
    return (
        Text(caption, Style.CAPTION),
        Text(place.name, Style.STRONG),
        Text(place.address),
        Text(f"{place.postcode}{NBSP}{place.commune}"),
    )


def _signature(caption: str) -> tuple[Block, ...]:
    return (Panel((Text(caption, Style.CAPTION), Space(16), GAP), padding_mm=2.5),)
