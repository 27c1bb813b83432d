"""Every document a shop needs, on the printers shops have.

One document model (`model`), documents made from the domain (`documents`), codes (`barcodes`),
pages (`layout`), renderers (`render`), a spool that outlives the process (`spool`) and the printers
(`printers`). What other packages use is named here. Depends on `sync.domain` and `sync.i18n` only.
"""

from printing.documents import (
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
from printing.errors import DoesNotFit, NotPrinted, PerhapsPrinted, Unprintable
from printing.model.document import Document
from printing.model.document_json import document_from_json, document_to_json
from printing.printers.configuration import PrinterEntry, PrinterSetup, Route
from printing.printers.printer import FolderPrinter, Printer
from printing.printers.worker import Worker
from printing.render.escpos import render_escpos
from printing.render.pdf import render_pdf, render_pdf_of
from printing.render.png import pages_png
from printing.render.text import render_text
from printing.render.zpl import render_zpl, render_zpl_of
from printing.service import ConfiguredPrinterState, PrintService
from printing.spool.spool import Job, JobState, Spool

__all__ = [
    "ConfiguredPrinterState",
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
