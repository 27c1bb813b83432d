"""Documents: made from what is on disk, kept in the spool, shown on screen, printed again.

The receipt of an order is one job for ever (its key is the receipt number and how often it was
printed), so asking twice prints once; `again` is a new job, marked as a duplicate.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from comptoir.app.usecases.context import Context
from comptoir.app.usecases.paper_documents import PaperDocuments
from comptoir.i18n import I18n
from comptoir.printing import (
    Document,
    pages_png,
    render_pdf,
)
from comptoir.printing.printers import FolderPrinter, Worker
from comptoir.printing.spool import Job, JobState, Spool
from comptoir.sync.domain.errors import NotFound
from comptoir.sync.domain.fulfilment import Fulfilment
from comptoir.sync.domain.order import Order
from comptoir.sync.domain.returns import Return

PRINTER = "folder"
JOBS_PER_PRINT_MAX = 100


class Paper:
    """The spool of this device, and the papers that go into it."""

    def __init__(self, context: Context, documents: PaperDocuments, folder: Path) -> None:
        self._context, self._documents = context, documents
        self._spool = Spool(folder, context.clock)
        self._printer = FolderPrinter(PRINTER, folder / "out")
        self._worker = Worker(self._spool, self._printer)
        self._printing = Lock()
        self._worker.settle()
        self._print_waiting()

    def close(self) -> None:
        """Let go of the spool's file."""
        self._spool.close()

    def make_receipt(self, order_number: str) -> Job:
        """The receipt of an order of this device; raises Refused for another till's."""
        return self._receipt(order_number, 0)

    def make_order_slip(self, order_number: str) -> Job:
        """The slip that says how each line reaches the customer, with the order's QR code."""
        return self._slip(order_number, 0)

    def make_label(self, work: Fulfilment) -> Job:
        """The parcel label of packed work, or the label of its click and collect bag."""
        document = self._documents.label(work)
        about = work.parcels[0].sscc if work.leaves_by_carrier else work.fulfilment_id
        return self._submit(document, f"{document.type}/{about}/0")

    def make_return_receipt(self, goods: Return, order: Order, *, i18n: I18n | None = None) -> Job:
        """The customer's proof that the goods were left, in the language of `i18n`."""
        document = self._documents.return_receipt(goods, order, i18n)
        return self._submit(document, f"return_receipt/{goods.number}/{goods.state.value}/0")

    def jobs(self, limit: int = 50) -> list[Job]:
        """What was printed, the latest first."""
        return self._spool.jobs(limit)

    def pages(self, job_id: int) -> list[bytes]:
        """The pages as PNG."""
        return pages_png(self._spool.payload(job_id))

    def pdf_path(self, job_id: int) -> Path:
        """The PDF file in the spool folder; raises NotFound when it did not come out."""
        path = self._printer.path(self._spool.job(job_id))
        if not path.exists():
            raise NotFound(
                "This paper has not come out yet. Look at the list of papers.",
                code="paper.not_printed",
            )
        return path

    def again(self, job_id: int) -> Job:
        """Print it again; a receipt is marked as a duplicate and counted."""
        job = self._spool.job(job_id)
        what, about = job.key.split("/")[:2]
        makers = {"sales_receipt": self._receipt, "order_slip": self._slip}
        with self._context.store.transaction() as tx:
            copy = tx.count_up(f"copies/{what}/{about}")
        if what in makers:
            return makers[what](about, copy)
        job = self._spool.submit(
            job.document_type,
            job.title,
            self._spool.payload(job.number),
            key=f"{job.key.rpartition('/')[0]}/{copy}",
            printer=PRINTER,
        )
        self._print_waiting()
        return self._spool.job(job.number)

    def _receipt(self, order_number: str, copy: int) -> Job:
        document = self._documents.receipt(order_number, copy)
        return self._submit(document, f"sales_receipt/{order_number}/{copy}")

    def _slip(self, order_number: str, copy: int) -> Job:
        document = self._documents.slip(order_number, copy)
        return self._submit(document, f"order_slip/{order_number}/{copy}")

    def _submit(self, document: Document, key: str) -> Job:
        known = self._spool.find(key)
        if known is not None and known.state is not JobState.QUEUED:
            return known  # nothing happens, so nobody is told that something did
        job = self._spool.submit(
            document.type,
            document.title,
            render_pdf(document),
            key=key,
            printer=PRINTER,
        )
        self._print_waiting()
        return self._spool.job(job.number)

    def _print_waiting(self) -> None:
        """Print what waits, now: a folder takes no time."""
        with self._printing:
            for _ in range(JOBS_PER_PRINT_MAX):
                if self._worker.run_once() is None:
                    break
        self._context.store.tell("paper")
