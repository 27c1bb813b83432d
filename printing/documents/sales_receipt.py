"""The sales receipt: what was sold, how it reaches the customer, how it was paid, the tax."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from printing.documents.delivery_wording import by_option, option, when
from printing.documents.parts import (
    GAP,
    NBSP,
    TIMES,
    WIDE_GAP,
    ReceiptStamp,
    Seller,
    banners,
    cell,
    centred,
    figure,
    masthead,
    one_line,
    row,
    seller_foot,
    served,
)
from printing.model.document import Block, Columns, Cut, Document, Qr, Rule, Space, Style, Text
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.money import Money, VatLine, total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.i18n import I18n


def sales_receipt(
    order: Order,
    store: Location,
    seller: Seller,
    stamp: ReceiptStamp,
    i18n: I18n,
    locations: Mapping[str, Location],
    *,
    guaranteed_skus: Collection[str] = (),
    media: Media = ROLL_80,
) -> Document:
    """A receipt with all that French law asks of one (CGI 286 I 3 bis; code de la consommation).

    `guaranteed_skus` are those for which the legal guarantee of two years has to be named
    (décret 2021-609). It opens no drawer: that is done when cash is taken, printed or not.
    """
    blocks: list[Block] = [*masthead(seller, store)]
    blocks += banners(stamp, i18n)
    blocks += [Rule(), GAP, *served(stamp, i18n)]
    blocks += _lines(order, i18n, locations, guaranteed_skus)
    blocks += _totals(order, i18n)
    blocks += _payment(order.tenders, i18n)
    blocks += vat_table(order.vat(), i18n)
    blocks += _mentions(order, i18n, guaranteed_skus)
    blocks += _proof(stamp, seller, i18n)
    title = i18n.t("Receipt {number}", number=stamp.receipt_number)
    return Document("sales_receipt", media, title, i18n.language, tuple(blocks))


def _lines(
    order: Order,
    i18n: I18n,
    locations: Mapping[str, Location],
    guaranteed_skus: Collection[str],
) -> list[Block]:
    groups = by_option(order, i18n)
    only_carried_out = len(groups) == 1 and groups[0][0].mode is FulfilmentMode.CARRY_OUT
    blocks: list[Block] = [Rule(), GAP]
    for speaker, lines in groups:
        if not only_carried_out:
            blocks.append(Text(option(speaker, i18n, locations), Style.HEADING))
            if moment := when(speaker, i18n):
                blocks.append(Text(moment, Style.SMALL))
            blocks.append(Space(0.8))
        for line in lines:
            blocks += line_blocks(line, i18n, starred=line.sku in guaranteed_skus)
        blocks.append(Space(1.0))
    blocks.append(Rule())
    return blocks


def line_blocks(line: OrderLine, i18n: I18n, starred: bool) -> tuple[Block, ...]:
    """Name and amount; below them quantity, unit price and rate."""
    mark = NBSP + "*" if starred else ""
    detail = (
        f"{line.quantity}{NBSP}{TIMES}{NBSP}{i18n.money(line.unit_price)}  ·  "
        f"{i18n.t('VAT {rate}', rate=i18n.percent(line.vat_rate_bp))}"
    )
    return (
        row(one_line(line.name) + mark, i18n.money(line.amount)),
        row(detail, line.sku, Style.SMALL),
        Space(0.7),
    )


def _totals(order: Order, i18n: I18n) -> list[Block]:
    pieces = sum(line.quantity for line in order.lines)
    blocks: list[Block] = [GAP]
    if order.shipping_fee:
        blocks.append(row(i18n.t("Delivery"), i18n.money(order.shipping_fee)))
    blocks.append(row(i18n.t("Total"), i18n.money(order.total), Style.TOTAL))
    counted = i18n.n("{count} line", "{count} lines", len(order.lines))
    counted += ", " + i18n.n("{count} article", "{count} articles", pieces)
    blocks.append(Text(counted, Style.SMALL))
    blocks.append(GAP)
    return blocks


def tender_words(kind: TenderKind, card_last4: str, i18n: I18n) -> str:
    """`Cash`, `Card ending in 4242`, `Paid online`."""
    match kind:
        case TenderKind.CASH:
            return i18n.t("Cash")
        case TenderKind.CARD if card_last4:
            return i18n.t("Card ending in {last4}", last4=card_last4)
        case TenderKind.CARD:
            return i18n.t("Card")
        case TenderKind.ONLINE:
            return i18n.t("Paid online")


def _payment(tenders: Sequence[Tender], i18n: I18n) -> list[Block]:
    blocks: list[Block] = []
    for tender in tenders:
        shown = tender.given if tender.given is not None else tender.amount
        words = tender_words(tender.kind, tender.card_last4, i18n)
        blocks.append(row(words, i18n.money(shown), Style.STRONG))
        if tender.authorisation_code:
            code = i18n.t("Authorisation {code}", code=tender.authorisation_code)
            blocks.append(Text(code, Style.SMALL))
        if tender.change:
            blocks.append(row(i18n.t("Change"), i18n.money(tender.change)))
    if blocks:
        blocks.append(GAP)
    return blocks


def vat_table(lines: Sequence[VatLine], i18n: I18n) -> list[Block]:
    """The tax by rate, and its sum when there are several; every row and column adds up."""

    def table_row(first: str, net: str, vat: str, gross: str, style: Style) -> Block:
        amounts = (net, vat, gross)
        cells = [cell(first, style, share=0.6)]
        shares = (1, 0.9, 1.1)
        cells += [
            figure(amount, style, share) for amount, share in zip(amounts, shares, strict=True)
        ]
        return Columns(tuple(cells), gap_mm=1)

    def shown(amount: Money) -> str:
        return i18n.number(amount.minor / 100, 2)

    blocks: list[Block] = [Rule(), GAP]
    head = (i18n.t("Rate"), i18n.t("Net"), i18n.t("VAT"), i18n.t("Gross"))
    blocks.append(table_row(*head, Style.CAPTION))
    for line in lines:
        blocks.append(
            table_row(
                i18n.percent(line.rate_bp),
                shown(line.net),
                shown(line.vat),
                shown(line.gross),
                Style.SMALL,
            )
        )
    if len(lines) > 1:
        net, vat, gross = (
            shown(total(amounts))
            for amounts in zip(*((v.net, v.vat, v.gross) for v in lines), strict=True)
        )
        blocks.append(table_row(i18n.t("Total"), net, vat, gross, Style.SMALL))
    blocks.append(GAP)
    return blocks


def _mentions(order: Order, i18n: I18n, guaranteed_skus: Collection[str]) -> list[Block]:
    blocks: list[Block] = []
    grams = sum(line.co2e_g for line in order.lines)
    if grams:
        blocks += [
            Rule(),
            GAP,
            row(i18n.t("Footprint of preparation and delivery"), i18n.co2e(grams), Style.SMALL),
            GAP,
        ]
    if any(line.sku in guaranteed_skus for line in order.lines):
        words = i18n.t("* Legal guarantee of conformity: two years at least from delivery.")
        blocks.append(Text(words, Style.SMALL))
    if order.channel is not Channel.STORE:
        words = i18n.t(
            "You may withdraw within 14 days from the day after you receive or collect the goods."
        )
        blocks.append(Text(words, Style.SMALL))
    return blocks


def _proof(stamp: ReceiptStamp, seller: Seller, i18n: I18n) -> list[Block]:
    return [
        Qr(stamp.qr, 28, i18n.t("The receipt as a code")),
        centred(
            i18n.n(
                "Exchange or refund within {count} day, with this receipt.",
                "Exchange or refund within {count} days, with this receipt.",
                seller.return_period_days,
            ),
            Style.STRONG,
        ),
        centred(seller.return_policy_url, Style.SMALL),
        GAP,
        centred(i18n.t("Thank you, and see you soon"), Style.HEADING),
        WIDE_GAP,
        *seller_foot(seller, i18n),
        centred(
            i18n.t(
                "{software} · signature {signature}",
                software=stamp.software,
                signature=stamp.signature_short,
            ),
            Style.SMALL,
        ),
        Cut(),
    ]
