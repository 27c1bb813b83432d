"""The documents of this device as documents: made from what is on disk, each time the same."""

from __future__ import annotations

from app.usecases.context import Context
from app.usecases.orders.order_store import order_state
from app.usecases.orders.receipt_codes import receipt_code
from printing import (
    Document,
    ReceiptStamp,
    Seller,
    TillReport,
    collect_label,
    order_slip,
    parcel_label,
    return_receipt,
    sales_receipt,
    till_report,
)
from sync.domain.company import CompanySettings
from sync.domain.errors import Refused
from sync.domain.fulfilment import Fulfilment
from sync.domain.location import Location
from sync.domain.order import Order
from sync.domain.returns import Return
from sync.i18n import I18n
from sync.terminal.store import catalogue_queries, people_queries

SOFTWARE = "Comptoir 0.1"
SIGNATURE_SHOWN = 8


def seller_of(company: CompanySettings) -> Seller:
    """What documents say of the company."""
    seller = company.seller
    return Seller(
        name=seller.name,
        legal_form=seller.legal_form,
        address=seller.address,
        postcode=seller.postcode,
        commune=seller.commune,
        siret=seller.registration_number,
        naf=seller.activity_code,
        vat_number=seller.vat_number,
        return_policy_url=company.returns.policy_url,
        return_period_days=company.returns.period_days,
    )


class DocumentBuilder:
    """Makes the documents; `copy` counts the duplicates, 0 for the original."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def _seller(self) -> Seller:
        return seller_of(self._context.reference.company())

    def receipt(self, order_number: str, copy: int = 0) -> Document:
        """The receipt of an order of this device; raises Refused for another till's."""
        order = order_state(self._context, order_number).order
        guaranteed = {
            line.sku
            for line in order.lines
            if catalogue_queries.guaranteed(self._context.store, line.sku)
        }
        return sales_receipt(
            order,
            self.here(),
            self._seller,
            self._stamp(order, copy),
            self._words_of(order),
            self._context.reference.locations(),
            guaranteed_skus=guaranteed,
        )

    def slip(self, order_number: str, copy: int = 0) -> Document:
        """The slip that says how each line reaches the customer, with the order's QR code."""
        order = order_state(self._context, order_number).order
        return order_slip(
            order,
            self.here(),
            self._seller,
            self._stamp(order, copy),
            self._words_of(order),
            self._context.reference.locations(),
        )

    def label(self, fulfilment: Fulfilment) -> Document:
        """The parcel label of a packed fulfilment, or the label of its click and collect bag."""
        i18n, here = self._context.i18n, self.here()
        if not fulfilment.leaves_by_carrier:
            return collect_label(fulfilment, here, i18n)
        ship_to = None
        if fulfilment.ship_to is None:
            ship_to = self._context.reference.location(fulfilment.collect_at)
        return parcel_label(fulfilment, fulfilment.parcels[0], here, i18n, ship_to=ship_to)

    def return_receipt(self, goods: Return, order: Order, i18n: I18n | None = None) -> Document:
        """The customer's proof that the goods were left, in the language of `i18n`."""
        words = i18n or self._context.i18n
        return return_receipt(goods, order, self.here(), self._seller, words)

    def till_report(self, report: TillReport) -> Document:
        """The report of a till's day."""
        return till_report(report, self.here(), self._seller, self._context.i18n)

    def here(self) -> Location:
        """The store that the device stands in."""
        return self._context.reference.location(self._context.identity.location)

    def _words_of(self, order: Order) -> I18n:
        """The language that was spoken when the order was taken, for its documents for ever."""
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
        associate = people_queries.associate(self._context.store, code)
        if associate is None:
            return code
        return associate.name.split()[0]
