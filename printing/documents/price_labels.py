"""Shelf and article labels: the price, the price of a unit, and the code that tills scan.

Price and unit price by the arrêté of 16 November 1999; the lowest price of the 30 days before
a reduction by directive 98/6/CE, article 6 bis (code de la consommation, L112-1-1).
"""

from __future__ import annotations

from dataclasses import dataclass

from printing.barcodes.bars import qr_matrix
from printing.barcodes.gs1 import digital_link, gtin_barcode
from printing.documents.parts import NBSP, cell, one_line
from printing.model.document import (
    DOT_MM,
    DOTS_PER_MODULE_MIN,
    Align,
    Block,
    Cell,
    Columns,
    Document,
    Qr,
    Space,
    Style,
    Text,
    VAlign,
)
from printing.model.media import LABEL_50X30, LABEL_57X32, LABEL_100X70, Media
from sync.domain.catalogue import Article
from sync.domain.money import Money
from sync.i18n import I18n

WIDE_LABEL_MM = 65


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one `unit`: kg, L, m, m²."""

    amount: Money
    unit: str


def shelf_label(
    article: Article,
    i18n: I18n,
    *,
    unit_price: UnitPrice | None = None,
    prior_price: Money | None = None,
    link_domain: str = "",
    media: Media = LABEL_57X32,
) -> Document:
    """A label for the edge of a shelf. `prior_price`: the lowest of the 30 days before a reduction.

    With `link_domain`, wide labels carry a GS1 Digital Link beside the linear code, until all
    tills read it.
    """
    price: list[Block] = [Text(i18n.money(article.price), Style.DISPLAY, lines_max=1)]
    if unit_price is not None:
        amount = f"{i18n.money(unit_price.amount)}{NBSP}/{NBSP}{unit_price.unit}"
        if link_domain or prior_price is not None:
            price.append(Text(amount, Style.SMALL))
        else:
            beside = cell(amount, Style.BODY, Align.RIGHT, share=0)
            price = [Columns((Cell(tuple(price)), beside))]
    if prior_price is not None:
        words = i18n.t("Lowest price of the last 30 days: {amount}", amount=prior_price)
        price.append(Text(words, Style.SMALL, lines_max=2))
    height_mm = {57: 6.5, 70: 7.0}.get(round(media.width_mm), 12.0)
    code = gtin_barcode(article.gtin, height_mm, text=False)
    if media.width_mm < WIDE_LABEL_MM:
        name = Text(one_line(article.name), Style.STRONG, lines_max=3, shorten=True)
    else:
        name = Text(one_line(article.name), Style.HEADING, lines_max=2, shorten=True)
    blocks: list[Block] = [name, Space(0.4)]
    if link_domain and media.width_mm >= WIDE_LABEL_MM:
        link = _link_code(digital_link(link_domain, article.gtin), i18n)
        blocks.append(Columns((Cell(tuple(price)), Cell((link,), 0)), valign=VAlign.MIDDLE))
    else:
        blocks += price
    blocks += [Space(0, fill=True), code]
    title = i18n.t("Shelf label {sku}", sku=article.sku)
    return Document("shelf_label", media, title, i18n.language, tuple(blocks))


def _link_code(link: str, i18n: I18n) -> Qr:
    """As small as three dots a module allow."""
    side = len(qr_matrix(link)) * DOTS_PER_MODULE_MIN * DOT_MM
    return Qr(link, side, i18n.t("A link to the article"))


def article_label(article: Article, i18n: I18n, *, media: Media = LABEL_50X30) -> Document:
    """A sticker for an article that came without a code."""
    large = media.width_mm >= LABEL_100X70.width_mm
    blocks: tuple[Block, ...] = (
        Text(one_line(article.name), Style.STRONG, Align.CENTRE, lines_max=3, shorten=True),
        Text(i18n.money(article.price), Style.TOTAL, Align.CENTRE),
        Space(0, fill=True),
        gtin_barcode(article.gtin, 20.0 if large else 6.5),
    )
    title = i18n.t("Article label {sku}", sku=article.sku)
    return Document("article_label", media, title, i18n.language, blocks)
