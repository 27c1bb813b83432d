"""`check` finds each kind of damage; a check that finds nothing proves nothing by itself."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from app.cli.check import run as check_folder
from sync.domain.returns import Disposition
from sync.domain.stock import Balance
from tests.sync.central.world import CARRY, SHIP, World

DAMAGE = {
    "balance = ledger": "UPDATE balance SET on_hand = on_hand + 1 WHERE sku = 'BAG'",
    "allocated = open fulfilments": "UPDATE fulfilment SET state = 'rejected'",
    "discrepancies are listed": "DELETE FROM discrepancy",
    "refunded <= captured <= authorised": "DELETE FROM payment_event WHERE kind = 'captured'",
    "every piece is somewhere": "UPDATE order_line SET unfilled = 1 WHERE carried_out = 0",
    "carried out": "UPDATE order_line SET carried_out = 0",
    "returned = inspected": "UPDATE order_line SET returned = 0",
    "returned <= handed over": "UPDATE order_line SET in_return = 1, returned = 0, carried_out = 0",
    "payouts = refunds in cash": "INSERT INTO cash_payout (return_number, location, device, "
    "associate, minor, currency, at, cause) "
    "VALUES ('R0001-000009-1', 'S1', 'T0001', 'A01', 1, 'EUR', '', '')",
    "refunded = returned": "UPDATE payment_event SET minor = minor - 1 WHERE kind = 'refunded'",
    "feed = tables": "DELETE FROM feed WHERE kind = 'order'",
    "feed positions": "UPDATE bucket_position SET position = 1",
    "memory = tables": "UPDATE balance SET on_hand = 0 WHERE sku = 'CARD'",
    "answers": "UPDATE command SET answer = '{}'",
    "buckets": "INSERT INTO bucket_position VALUES ('store:NOWHERE', 1)",
}


@pytest.fixture
def busy(world: World) -> World:
    order = world.placed(("LAMP", 3, CARRY), ("MUG", 1, SHIP))
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods, how=Disposition.DESTROY))
    return world


def test_a_busy_server_has_nothing_to_hide(busy: World) -> None:
    assert busy.balance("S1", "LAMP") == Balance(on_hand=-1)
    assert busy.check() == []


def test_a_folder_is_checked_while_its_server_runs(busy: World) -> None:
    said = Console(file=StringIO())
    assert check_folder(busy.central.folder, said) == 0
    with busy.central.database.write("test") as tx:
        tx.connection.exec_driver_sql(DAMAGE["balance = ledger"])
    out = StringIO()
    assert check_folder(busy.central.folder, Console(file=out)) == 1
    assert "balance = ledger: BAG|" in out.getvalue()


@pytest.mark.parametrize("rule", sorted(DAMAGE))
def test_damage_is_found(busy: World, rule: str) -> None:
    with busy.central.database.engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(DAMAGE[rule])
    assert rule in {finding.rule for finding in busy.check()}
