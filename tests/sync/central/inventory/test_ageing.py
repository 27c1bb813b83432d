"""Stock is as old as the newest arrivals that make it up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.central.inventory import changes, consignments
from sync.central.inventory.ageing import AgedStock, ageing
from sync.domain.consignment import (
    AdvanceNotice,
    ChangeKind,
    GoodsLine,
    Receipt,
    StockChange,
)
from sync.domain.stock import StockReason, StockState
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, World

pytestmark = BOTH_DATABASES


def aged(world: World, location: str = "S1") -> list[AgedStock]:
    with world.central.database.read() as connection:
        return ageing(world.central.reference, connection, world.now.date(), location)


def mugs(world: World) -> AgedStock:
    return next(each for each in aged(world) if each.sku == "MUG")


def receive(world: World, number: str, pieces: int) -> None:
    reference, lines = world.central.reference, (GoodsLine("MUG", pieces),)
    with world.central.database.write("test") as tx:
        notice = AdvanceNotice(number, "S1", world.now.date(), lines)
        consignments.announce(reference, tx, notice, "test")
        consignments.receive(reference, tx, number, Receipt(lines), "test")


def test_what_came_first_goes_first(world: World) -> None:
    assert mugs(world).pieces == [6, 0, 0, 0, 0]
    world.now += timedelta(days=40)
    assert mugs(world).pieces == [0, 6, 0, 0, 0]
    receive(world, "PO1", 5)
    world.now += timedelta(days=25)
    assert (mugs(world).pieces, mugs(world).oldest_days) == ([5, 0, 6, 0, 0], 65)
    world.placed(("MUG", 4, CARRY))
    assert mugs(world).pieces == [5, 0, 2, 0, 0]
    world.placed(("MUG", 3, CARRY))
    assert (mugs(world).pieces, mugs(world).oldest_days) == ([4, 0, 0, 0, 0], 25)
    world.now += timedelta(days=200)
    assert mugs(world).pieces == [0, 0, 0, 0, 4]


@pytest.mark.parametrize(("days", "bracket"), [(30, 0), (31, 1), (60, 1), (61, 2), (90, 2),
                                               (91, 3), (180, 3), (181, 4)])  # fmt: skip
def test_a_bracket_holds_its_last_day(world: World, days: int, bracket: int) -> None:
    world.now += timedelta(days=days)
    assert mugs(world).pieces[bracket] == 6


def test_pieces_that_change_their_state_are_as_old_as_before(world: World) -> None:
    world.now += timedelta(days=70)
    shown = StockChange(
        "k", ChangeKind.MOVE, "S1", "MUG", 2, StockReason.SHOWN, to=StockState.DISPLAY
    )
    with world.central.database.write("test") as tx:
        changes.change(world.central.reference, tx, shown, "test")
    assert mugs(world).pieces == [0, 0, 6, 0, 0]


def test_the_most_value_stands_first_and_locations_add_up(world: World) -> None:
    found = aged(world)
    assert [each.value_minor for each in found] == sorted(
        (each.value_minor for each in found), reverse=True
    )
    price = world.central.reference.articles["MUG"]
    assert mugs(world).value_minor == round(
        6 * price.price.minor * 10_000 / (10_000 + price.vat_rate_bp)
    )
    whole = next(each for each in aged(world, "") if each.location == "S1")
    assert (whole.sku, whole.value_minor) == ("", sum(each.value_minor for each in found))
    assert whole.pieces == [sum(column) for column in zip(*(e.pieces for e in found), strict=True)]
