"""X and Z reports: what a till took, by means of payment and by tax rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from printing.documents.parts import GAP, WIDE_GAP, Seller, centred, masthead, row, seller_foot
from printing.documents.sales_receipt import tender_words, vat_table
from printing.errors import Unprintable
from printing.model.document import Block, Cut, Document, Panel, Rule, Style
from printing.model.media import ROLL_80, Media
from sync.domain.location import Location
from sync.domain.money import Money, VatLine, total
from sync.domain.payment import TenderKind
from sync.i18n import I18n


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What one means of payment brought: `count` payments, refunds taken off `amount`."""

    kind: TenderKind
    count: int
    amount: Money


@dataclass(frozen=True, slots=True)
class TillReport:
    """A period of a till. `closing_number` is None for an X report, which closes nothing.

    `sales` and `refunds` are gross, refunds positive; `perpetual_total` is the grand total since
    the till was first used, which never goes back to 0 (BOI-TVA-DECLA-30-10-30). `cash_opening`,
    `cash_counted`: what was in the drawer; `proof` the short hash of the period's last entry.
    """

    till: str
    closing_number: int | None
    opened_at: datetime
    closed_at: datetime
    first_receipt: str
    last_receipt: str
    sale_count: int
    refund_count: int
    sales: Money
    refunds: Money
    tenders: tuple[TenderTotal, ...]
    vat: tuple[VatLine, ...]
    perpetual_total: Money
    cash_opening: Money
    cash_counted: Money | None = None
    reprint_count: int = 0
    cancelled_count: int = 0
    drawer_openings: int = 0
    proof: str = ""
    software: str = ""
    training: bool = False

    def __post_init__(self) -> None:
        net = self.sales - self.refunds
        if total(line.gross for line in self.vat) != net or (
            total(tender.amount for tender in self.tenders) != net
        ):
            raise Unprintable(
                "The report of till {till} does not add up: sales, payments and tax differ. "
                "Nothing was printed; run the check of the journal.",
                code="printing.report_does_not_add_up",
                till=self.till,
            )

    @property
    def takings(self) -> Money:
        """Sales less refunds, VAT included."""
        return self.sales - self.refunds

    @property
    def cash_expected(self) -> Money:
        """What should be in the drawer."""
        cash = [tender.amount for tender in self.tenders if tender.kind is TenderKind.CASH]
        return self.cash_opening + total(cash, self.sales.currency)


def till_report(
    report: TillReport, store: Location, seller: Seller, i18n: I18n, *, media: Media = ROLL_80
) -> Document:
    """The X or Z report."""
    if report.closing_number is None:
        name = i18n.t("X report")
    else:
        name = i18n.t("Z report no. {number}", number=report.closing_number)
    blocks: list[Block] = [*masthead(seller, store)]
    if report.training:
        words = centred(i18n.t("TRAINING: this is not a receipt"), Style.STRONG)
        blocks += [Panel((words,), inverse=True), GAP]
    blocks += [
        Panel((centred(name, Style.TITLE),), padding_mm=2),
        GAP,
        *_period(report, i18n),
        *_sums(report, i18n),
        *_tenders(report.tenders, i18n),
        *vat_table(report.vat, i18n),
        *_cash(report, i18n),
        *_counters(report, i18n),
        *seller_foot(seller, i18n),
        centred(
            i18n.t(
                "{software} · signature {signature}",
                software=report.software,
                signature=report.proof,
            ),
            Style.SMALL,
        ),
        Cut(),
    ]
    kind = "x_report" if report.closing_number is None else "z_report"
    return Document(kind, media, name, i18n.language, tuple(blocks))


def _period(report: TillReport, i18n: I18n) -> list[Block]:
    return [
        row(i18n.t("Till {till}", till=report.till), i18n.stamp(report.closed_at), Style.STRONG),
        row(i18n.t("Opened"), i18n.stamp(report.opened_at), Style.SMALL),
        row(i18n.t("First receipt"), report.first_receipt, Style.SMALL),
        row(i18n.t("Last receipt"), report.last_receipt, Style.SMALL),
        GAP,
        Rule(),
        GAP,
    ]


def _sums(report: TillReport, i18n: I18n) -> list[Block]:
    return [
        row(i18n.n("{count} sale", "{count} sales", report.sale_count), i18n.money(report.sales)),
        row(
            i18n.n("{count} refund", "{count} refunds", report.refund_count),
            i18n.money(-report.refunds),
        ),
        row(i18n.t("Takings"), i18n.money(report.takings), Style.TOTAL),
        row(i18n.t("Perpetual total"), i18n.money(report.perpetual_total), Style.SMALL),
        GAP,
        Rule(),
        GAP,
    ]


def _tenders(tenders: Sequence[TenderTotal], i18n: I18n) -> list[Block]:
    blocks: list[Block] = []
    for tender in tenders:
        words = f"{tender_words(tender.kind, '', i18n)} ({tender.count})"
        blocks.append(row(words, i18n.money(tender.amount)))
    return [*blocks, GAP]


def _cash(report: TillReport, i18n: I18n) -> list[Block]:
    blocks: list[Block] = [
        Rule(),
        GAP,
        row(i18n.t("In the drawer at opening"), i18n.money(report.cash_opening)),
        row(i18n.t("Expected in the drawer"), i18n.money(report.cash_expected)),
    ]
    if report.cash_counted is not None:
        difference = report.cash_counted - report.cash_expected
        blocks += [
            row(i18n.t("Counted"), i18n.money(report.cash_counted), Style.STRONG),
            row(i18n.t("Difference"), i18n.money(difference), Style.STRONG),
        ]
    return [*blocks, GAP]


def _counters(report: TillReport, i18n: I18n) -> list[Block]:
    return [
        Rule(),
        GAP,
        row(i18n.t("Reprints"), str(report.reprint_count), Style.SMALL),
        row(i18n.t("Cancellations"), str(report.cancelled_count), Style.SMALL),
        row(i18n.t("Drawer opened"), str(report.drawer_openings), Style.SMALL),
        WIDE_GAP,
    ]
