"""Parcels: booked once, followed until they arrive; a carrier that is away stops nobody."""

from __future__ import annotations

from datetime import datetime

import pytest

from sync.central.jobs.queue import ATTEMPTS_MAX, set_aside
from sync.demo.simulated_carrier import SimulatedCarrier
from sync.domain.carrier import Booking
from sync.domain.errors import Unavailable
from sync.domain.fulfilment import ParcelStatus
from tests.sync.central.client import Client
from tests.sync.central.notifications.mails import mails
from tests.sync.central.world import COLLECT, SHIP, World


class Down(SimulatedCarrier):
    """Does not answer for the first parcel; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def book(self, booking: Booking) -> str:
        self.asked.append(booking.serial)
        if booking.serial == 1:
            raise Unavailable("The carrier does not answer.")
        return super().book(booking)

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> ParcelStatus:
        self.asked.append(int(tracking_number[2:10]))
        if self.asked[-1] == 1:
            raise Unavailable("The carrier does not answer.")
        return super().status(tracking_number, handed_over_at, now)


def test_a_parcel_gets_its_number_and_the_customer_an_e_mail(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    world.fulfil(order)
    assert [world.run("booking"), world.run("booking")] == [1, 0]
    (source,) = world.state(order).lines[0].sources
    assert source.tracking_number == "DX000000014XX"
    assert world.run("mail") == 1
    assert mails(world) == [
        ("00000001.eml", "zoe@example.com", f"Votre commande {order.number} est en route")
    ]
    assert world.check() == []


def test_a_carrier_that_does_not_answer_for_one_parcel_does_not_stop_the_others(
    world: World,
) -> None:
    first, second = world.placed(("MUG", 1, SHIP)), world.placed(("BAG", 1, SHIP))
    world.fulfil(first)
    world.fulfil(second)
    carrier = Down()
    assert world.run("booking", carrier) == 1
    assert carrier.asked == [1, 2]
    assert world.state(first).lines[0].sources[0].tracking_number == ""
    assert world.state(second).lines[0].sources[0].tracking_number != ""
    assert world.run("booking") == 0  # not before its delay
    world.pass_time(seconds=5)
    assert world.run("booking") == 1


def test_without_a_carrier_the_parcel_waits_until_one_is_set_up(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    world.fulfil(order)
    world.ports.carrier = None
    for _ in range(ATTEMPTS_MAX + 1):
        world.central.workers().run_due("booking")
        world.pass_time(hours=2)
    assert world.state(order).lines[0].sources[0].tracking_number == ""
    with world.central.database.read() as connection:
        assert set_aside(connection, 20) == []
    page = Client(world).get("/", lang="en").text
    assert "No carrier is set up: 1 fulfilment waits to be booked." in page
    assert world.run("booking") == 1
    assert world.state(order).lines[0].sources[0].tracking_number == "DX000000014XX"
    assert "No carrier is set up" not in Client(world).get("/", lang="en").text


def test_the_clock_moves_parcels_to_their_end(world: World) -> None:
    order = world.placed(("LAMP", 1, COLLECT, "S3"))
    world.fulfil(order)
    world.run("booking")
    assert world.run("tracking") == 0
    for minutes in (1, 2, 4, 4):
        world.pass_time(minutes=minutes)
        assert world.run("tracking") == 1
    world.pass_time(minutes=5)
    assert world.run("tracking") == 0
    kinds = [event.kind for event in world.state(order).events]
    assert kinds[-3:] == ["booked", "in_transit", "delivered"]
    world.run("mail")
    assert mails(world)[-1][2] == f"Votre commande {order.number} est prête"


def test_a_carrier_without_news_of_one_parcel_is_asked_of_the_next(world: World) -> None:
    for _ in range(2):
        world.fulfil(world.placed(("MUG", 1, SHIP)))
    assert world.run("booking") == 2
    world.pass_time(minutes=3)
    carrier = Down()
    assert (world.run("tracking", carrier), carrier.asked) == (1, [1, 2])


@pytest.mark.parametrize("moment", ["before the call", "after the call", "in the transaction"])
def test_killed_at_any_moment_a_parcel_is_booked_once_and_the_customer_told_once(
    world: World, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    class Deadly(SimulatedCarrier):
        def book(self, booking: Booking) -> str:
            if moment == "before the call":
                raise Killed
            number = super().book(booking)
            if moment == "after the call":
                raise Killed
            return number

    order = world.placed(("MUG", 1, SHIP))
    world.fulfil(order)
    if moment == "in the transaction":

        def deadly(*_: object, **__: object) -> None:
            raise Killed

        monkeypatch.setattr("sync.central.fulfilment.parcels.mails.queue", deadly)
    with pytest.raises(Killed):
        world.run("booking", Deadly())
    monkeypatch.undo()
    assert world.run("booking") == 0  # the dead worker's lease
    world.pass_time(minutes=3)
    assert [world.run("booking"), world.run("booking"), world.run("mail")] == [1, 0, 1]
    assert [event.kind for event in world.state(order).events].count("booked") == 1
    assert world.check() == []
