"""What people do to stock: counted, moved between states, sent, received, held; booked once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from sync.central.allocation.fill import BACKORDER
from sync.central.inventory import changes, consignments, overview, reservations
from sync.central.inventory.reservations import Expiry
from sync.central.records import discrepancies
from sync.domain.consignment import (
    AdvanceNotice,
    ChangeKind,
    ConsignmentState,
    GoodsLine,
    Receipt,
    StockChange,
    Transfer,
)
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused
from sync.domain.reservation import Reservation
from sync.domain.stock import Balance, DiscrepancyKind, StockReason, StockState
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, SHIP, World

pytestmark = BOTH_DATABASES
SOON, LATER = date(2026, 11, 30), date(2026, 12, 24)


class Hands:
    """Somebody who works with the stock of a world."""

    def __init__(self, world: World) -> None:
        self.world, self.ctx = world, world.central.context

    def change(self, key: str, kind: ChangeKind, quantity: int, **more: Any) -> Balance:
        wanted = StockChange(key, kind, "S1", "MUG", quantity, **more)
        with self.ctx.database.write("test") as tx:
            return changes.change(self.ctx.reference, tx, wanted, "ERP")

    def announce(self, number: str, quantity: int, day: date = SOON, to: str = "W1") -> None:
        with self.ctx.database.write("test") as tx:
            notice = AdvanceNotice(number, to, day, (GoodsLine("MUG", quantity),), "Potter")
            consignments.announce(self.ctx.reference, tx, notice, "ERP")

    def send(self, number: str, quantity: int, **more: Any) -> None:
        with self.ctx.database.write("test") as tx:
            lines = (GoodsLine("MUG", quantity),)
            consignments.send(
                self.ctx.reference, tx, Transfer(number, "S1", "S2", SOON, lines, **more), "W"
            )

    def receive(self, number: str, quantity: int, *, complete: bool = True) -> ConsignmentState:
        with self.ctx.database.write("test") as tx:
            counted = Receipt((GoodsLine("MUG", quantity),), complete)
            return consignments.receive(self.ctx.reference, tx, number, counted, "W").state

    def hold(self, number: str, quantity: int, hours: float = 1) -> None:
        until = self.world.now + timedelta(hours=hours)
        with self.ctx.database.write("test") as tx:
            wanted = Reservation(number, "S1", "MUG", quantity, until)
            reservations.reserve(self.ctx.reference, tx, wanted, "web")

    def differences(self) -> list[int | None]:
        with self.ctx.database.read() as connection:
            found = discrepancies.open_ones(connection, 10)
        return [each.missing for _, each in found if each.kind is DiscrepancyKind.RECEIPT]

    def expected_on(self, location: str) -> str:
        with self.ctx.database.read() as connection:
            found = overview.of_article(self.ctx.reference, self.ctx.view, connection, "MUG")
        return next(at.expected_on for at in found if at.location == location)


@pytest.fixture
def hands(world: World) -> Hands:
    return Hands(world)


def test_pieces_go_from_state_to_state_and_only_those_for_sale_are_promised(hands: Hands) -> None:
    world = hands.world
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    before = world.available("S1", "MUG")
    hands.change("a", ChangeKind.MOVE, 2, to=StockState.DISPLAY, reason=StockReason.SHOWN)
    hands.change("b", ChangeKind.MOVE, 1, to=StockState.DAMAGED, reason=StockReason.BROKEN)
    assert world.balance("S1", "MUG") == Balance(on_hand=3, display=2, damaged=1)
    assert world.available("S1", "MUG") == before - 3
    hands.change("c", ChangeKind.MOVE, 1, state=StockState.DAMAGED, reason=StockReason.REFURBISHED)
    hands.change("d", ChangeKind.WRITE_OFF, 1, state=StockState.DISPLAY, reason=StockReason.STOLEN)
    assert world.balance("S1", "MUG") == Balance(on_hand=4, display=1)
    hands.change("e", ChangeKind.SUPPLIER_RETURN, 1, state=StockState.DISPLAY)
    hands.change("f", ChangeKind.COUNT, 9)
    assert world.balance("S1", "MUG") == Balance(on_hand=9)
    assert world.check() == []


def test_a_change_that_comes_twice_is_done_once_and_another_under_its_key_is_refused(
    hands: Hands,
) -> None:
    first = hands.change("k", ChangeKind.WRITE_OFF, 2, reason=StockReason.LOST)
    assert hands.change("k", ChangeKind.WRITE_OFF, 2, reason=StockReason.LOST) == first
    assert hands.world.balance("S1", "MUG") == Balance(on_hand=4)
    with pytest.raises(Conflict) as caught:
        hands.change("k", ChangeKind.WRITE_OFF, 3, reason=StockReason.LOST)
    assert caught.value.code == "stock.key_used"
    assert hands.world.balance("S1", "MUG") == Balance(on_hand=4)


@pytest.mark.parametrize(
    ("kind", "quantity", "more", "code"),
    [
        (ChangeKind.WRITE_OFF, 7, {}, "stock.not_there"),
        (ChangeKind.MOVE, 1, {"state": StockState.DAMAGED}, "stock.not_there"),
        (ChangeKind.MOVE, 1, {}, "stock.same_state"),
        (ChangeKind.COUNT, -1, {}, "stock.quantity"),
        (ChangeKind.WRITE_OFF, 0, {}, "stock.quantity"),
        (ChangeKind.COUNT, 10**9, {}, "stock.quantity"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(
    hands: Hands, kind: ChangeKind, quantity: int, more: dict[str, Any], code: str
) -> None:
    with pytest.raises((Refused, InvalidInput)) as caught:
        hands.change("x", kind, quantity, **more)
    assert caught.value.code == code
    assert hands.world.balance("S1", "MUG") == Balance(on_hand=6)
    hands.change("x", ChangeKind.COUNT, 6)  # the key was not used up by what was refused


def test_goods_of_a_supplier_come_in_parts_with_the_day_of_the_next(hands: Hands) -> None:
    world, before = hands.world, hands.world.balance("W1", "MUG").on_hand
    hands.announce("PO1", 10, LATER)
    hands.announce("PO2", 4, SOON)
    hands.announce("PO2", 4, SOON)
    assert world.balance("W1", "MUG").inbound == 14
    assert hands.expected_on("W1") == SOON.isoformat()
    assert hands.receive("PO2", 4) is ConsignmentState.RECEIVED
    assert hands.expected_on("W1") == LATER.isoformat()
    assert hands.receive("PO1", 6, complete=False) is ConsignmentState.ANNOUNCED
    assert world.balance("W1", "MUG") == Balance(on_hand=before + 10, inbound=4)
    assert hands.receive("PO1", 5) is ConsignmentState.RECEIVED
    assert world.balance("W1", "MUG") == Balance(on_hand=before + 15)
    assert hands.expected_on("W1") == ""
    assert hands.differences() == [-1]  # one too many
    with pytest.raises(Conflict):
        hands.receive("PO1", 1)
    assert world.check() == []


def test_a_transfer_is_in_transit_and_what_gets_lost_needs_a_person(hands: Hands) -> None:
    world, there = hands.world, hands.world.balance("S2", "MUG")
    hands.send("T1", 4)
    hands.send("T1", 4)
    assert world.balance("S1", "MUG") == Balance(on_hand=2)
    assert world.balance("S2", "MUG") == Balance(there.on_hand, in_transit=4)
    assert hands.expected_on("S2") == SOON.isoformat()
    hands.receive("T1", 3)
    assert world.balance("S2", "MUG") == Balance(there.on_hand + 3)
    assert hands.differences() == [1]
    with pytest.raises(Refused):
        hands.send("T2", 3)
    assert world.balance("S1", "MUG") == Balance(on_hand=2)
    assert world.check() == []


def test_what_was_announced_can_be_cancelled_and_what_was_sent_cannot(hands: Hands) -> None:
    hands.announce("PO1", 10)
    hands.send("T1", 1)
    with hands.ctx.database.write("test") as tx:
        assert consignments.cancel(tx, "PO1").state is ConsignmentState.CANCELLED
    assert hands.world.balance("W1", "MUG").inbound == 0
    for number, error in (("PO1", Conflict), ("T1", Conflict), ("NONE", NotFound)):
        with pytest.raises(error), hands.ctx.database.write("test") as tx:
            consignments.cancel(tx, number)
    assert hands.world.check() == []


def test_what_is_held_is_promised_to_nobody_else_and_let_go_in_time(hands: Hands) -> None:
    world = hands.world
    free = world.available("S1", "MUG")
    hands.hold("R1", free)
    assert world.available("S1", "MUG") == 0
    with pytest.raises(Refused) as caught:
        hands.hold("R2", 1)
    assert caught.value.code == "reservation.not_there"
    hands.hold("R1", free)  # said again
    world.pass_time(minutes=59)
    Expiry(hands.ctx.database).run()
    assert world.available("S1", "MUG") == 0
    world.pass_time(minutes=2)
    Expiry(hands.ctx.database).run()
    assert world.available("S1", "MUG") == free
    hands.hold("R3", 1)
    with hands.ctx.database.write("test") as tx:
        reservations.release(tx, "R3")
        reservations.release(tx, "R3")
    assert world.available("S1", "MUG") == free
    assert world.check() == []


def test_goods_in_a_customers_hand_are_sold_although_they_are_held_and_it_is_listed(
    hands: Hands,
) -> None:
    world = hands.world
    free = world.available("S1", "MUG")
    hands.hold("R1", free)
    world.placed(("MUG", 6, CARRY))
    assert world.balance("S1", "MUG") == Balance(on_hand=0, reserved=free)
    assert world.check() == []
    with hands.ctx.database.read() as connection:
        ((_, found),) = discrepancies.open_ones(connection, 10)
    assert (found.kind, found.missing) == (DiscrepancyKind.STOCK, free)


@pytest.mark.parametrize("until", [timedelta(0), timedelta(days=31), timedelta(days=-1)])
def test_goods_are_not_held_for_ever_nor_for_no_time(hands: Hands, until: timedelta) -> None:
    with pytest.raises(InvalidInput) as caught:
        hands.hold("R1", 1, until / timedelta(hours=1))
    assert caught.value.code == "reservation.time"


def test_an_order_that_waits_is_filled_by_what_arrives(hands: Hands) -> None:
    world = hands.world
    for location in ("W1", "W2", "S1", "S2", "S3"):
        with hands.ctx.database.write("test") as tx:
            wanted = StockChange(f"n-{location}", ChangeKind.COUNT, location, "MUG", 0)
            changes.change(hands.ctx.reference, tx, wanted, "test")
    order = world.placed(("MUG", 2, SHIP))
    assert world.state(order).lines[0].unfilled == 2
    hands.announce("PO1", 5)
    world.run(BACKORDER)
    assert world.state(order).lines[0].unfilled == 2
    hands.receive("PO1", 5)
    world.run(BACKORDER)
    assert world.state(order).lines[0].unfilled == 0
    assert world.check() == []


def test_nobody_sends_what_is_not_known_anywhere(hands: Hands) -> None:
    wrong: list[Any] = [
        lambda: hands.announce("P", 1, to="NOWHERE"),
        lambda: hands.announce("", 1),
        lambda: hands.announce("é", 1),
        lambda: hands.announce("P", 0),
        lambda: hands.send("P", 0),
        lambda: hands.receive("NONE", 1),
    ]
    for each in wrong:
        with pytest.raises(ComptoirError):
            each()
    assert hands.world.check() == []
