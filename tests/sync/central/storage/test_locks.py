"""Two writers of one order take turns: the lock comes with the first read, before any decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sync.central.allocation.decisions import Decisions
from sync.central.fulfilment import fulfilments, rejections
from sync.central.orders import place_order as orders
from sync.central.records import order_records
from sync.central.returns import returns
from sync.central.staff.authority import Approver
from sync.central.storage import locks, tables
from sync.domain.associate import Right
from sync.domain.fulfilment import RejectionReason
from sync.domain.returns import Disposition, InspectedLine
from sync.protocol.commands import RegisterReturn
from tests.sync.central.world import CARRY, PEOPLE, SHIP, World

LOCK = "LOCK"
_ORDERS = tables.order_document.c


@contextmanager
def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is executed; LOCK before each read that holds its order where there are locks."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(" ".join(text.split()))

    def held(query: sa.Select[Any]) -> sa.Select[Any]:
        said.append(LOCK)
        return locks.held(query)

    monkeypatch.setattr(order_records, "held", held)
    sa.event.listen(world.central.database.engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(world.central.database.engine, "before_cursor_execute", note)


def test_the_lock_is_for_update_where_there_is_one_and_nothing_on_sqlite() -> None:
    query = locks.held(sa.select(_ORDERS.number).where(_ORDERS.number == "C0001-000001-4"))
    assert str(query.compile(dialect=postgresql.dialect())).endswith("FOR UPDATE")
    assert "FOR UPDATE" not in str(query.compile(dialect=sqlite.dialect()))


Change = Callable[[World, Any, str, Decisions], object]


def _pick(world: World, tx: Any, number: str, _decisions: Decisions) -> object:
    fulfilment = next(w for w in world.fulfilments_of(number) if not w.parcels)
    return fulfilments.start_picking(
        world.central.context, tx, fulfilment.location, fulfilment.fulfilment_id, PEOPLE
    )


def _hand_over(world: World, tx: Any, number: str, _decisions: Decisions) -> object:
    fulfilment = next(w for w in world.fulfilments_of(number) if w.parcels)
    return fulfilments.hand_over(
        world.central.context, tx, fulfilment.location, fulfilment.fulfilment_id, PEOPLE
    )


def _reject(world: World, tx: Any, number: str, decisions: Decisions) -> object:
    fulfilment = next(w for w in world.fulfilments_of(number) if w.parcels)
    return rejections.reject(
        world.central.context,
        tx,
        fulfilment.location,
        fulfilment.fulfilment_id,
        PEOPLE,
        RejectionReason.NO_TIME,
        decisions,
    )


def _retry(world: World, tx: Any, number: str, decisions: Decisions) -> object:
    return orders.retry_backorder(world.central.context, tx, number, decisions)


@pytest.mark.parametrize("change", [_pick, _hand_over, _reject, _retry])
def test_the_order_is_locked_before_its_money_its_lines_or_its_stock_are_touched(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    order = world.placed(("LAMP", 20, SHIP))
    for fulfilment in world.fulfilments(order)[1:]:
        world.pack(fulfilment)
    number, decisions = order.number.value, Decisions(world.central.context)
    with statements(world, monkeypatch) as said:
        world.central.database.settle("test", lambda tx: change(world, tx, number, decisions))
        # `change` looks for a fulfilment by itself first, on another connection; and what sources
        # looks once before it is decided.
        said[:] = said[len(said) - 1 - said[::-1].index(LOCK) :]
    assert said[1].startswith("SELECT order_document.number, order_document.body")
    assert said.count(LOCK) == 1
    assert world.check() == []


def test_nothing_of_an_order_is_read_or_written_before_its_lock(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.placed(("MUG", 2, CARRY))
    goods = world.goods_back(order, {1: 1})
    ctx, device = world.central.context, world.till().device
    registered = world.command(RegisterReturn(goods))
    with statements(world, monkeypatch) as said, world.central.database.write("test") as tx:
        nobody = Approver(ctx, tx, device, registered, Right.ACCEPT_LATE_RETURNS)
        returns.register_return(ctx, tx, goods, "", nobody)
    assert said[:2] == ["BEGIN IMMEDIATE", LOCK]
    inspected = (InspectedLine(1, Disposition.RESTOCK, True),)
    with statements(world, monkeypatch) as said, world.central.database.write("test") as tx:
        nobody = Approver(ctx, tx, device, registered, Right.REFUND_ABOVE_LIMIT)
        returns.inspect_return(ctx, tx, device, goods.number, PEOPLE, inspected, nobody)
    assert said[:2] == ["BEGIN IMMEDIATE", LOCK]
    assert said.count(LOCK) == 1
    assert world.check() == []
