"""Documents: made from what is on disk, kept in the spool, shown on screen, printed again.

The receipt of an order is one job for ever (its key is the receipt number and how often it was
printed), so asking twice prints once; `again` is a new job, marked as a duplicate.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock

from comptoir.app.usecases.context import Context
from comptoir.app.usecases.order_documents import order_state
from comptoir.app.usecases.receipts import receipt_code
from comptoir.i18n import I18n
from comptoir.printing import (
    Document,
    ReceiptStamp,
    Seller,
    collect_label,
    order_slip,
    pages_png,
    parcel_label,
    render_pdf,
    return_receipt,
    sales_receipt,
)
from comptoir.printing.printers import FolderPrinter, Worker
from comptoir.printing.spool import Job, JobState, Spool
from comptoir.sync.domain.errors import NotFound, Refused
from comptoir.sync.domain.fulfilment import Fulfilment
from comptoir.sync.domain.location import Location
from comptoir.sync.domain.order import Order
from comptoir.sync.domain.returns import Return
from comptoir.sync.protocol.commands import parse_json
from comptoir.sync.protocol.feed import Associate

PRINTER = "folder"
SOFTWARE = "Comptoir 0.1"
SIGNATURE_SHOWN = 8
JOBS_PER_PRINT_MAX = 100


class Paper:
    """The spool of this device, and the papers that go into it."""

    def __init__(self, context: Context, seller: Seller, folder: Path) -> None:
        self._context, self._seller = context, seller
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
        i18n, here = self._context.i18n, self._here()
        if not work.leaves_by_carrier:
            return self._submit(
                collect_label(work, here, i18n), f"collect_label/{work.fulfilment_id}/0"
            )
        ship_to = None
        if work.ship_to is None:
            ship_to = self._context.reference.location(work.collect_at)
        document = parcel_label(work, work.parcels[0], here, i18n, ship_to=ship_to)
        return self._submit(document, f"parcel_label/{work.parcels[0].sscc}/0")

    def make_return_receipt(self, goods: Return, order: Order, *, i18n: I18n | None = None) -> Job:
        """The customer's proof that the goods were left, in the language of `i18n`."""
        words = i18n or self._context.i18n
        document = return_receipt(goods, order, self._here(), self._seller, words)
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
        order = order_state(self._context, order_number).order
        guaranteed = {
            line.sku
            for line in order.lines
            if self._context.store.one(
                "SELECT 1 FROM articles WHERE sku = ? AND guarantee = 1", (line.sku,)
            )
        }
        document = sales_receipt(
            order,
            self._here(),
            self._seller,
            self._stamp(order, copy),
            self._words_of(order),
            self._context.reference.locations(),
            guaranteed_skus=guaranteed,
        )
        return self._submit(document, f"sales_receipt/{order_number}/{copy}")

    def _slip(self, order_number: str, copy: int) -> Job:
        order = order_state(self._context, order_number).order
        document = order_slip(
            order,
            self._here(),
            self._seller,
            self._stamp(order, copy),
            self._words_of(order),
            self._context.reference.locations(),
        )
        return self._submit(document, f"order_slip/{order_number}/{copy}")

    def _words_of(self, order: Order) -> I18n:
        """The language that was spoken when the order was taken, for its papers for ever."""
        return I18n(order.locale, self._context.i18n.zone)

    def _stamp(self, order: Order, copy: int) -> ReceiptStamp:
        code = receipt_code(self._context, order)
        if not order.receipt_number:
            raise Refused("This order has no receipt.", code="receipt.none")
        return ReceiptStamp(
            receipt_number=order.receipt_number,
            at=order.placed_at,
            associate=self._name_of(order.associate),
            till=order.device,
            qr=code,
            signature_short=code.rpartition("/")[2][:SIGNATURE_SHOWN],
            software=SOFTWARE,
            duplicate=copy,
        )

    def _name_of(self, code: str) -> str:
        """The first name of an associate: that is what stands on paper."""
        row = self._context.store.one("SELECT body FROM associates WHERE code = ?", (code,))
        if row is None:
            return code
        associate: Associate = parse_json(Associate, row[0])
        return associate.name.split()[0]

    def _here(self) -> Location:
        return self._context.reference.location(self._context.identity.location)

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
