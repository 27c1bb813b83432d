"""Transfers that are proposed help, take nothing that is needed, and vanish once they are made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.central.inventory import consignments, demand
from sync.central.inventory.demand import STORE, Tally
from sync.central.inventory.proposals import Proposal, propose
from sync.domain.consignment import GoodsLine, Transfer
from sync.domain.errors import InvalidInput
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import World

pytestmark = BOTH_DATABASES


def sell(world: World, sku: str, by_store: dict[str, float], weeks: int = 12) -> None:
    """So many pieces a week, for so many weeks before now."""
    with world.central.database.write("test") as tx:
        for ago in range(1, weeks + 1):
            day = (world.now - ago * timedelta(weeks=1) + timedelta(days=2)).date()
            asked = {(sku, STORE, code): Tally(n, 0.0, 0.0) for code, n in by_store.items() if n}
            demand.write_demand(tx, day, asked)


def proposed(world: World, **more: float) -> list[Proposal]:
    with world.central.database.read() as connection:
        return propose(world.central.reference, connection, world.now, **more)  # type: ignore[arg-type]


def test_without_demand_nothing_is_proposed(world: World) -> None:
    assert proposed(world) == []


def test_what_will_sell_is_sent_from_where_there_is_most_to_spare(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0, "S1": 0.5})
    found = proposed(world)
    assert found
    best = found[0]
    assert (best.sku, best.source, best.destination) == ("MUG", "W1", "S3")
    assert best.there == 3
    assert best.quantity == best.enough - 3 <= best.spare
    assert (best.weekly, best.quantity, best.lost) == (3.25, 8, 3.49)  # of 6.5 in two weeks
    given = sum(each.quantity for each in found if each.source == "W1")
    assert given <= world.balance("W1", "MUG").free
    assert all(each.source != each.destination for each in found)


def test_a_transfer_that_was_made_is_not_proposed_again(world: World) -> None:
    sell(world, "MUG", {"S3": 6.0})
    best = proposed(world)[0]
    with world.central.database.write("test") as tx:
        sent = Transfer(
            best.number,
            best.source,
            best.destination,
            world.now.date() + timedelta(days=2),
            (GoodsLine(best.sku, best.quantity),),
        )
        consignments.send(world.central.reference, tx, sent, "test")
    assert best.number not in {each.number for each in proposed(world)}
    assert "S3" not in {each.destination for each in proposed(world)}
    assert world.check() == []


def test_more_certainty_and_more_days_ask_for_more(world: World) -> None:
    sell(world, "MUG", {"S3": 4.0, "S2": 4.0})
    few = sum(each.quantity for each in proposed(world, service_level=0.6, cover_days=7))
    many = sum(each.quantity for each in proposed(world, service_level=0.99, cover_days=28))
    assert few < many
    assert len(proposed(world, limit=1)) == 1


def test_a_store_without_an_article_gets_none_of_it(world: World) -> None:
    sell(world, "LAMP", {"S1": 5.0, "S2": 5.0})
    assert {each.destination for each in proposed(world)} == {"S1"}


@pytest.mark.parametrize("asked", [{"service_level": 1.0}, {"service_level": 0.0},
                                   {"cover_days": 0}, {"cover_days": 1000}])  # fmt: skip
def test_what_nobody_can_mean_is_refused(world: World, asked: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        proposed(world, **asked)
