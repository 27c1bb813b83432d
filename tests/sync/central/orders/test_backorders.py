"""An order that waits is never behind others that cannot be had."""

from __future__ import annotations

import pytest

from sync.central.inventory import ledger as stock
from sync.central.jobs import runner as workers
from sync.central.jobs.runner import Backorders
from sync.domain.fulfilment import RejectionReason
from tests.sync.central.world import SHIP, World


def test_orders_that_nobody_can_fill_do_not_keep_the_others_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "BACKORDERS_MAX", 2)
    with world.central.database.write("count") as tx:
        for location in ("W2", "S1", "S2", "S3"):
            stock.count(tx, location, "MUG", 0, "count")
        stock.count(tx, "W1", "MUG", 4, "count")
    refused = [world.placed(("MUG", 1, SHIP)) for _ in range(4)]
    for order in refused:  # the only place that has them does not want to send them
        world.reject(world.fulfilment(order), RejectionReason.NO_TIME)
    with world.central.database.write("count") as tx:
        stock.count(tx, "W1", "MUG", 0, "count")
    last = world.placed(("MUG", 1, SHIP))
    with world.central.database.write("delivery") as tx:
        stock.receive(tx, "W1", "MUG", 5, "delivery")
    job = Backorders(world.central.context)
    assert [job.fill() for _ in range(4)] == [0, 0, 1, 0]
    assert world.fulfilment(last).location == "W1"
    again = world.placed(("BAG", 1, SHIP))  # stock has moved: a new round, from the oldest on
    assert world.fulfilment(again)
    assert [job.fill() for _ in range(4)] == [0, 0, 0, 0]
    assert job.fill() == 0
