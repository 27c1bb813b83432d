"""A customer comes for what they reserved: seen at the till, sold with one press, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sync.central.fulfilment import e_reservations
from sync.domain.errors import Conflict, NotFound
from sync.domain.order import Channel
from sync.domain.reservation import Reservation
from tests.app.central_link import LEO, Shops
from tests.sync.central.world import World


def reserve(world: World, number: str, sku: str = "MUG", pieces: int = 1) -> None:
    until = world.now + timedelta(days=1)
    held = Reservation(number, "S1", sku, pieces, until, Channel.WEB, "Zoé Petit", "zoe@example.fr")
    with world.central.database.write("test") as tx:
        e_reservations.reserve(world.central.context, tx, held, "web-shop")


def test_what_is_reserved_is_sold_with_one_press_offline_too(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    reserve(world, "E1", pieces=2)
    shops.sync_all()
    (one,) = till.reservations.waiting()
    assert (one.held.customer, one.article, one.held.quantity) == ("Zoé Petit", "Mug", 2)
    shops.cable(till).down = True
    till.reservations.sell("E1")
    assert till.reservations.waiting() == []  # it is in the basket
    with pytest.raises(Conflict, match="already"):
        till.reservations.sell("E1")
    basket = till.basket.view()
    assert [(line.article.sku, line.quantity) for line in basket.lines] == [("MUG", 2)]
    assert basket.customer.name == "Zoé Petit"
    till.checkout.pay_cash(basket.total, LEO)
    assert till.reservations.waiting() == []
    shops.sync_all()
    assert world.balance("S1", "MUG").reserved == 0
    assert till.reservations.waiting() == []
    with pytest.raises(NotFound, match="over"):
        till.reservations.sell("E1")
    assert till.status.now().attention == ()
    assert world.check() == []


def test_a_basket_that_is_emptied_gives_it_back_to_the_list(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    reserve(world, "E1")
    shops.sync_all()
    line = till.reservations.sell("E1")
    till.basket.clear()
    assert [one.held.number for one in till.reservations.waiting()] == ["E1"]
    till.basket.undo()
    assert till.reservations.waiting() == []
    # The customer takes something else after all: what was kept stays kept.
    till.basket.remove(line.line_id)
    carried = next(p for p in till.catalogue.promises("CARD") if p.mode.value == "carry_out")
    till.basket.add("CARD", 1, carried)
    till.checkout.pay_cash(till.basket.view().total, LEO)
    shops.sync_all()
    assert world.balance("S1", "MUG").reserved == 1
    assert [one.held.number for one in till.reservations.waiting()] == ["E1"]


def test_another_store_and_a_kiosk_hear_nothing_of_it(shops: Shops, world: World) -> None:
    other, kiosk = shops.open("S2"), shops.open("S1", "kiosk")
    reserve(world, "E1")
    shops.sync_all()
    assert other.reservations.waiting() == []
    assert kiosk.reservations.waiting() == []


def test_one_that_has_expired_is_not_offered(shops: Shops, world: World) -> None:
    till = shops.open("S1")
    reserve(world, "E1")
    shops.sync_all()
    shops.cable(till).down = True
    world.pass_time(days=2)
    assert till.reservations.waiting() == []
