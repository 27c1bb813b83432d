"""What a till promises is what the server then does, and a till that cannot know says so."""

from __future__ import annotations

from datetime import datetime

import pytest

from app.device import Device
from sync.domain.customer import Customer
from sync.domain.order import FulfilmentMode
from sync.domain.promise import Promise
from tests.app.central_link import LEO, Shops
from tests.sync.central.world import SHIP, World

ZOE = Customer("Zoé Petit", "zoe@example.fr")


def ways(till: Device, sku: str, quantity: int) -> list[Promise]:
    till.basket.set_customer(ZOE, "3 rue du Bac", till.basket.places("69002")[0])
    found = till.catalogue.promises(sku, quantity)
    return [way for way in found if way.mode is not FulfilmentMode.CARRY_OUT]


def sell(world: World, till: Device, sku: str, quantity: int, way: Promise) -> tuple[int, str]:
    """Pieces that the server has not; from where first, how, and when the customer has the rest."""
    till.basket.set_customer(ZOE, "3 rue du Bac", till.basket.places("69002")[0])
    till.basket.add(sku, quantity, way)
    sold = till.checkout.pay_cash(till.basket.view().total, LEO)
    till.sync_once()
    state = world.state(sold.order)
    assert sold.order.shipping_fee == way.fee
    missing = sum(line.unfilled for line in state.lines)
    sent = state.decisions[-1]["shipments"]
    if not sent:
        return missing, ""
    at = max(datetime.fromisoformat(each["arrives_at"]) for each in sent)
    return missing, f"{sent[0]['location']} {sent[0]['service']} {at:%d %H:%M}"


@pytest.mark.parametrize("sku", ["MUG", "LAMP"])
@pytest.mark.parametrize("quantity", [1, 3])
def test_every_way_that_is_promised_is_kept(
    shops: Shops, world: World, sku: str, quantity: int
) -> None:
    till = shops.open()
    kept = set()
    for nth in range(len(ways(till, sku, quantity))):
        till.sync_once()
        now = ways(till, sku, quantity)
        if nth >= len(now):
            break
        way = now[nth]
        assert way.sure
        told = f"{way.source} {way.service} {way.at:%d %H:%M}"
        assert sell(world, till, sku, quantity, way) == (0, told)
        kept.add(way.mode)
    assert kept


def test_an_unplugged_till_says_that_its_promise_may_not_hold(shops: Shops, world: World) -> None:
    till = shops.open()
    shops.cable(till).down = True
    till.sync_once()
    order = world.placed(("LAMP", 12, SHIP))  # the last ones
    assert sum(line.unfilled for line in world.state(order).lines) == 0
    (way, *_) = ways(till, "LAMP", 1)
    assert not way.sure
    shops.cable(till).down = False
    assert sell(world, till, "LAMP", 1, way) == (1, "")
    till.sync_once()
    assert ways(till, "LAMP", 1) == []
