"""What a channel may sell is what the rules say: in memory, in the feed, and in the promise."""

from __future__ import annotations

import pytest

from sync.central.allocation.decisions import Decisions
from sync.central.inventory import rules
from sync.central.orders import place_order as orders
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber
from sync.domain.location import LocationKind
from sync.domain.order import Channel
from sync.domain.stock_rules import StockRule, StockRules
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, SHIP, World

pytestmark = BOTH_DATABASES
PLACES = ("W1", "W2", "S1", "S2", "S3")


def set_rules(world: World, *wanted: StockRule, **groups: tuple[str, ...]) -> int:
    reference = world.central.reference
    with world.central.database.write("test") as tx:
        told = rules.set_rules(reference, tx, StockRules(wanted, groups))
    reference.refresh()
    return told


def may_have(world: World, channel: str) -> dict[str, int]:
    return world.central.view.available(["MUG"], channel)["MUG"]


def test_a_store_keeps_its_stock_from_the_web_and_not_from_its_own_counter(world: World) -> None:
    before = may_have(world, "store")
    assert may_have(world, "web") == before
    told = set_rules(world, StockRule(kind=LocationKind.STORE, channel=Channel.WEB, share=0))
    assert told == 0  # a till sees what it saw
    assert may_have(world, "store") == before
    assert {code for code, pieces in may_have(world, "web").items() if pieces} == {"W1", "W2"}
    assert world.check() == []


def test_an_order_gets_no_more_than_its_channel_has(world: World) -> None:
    set_rules(
        world,
        StockRule(sku="MUG", cap=2),
        StockRule(sku="MUG", location="W1", share=10),
    )
    assert may_have(world, "store") == {"S1": 2, "S2": 2, "S3": 2, "W1": 4 // 2, "W2": 2}
    order = world.placed(("MUG", 12, SHIP))
    state = world.state(order).lines[0]
    taken = {source.location: source.quantity for source in state.sources}
    assert all(pieces <= 2 for pieces in taken.values())
    assert state.unfilled == 12 - sum(taken.values()) > 0
    assert world.check() == []


def test_devices_are_told_what_the_rules_change(world: World) -> None:
    told = set_rules(world, StockRule(sku="MUG", location="S1", safety_stock=1000))
    assert told == 1
    assert may_have(world, "store")["S1"] == 0
    assert world.check() == []  # the feed holds what the rules say
    world.placed(("MUG", 1, CARRY))  # a sale at the counter asks no rule
    assert set_rules(world) == 1
    assert world.check() == []


def test_a_group_of_locations_is_limited_as_one(world: World) -> None:
    told = set_rules(world, StockRule(sku="MUG", group="coast", cap=1), coast=("S1", "S3"))
    assert told == 2
    found = may_have(world, "store")
    assert {code for code, pieces in found.items() if pieces == 1} == {"S1", "S3"}
    with world.central.database.read() as connection:
        assert rules.current(connection).groups == {"coast": ("S1", "S3")}
        explained = rules.explain(world.central.reference, connection, "MUG", "store")
    numbers = next(at for at in explained if at.location == "S3").numbers
    assert [each.made_by for each in numbers if each.name == "cap"] == [
        "rule for sku MUG, group coast"
    ]
    assert world.check() == []
    with pytest.raises(InvalidInput) as caught:
        set_rules(world, coast=("X9",))
    assert caught.value.code == "stock.rule_for_nothing"


def test_a_rule_for_what_is_not_there_is_refused(world: World) -> None:
    for rule in (
        StockRule(sku="NONE", cap=1),
        StockRule(category="none", cap=1),
        StockRule(location="X9", cap=1),
    ):
        with pytest.raises(InvalidInput) as caught:
            set_rules(world, rule)
        assert caught.value.code == "stock.rule_for_nothing"
    assert world.central.reference.stock_rules.rules == ()


def test_the_web_shop_is_refused_what_a_till_may_have(world: World) -> None:
    set_rules(world, StockRule(channel=Channel.WEB, share=0))
    wanted = world.order(("MUG", 1, SHIP))
    import dataclasses

    web = dataclasses.replace(
        wanted,
        number=DocumentNumber.build("W", 0, 1),
        channel=Channel.WEB,
        location="",
        device="",
        associate="",
    )
    decisions = Decisions(world.central.context)
    context = world.central.context
    placed = context.database.settle(
        "web", lambda tx: orders.place_order(context, tx, web, decisions)
    )
    assert placed.unfilled == 1
    assert world.state(world.placed(("MUG", 1, SHIP))).lines[0].unfilled == 0
    assert world.check() == []


def test_it_is_explained_which_rule_made_which_number(world: World) -> None:
    set_rules(world, StockRule(sku="MUG", kind=LocationKind.STORE, safety_stock=4))
    with world.central.database.read() as connection:
        found = rules.explain(world.central.reference, connection, "MUG", "store")
    at = next(each for each in found if each.location == "S1")
    numbers = {number.name: (number.value, number.made_by) for number in at.numbers}
    assert numbers["safety_stock"] == (4, "rule for sku MUG, kind store")
    assert numbers["threshold"][1] == "the location"
    assert at.available == may_have(world, "store")["S1"] == 6 - 4 - (numbers["threshold"][0] or 0)
