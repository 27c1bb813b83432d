"""What a customer reserves in a store: held for them, told to both, and over when they have it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from sync.central.fulfilment import e_reservations
from sync.central.inventory import reservations
from sync.central.inventory.reservations import Expiry
from sync.central.storage import tables
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.order import Channel
from sync.domain.reservation import Reservation
from sync.protocol.commands import PlaceOrder
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.notifications.mails import mails
from tests.sync.central.world import CARRY, World

pytestmark = BOTH_DATABASES


def wanted(world: World, pieces: int = 1, **more: Any) -> Reservation:
    until: datetime = more.pop("until", world.now + timedelta(hours=24))
    made = Reservation(
        "E1", "S1", "MUG", pieces, until, Channel.WEB, "Zoé Petit", "zoe@example.com"
    )
    return replace(made, **more)


def reserve(world: World, one: Reservation) -> None:
    with world.central.database.write("test") as tx:
        e_reservations.reserve(world.central.context, tx, one, "web-shop")


def in_feed(world: World) -> dict[str, Any]:
    """What the store's devices know of, by number; None for what is over."""
    rows = tables.feed.c
    query = sa.select(rows.key, rows.body).where(
        rows.bucket == "store:S1", rows.kind == "reservation"
    )
    with world.central.database.read() as connection:
        return {key: msgspec.msgpack.decode(body) for key, body in connection.execute(query)}


def kept(world: World) -> tuple[str, str]:
    rows = tables.reservation.c
    with world.central.database.read() as connection:
        row = connection.execute(sa.select(rows.customer, rows.email)).one()
    return row.customer, row.email


def test_the_store_and_the_customer_are_told(world: World) -> None:
    before = world.available("S1", "MUG")
    reserve(world, wanted(world, 2))
    reserve(world, wanted(world, 2))  # said again
    assert world.available("S1", "MUG") == before - 2
    assert in_feed(world)["E1"]["customer"] == "Zoé Petit"
    world.run("mail")
    ((_, to, subject),) = mails(world)
    assert (to, subject.split()[0]) == ("zoe@example.com", "Réservé")
    with pytest.raises(Conflict):
        reserve(world, wanted(world, 3))
    assert world.check() == []


def test_a_customer_who_comes_buys_what_was_kept(world: World) -> None:
    reserve(world, wanted(world, 2))
    order = world.order(("MUG", 2, CARRY))
    world.applied(PlaceOrder(order, ("E1", "unknown")))
    balance = world.balance("S1", "MUG")
    assert (balance.on_hand, balance.reserved) == (4, 0)
    assert in_feed(world) == {"E1": None}
    assert kept(world) == ("", "")  # nobody needs to know any more who it was
    assert world.check() == []


def test_another_store_ends_nothing(world: World) -> None:
    reserve(world, wanted(world))
    till = world.till("S2")
    world.applied(PlaceOrder(world.order(("MUG", 1, CARRY), till=till), ("E1",)), till)
    assert world.balance("S1", "MUG").reserved == 1


@pytest.mark.parametrize("end", ["expires", "released"])
def test_when_it_is_over_the_store_sees_it_no_more(world: World, end: str) -> None:
    reserve(world, wanted(world))
    if end == "expires":
        world.pass_time(hours=25)
        Expiry(world.central.database).run()
    else:
        with world.central.database.write("test") as tx:
            reservations.release(tx, "E1")
    assert in_feed(world) == {"E1": None}
    assert kept(world) == ("", "")
    assert world.balance("S1", "MUG").reserved == 0
    # A sale that names it all the same is booked: the customer has the goods.
    world.applied(PlaceOrder(world.order(("MUG", 1, CARRY)), ("E1",)))
    assert world.check() == []


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"location": "W1"}, "is none"),
        ({"customer": " "}, "who comes"),
        ({"sku": "NONE"}, "no article"),
    ],
)
def test_nonsense_holds_nothing(world: World, more: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        reserve(world, wanted(world, **more))
    assert in_feed(world) == {}


def test_no_more_is_reserved_than_the_channel_may_sell(world: World) -> None:
    with pytest.raises(Refused):
        reserve(world, wanted(world, 100))
    assert in_feed(world) == {}
    with pytest.raises(InvalidInput, match="e-mail"):
        wanted(world, email="nobody")
