"""Finding the order of a receipt: in the local store, else at the server."""

from __future__ import annotations

from app.usecases.context import Context
from app.usecases.orders.order_store import order_state
from app.usecases.orders.receipt_codes import till_keys
from sync.domain.errors import InvalidInput, NotFound, Unavailable
from sync.domain.identifiers import DocumentNumber
from sync.protocol.feed import OrderState
from sync.protocol.receipt_code import looks_like_receipt, read_receipt_code

ASKED_MAX = 100


class OrderLookup:
    """Orders for returns. Those of other stores are asked of the server and kept in memory: they
    are not in this device's feed, so they would grow old on disk."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked: dict[str, OrderState] = {}

    def scanned(self, text: str) -> tuple[OrderState, str]:
        """The order behind a receipt code or an order number, and the code when it was one.

        Raises InvalidInput (broken or forged code), NotFound `return.receipt_not_here` (a real
        receipt that is not known here, and the server does not know it or is out of reach).
        """
        if not looks_like_receipt(text):
            return self.state(str(DocumentNumber(text))), ""
        code = text.strip().upper()
        try:
            receipt = read_receipt_code(code, till_keys(self._context))
        except InvalidInput as error:
            if error.code != "receipt.unknown_till" or not self._context.link().online:
                raise
            # Another store's till: the server knows its key and checks the signature.
            return self._ask(code.split("/")[1], code), code
        state = self.state(str(receipt.order_number), code)
        if receipt.total != state.order.total:
            raise InvalidInput(
                "This receipt does not agree with the sale. Please go to the counter.",
                code="receipt.other_total",
            )
        return state, code

    def state(self, number: str, receipt_code: str = "") -> OrderState:
        """The order of that number; raises NotFound `return.receipt_not_here`."""
        try:
            return order_state(self._context, number)
        except NotFound:
            found = self._asked.get(number)
        return found or self._ask(number, receipt_code)

    def _ask(self, number: str, receipt_code: str) -> OrderState:
        state = None
        if self._context.link().online:
            try:
                state = self._context.ask_order(number, receipt_code)
            except (NotFound, Unavailable):
                state = None  # the same for the customer: it is looked up at the counter
        if state is None:
            raise NotFound(
                "This device does not know order {order} yet. Please go to the counter, or try "
                "again a little later; the goods can be returned all the same.",
                code="return.receipt_not_here",
                order=number,
            )
        if len(self._asked) >= ASKED_MAX:
            self._asked.clear()
        self._asked[number] = state
        return state
