"""The order slip: what is still to come, where and when, and the code that finds the order."""

from __future__ import annotations

from collections.abc import Mapping

from printing.documents.delivery_wording import by_option, option, when
from printing.documents.parts import (
    GAP,
    NBSP,
    TIMES,
    WIDE_GAP,
    ReceiptStamp,
    Seller,
    banners,
    centred,
    masthead,
    one_line,
    row,
)
from printing.model.document import Block, Cut, Document, Panel, Qr, Rule, Space, Style, Text
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.i18n import I18n


def order_slip(
    order: Order,
    store: Location,
    seller: Seller,
    stamp: ReceiptStamp,
    i18n: I18n,
    locations: Mapping[str, Location],
    *,
    media: Media = ROLL_80,
) -> Document:
    """What the customer does not have yet. The code holds the order number, for the counter."""
    blocks: list[Block] = [
        *masthead(seller, store),
        *banners(stamp, i18n),
        Panel(
            (centred(i18n.t("Your order"), Style.CAPTION), centred(str(order.number), Style.TITLE)),
            padding_mm=2,
        ),
        GAP,
        row(i18n.t("Placed on {moment}", moment=i18n.stamp(order.placed_at)), "", Style.SMALL),
        WIDE_GAP,
    ]
    for speaker, lines in by_option(order, i18n):
        if speaker.mode is not FulfilmentMode.CARRY_OUT:
            blocks += _group(order, speaker, lines, i18n, locations)
    blocks += [
        Rule(),
        Qr(str(order.number), 23, i18n.t("The order number as a code")),
        centred(i18n.t("Show this code to collect or to ask about your order."), Style.SMALL),
        Cut(),
    ]
    title = i18n.t("Order {number}", number=order.number)
    return Document("order_slip", media, title, i18n.language, tuple(blocks))


def _group(
    order: Order,
    speaker: OrderLine,
    lines: list[OrderLine],
    i18n: I18n,
    locations: Mapping[str, Location],
) -> list[Block]:
    blocks: list[Block] = [Rule(), GAP, Text(option(speaker, i18n, locations), Style.HEADING)]
    if speaker.promised_at is not None:
        blocks.append(Text(when(speaker, i18n), Style.STRONG))
    blocks += [Text(line, Style.SMALL) for line in _place(order, speaker, locations)]
    blocks.append(Space(0.8))
    for line in lines:
        blocks.append(Text(f"{line.quantity}{NBSP}{TIMES} {one_line(line.name)}"))
    blocks.append(GAP)
    return blocks


def _place(order: Order, line: OrderLine, locations: Mapping[str, Location]) -> list[str]:
    if line.mode is FulfilmentMode.SHIP_HOME and order.ship_to is not None:
        to = order.ship_to
        return [one_line(part) for part in (to.name, to.street, f"{to.postcode}{NBSP}{to.commune}")]
    place = locations.get(line.collect_at)
    return [f"{place.address}, {place.postcode}{NBSP}{place.commune}"] if place else []
