"""Every paper of a shop, each made from the domain by one function."""

from comptoir.printing.documents.labels import collect_label, parcel_label
from comptoir.printing.documents.order_slip import order_slip
from comptoir.printing.documents.parts import ReceiptStamp, Seller
from comptoir.printing.documents.pick_list import pick_list
from comptoir.printing.documents.return_receipt import return_receipt
from comptoir.printing.documents.sales_receipt import sales_receipt

__all__ = [
    "ReceiptStamp",
    "Seller",
    "collect_label",
    "order_slip",
    "parcel_label",
    "pick_list",
    "return_receipt",
    "sales_receipt",
]
