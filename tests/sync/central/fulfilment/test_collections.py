"""Goods that wait for who collects them: one reminder, one line on the list, and both end."""

from __future__ import annotations

import pytest

from sync.central.fulfilment.collections import Collections
from sync.central.records import discrepancies
from sync.domain.order import Order
from sync.domain.order_change import CancelReason
from sync.domain.stock import DiscrepancyKind
from sync.protocol.commands import CancelPieces
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.notifications.mails import mails
from tests.sync.central.world import COLLECT, PEOPLE, World

pytestmark = BOTH_DATABASES


def waiting(world: World) -> Order:
    order = world.placed(("MUG", 1, COLLECT, "S1"))
    world.pack(world.fulfilment(order))
    return order


def after(world: World, days: float) -> tuple[list[str], list[DiscrepancyKind]]:
    """Subjects of the mails that went, and what is on the list, so many days later."""
    world.pass_time(days=days)
    Collections(world.central.context).run()
    world.run("mail")
    with world.central.database.read() as connection:
        listed = [found.kind for _, found in discrepancies.open_ones(connection, 100)]
    return [subject.split()[-1] for _, _, subject in mails(world)], listed


def test_a_customer_is_reminded_once_then_the_store_is_asked(world: World) -> None:
    waiting(world)
    assert after(world, 2.9) == (["prête"], [])
    assert after(world, 0.2) == (["prête", "toujours"], [])
    assert after(world, 5) == (["prête", "toujours"], [])
    assert after(world, 6) == (["prête", "toujours"], [DiscrepancyKind.NOT_COLLECTED])
    assert after(world, 1) == (["prête", "toujours"], [DiscrepancyKind.NOT_COLLECTED])
    assert world.check() == []


@pytest.mark.parametrize("end", ["collected", "put back"])
def test_what_has_gone_is_asked_after_no_more(world: World, end: str) -> None:
    order = waiting(world)
    after(world, 15)
    found = world.fulfilment(order)
    if end == "collected":
        world.hand_over(found)
    else:
        document = world.cancelling(
            order,
            (1, 1),
            reason=CancelReason.NOT_COLLECTED,
            fulfilment_id=found.fulfilment_id,
        )
        world.applied(CancelPieces(document, PEOPLE))
    assert after(world, 20)[1] == []
    assert world.check() == []


def test_a_parcel_from_elsewhere_waits_from_when_it_arrived(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S2"), till=world.till("S2"))
    assert world.fulfilment(order).location != "S2"
    world.fulfil(order)
    world.run("booking")
    for _ in range(8):
        world.pass_time(days=1)
        world.run("tracking")
    ready_at = world.fulfilment(order).ready_at
    assert ready_at is not None
    assert after(world, 0)[1] == []
    assert after(world, 15)[1] == [DiscrepancyKind.NOT_COLLECTED]
    assert world.check() == []
