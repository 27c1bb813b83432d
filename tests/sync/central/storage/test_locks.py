"""Two writers of one order take turns: the lock comes before anything is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from sync.central.fulfilment import fulfilments
from sync.central.orders import place_order as orders
from sync.central.returns import returns
from sync.central.storage import locks
from sync.domain.fulfilment import RejectionReason
from sync.domain.returns import Disposition, InspectedLine
from tests.sync.central.world import CARRY, PEOPLE, SHIP, World


@contextmanager
def statements(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is executed, with locks as a database that has them would be asked for them."""
    said: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(" ".join(text.split()))

    def lock(tx: Any, number: str) -> None:
        said.append(f"LOCK {number}")

    def lock_of(tx: Any, fulfilment_id: str) -> None:
        said.append(f"LOCK {fulfilment_id.split('.')[0]}")

    monkeypatch.setattr(fulfilments, "lock_order_of", lock_of)
    monkeypatch.setattr(orders, "lock_order", lock)
    monkeypatch.setattr(returns, "lock_order", lock)
    sa.event.listen(world.central.database.engine, "before_cursor_execute", note)
    yield said
    sa.event.remove(world.central.database.engine, "before_cursor_execute", note)


def test_the_lock_is_for_update_where_there_is_one_and_nothing_on_sqlite() -> None:
    query = locks.lock_statement("C0001-000001-4")
    assert str(query.compile(dialect=postgresql.dialect())).endswith("FOR UPDATE")
    assert "FOR UPDATE" not in str(query.compile(dialect=sqlite.dialect()))


def test_on_sqlite_no_time_is_spent_on_it(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    fulfilment = world.fulfilment(order)
    said: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(text)

    with world.central.database.write("test") as tx:
        sa.event.listen(world.central.database.engine, "before_cursor_execute", note)
        locks.lock_order(tx, order.number.value)
        locks.lock_order_of(tx, fulfilment.fulfilment_id)
        sa.event.remove(world.central.database.engine, "before_cursor_execute", note)
    assert said == []


Change = Callable[[World, Any, str], object]


def _hand_over(world: World, tx: Any, number: str) -> object:
    fulfilment = next(w for w in world.fulfilments_of(number) if w.parcels)
    return fulfilments.hand_over(
        world.central.context, tx, fulfilment.location, fulfilment.fulfilment_id, PEOPLE
    )


def _reject(world: World, tx: Any, number: str) -> object:
    fulfilment = next(w for w in world.fulfilments_of(number) if w.parcels)
    return fulfilments.reject(
        world.central.context,
        tx,
        fulfilment.location,
        fulfilment.fulfilment_id,
        PEOPLE,
        RejectionReason.NO_TIME,
    )


def _retry(world: World, tx: Any, number: str) -> object:
    return orders.retry_backorder(world.central.context, tx, number)


@pytest.mark.parametrize("change", [_hand_over, _reject, _retry])
def test_the_order_is_locked_before_its_money_its_lines_or_its_stock_are_touched(
    world: World, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    order = world.placed(("LAMP", 20, SHIP))
    for fulfilment in world.fulfilments(order):
        world.pack(fulfilment)
    with statements(world, monkeypatch) as said, world.central.database.write("test") as tx:
        change(world, tx, order.number.value)
    touched = ("payment_event", "order_line", "balance", "UPDATE fulfilment")
    first = next(i for i, text in enumerate(said) if any(name in text for name in touched))
    assert f"LOCK {order.number}" in said[:first]
    assert world.check() == []


def test_a_return_locks_its_order_before_it_counts_what_can_come_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = world.placed(("MUG", 2, CARRY))
    goods = world.goods_back(order, {1: 1})
    ctx = world.central.context
    with statements(world, monkeypatch) as said, world.central.database.write("test") as tx:
        returns.register_return(ctx, tx, goods, "")
    assert said.index(f"LOCK {order.number}") < next(
        i for i, text in enumerate(said) if "order_line" in text
    )
    evaluation = (InspectedLine(1, Disposition.RESTOCK, True),)
    with statements(world, monkeypatch) as said, world.central.database.write("test") as tx:
        returns.inspect_return(ctx, tx, world.till().device, goods.number, PEOPLE, evaluation)
    first_money = next(i for i, text in enumerate(said) if "payment_event" in text)
    assert said.index(f"LOCK {order.number}") < first_money
    # What the verdict rests on is read again under the lock.
    reads = [i for i, text in enumerate(said) if "FROM customer_return" in text]
    assert reads[-1] > said.index(f"LOCK {order.number}")
    assert world.check() == []
