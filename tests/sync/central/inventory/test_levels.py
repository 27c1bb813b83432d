"""Levels of a store are proposed with their numbers, and kept as rules once accepted."""

from __future__ import annotations

import numpy as np
import pytest

from sync.central.inventory import rules
from sync.central.inventory.levels import Level, LevelsAccepted, accept, levels
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.stock_rules import StockRule, StockRules
from sync.sourcing.forecast.placing import chances
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.inventory.test_proposals import sell
from tests.sync.central.world import World

pytestmark = BOTH_DATABASES


def proposed(world: World, location: str = "S3", **more: float) -> dict[str, Level]:
    with world.central.database.read() as connection:
        found = levels(world.central.reference, connection, world.now, location, **more)  # type: ignore[arg-type]
    return {level.sku: level for level in found}


def rules_in_force(world: World) -> set[StockRule]:
    with world.central.database.read() as connection:
        return set(rules.current(connection).rules)


def test_order_up_to_is_enough_so_often_and_safety_stock_is_beyond_the_mean(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0, "S1": 0.5})
    mug = proposed(world)["MUG"]
    more = chances(np.array([mug.weekly * 2]), np.array([mug.spread]), 40)[0]
    assert more[mug.order_up_to] <= 0.05 < more[mug.order_up_to - 1]
    assert mug.safety_stock == mug.order_up_to - int(mug.weekly * 2) > 0
    assert (mug.weekly, mug.order_up_to, mug.safety_stock, mug.there) == (3.25, 11, 5, 3)
    assert proposed(world, service_level=0.6)["MUG"].safety_stock < mug.safety_stock


def test_accepted_levels_are_rules_beside_what_others_say(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    reference = world.central.reference
    with world.central.database.write("test") as tx:
        kept = StockRule(sku="MUG", location="S3", cap=5), StockRule(group="all", threshold=1)
        rules.set_rules(reference, tx, StockRules(kept, {"all": ("S3",)}))
    reference.refresh()
    mug = proposed(world)["MUG"]
    assert accept(reference, world.central.database, LevelsAccepted("S3", ("MUG",))) == 1
    assert rules_in_force(world) == {
        StockRule(sku="MUG", location="S3", cap=5, safety_stock=mug.safety_stock),
        StockRule(group="all", threshold=1),
    }
    assert proposed(world)["MUG"].safety_stock_now == mug.safety_stock
    assert accept(reference, world.central.database, LevelsAccepted("S3", all=True)) == 0
    assert world.check() == []


def test_what_is_not_proposed_is_not_accepted(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    database = world.central.database
    with pytest.raises(NotFound) as caught:
        accept(world.central.reference, database, LevelsAccepted("S3", ("MUG", "NONE")))
    assert caught.value.code == "levels.unknown"
    assert rules_in_force(world) == set()
    for location in ("W1", "X9"):
        with pytest.raises(InvalidInput) as refused:
            proposed(world, location)
        assert refused.value.code == "levels.location"
    with pytest.raises(InvalidInput):
        LevelsAccepted("S3")
