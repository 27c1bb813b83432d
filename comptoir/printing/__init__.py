"""Every paper a shop needs, on the printers shops have.

One document model (`model`), documents made from the domain (`documents`), renderers (PDF, text),
and a spool that survives anything. Depends on `comptoir.sync.domain` and `comptoir.i18n` only.
"""

from comptoir.printing.documents import (
    ReceiptStamp,
    Seller,
    collect_label,
    order_slip,
    parcel_label,
    pick_list,
    return_receipt,
    sales_receipt,
)
from comptoir.printing.errors import DoesNotFit, NotPrinted, PerhapsPrinted, Unprintable
from comptoir.printing.model import Document
from comptoir.printing.pdf import render_pdf, render_pdf_of
from comptoir.printing.printers import FolderPrinter, Printer, Worker
from comptoir.printing.raster import pages_png
from comptoir.printing.spool import Job, JobState, Spool
from comptoir.printing.text import render_text

__all__ = [
    "Document",
    "DoesNotFit",
    "FolderPrinter",
    "Job",
    "JobState",
    "NotPrinted",
    "PerhapsPrinted",
    "Printer",
    "ReceiptStamp",
    "Seller",
    "Spool",
    "Unprintable",
    "Worker",
    "collect_label",
    "order_slip",
    "pages_png",
    "parcel_label",
    "pick_list",
    "render_pdf",
    "render_pdf_of",
    "render_text",
    "return_receipt",
    "sales_receipt",
]
