"""The day of a till: what was taken so far, and its closing."""

from __future__ import annotations

from datetime import datetime

from app.usecases.context import Context
from app.usecases.documents.print_documents import Documents
from app.usecases.store.sign_in import Person
from printing import TenderTotal, TillReport
from printing.spool.spool import Job
from sync.domain.associate import Right
from sync.domain.errors import Refused
from sync.domain.money import Money, VatLine
from sync.domain.payment import TenderKind
from sync.protocol.journal import Entry
from sync.protocol.journal_totals import Totals
from sync.protocol.sessions import Approval
from sync.terminal import journal

PROOF_CHARACTERS = 12
NO_SALE = "no_sale"
DRAWER_KINDS = (NO_SALE, "drawer")


class DayClosing:
    """Counts and closes; the journal is what it counts from."""

    def __init__(self, context: Context, documents: Documents) -> None:
        self._context, self._documents = context, documents

    def so_far(self) -> TillReport:
        """What there is since the last closing; closes nothing."""
        store = self._context.store
        totals = self._context.journal.open_totals(store)
        last = journal.last_entry(store)
        return self._report(totals, last, number=None, counted=None)

    def close(self, person: Person, counted: Money | None) -> tuple[TillReport, Job]:
        """Close the day and print the report; the closing is on disk before.

        `counted`: the cash that is in the drawer. Raises Refused where nothing is to be closed.
        """
        context = self._context
        with context.store.transaction() as tx:
            totals = context.journal.open_totals(tx)
            if not totals.last:
                raise Refused(
                    "Nothing has happened at this till since it was closed last.",
                    code="closing.nothing",
                )
            opening = self._opening()
            minor = counted.minor if counted is not None else None
            entry = context.journal.close_day(tx, minor, person.code)
            tx.touch("status")
        report = self._report(totals, entry, entry.content["number"], counted, opening)
        context.kick()
        return report, self._documents.make_till_report(report)

    def open_drawer(self, person: Person, approval: Approval | None) -> Job | None:
        """Open the drawer without a sale; raises Refused for who may not and has no approval."""
        context = self._context
        may = context.reference.company().may(person.role, Right.OPEN_DRAWER)
        if approval is None and not may:
            raise Refused(
                "Somebody who may has to approve it. The drawer stays closed.",
                code="closing.drawer",
            )
        with context.store.transaction() as tx:
            number = tx.count_up(NO_SALE)
            said = {"number": number, "associate": person.code}
            if approval is not None:
                said |= {"approved_by": approval.by, "approval": str(approval.number)}
            context.journal.append(tx, NO_SALE, said)
        context.kick()
        return self._documents.open_drawer_alone(number)

    def _opening(self) -> Money:
        """What was counted in the drawer when the till was closed last."""
        last = journal.last_closing(self._context.store)
        counted = last.content.get("cash_counted_minor", 0) if last is not None else 0
        return Money(int(counted), self._context.reference.company().region.currency)

    def _report(
        self,
        totals: Totals,
        last: Entry | None,
        number: int | None,
        counted: Money | None,
        opening: Money | None = None,
    ) -> TillReport:
        context, currency = self._context, self._context.reference.company().region.currency

        def money(minor: int) -> Money:
            return Money(minor, currency)

        now = context.clock()
        first = next(iter(journal.entries_after(context.store, max(0, totals.first - 1), 1)), None)
        receipts = [receipt for receipt in totals.receipts if receipt] or [""]
        return TillReport(
            till=context.identity.code,
            closing_number=number,
            opened_at=datetime.fromisoformat(first.at) if first and totals.first else now,
            closed_at=now,
            first_receipt=receipts[0],
            last_receipt=receipts[-1],
            sale_count=totals.sale_count,
            refund_count=totals.refund_count,
            sales=money(totals.sales_minor),
            refunds=money(totals.refunds_minor),
            tenders=tuple(
                TenderTotal(TenderKind(kind), totals.tender_counts[kind], money(amount))
                for kind, amount in sorted(totals.tenders.items())
            ),
            vat=tuple(
                VatLine(rate, money(net), money(vat), money(gross))
                for rate, (net, vat, gross) in sorted(totals.vat.items(), reverse=True)
            ),
            perpetual_total=money(totals.perpetual_sales_minor - totals.perpetual_refunds_minor),
            cash_opening=opening if opening is not None else self._opening(),
            cash_counted=counted,
            reprint_count=totals.counts.get("reprint", 0),
            drawer_openings=sum(totals.counts.get(kind, 0) for kind in DRAWER_KINDS),
            proof=last.signature[:PROOF_CHARACTERS] if last else "",
            software=self._documents.software,
        )
