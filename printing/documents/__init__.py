"""Every document of a shop, each made from the domain by one function."""

from printing.documents.credit_voucher import credit_voucher
from printing.documents.gift_receipt import gift_receipt
from printing.documents.labels import collect_label, parcel_label, return_label
from printing.documents.order_slip import order_slip
from printing.documents.packing_slip import packing_slip
from printing.documents.parts import ReceiptStamp, Seller
from printing.documents.pick_list import pick_list
from printing.documents.price_labels import UnitPrice, article_label, shelf_label
from printing.documents.reservation_slip import HeldLine, reservation_slip
from printing.documents.return_receipt import return_receipt
from printing.documents.sales_receipt import sales_receipt
from printing.documents.service_names import ServiceName, service_name
from printing.documents.till_report import TenderTotal, TillReport, till_report
from printing.documents.transfer_note import TransferLine, transfer_note

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
