"""A device in memory with the use cases that the store's screens and the kiosk call.

It follows the domain's own rules (what may come back, how a refund is split, which work may
become what), so that a screen meets the sentences and states of the real one. `fail_with` makes
the next call of a method raise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from app.usecases.fulfilment.fulfilment import PickedLine, PickProgress
from app.usecases.orders.orders import OrderDetail, OrderRow
from app.usecases.returns.payouts import Payout, PayoutState
from app.usecases.returns.returns import (
    Choice,
    InspectionResult,
    RefundQuote,
    Registered,
    Returnable,
    ReturnableLine,
)
from app.usecases.store.sign_in import Person
from app.usecases.store.status import Status
from printing.spool.spool import Job
from sync.domain.errors import Conflict, InvalidInput, NotFound
from sync.domain.fulfilment import (
    Fulfilment,
    FulfilmentState,
    Parcel,
    RejectionReason,
    check_transition,
)
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.location import Location
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode
from sync.domain.payment import TenderKind
from sync.domain.returns import (
    InspectedLine,
    Return,
    ReturnLine,
    ReturnState,
    eligibility,
    refund_for,
    refund_parts,
)
from sync.i18n import I18n
from sync.protocol.feed import Event, LineSource, LineState, OrderState, ReturnRecord
from tests.app.device_fixtures import COMPANY
from tests.app.screens.fake_documents import FakeDocumentEmail, FakeDocuments, FakePrinters
from tests.app.screens.fake_part import Part
from tests.app.screens.shop_data import (
    HERE,
    NOW,
    WAREHOUSE,
    fulfilment,
    order_line,
    shop_order,
)


class FakeReturns(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        lines = [order_line(1, 3), order_line(2), order_line(3)]
        first = shop_order(345, lines, cash=500)
        self.orders = {str(first.number): first}
        old = shop_order(7, [order_line(4)], days_ago=60)
        self.orders[str(old.number)] = old
        self.returned: dict[str, dict[int, int]] = {str(first.number): {3: 1}}
        self.records: dict[str, ReturnRecord] = {}

    def find(self, text: str, *, i18n: I18n) -> Returnable:
        self.called("find", text)
        if text.startswith("CPT1/"):
            parts = text.split("/")
            if len(parts) < 6:
                raise InvalidInput(
                    "This code could not be read whole. Hold the receipt flat and scan it again, "
                    "or type the order number printed below it.",
                    code="receipt.broken",
                )
            text = parts[1]
        order = self.orders.get(str(DocumentNumber(text)))
        if order is None:
            raise NotFound(
                "This purchase is not known here yet. Please go to the counter, or try again "
                "later.",
                code="return.receipt_not_here",
            )
        evaluations = eligibility(
            order, self.returned.get(str(order.number), {}), NOW, period_days=30
        )
        lines = tuple(
            ReturnableLine(
                line,
                evaluation.quantity_max,
                i18n.t(evaluation.reason) if evaluation.reason else "",
            )
            for line, evaluation in zip(order.lines, evaluations, strict=True)
        )
        return Returnable(order, lines, (order.placed_at + timedelta(days=30)).date(), text)

    def quote(self, order_number: str, choices: Sequence[Choice], *, i18n: I18n) -> RefundQuote:
        self.called("quote", order_number, tuple(choices))
        order = self.orders[order_number]
        amount = total(refund_for(order.line(c.line_id), 0, c.quantity) for c in choices)
        note = i18n.t("The refund is made once a person of the store has looked at the goods.")
        return RefundQuote(amount, tuple(refund_parts(order, {}, amount)), (note,), (note,))

    def register(
        self,
        order_number: str,
        choices: Sequence[Choice],
        receipt_code: str = "",
        *,
        i18n: I18n,
    ) -> Registered:
        self.called("register", order_number, tuple(choices))
        order = self.orders[order_number]
        goods = Return(
            DocumentNumber.build("R", 12, len(self.records) + 1),
            order.number,
            HERE.code,
            "K02",
            NOW,
            tuple(
                ReturnLine(
                    c.line_id,
                    order.line(c.line_id).sku,
                    order.line(c.line_id).name,
                    c.quantity,
                    c.reason,
                    refund_for(order.line(c.line_id), 0, c.quantity),
                )
                for c in choices
            ),
        )
        self.records[str(goods.number)] = ReturnRecord(goods)
        self.device.changed("returns")
        return Registered(goods, order)

    def waiting(self) -> list[ReturnRecord]:
        self.called("waiting")
        return [r for r in self.records.values() if r.goods.state is ReturnState.DEPOSITED]

    def get(self, number: str) -> ReturnRecord:
        self.called("get", number)
        if number not in self.records:
            raise NotFound("There is no return {number} here.", number=number)
        return self.records[number]

    def waiting_count(self) -> int:
        return len(self.waiting())

    def inspect(
        self, number: str, lines: Sequence[InspectedLine], person: Person
    ) -> InspectionResult:
        self.called("inspect", number, tuple(lines), person.code)
        record = self.records[number]
        if record.goods.state is not ReturnState.DEPOSITED:
            raise Conflict("This return was graded already.", code="return.inspected")
        kept = {line.line_id for line in lines if line.accepted}
        amount = total(line.refund for line in record.goods.lines if line.line_id in kept)
        order = self.orders[str(record.goods.order_number)]
        parts = tuple(refund_parts(order, {}, amount))
        state = ReturnState.REFUNDED if kept else ReturnState.REFUSED
        goods = replace(record.goods, state=state)
        self.records[number] = ReturnRecord(goods, parts, person.code)
        self.device.changed("returns")
        cash = total(part.amount for part in parts if part.kind is TenderKind.CASH)
        return InspectionResult(goods, parts, cash)

    def history(self, limit: int = 50) -> list[ReturnRecord]:
        self.called("history")
        return [r for r in self.records.values() if r.goods.state is not ReturnState.DEPOSITED]


class FakePayouts(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        self.unconfirmed: set[str] = set()

    def get(self, number: str) -> Payout:
        parts = self.device.returns.get(number).parts
        cash = total(part.amount for part in parts if part.kind is TenderKind.CASH)
        if not cash:
            return Payout(PayoutState.NONE, cash)
        state = PayoutState.UNCONFIRMED if number in self.unconfirmed else PayoutState.DUE
        return Payout(state, cash)


class FakeFulfil(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        ship, collect = FulfilmentMode.SHIP_HOME, FulfilmentMode.COLLECT
        fulfilments = [
            fulfilment(1, FulfilmentState.ALLOCATED, ship, 3.5, 2, 1),
            fulfilment(2, FulfilmentState.PACKED, collect, -1, 1),
            fulfilment(3, FulfilmentState.PICKING, ship, 26, 1, 1, 4),
        ]
        self.fulfilments = {one.fulfilment_id: one for one in fulfilments}
        self.scanned: dict[str, dict[int, int]] = {}

    def todo(self) -> list[Fulfilment]:
        self.called("todo")
        ended = (FulfilmentState.HANDED_OVER, FulfilmentState.REJECTED)
        return sorted(
            (w for w in self.fulfilments.values() if w.state not in ended), key=lambda w: w.due_at
        )

    def done(self, limit: int = 50) -> list[Fulfilment]:
        self.called("done")
        ended = (FulfilmentState.HANDED_OVER, FulfilmentState.REJECTED)
        return [w for w in self.fulfilments.values() if w.state in ended]

    def get(self, fulfilment_id: str) -> Fulfilment:
        self.called("get", fulfilment_id)
        if fulfilment_id not in self.fulfilments:
            raise NotFound("There is no fulfilment {number} here.", number=fulfilment_id)
        return self.fulfilments[fulfilment_id]

    def progress(self, fulfilment_id: str, last: int = 0) -> PickProgress:
        one, scanned = self.fulfilments[fulfilment_id], self.scanned.get(fulfilment_id, {})
        lines = tuple(
            PickedLine(
                line.line_id, line.sku, line.name, scanned.get(line.line_id, 0), line.quantity
            )
            for line in one.lines
        )
        return PickProgress(lines, all(line.picked >= line.quantity for line in lines), last)

    def start(self, fulfilment_id: str, person: Person) -> Fulfilment:
        self.called("start", fulfilment_id, person.code)
        return self._become(fulfilment_id, FulfilmentState.PICKING)

    def picked(self, fulfilment_id: str, text: str) -> PickProgress:
        self.called("picked", fulfilment_id, text)
        one = self.fulfilments[fulfilment_id]
        scanned = self.scanned.setdefault(fulfilment_id, {})
        for line in one.lines:
            if text == line.gtin and scanned.get(line.line_id, 0) < line.quantity:
                scanned[line.line_id] = scanned.get(line.line_id, 0) + 1
                self.device.changed("fulfilments")
                return self.progress(fulfilment_id, line.line_id)
        raise InvalidInput(
            "That is not on this list. Expected: {expected}.",
            code="fulfil.wrong_article",
            expected=one.lines[0].name,
        )

    def pack(self, fulfilment_id: str, person: Person) -> tuple[Fulfilment, Job]:
        self.called("pack", fulfilment_id, person.code)
        packed = self._become(fulfilment_id, FulfilmentState.PACKED)
        if packed.leaves_by_carrier:
            parcel = Parcel(Sscc.build(0, "9521234", 17), packed.weight_g + 200, "6A1234567890")
            packed = self.fulfilments[fulfilment_id] = replace(packed, parcels=(parcel,))
        return packed, self.device.documents.add("parcel_label", fulfilment_id)

    def label(self, fulfilment_id: str) -> Job:
        self.called("label", fulfilment_id)
        for job in self.device.documents.spool:
            if f"/{fulfilment_id}/" in job.key:
                return job
        return self.device.documents.add("parcel_label", fulfilment_id)

    def hand_over(self, fulfilment_id: str, person: Person) -> Fulfilment:
        self.called("hand_over", fulfilment_id, person.code)
        return self._become(fulfilment_id, FulfilmentState.HANDED_OVER)

    def reject(self, fulfilment_id: str, reason: RejectionReason, person: Person) -> Fulfilment:
        self.called("reject", fulfilment_id, reason, person.code)
        rejected = self._become(fulfilment_id, FulfilmentState.REJECTED)
        self.fulfilments[fulfilment_id] = replace(rejected, rejection=reason.value)
        return self.fulfilments[fulfilment_id]

    def counts(self) -> int:
        return len(self.todo())

    def _become(self, fulfilment_id: str, state: FulfilmentState) -> Fulfilment:
        one = self.fulfilments[fulfilment_id]
        check_transition(one.state, state)
        self.fulfilments[fulfilment_id] = replace(one, state=state)
        self.device.changed("fulfilments")
        return self.fulfilments[fulfilment_id]


class FakeOrders(Part):
    def __init__(self, device: FakeDevice) -> None:
        super().__init__(device)
        lines = [
            order_line(1, 3),
            order_line(2, 1, FulfilmentMode.SHIP_HOME),
            order_line(3, 1, FulfilmentMode.COLLECT, HERE.code),
        ]
        order = shop_order(345, lines, cash=500, days_ago=0)
        shipped = LineSource(WAREHOUSE.code, 1, "F9", FulfilmentState.HANDED_OVER, "6A1234567890")
        states = (
            LineState(1, handed_over=3),
            LineState(2, (shipped,), handed_over=1),
            LineState(3, (LineSource(HERE.code, 1, "F1", FulfilmentState.ALLOCATED),)),
        )
        events = (
            Event(NOW.isoformat(), "placed", "Order taken in {place}.", {"place": HERE.name}),
            Event(NOW.isoformat(), "paid", "Paid: {amount}.", {"amount": "15.15 EUR"}),
        )
        state = OrderState(order, states, order.total, {}, (), events)
        explanation = (
            "Lanterne métal blanche: from Entrepôt Sud, the cheapest that keeps the date.",
        )
        self.details = {str(order.number): OrderDetail(state, True, explanation, ())}

    def list(self, text: str = "", limit: int = 50, offset: int = 0) -> list[OrderRow]:
        self.called("list", text, limit, offset)
        rows = [
            OrderRow(
                number,
                detail.state.order.placed_at,
                detail.state.order.channel.value,
                detail.state.order.customer.name,
                detail.state.order.total,
                len(detail.state.order.lines),
                "open",
            )
            for number, detail in self.details.items()
        ]
        for serial, state in ((346, "waiting_to_send"), (347, "done"), (348, "attention")):
            number = str(DocumentNumber.build("C", 12, serial))
            rows.append(OrderRow(number, NOW, "store", "", Money(590), 1, state))
        found = [r for r in rows if text.lower() in (r.number + r.customer_name).lower()]
        return found[offset : offset + limit]

    def get(self, number: str) -> OrderDetail:
        self.called("get", number)
        if number not in self.details:
            raise NotFound("Order {number} is not known on this device.", number=number)
        return self.details[number]


class FakeStatus(Part):
    online = True

    def now(self) -> Status:
        return Status(self.online, NOW, 0 if self.online else 2, NOW, ())


class FakeCatalogue(Part):
    def location(self, code: str) -> Location:
        places = {HERE.code: HERE, WAREHOUSE.code: WAREHOUSE}
        if code not in places:
            raise NotFound("Location {code} is not known.", code=code)
        return places[code]


class FakeDevice:
    """Everything that a screen reaches through `ctx.device`."""

    code, number, kind, demo = "T12", 12, "terminal", True
    location, company = HERE, COMPANY

    def __init__(self) -> None:
        self._listeners: list[Callable[[str], None]] = []
        self.clock = lambda: NOW
        self.documents = FakeDocuments(self)
        self.document_email = FakeDocumentEmail(self)
        self.printers = FakePrinters(self)
        self.returns = FakeReturns(self)
        self.payouts = FakePayouts(self)
        self.fulfil = FakeFulfil(self)
        self.orders = FakeOrders(self)
        self.status = FakeStatus(self)
        self.catalogue = FakeCatalogue(self)
        self.basket = SimpleNamespace()

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def changed(self, topic: str) -> None:
        for callback in tuple(self._listeners):
            callback(topic)
