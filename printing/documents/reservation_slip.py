"""The reservation slip: goods kept aside in a store, until when, and nothing paid yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printing.documents.labels import CALLED_OUT, short_name
from printing.documents.latin import with_latin
from printing.documents.parts import (
    GAP,
    NBSP,
    TIMES,
    WIDE_GAP,
    Seller,
    centred,
    masthead,
    one_line,
    row,
)
from printing.model.document import Block, Cut, Document, Panel, Qr, Rule, Space, Style, Text
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.money import Money, total
from sync.i18n import I18n


@dataclass(frozen=True, slots=True)
class HeldLine:
    """`quantity` pieces kept aside, and what one costs today, VAT included."""

    sku: str
    name: str
    quantity: int
    unit_price: Money


def reservation_slip(
    number: str,
    lines: Sequence[HeldLine],
    held_until: datetime,
    customer_name: str,
    store: Location,
    seller: Seller,
    i18n: I18n,
    *,
    media: Media = ROLL_80,
) -> Document:
    """For the customer, and for the goods that wait: first name and initial only."""
    until = f"{i18n.day(held_until)}, {i18n.time(held_until)}"
    blocks: list[Block] = [
        *masthead(seller, store),
        Panel(
            (
                centred(i18n.t("Kept for"), Style.CAPTION),
                *with_latin(centred(short_name(customer_name) or number, Style.TITLE)),
                centred(number[-CALLED_OUT:], Style.DISPLAY),
            ),
            padding_mm=2,
        ),
        GAP,
        row(i18n.t("Until"), until, Style.HEADING, Style.STRONG),
        GAP,
        Rule(),
        GAP,
    ]
    for line in lines:
        amount = i18n.money(line.unit_price * line.quantity)
        blocks += [row(f"{line.quantity}{NBSP}{TIMES} {one_line(line.name)}", amount)]
        blocks += [Text(line.sku, Style.SMALL), Space(0.7)]
    due = total(line.unit_price * line.quantity for line in lines)
    blocks += [
        Rule(),
        GAP,
        row(i18n.t("To pay in store"), i18n.money(due), Style.TOTAL),
        WIDE_GAP,
        Qr(number, 23, i18n.t("The reservation number as a code")),
        centred(number, Style.SMALL),
        centred(
            i18n.t("Nothing is paid yet. After this time the goods go back on sale."), Style.SMALL
        ),
        Cut(),
    ]
    title = i18n.t("Reservation {number}", number=number)
    return Document("reservation_slip", media, title, i18n.language, tuple(blocks))
