"""Workers: e-mails, carriers and the clock of the outside world, killed at any point."""

from __future__ import annotations

import email
import email.policy
import threading
from datetime import datetime

import pytest
import sqlalchemy as sa

from sync.central.control_room import overview
from sync.central.fulfilment.carriers import Booking
from sync.central.jobs import runner as workers
from sync.central.jobs.runner import Named, Workers
from sync.central.orders import place_order as orders
from sync.central.storage import tables
from sync.demo.simulated_carrier import SimulatedCarrier, s10_check_digit
from sync.demo.simulated_locations import SimulatedLocations
from sync.domain.errors import Unavailable
from sync.domain.fulfilment import FulfilmentState
from sync.i18n import I18n
from tests.sync.central.world import COLLECT, SHIP, World


def mails(world: World) -> list[tuple[str, str, str]]:
    found = []
    for path in sorted(world.central.mail_folder.iterdir()):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found.append((path.name, str(message["To"]), str(message["Subject"])))
    return found


def send(world: World) -> int:
    return workers.send_mails(world.central.context, world.central.mail_folder)


def shipped(world: World) -> None:
    world.fulfil(world.placed(("MUG", 1, SHIP)))
    assert workers.book_parcels(world.central.context, SimulatedCarrier()) == 1


def test_the_check_digit_is_that_of_the_upu() -> None:
    # RR 473124829 GB is the usual example; 11 becomes 5 and 10 becomes 0.
    assert s10_check_digit(47312482) == 9
    assert [s10_check_digit(n) for n in (0, 1, 4000)] == [5, 4, 0]


def test_a_parcel_gets_its_number_and_the_customer_an_e_mail(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    world.fulfil(order)
    ctx = world.central.context
    assert workers.book_parcels(ctx, SimulatedCarrier()) == 1
    assert workers.book_parcels(ctx, SimulatedCarrier()) == 0
    (source,) = world.state(order).lines[0].sources
    assert source.tracking_number == "DX000000014XX"
    assert send(world) == 1
    assert mails(world) == [
        ("00000001.eml", "zoe@example.com", f"Votre commande {order.number} est en route")
    ]
    body = (world.central.mail_folder / "00000001.eml").read_bytes()
    text = email.message_from_bytes(body, policy=email.policy.default).get_content()
    assert "Numéro de suivi : DX000000014XX" in text.replace("\xa0", " ")
    assert world.check() == []


def test_mails_are_sent_once_and_a_kill_before_the_mark_writes_the_same_file(
    world: World,
) -> None:
    shipped(world)
    assert (send(world), send(world)) == (1, 0)
    with world.central.database.write("killed before this was written") as tx:
        tx.connection.execute(sa.update(tables.mail).values(sent_at=""))
    before = mails(world)
    assert send(world) == 1
    assert mails(world) == before


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b",
        "a@b\nBcc: c@d",
        "a@b, c@d",
        "x" * 400 + "@y.fr",
        "x@" + "y" * 400 + ".fr",
        "claire@[exemple.fr",
        "cla\u2028ire@exemple.fr",
        "cla\x1cire@exemple.fr",
        "cl\xe9@exemple.fr",
    ],
)
def test_an_address_that_cannot_be_one_gets_nothing(world: World, address: str) -> None:
    order = world.placed(("MUG", 1, SHIP), email=address)
    world.fulfil(order)
    workers.book_parcels(world.central.context, SimulatedCarrier())
    assert send(world) == 0
    assert world.state(order).events[-1].kind == "booked"


def three_mails(world: World) -> None:
    for _ in range(3):
        world.fulfil(world.placed(("MUG", 1, SHIP)))
    assert workers.book_parcels(world.central.context, SimulatedCarrier()) == 3


def sent_marks(world: World) -> list[str]:
    query = sa.select(tables.mail.c.sent_at).order_by(tables.mail.c.id)
    with world.central.database.read() as connection:
        return list(connection.execute(query).scalars())


def test_a_mail_that_cannot_be_built_is_set_aside_and_the_others_are_sent(world: World) -> None:
    three_mails(world)
    with world.central.database.write("an address of before the rule was strict") as tx:
        bad = sa.update(tables.mail).where(tables.mail.c.id == 2)
        tx.connection.execute(bad.values(recipient="claire@[exemple.fr"))
    assert (send(world), send(world)) == (2, 0)
    assert [name for name, _, _ in mails(world)] == ["00000001.eml", "00000003.eml"]
    first, second, third = sent_marks(world)
    assert (first, second) == (third, "refused")
    assert first not in ("", "refused")
    with world.central.database.read() as connection:
        tiles, rows = (
            str(overview._tiles(connection, I18n("en"))),
            str(overview._mails(connection, I18n("en"))),
        )
    assert "<b>2</b><span>e-mails sent</span>" in tiles
    assert (rows.count(">sent<"), rows.count(">refused<")) == (2, 1)


def test_a_mail_that_cannot_be_written_waits_and_the_others_are_sent(world: World) -> None:
    three_mails(world)
    in_the_way = world.central.mail_folder / "00000002.partial"
    in_the_way.mkdir(parents=True)
    assert send(world) == 2
    assert sent_marks(world)[1] == ""
    in_the_way.rmdir()
    assert (send(world), send(world)) == (1, 0)


class _Down(SimulatedCarrier):
    def book(self, booking: Booking) -> str:
        if booking.serial == 1:
            raise Unavailable("The carrier does not answer.")
        return super().book(booking)


def test_a_carrier_that_refuses_one_parcel_does_not_stop_the_others(world: World) -> None:
    first, second = world.placed(("MUG", 1, SHIP)), world.placed(("BAG", 1, SHIP))
    world.fulfil(first)
    world.fulfil(second)
    ctx = world.central.context
    assert workers.book_parcels(ctx, _Down()) == 1
    assert world.state(first).lines[0].sources[0].tracking_number == ""
    assert world.state(second).lines[0].sources[0].tracking_number != ""
    assert workers.book_parcels(ctx, SimulatedCarrier()) == 1


def test_the_clock_moves_parcels_to_their_end(world: World) -> None:
    order = world.placed(("LAMP", 1, COLLECT, "S3"))
    world.fulfil(order)
    ctx, carrier = world.central.context, SimulatedCarrier()
    workers.book_parcels(ctx, carrier)
    assert workers.follow_parcels(ctx, carrier) == 0
    world.pass_time(minutes=3)
    assert workers.follow_parcels(ctx, carrier) == 1
    assert workers.follow_parcels(ctx, carrier) == 0
    world.pass_time(minutes=10)
    assert workers.follow_parcels(ctx, carrier) == 1
    assert workers.follow_parcels(ctx, carrier) == 0
    kinds = [event.kind for event in world.state(order).events]
    assert kinds[-3:] == ["booked", "in_transit", "delivered"]
    send(world)
    assert mails(world)[-1][2] == f"Votre commande {order.number} est prête"


class _Silent(SimulatedCarrier):
    """Answers for no parcel but the last; remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def book(self, booking: Booking) -> str:
        self.asked.append(booking.serial)
        raise Unavailable("The carrier does not answer.")

    def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> str:
        self.asked.append(int(tracking_number[2:10]))
        if self.asked[-1] < 3:
            raise Unavailable("The carrier does not answer.")
        return super().status(tracking_number, handed_over_at, now)


def test_every_parcel_gets_its_turn_however_many_there_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ctx, carrier, turn = world.central.context, _Silent(), workers.Turn()
    for _ in range(3):
        world.fulfil(world.placed(("MUG", 1, SHIP)))
    monkeypatch.setattr(workers, "BATCH", 2)
    for _ in range(3):
        assert workers.book_parcels(ctx, carrier, turn) == 0
    assert carrier.asked == [1, 2, 3, 1, 2, 3]
    assert (
        workers.book_parcels(ctx, SimulatedCarrier())
        + workers.book_parcels(ctx, SimulatedCarrier())
        == 3
    )
    world.pass_time(minutes=3)
    carrier, turn = _Silent(), workers.Turn()
    found = [workers.follow_parcels(ctx, carrier, turn) for _ in range(3)]
    assert (carrier.asked, found) == ([1, 2, 3, 1, 2, 3], [0, 1, 0])


def test_a_carrier_without_news_of_one_parcel_is_asked_of_the_next(world: World) -> None:
    ctx = world.central.context
    three_mails(world)
    world.pass_time(minutes=3)
    assert workers.follow_parcels(ctx, _Silent()) == 1


def test_after_an_answer_nobody_understands_the_next_parcel_has_its_turn(world: World) -> None:
    class Odd(_Silent):
        def status(self, tracking_number: str, handed_over_at: datetime, now: datetime) -> str:
            self.asked.append(int(tracking_number[2:10]))
            return "lost in space" if self.asked[-1] == 1 else "in_transit"

    ctx, turn = world.central.context, workers.Turn()
    three_mails(world)
    with pytest.raises(ValueError, match="lost in space"):
        workers.follow_parcels(ctx, Odd(), turn)
    world.pass_time(minutes=3)
    with pytest.raises(ValueError, match="lost in space"):
        workers.follow_parcels(ctx, (odd := Odd()), turn)
    assert odd.asked == [2, 3, 1]


def test_the_outside_does_the_work_of_locations_without_a_device(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    outside = SimulatedLocations(world.central.context)
    states = []
    for _ in range(4):
        world.pass_time(minutes=3)
        outside.advance()
        states.append(world.fulfilment(order).state)
    assert states == [
        FulfilmentState.PICKING,
        FulfilmentState.PACKED,
        FulfilmentState.HANDED_OVER,
        FulfilmentState.HANDED_OVER,
    ]
    assert world.check() == []


def test_the_outside_leaves_the_work_of_a_store_with_a_device_alone(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S1"))
    world.pass_time(hours=5)
    assert SimulatedLocations(world.central.context).advance() == 0
    assert world.fulfilment(order).state is FulfilmentState.ALLOCATED


def test_the_outside_spares_a_store_whose_device_is_still_to_come(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S3"))
    fulfilment = world.fulfilment(order)
    world.pass_time(hours=5)
    assert SimulatedLocations(world.central.context, (fulfilment.location,)).advance() == 0
    assert SimulatedLocations(world.central.context).advance() == 1


def test_a_job_that_fails_does_not_stop_the_others() -> None:
    done = []

    def broken() -> int:
        raise ZeroDivisionError

    def away() -> int:
        raise Unavailable("The carrier does not answer.")

    jobs = [
        Named("broken", broken),
        Named("away", away),
        Named("fine", lambda: done.append(1) or 1),
    ]
    assert Workers(jobs, threading.Event()).run_once() == 1
    assert done == [1]


def test_workers_stop_at_once_and_finish_what_they_do() -> None:
    running, may_finish, log = threading.Event(), threading.Event(), []

    def job() -> int:
        running.set()
        may_finish.wait(10)
        log.append("finished")
        return 1

    found = Workers([Named("job", job)], threading.Event(), every_seconds=60)
    found.start()
    assert running.wait(10)
    stopper = threading.Thread(target=found.stop)
    stopper.start()
    may_finish.set()
    stopper.join(10)
    assert (stopper.is_alive(), log) == (False, ["finished"])


def test_a_commit_wakes_the_workers(world: World) -> None:
    world.till()
    world.central.something_happened.clear()
    world.placed(("MUG", 1, SHIP))
    assert world.central.something_happened.is_set()


def test_waiting_lines_are_looked_at_only_when_stock_has_moved(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []
    monkeypatch.setattr(workers, "fill_backorders", lambda *_: looked.append(1) or 0)
    job = workers.Backorders(world.central.context)
    job.fill()
    job.fill()
    world.placed(("CARD", 1, SHIP))
    job.fill()
    assert len(looked) == 2


def test_waiting_lines_are_looked_at_again_when_the_look_failed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(workers, "fill_backorders", broken)
    job = workers.Backorders(world.central.context)
    for _ in range(2):
        with pytest.raises(Unavailable):
            job.fill()
    monkeypatch.setattr(workers, "fill_backorders", lambda *_: 1)
    assert (job.fill(), job.fill()) == (1, 0)


@pytest.mark.parametrize("fault", [Unavailable("Away."), ZeroDivisionError()])
def test_an_order_that_cannot_be_filled_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    numbers = [world.placed(("MUG", 1, SHIP)).number.value for _ in range(2)]
    lines = tables.order_line
    with world.central.database.write("as if they waited") as tx:
        tx.connection.execute(sa.update(lines).values(unfilled=1))
    asked = []

    def retry(_ctx: object, _tx: object, number: str) -> bool:
        asked.append(number)
        if number == numbers[0]:
            raise fault
        return True

    monkeypatch.setattr(orders, "retry_backorder", retry)
    assert workers.fill_backorders(world.central.context) == 1
    assert asked == numbers
