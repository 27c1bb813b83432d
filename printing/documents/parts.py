"""What several documents share: who sells, a row of two, a heading, the foot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from printing.model.document import Align, Block, Cell, Columns, Panel, Space, Style, Text, VAlign
from sync.domain.location import Location
from sync.i18n import I18n

GAP = Space(1.2)
WIDE_GAP = Space(2.4)
NBSP = "\u00a0"
TIMES = "\u00d7"
NAME_CHARACTERS_MAX = 250


@dataclass(frozen=True, slots=True)
class Seller:
    """Who sells, as the law wants it on a receipt, and for how long goods may come back."""

    name: str
    legal_form: str
    address: str
    postcode: str
    commune: str
    siret: str
    naf: str
    vat_number: str
    return_policy_url: str
    return_period_days: int


@dataclass(frozen=True, slots=True)
class ReceiptStamp:
    """What the till adds to a sale: its number, its time, who and where, and the proof of it.

    `qr` holds order, total and signature; `signature_short` is the part that people can compare.
    `duplicate` counts the reprints, 0 for the original; `training` marks a sale that was none.
    """

    receipt_number: str
    at: datetime
    associate: str
    till: str
    qr: str
    signature_short: str
    software: str
    duplicate: int = 0
    training: bool = False


def one_line(name: str) -> str:
    """A name as people or other systems gave it, on one line and of a length that paper takes."""
    joined = " ".join(line.strip() for line in name.splitlines() if line.strip())
    if len(joined) <= NAME_CHARACTERS_MAX:
        return joined
    return joined[: NAME_CHARACTERS_MAX - 1] + "\u2026"


def cell(text: str, style: Style = Style.BODY, align: Align = Align.LEFT, share: float = 1) -> Cell:
    """A cell that holds one text."""
    return Cell((Text(text, style, align),), share)


def figure(text: str, style: Style = Style.BODY, share: float = 0) -> Cell:
    """An amount in a column: to the right, its figures below those of the line above."""
    return Cell((Text(text, style, Align.RIGHT, tabular=style is not Style.TOTAL),), share)


def row(
    left: str, right: str, style: Style = Style.BODY, right_style: Style | None = None
) -> Block:
    """Words on the left, a figure on the right."""
    return Columns(
        (cell(left, style), figure(right, right_style or style)),
    )


def labelled(caption: str, value: str, style: Style = Style.STRONG) -> tuple[Block, ...]:
    """A value under its name."""
    return Text(caption, Style.CAPTION), Text(value, style)


def centred(text: str, style: Style = Style.BODY) -> Text:
    """A text in the middle."""
    return Text(text, style, Align.CENTRE)


def masthead(seller: Seller, store: Location) -> tuple[Block, ...]:
    """The name of the shop and where it is."""
    return (
        centred(seller.name, Style.TITLE),
        Space(0.6),
        centred(store.name, Style.STRONG),
        centred(f"{store.address}, {store.postcode}{NBSP}{store.commune}", Style.SMALL),
        WIDE_GAP,
    )


def banners(stamp: ReceiptStamp, i18n: I18n) -> tuple[Block, ...]:
    """White on black: what makes this document something other than an original receipt."""
    found: list[Block] = []
    if stamp.training:
        found += [_banner(i18n.t("TRAINING: this is not a receipt")), GAP]
    if stamp.duplicate:
        found += [_banner(i18n.t("DUPLICATE no. {number}", number=stamp.duplicate)), GAP]
    return tuple(found)


def _banner(text: str) -> Panel:
    return Panel((centred(text, Style.STRONG),), inverse=True)


def served(stamp: ReceiptStamp, i18n: I18n) -> tuple[Block, ...]:
    """Number, time, till and who served."""
    return (
        Columns(
            (
                Cell(labelled(i18n.t("Receipt"), stamp.receipt_number), 0),
                Cell(
                    (
                        Text(i18n.t("Date"), Style.CAPTION, Align.RIGHT),
                        Text(i18n.stamp(stamp.at), Style.STRONG, Align.RIGHT),
                    ),
                ),
            ),
            gap_mm=1,
            valign=VAlign.TOP,
        ),
        Columns(
            (
                cell(i18n.t("Served by {name}", name=stamp.associate), Style.SMALL),
                cell(i18n.t("Till {till}", till=stamp.till), Style.SMALL, Align.RIGHT, share=0),
            )
        ),
        GAP,
    )


def seller_foot(seller: Seller, i18n: I18n) -> tuple[Block, ...]:
    """The registrations of the seller, as the law wants them."""
    name = f"{seller.name}, {seller.legal_form}" if seller.legal_form else seller.name
    return (
        centred(
            f"{name} · {seller.address}, {seller.postcode}{NBSP}{seller.commune}",
            Style.SMALL,
        ),
        centred(
            i18n.t(
                "SIRET {siret} · NAF {naf}",
                siret=seller.siret,
                naf=seller.naf,
            ),
            Style.SMALL,
        ),
        centred(i18n.t("VAT number {vat}", vat=seller.vat_number), Style.SMALL),
    )
