"""The packing slip: what is in the parcel, and how to send it back."""

from __future__ import annotations

from printing.documents.parts import GAP, NBSP, WIDE_GAP, Seller, cell, figure, labelled, one_line
from printing.model.document import (
    Block,
    Cell,
    Columns,
    Document,
    Qr,
    Rule,
    Space,
    Style,
    Text,
    VAlign,
)
from printing.model.media import A4, Media
from sync.domain.customer import Address
from sync.domain.fulfilment import Fulfilment, FulfilmentLine
from sync.domain.location import Location
from sync.i18n import I18n


def packing_slip(
    fulfilment: Fulfilment, ship_from: Location, seller: Seller, i18n: I18n, *, media: Media = A4
) -> Document:
    """Lies in the box: articles and quantities, no price, so that it can be a present."""
    number = str(fulfilment.order_number)
    blocks: list[Block] = [
        Columns(
            (
                Cell((Text(seller.name, Style.TITLE), Text(i18n.t("Packing slip"), Style.HEADING))),
                Cell((Qr(number, 20, i18n.t("The order number as a code")),), 0),
            ),
            valign=VAlign.TOP,
        ),
        WIDE_GAP,
        Columns(
            (
                Cell(_address(fulfilment.ship_to, i18n)),
                Cell(
                    (
                        *labelled(i18n.t("Order"), number),
                        Space(2),
                        *labelled(i18n.t("Prepared by"), ship_from.name),
                    )
                ),
            ),
            valign=VAlign.TOP,
        ),
        Space(8),
        Rule(1.1),
        GAP,
        Columns(
            (
                cell(i18n.t("Article"), Style.CAPTION, share=5),
                cell(i18n.t("Reference"), Style.CAPTION, share=2),
                figure(i18n.t("Quantity"), Style.CAPTION, share=1.4),
            )
        ),
        GAP,
    ]
    for line in fulfilment.lines:
        blocks += _line(line)
    blocks += [
        Rule(1.1),
        WIDE_GAP,
        Text(
            i18n.n(
                "Not what you hoped for? Send it back within {count} day:",
                "Not what you hoped for? Send it back within {count} days:",
                seller.return_period_days,
            ),
            Style.STRONG,
        ),
        Text(seller.return_policy_url),
    ]
    title = i18n.t("Packing slip {number}", number=number)
    return Document("packing_slip", media, title, i18n.language, tuple(blocks))


def _address(to: Address | None, i18n: I18n) -> tuple[Block, ...]:
    lines = [to.name, to.street, f"{to.postcode}{NBSP}{to.commune}"] if to else []
    return (
        Text(i18n.t("Ship to"), Style.CAPTION),
        *(
            Text(one_line(line), Style.STRONG if place == 0 else Style.BODY)
            for place, line in enumerate(lines)
        ),
    )


def _line(line: FulfilmentLine) -> tuple[Block, ...]:
    row = Columns(
        (
            cell(one_line(line.name), share=5),
            cell(line.sku, share=2),
            figure(str(line.quantity), Style.STRONG, share=1.4),
        )
    )
    return Rule(0.35), Space(1), row, Space(1)
