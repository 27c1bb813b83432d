"""Any order of sales, picking, refusals and returns leaves books that agree."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sync.central.allocation.decisions import Decisions
from sync.central.inventory import ledger as stock
from sync.central.orders import cancel_order, change_address
from sync.central.orders.cancel_order import CancelOrder
from sync.domain.customer import Address
from sync.domain.errors import Refused
from sync.domain.fulfilment import Fulfilment, FulfilmentState, RejectionReason
from sync.domain.order import Order
from sync.domain.order_change import (
    AddressChange,
    CancelReason,
    LineCount,
)
from sync.domain.order_status import NEXT_STATES
from sync.domain.returns import Disposition, InspectedLine, Return
from sync.protocol.commands import (
    CancelPieces,
    Command,
    InspectReturn,
    Outcome,
    PlaceOrder,
    RejectFulfilment,
)
from tests.sync.central.world import (
    CARRY,
    COLLECT,
    HOME,
    PEOPLE,
    POINT,
    SHIP,
    World,
    copy_of,
    receive,
)

SKUS = st.sampled_from(["MUG", "BAG", "LAMP", "CARD"])
LINES = st.lists(
    st.tuples(
        SKUS,
        st.integers(1, 4),
        st.sampled_from([(CARRY, ""), (SHIP, ""), (COLLECT, "S1"), (COLLECT, "S3"), (POINT, "P1")]),
    ),
    min_size=1,
    max_size=4,
)
ELSEWHERE = Address("Zoé Petit", "1 quai du Port", "13002", "Marseille", 43.3, 5.37)
STORES = st.sampled_from(["S1", "S2"])
_TEMPLATE: list[Path] = []


def template_folder() -> Path:
    if not _TEMPLATE:
        folder = Path(tempfile.mkdtemp(prefix="comptoir-machine-"))
        World(folder).close()
        _TEMPLATE.append(folder)
    return _TEMPLATE[0]


class Shops(RuleBasedStateMachine):
    """Two stores, their warehouses, and customers who change their minds."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="comptoir-shops-"))
        self.world = copy_of(template_folder(), self.folder)
        self.orders: list[Order] = []
        self.deposits: list[Return] = []
        self.sent: list[tuple[str, Command]] = []

    def teardown(self) -> None:
        self.world.close()
        shutil.rmtree(self.folder)

    def _order(self, data: st.DataObject) -> Order:
        return data.draw(st.sampled_from(self.orders))

    @initialize(store=STORES)
    def open_the_shops(self, store: str) -> None:
        """Each kind of thing is there from the start, so that every rule has what to work on."""
        self.sell(store, [("MUG", 3, (CARRY, "")), ("BAG", 1, (SHIP, ""))])
        self.sell("S1", [("LAMP", 2, (SHIP, "")), ("CARD", 2, (COLLECT, "S1"))])
        self.sell("S2", [("BAG", 2, (COLLECT, "S3")), ("LAMP", 9, (POINT, "P1"))])
        self.world.fulfil(self.orders[1])
        goods = self.world.goods_back(self.orders[0], {1: 1}, self.world.till(store, "kiosk"))
        assert self.world.deposit(goods, "", self.world.till(store, "kiosk")).code == ""
        self.deposits.append(goods)

    def _fulfilment(self, data: st.DataObject) -> Fulfilment | None:
        """Mostly one that is open; now and then a finished one, which must be left as it is."""
        fulfilments = [
            fulfilment for order in self.orders for fulfilment in self.world.fulfilments(order)
        ]
        open_fulfilments = [
            fulfilment for fulfilment in fulfilments if NEXT_STATES[fulfilment.state]
        ]
        mostly: int = data.draw(st.integers(0, 4))
        chosen = open_fulfilments if open_fulfilments and mostly else fulfilments
        return data.draw(st.sampled_from(chosen)) if chosen else None

    @rule(store=STORES, lines=LINES)
    def sell(self, store: str, lines: list[tuple[str, int, tuple[object, str]]]) -> None:
        till = self.world.till(store)
        made = [(sku, count, mode, place) for sku, count, (mode, place) in lines]
        order = self.world.order(*made, till=till)  # type: ignore[arg-type]
        command = self.world.command(PlaceOrder(order))
        assert self.world.send(till, command).outcome is Outcome.APPLIED
        self.orders.append(order)
        self.sent.append((store, command))

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        store, command = data.draw(st.sampled_from(self.sent))
        answer = self.world.send(self.world.till(store), command)
        assert answer.outcome is Outcome.APPLIED

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), step=st.sampled_from(["next", "pick", "pack", "hand_over"]))
    def fulfilment(self, data: st.DataObject, step: str) -> None:
        fulfilment = self._fulfilment(data)
        following = {"allocated": "pick", "picking": "pack", "packed": "hand_over"}
        if fulfilment is not None:
            name = following.get(fulfilment.state.value, "pick") if step == "next" else step
            getattr(self.world, name)(fulfilment)

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def fulfil(self, data: st.DataObject) -> None:
        order = self._order(data)
        if all(
            fulfilment.state is not FulfilmentState.PACKED
            for fulfilment in self.world.fulfilments(order)
        ):
            self.world.fulfil(order)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), reason=st.sampled_from(list(RejectionReason)), some=st.booleans())
    def refuse(self, data: st.DataObject, reason: RejectionReason, some: bool) -> None:
        """All of it, or some pieces of a line; now and then more than there are."""
        fulfilment = self._fulfilment(data)
        if fulfilment is None:
            return
        lines: tuple[LineCount, ...] = ()
        if some:
            line = data.draw(st.sampled_from(fulfilment.lines))
            lines = (LineCount(line.line_id, data.draw(st.integers(1, line.quantity + 1))),)
        payload = RejectFulfilment(fulfilment.fulfilment_id, PEOPLE, reason, lines)
        self.world.at(fulfilment.location, payload)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), store=STORES, quantity=st.integers(1, 4), honest=st.booleans())
    def bring_back(self, data: st.DataObject, store: str, quantity: int, honest: bool) -> None:
        lines = [(order, line) for order in self.orders for line in order.lines]
        there = {
            (order.number, state.line_id)
            for order in self.orders
            for state in self.world.state(order).lines
            if state.handed_over > state.returned + state.returning
        }
        back = [(o, line) for o, line in lines if (o.number, line.line_id) in there]
        order, line = data.draw(st.sampled_from(back if back and honest else lines))
        till = self.world.till(store, "kiosk")
        goods = self.world.goods_back(order, {line.line_id: min(quantity, line.quantity)}, till)
        receipt = self.world.receipt(order, self.world.till(order.location)) if honest else ""
        if self.world.deposit(goods, receipt, till).outcome is Outcome.APPLIED:
            self.deposits.append(goods)

    @precondition(lambda self: self.deposits)
    @rule(data=st.data(), how=st.sampled_from(list(Disposition)), accepted=st.booleans())
    def inspect(self, data: st.DataObject, how: Disposition, accepted: bool) -> None:
        goods = data.draw(st.sampled_from(self.deposits))
        evaluations = tuple(InspectedLine(line.line_id, how, accepted) for line in goods.lines)
        till = self.world.till(goods.location)
        self.world.do(InspectReturn(goods.number, PEOPLE, evaluations), till)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), pieces=st.integers(0, 3))
    def cancel(self, data: st.DataObject, pieces: int) -> None:
        """At a word of the web shop's: some pieces of a line, or all that may be."""
        order, key = self._order(data), self.world.next_id().hex
        line = data.draw(st.sampled_from(order.lines))
        lines = (LineCount(line.line_id, pieces),) if pieces else ()
        wanted, ctx = CancelOrder(key, lines), self.world.central.context
        may = self.world.state(order)
        try:
            with ctx.database.write("test") as tx:
                done = cancel_order.cancel(ctx, tx, order.number.value, wanted, "shop")
        except Refused:
            assert self.world.state(order) == may
        else:
            cancelled = sum(line.quantity for line in done.lines)
            before = sum(line.cancelled for line in may.lines)
            now = sum(line.cancelled for line in self.world.state(order).lines)
            assert now == before + cancelled

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def put_back(self, data: st.DataObject) -> None:
        """A store finds that nobody came for a bag, rightly or not."""
        fulfilment = self._fulfilment(data)
        place = fulfilment.collect_at if fulfilment else ""
        if fulfilment is None or not place.startswith("S"):
            return
        till = self.world.till(place)
        order = next(o for o in self.orders if o.number == fulfilment.order_number)
        pieces = [(line.line_id, line.quantity) for line in fulfilment.lines]
        try:
            document = self.world.cancelling(
                order, *pieces, till=till, reason=CancelReason.NOT_COLLECTED,
                fulfilment_id=fulfilment.fulfilment_id,
            )  # fmt: skip
        except Refused:
            return  # more than was sold: all of it is back or cancelled
        self.world.do(CancelPieces(document, PEOPLE), till)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), home=st.sampled_from([HOME, ELSEWHERE]))
    def move_house(self, data: st.DataObject, home: Address) -> None:
        order, ctx = self._order(data), self.world.central.context
        wanted = AddressChange(self.world.next_id().hex, order.number, home, "shop")
        decisions, before = Decisions(ctx), self.world.state(order)
        try:
            ctx.database.settle(
                "test", lambda tx: change_address.change_address(ctx, tx, wanted, decisions)
            )
        except Refused:
            assert self.world.state(order) == before
        else:
            assert self.world.state(order).order.ship_to == home

    @rule(sku=SKUS, quantity=st.integers(1, 5), location=st.sampled_from(["W1", "S1", "S3"]))
    def deliver(self, sku: str, quantity: int, location: str) -> None:
        with self.world.central.database.write("delivery") as tx:
            receive(tx, location, sku, quantity)

    @rule()
    def fill(self) -> None:
        self.world.fill_backorders()

    @rule()
    def restart(self) -> None:
        tills = self.world.tills
        ids, parcels, random = self.world._ids, self.world._parcels, self.world._random
        self.world.close()
        self.world = World(self.folder)
        self.world.tills = tills
        self.world._ids, self.world._parcels, self.world._random = ids, parcels, random

    @invariant()
    def the_books_agree(self) -> None:
        assert self.world.check() == []

    @invariant()
    def nothing_is_promised_that_is_not_there(self) -> None:
        """Nobody carries anything out of these three, so only a wrong promise could do it."""
        with self.world.central.database.read() as connection:
            found = stock.balances(connection)
        for (sku, location), balance in found.items():
            if location in ("W1", "W2", "S3"):
                assert balance.allocated <= balance.on_hand, (sku, location)


TestShops = Shops.TestCase
TestShops.settings = settings(
    max_examples=12,
    stateful_step_count=18,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
