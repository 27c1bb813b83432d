"""Documents: made from what is on disk, printed once, shown on screen, printed again.

The receipt of an order is one job for ever (its key is the order number and how often it was
printed), so asking twice prints once; `again` is a new job, marked as a duplicate. What may have
come out is never repeated without a person who looked.
"""

from __future__ import annotations

from pathlib import Path

from app.usecases.context import Context
from app.usecases.documents.build_documents import SOFTWARE, DocumentBuilder
from app.usecases.documents.printers import BUILT_IN, OUT, Printers
from printing import Document, FolderPrinter, TillReport, pages_png, render_pdf
from printing.spool.spool import DRAWER, Job
from sync.domain.errors import NotFound
from sync.domain.fulfilment import Fulfilment
from sync.domain.identifiers import RETURN
from sync.domain.order import Order
from sync.domain.returns import Return
from sync.i18n import I18n


class Documents:
    """The documents of this device, and what became of each."""

    def __init__(
        self, context: Context, documents: DocumentBuilder, printers: Printers, folder: Path
    ) -> None:
        self._context, self._documents, self._printers = context, documents, printers
        self._service = printers.service
        self._folder = FolderPrinter(BUILT_IN, folder / OUT)

    # ---- making ------------------------------------------------------------------------------

    def make_receipt(self, order_number: str) -> Job:
        """The receipt of an order of this device; raises Refused for another till's."""
        return self._receipt(order_number, 0)

    def make_order_slip(self, order_number: str) -> Job:
        """The slip that says how each line reaches the customer, with the order's QR code."""
        return self._slip(order_number, 0)

    def make_label(self, fulfilment: Fulfilment) -> Job:
        """The parcel label of a packed fulfilment, or the label of its click and collect bag."""
        document = self._documents.label(fulfilment)
        about = (
            fulfilment.parcels[0].sscc if fulfilment.leaves_by_carrier else fulfilment.fulfilment_id
        )
        return self._print(document, f"{document.type}/{about}/0")

    def make_return_receipt(self, goods: Return, order: Order, *, i18n: I18n | None = None) -> Job:
        """The customer's proof that the goods were left, in the language of `i18n`."""
        document = self._documents.return_receipt(goods, order, i18n)
        return self._print(document, f"return_receipt/{goods.number}/{goods.state.value}/0")

    def open_drawer(self, number: str) -> Job | None:
        """Open the drawer for the cash of an order or a return, once; None where receipts have no
        drawer."""
        title = self._context.i18n.t(
            "Cash drawer, return {number}"
            if number.startswith(RETURN)
            else "Cash drawer, order {number}",
            number=number,
        )
        job = self._service.open_drawer(f"{DRAWER}/{number}/0", title)
        return None if job is None else self._printers.settle(job)

    def open_drawer_alone(self, number: int) -> Job | None:
        """Open the drawer without a sale; None where receipts have no drawer."""
        title = self._context.i18n.t("Cash drawer, opened without a sale")
        job = self._service.open_drawer(f"{DRAWER}/no-sale-{number}/0", title)
        return None if job is None else self._printers.settle(job)

    def make_till_report(self, report: TillReport) -> Job:
        """The report of a closing."""
        document = self._documents.till_report(report)
        return self._print(document, f"{document.type}/{report.till}-{report.closing_number}/0")

    @property
    def software(self) -> str:
        """What reports say of who made them."""
        return SOFTWARE

    def again(self, number: int) -> Job:
        """Print it again; a receipt is marked as a duplicate, counted and journalled."""
        job = self._service.job(number)
        what, about = job.key.split("/")[:2]
        makers = {"sales_receipt": self._receipt, "order_slip": self._slip}
        document = None
        if what not in makers:
            document = self._service.document(number)
            if document is None:
                raise NotFound(
                    "The content of this document is no longer kept. Print it from where it was "
                    "made.",
                    code="document.content_gone",
                )
        with self._context.store.transaction() as tx:
            copy = tx.count_up(f"copies/{what}/{about}")
            entry = {"document": what, "number": about, "copy": copy}
            self._context.journal.append(tx, "reprint", entry)
        if document is None:
            return makers[what](about, copy)
        return self._print(document, f"{job.key.rpartition('/')[0]}/{copy}")

    # ---- looking -----------------------------------------------------------------------------

    def jobs(self, limit: int = 50) -> list[Job]:
        """What was asked for, the latest first."""
        return self._service.jobs(limit)

    def job(self, number: int) -> Job:
        """One document; raises NotFound."""
        return self._service.job(number)

    def printed(self, document_type: str, number: str) -> Job | None:
        """The original of a document, if it was asked for: of an order, its receipt or slip."""
        return self._service.find(f"{document_type}/{number}/0")

    def questions(self) -> list[Job]:
        """Documents of which only a person can say whether they came out, the oldest first."""
        return self._service.questions()

    def pages(self, number: int) -> list[bytes]:
        """The pages as PNG, whatever the printer's language."""
        return self._service.pages(number)

    def preview_return_receipt(
        self, goods: Return, order: Order, *, i18n: I18n | None = None
    ) -> list[bytes]:
        """The pages as PNG of a document that was not printed."""
        return pages_png(render_pdf(self._documents.return_receipt(goods, order, i18n)))

    def pdf_path(self, number: int) -> Path:
        """The PDF in the folder of the built-in printer; raises NotFound when it is not there."""
        path = self._folder.path(self._service.job(number))
        if not path.exists():
            raise NotFound(
                "This document has not come out yet. Look at the list of documents.",
                code="document.not_printed",
            )
        return path

    # ---- deciding ----------------------------------------------------------------------------

    def came_out(self, number: int) -> Job:
        """A person looked: the document is there."""
        return self._service.answer_unknown(number, True)

    def did_not_come_out(self, number: int) -> Job:
        """A person looked: there is no paper, so it is printed once more."""
        return self._printers.settle(self._service.answer_unknown(number, False))

    def retry(self, number: int) -> Job:
        """Print after all what failed, expired or was cancelled."""
        return self._printers.settle(self._service.retry(number))

    def cancel(self, number: int) -> Job:
        """Take a document that waits out of the queue."""
        return self._service.cancel(number)

    def send_elsewhere(self, number: int, printer: str) -> Job:
        """Give a document that did not come out to another printer."""
        return self._printers.settle(self._service.send_elsewhere(number, printer))

    # ---- inside ------------------------------------------------------------------------------

    def _receipt(self, order_number: str, copy: int) -> Job:
        document = self._documents.receipt(order_number, copy)
        return self._print(document, f"sales_receipt/{order_number}/{copy}")

    def _slip(self, order_number: str, copy: int) -> Job:
        document = self._documents.slip(order_number, copy)
        return self._print(document, f"order_slip/{order_number}/{copy}")

    def _print(self, document: Document, key: str) -> Job:
        return self._printers.settle(self._service.print(document, key))
