"""Every paper of a shop, each made from the domain by one function."""

from comptoir.printing.documents.credit_voucher import credit_voucher
from comptoir.printing.documents.gift_receipt import gift_receipt
from comptoir.printing.documents.labels import collect_label, parcel_label, return_label
from comptoir.printing.documents.order_slip import order_slip
from comptoir.printing.documents.packing_slip import packing_slip
from comptoir.printing.documents.parts import ReceiptStamp, Seller
from comptoir.printing.documents.pick_list import pick_list
from comptoir.printing.documents.price_labels import UnitPrice, article_label, shelf_label
from comptoir.printing.documents.reservation_slip import HeldLine, reservation_slip
from comptoir.printing.documents.return_receipt import return_receipt
from comptoir.printing.documents.sales_receipt import sales_receipt
from comptoir.printing.documents.services import ServiceName, service_name
from comptoir.printing.documents.till_report import TenderTotal, TillReport, till_report
from comptoir.printing.documents.transfer_note import TransferLine, transfer_note

__all__ = [
    "HeldLine",
    "ReceiptStamp",
    "Seller",
    "ServiceName",
    "TenderTotal",
    "TillReport",
    "TransferLine",
    "UnitPrice",
    "article_label",
    "collect_label",
    "credit_voucher",
    "gift_receipt",
    "order_slip",
    "packing_slip",
    "parcel_label",
    "pick_list",
    "reservation_slip",
    "return_label",
    "return_receipt",
    "sales_receipt",
    "service_name",
    "shelf_label",
    "till_report",
    "transfer_note",
]
