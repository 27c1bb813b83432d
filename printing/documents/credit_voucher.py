"""The credit voucher: an amount that the shop owes, and the code that spends it once."""

from __future__ import annotations

from datetime import date

from printing.documents.parts import GAP, WIDE_GAP, Seller, centred, masthead, row, seller_foot
from printing.model.document import Barcode, Block, Cut, Document, Panel, Qr, Style, Symbology
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.money import Money
from sync.i18n import I18n


def credit_voucher(
    number: str,
    amount: Money,
    valid_until: date,
    origin: str,
    store: Location,
    seller: Seller,
    i18n: I18n,
    *,
    media: Media = ROLL_80,
) -> Document:
    """`number` is scanned to spend it; `origin` the return or receipt it comes from."""
    code: tuple[Block, ...]
    if media.width_mm >= ROLL_80.width_mm:
        # Without its hyphens the number takes pairs of digits, and the bars three dots each.
        code = (Barcode(Symbology.CODE_128, number.replace("-", ""), number, 16),)
    else:
        seen = Qr(number, 23, i18n.t("The voucher number as a code"))
        code = (seen, centred(number, Style.STRONG))
    blocks: tuple[Block, ...] = (
        *masthead(seller, store),
        Panel(
            (
                centred(i18n.t("Credit voucher"), Style.CAPTION),
                centred(i18n.money(amount), Style.DISPLAY),
            ),
            padding_mm=2.5,
        ),
        GAP,
        row(i18n.t("Valid until"), i18n.long_date(valid_until), Style.STRONG),
        row(i18n.t("Comes from"), origin, Style.SMALL),
        WIDE_GAP,
        *code,
        WIDE_GAP,
        centred(i18n.t("Spend it in any of our stores, in one or several times."), Style.SMALL),
        GAP,
        *seller_foot(seller, i18n),
        Cut(),
    )
    title = i18n.t("Credit voucher {number}", number=number)
    return Document("credit_voucher", media, title, i18n.language, blocks)
