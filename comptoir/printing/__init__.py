"""Every paper a shop needs, on the printers shops have.

One document model (`model`), documents made from the domain (`documents`), renderers (PDF, text),
and a spool that survives anything. Depends on `comptoir.sync.domain` and `comptoir.i18n` only.
"""

from comptoir.printing.documents import (
    HeldLine,
    ReceiptStamp,
    Seller,
    TenderTotal,
    TillReport,
    TransferLine,
    UnitPrice,
    article_label,
    collect_label,
    credit_voucher,
    gift_receipt,
    order_slip,
    packing_slip,
    parcel_label,
    pick_list,
    reservation_slip,
    return_label,
    return_receipt,
    sales_receipt,
    service_name,
    shelf_label,
    till_report,
    transfer_note,
)
from comptoir.printing.errors import DoesNotFit, NotPrinted, PerhapsPrinted, Unprintable
from comptoir.printing.escpos import render_escpos
from comptoir.printing.model import Document
from comptoir.printing.pdf import render_pdf, render_pdf_of
from comptoir.printing.printers import FolderPrinter, Printer
from comptoir.printing.raster import pages_png
from comptoir.printing.service import PrintService, StationState
from comptoir.printing.setup import PrinterEntry, PrinterSetup, Route
from comptoir.printing.spool import Job, JobState, Spool
from comptoir.printing.text import render_text
from comptoir.printing.wire import document_from_json, document_to_json
from comptoir.printing.worker import Worker
from comptoir.printing.zpl import render_zpl, render_zpl_of

__all__ = [
    "Document",
    "DoesNotFit",
    "FolderPrinter",
    "HeldLine",
    "Job",
    "JobState",
    "NotPrinted",
    "PerhapsPrinted",
    "PrintService",
    "Printer",
    "PrinterEntry",
    "PrinterSetup",
    "ReceiptStamp",
    "Route",
    "Seller",
    "Spool",
    "StationState",
    "TenderTotal",
    "TillReport",
    "TransferLine",
    "UnitPrice",
    "Unprintable",
    "Worker",
    "article_label",
    "collect_label",
    "credit_voucher",
    "document_from_json",
    "document_to_json",
    "gift_receipt",
    "order_slip",
    "packing_slip",
    "pages_png",
    "parcel_label",
    "pick_list",
    "render_escpos",
    "render_pdf",
    "render_pdf_of",
    "render_text",
    "render_zpl",
    "render_zpl_of",
    "reservation_slip",
    "return_label",
    "return_receipt",
    "sales_receipt",
    "service_name",
    "shelf_label",
    "till_report",
    "transfer_note",
]
