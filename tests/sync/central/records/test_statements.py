"""An order is read once and written once: statements and readings of it are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from sync.domain.fulfilment import Fulfilment, RejectionReason
from sync.domain.order import Order
from sync.protocol import codec
from sync.protocol.commands import Answer, Outcome, PlaceOrder
from tests.sync.central.world import CARRY, COLLECT, SHIP, World

# The most SQL statements of a command on an order of three lines, BEGIN and the jobs that it queues
# counted. Before the order was read once they were 60, 29, 31, 44, 52, 41 and 38.
STATEMENTS_MAX = {
    "place_order": 20,
    "start_picking": 12,
    "pack": 13,
    "hand_over": 16,
    "reject": 26,
    "register_return": 15,
    "inspect_return": 20,  # one asks whether a person has to look at the sale first
}
# How often the order is read from its text; a new one is in the command already, and one that is
# to be sourced again is looked at before it is decided. Before: 4 to 7.
PARSES_MAX = {name: int(name != "place_order") for name in STATEMENTS_MAX} | {"reject": 2}


@dataclass
class Counted:
    """Statements of one command, and readings of an order document."""

    statements: int = 0
    parses: int = 0


@contextmanager
def counting(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counted]:
    counted = Counted()
    reader = codec._reader

    def note(*_: Any) -> None:
        counted.statements += 1

    def read(kind: Any) -> Any:
        counted.parses += kind is Order
        return reader(kind)

    engine = world.central.database.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    monkeypatch.setattr(codec, "_reader", read)
    yield counted
    monkeypatch.undo()
    sa.event.remove(engine, "before_cursor_execute", note)


def three_lines(world: World) -> Order:
    return world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP), ("CARD", 1, COLLECT, "S1"))


def placed(world: World) -> tuple[Order, Fulfilment]:
    """An order of three lines, and its parcel that goes to the customer's home."""
    order = three_lines(world)
    world.applied(PlaceOrder(order))
    return order, next(found for found in world.fulfilments(order) if found.leaves_by_carrier)


Do = Callable[[], Answer]


def place(world: World) -> Do:
    placed(world)  # the first of all keeps the locations and the tariffs too
    order = three_lines(world)
    return lambda: world.do(PlaceOrder(order))


def pick(world: World) -> Do:
    _, parcel = placed(world)
    world.ready_at(parcel.location)
    return lambda: world.pick(parcel)


def pack(world: World) -> Do:
    _, parcel = placed(world)
    world.ready_at(parcel.location)
    return lambda: world.pack(parcel)


def hand_over(world: World) -> Do:
    _, parcel = placed(world)
    world.ready_at(parcel.location)
    world.pack(parcel)
    return lambda: world.hand_over(parcel)


def reject(world: World) -> Do:
    _, parcel = placed(world)
    world.ready_at(parcel.location)
    return lambda: world.reject(parcel, RejectionReason.NO_TIME)


def register(world: World) -> Do:
    order, _ = placed(world)
    goods = world.goods_back(order, {1: 1})
    return lambda: world.deposit(goods)


def inspect(world: World) -> Do:
    order, _ = placed(world)
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    return lambda: world.do(world.inspected(goods))


PREPARE = {
    "place_order": place,
    "start_picking": pick,
    "pack": pack,
    "hand_over": hand_over,
    "reject": reject,
    "register_return": register,
    "inspect_return": inspect,
}


@pytest.mark.parametrize("name", STATEMENTS_MAX)
def test_a_command_reads_its_order_once_and_writes_it_once(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for till in ("S1", "S2", "S3"):
        world.till(till)
    do = PREPARE[name](world)
    with counting(world, monkeypatch) as counted:
        answer = do()
    assert answer.outcome is Outcome.APPLIED
    assert counted.statements <= STATEMENTS_MAX[name]
    assert counted.parses <= PARSES_MAX[name]
    assert world.check() == []
