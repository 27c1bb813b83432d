"""The pick list: what to take from the shelves for several orders, in the order they are due."""

from __future__ import annotations

from collections.abc import Sequence

from printing.documents.parts import GAP, NBSP, WIDE_GAP, cell, one_line, row
from printing.model.document import (
    Align,
    Block,
    Cell,
    Columns,
    Cut,
    Document,
    Rule,
    Space,
    Style,
    Text,
)
from printing.model.media import A4, Media
from sync.domain.fulfilment import Fulfilment, FulfilmentLine
from sync.domain.location import Location
from sync.domain.order import FulfilmentMode
from sync.i18n import I18n

TICK_BOX = "\u25a1"


def pick_list(
    fulfilments: Sequence[Fulfilment], store: Location, i18n: I18n, *, media: Media = A4
) -> Document:
    """Every line of `fulfilments` with a box to tick, the fulfilment due first at the top."""
    ordered = sorted(
        fulfilments, key=lambda fulfilment: (fulfilment.due_at, fulfilment.fulfilment_id)
    )
    pieces = sum(fulfilment.quantity for fulfilment in ordered)
    blocks: list[Block] = [
        Text(i18n.t("Pick list"), Style.TITLE),
        Space(0.6),
        row(
            store.name,
            i18n.n("{count} order", "{count} orders", len(ordered))
            + ", "
            + i18n.n("{count} article", "{count} articles", pieces),
            Style.STRONG,
        ),
        WIDE_GAP,
    ]
    for fulfilment in ordered:
        blocks += _fulfilment_blocks(fulfilment, i18n)
    blocks.append(Cut())
    return Document("pick_list", media, i18n.t("Pick list"), i18n.language, tuple(blocks))


def _fulfilment_blocks(fulfilment: Fulfilment, i18n: I18n) -> list[Block]:
    due = f"{i18n.day(fulfilment.due_at)}, {i18n.time(fulfilment.due_at)}"
    blocks: list[Block] = [
        Rule(1.1),
        GAP,
        Columns(
            (
                cell(str(fulfilment.order_number), Style.HEADING),
                cell(i18n.t("due {moment}", moment=due), Style.STRONG, Align.RIGHT, share=0),
            )
        ),
        Columns(
            (
                cell(_destination(fulfilment, i18n), Style.SMALL),
                cell(one_line(fulfilment.customer_name), Style.SMALL, Align.RIGHT),
            )
        ),
        GAP,
    ]
    for line in fulfilment.lines:
        blocks += _line(line)
    blocks.append(WIDE_GAP)
    return blocks


def _destination(fulfilment: Fulfilment, i18n: I18n) -> str:
    if not fulfilment.leaves_by_carrier:
        return i18n.t("Bag for collection in this store")
    if fulfilment.mode is FulfilmentMode.SHIP_HOME:
        return i18n.t("Parcel to a customer")
    return i18n.t("Parcel to {place}", place=fulfilment.collect_at)


def _line(line: FulfilmentLine) -> tuple[Block, ...]:
    return (
        Rule(0.35),
        Space(0.7),
        Columns(
            (
                cell(TICK_BOX, Style.STRONG, share=0),
                cell(f"{line.quantity}{NBSP}\u00d7", Style.STRONG, Align.RIGHT, share=0),
                cell(one_line(line.name)),
                Cell(
                    (
                        Text(line.sku, Style.STRONG, Align.RIGHT),
                        Text(line.gtin, Style.SMALL, Align.RIGHT),
                    ),
                    0,
                ),
            ),
            gap_mm=2.4,
        ),
        Space(0.5),
    )
