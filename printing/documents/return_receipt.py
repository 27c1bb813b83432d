"""The return receipt: what came back, and what is or will be refunded."""

from __future__ import annotations

from printing.documents.parts import (
    GAP,
    NBSP,
    TIMES,
    Seller,
    centred,
    masthead,
    one_line,
    row,
    seller_foot,
)
from printing.documents.sales_receipt import vat_table
from printing.model.document import Block, Cut, Document, Panel, Qr, Rule, Space, Style, Text
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.order import Order
from sync.domain.returns import Return, ReturnReason, ReturnState
from sync.i18n import I18n


def reason_words(reason: ReturnReason, i18n: I18n) -> str:
    """Why it came back, as the customer said it."""
    return {
        ReturnReason.DAMAGED: i18n.t("Damaged on arrival"),
        ReturnReason.FAULTY: i18n.t("Faulty"),
        ReturnReason.NOT_SUITABLE: i18n.t("Not suitable"),
        ReturnReason.WRONG_ITEM: i18n.t("Not what was ordered"),
        ReturnReason.OTHER: i18n.t("Other reason"),
    }[reason]


def _state_words(state: ReturnState, i18n: I18n) -> tuple[str, str]:
    """The name of the amount, and what happens next."""
    return {
        ReturnState.DEPOSITED: (
            i18n.t("To refund"),
            i18n.t("We inspect the goods, then refund to the means of payment you used."),
        ),
        ReturnState.REFUNDED: (
            i18n.t("Refunded"),
            i18n.t("To the means of payment you used; a bank may take some days to show it."),
        ),
        ReturnState.REFUSED: (
            i18n.t("Refused"),
            i18n.t("The goods were given back to you."),
        ),
    }[state]


def return_receipt(
    ret: Return,
    order: Order,
    store: Location,
    seller: Seller,
    i18n: I18n,
    *,
    media: Media = ROLL_80,
) -> Document:
    """Proof that goods were given back, with the tax by rate that the refund takes out."""
    name, next_step = _state_words(ret.state, i18n)
    refused = ret.state is ReturnState.REFUSED
    blocks: list[Block] = [
        *masthead(seller, store),
        Panel(
            (centred(i18n.t("Your return"), Style.CAPTION), centred(str(ret.number), Style.TITLE)),
            padding_mm=2,
        ),
        GAP,
        row(i18n.stamp(ret.created_at), i18n.t("Till {till}", till=ret.device), Style.SMALL),
        Text(i18n.t("For order {number}", number=order.number), Style.SMALL),
        GAP,
        Rule(),
        GAP,
    ]
    for line in ret.lines:
        blocks += [
            row(f"{line.quantity}{NBSP}{TIMES} {one_line(line.name)}", i18n.money(line.refund)),
            Text(f"{reason_words(line.reason, i18n)}  ·  {line.sku}", Style.SMALL),
            Space(0.7),
        ]
    if ret.shipping:
        blocks += [row(i18n.t("Delivery"), i18n.money(ret.shipping)), Space(0.7)]
    blocks += [Rule(), GAP, row(name, i18n.money(ret.refund), Style.TOTAL)]
    blocks += [Text(next_step, Style.SMALL), GAP]
    if not refused:
        blocks += vat_table(ret.vat(), i18n)
    blocks += [
        Qr(str(ret.number), 23, i18n.t("The return number as a code")),
        centred(i18n.t("Keep this receipt until you have your refund."), Style.STRONG),
        GAP,
        *seller_foot(seller, i18n),
        Cut(),
    ]
    title = i18n.t("Return {number}", number=ret.number)
    return Document("return_receipt", media, title, i18n.language, tuple(blocks))
