"""The gift receipt: what an exchange needs, and no price."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

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
    seller_foot,
    served,
)
from printing.model.document import Block, Cut, Document, Panel, Qr, Rule, Space, Style
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.order import Order
from sync.i18n import I18n


def gift_receipt(
    order: Order,
    store: Location,
    seller: Seller,
    stamp: ReceiptStamp,
    i18n: I18n,
    *,
    line_ids: Collection[int] = (),
    media: Media = ROLL_80,
) -> Document:
    """The lines `line_ids` (all when empty) without what they cost.

    The code holds the receipt number alone: the one of the sales receipt would tell the total.
    """
    until = stamp.at + timedelta(days=seller.return_period_days)
    blocks: list[Block] = [
        *masthead(seller, store),
        *banners(stamp, i18n),
        Panel((centred(i18n.t("Gift receipt"), Style.TITLE),), padding_mm=2),
        GAP,
        *served(stamp, i18n),
        Rule(),
        GAP,
    ]
    for line in order.lines:
        if not line_ids or line.line_id in line_ids:
            blocks += [
                row(f"{line.quantity}{NBSP}{TIMES} {one_line(line.name)}", line.sku),
                Space(0.7),
            ]
    blocks += [
        Rule(),
        WIDE_GAP,
        centred(i18n.t("Exchange until {day}", day=i18n.long_date(until)), Style.HEADING),
        Qr(stamp.receipt_number, 23, i18n.t("The receipt number as a code")),
        centred(i18n.t("In any of our stores, with this receipt."), Style.SMALL),
        GAP,
        *seller_foot(seller, i18n),
        Cut(),
    ]
    title = i18n.t("Gift receipt {number}", number=stamp.receipt_number)
    return Document("gift_receipt", media, title, i18n.language, tuple(blocks))
