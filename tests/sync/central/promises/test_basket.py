"""What a customer is told of a basket, against what the server then does."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import BACKORDER
from sync.central.inventory import consignments
from sync.central.inventory.reservations import Expiry
from sync.central.orders.place_order import place_order
from sync.central.promises.basket import (
    AskedLine,
    Hold,
    Promised,
    PromisedOption,
    PromiseRequest,
    Where,
    hold,
    promise,
)
from sync.central.promises.lead_times import LeadTimes, promises_kept
from sync.domain.consignment import AdvanceNotice, GoodsLine, Receipt, Transfer
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.domain.fulfilment import FulfilmentState
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.order import Channel, FulfilmentMode, Order
from sync.sourcing.baskets import Mark, WhyNot
from sync.sourcing.rates.lateness import Lateness, Sample
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import HOME, SHIP, World

pytestmark = BOTH_DATABASES
LYON = Where(HOME.lat, HOME.lon, "FR", HOME.postcode)
_SERIALS = itertools.count(1)


def asked(
    *lines: tuple[str, int], home: Where | None = LYON, at: str = "", keep: Hold | None = None
) -> PromiseRequest:
    made = tuple(AskedLine(n, sku, count) for n, (sku, count) in enumerate(lines, start=1))
    return PromiseRequest(made, home, at, Channel.WEB, keep)


def told(
    world: World, *lines: tuple[str, int], home: Where | None = LYON, at: str = ""
) -> Promised:
    return promise(world.central.context, asked(*lines, home=home, at=at))


def at_home(found: Promised) -> PromisedOption:
    """What the sourcing chooses by itself."""
    (only,) = [o for o in found.options if o.mode is SHIP and not o.service]
    return only


def web_order(world: World, *lines: tuple[str, int], service: str = "") -> Order:
    order = world.order(*[(sku, count, SHIP) for sku, count in lines])
    return replace(
        order,
        number=DocumentNumber.build(WEB_ORDER, 0, next(_SERIALS)),
        channel=Channel.WEB,
        location="WEB",
        device="WEB",
        associate="",
        lines=tuple(replace(line, service=service) for line in order.lines),
    )


def place(world: World, order: Order, held: str = "") -> None:

    ctx = world.central.context
    decisions = Decisions(ctx)
    ctx.database.settle("test", lambda tx: place_order(ctx, tx, order, decisions, held=held))


def announce(world: World, number: str, location: str, day: date, *lines: tuple[str, int]) -> None:
    goods = tuple(GoodsLine(*line) for line in lines)
    with world.central.database.write("test") as tx:
        notice = AdvanceNotice(number, location, day, goods, "ACME")
        consignments.announce(world.central.reference, tx, notice, "test")


def test_what_is_promised_is_what_is_decided(world: World) -> None:
    wanted = [("MUG", 2), ("CARD", 3), ("LAMP", 1)]
    found = at_home(told(world, *wanted))
    order = web_order(world, *wanted)
    place(world, order)
    planned = {(part.location, part.service, part.lines) for part in found.parcels}
    done = {
        (f.location, f.service, tuple((line.line_id, line.quantity) for line in f.lines))
        for f in world.fulfilments(order)
    }
    assert planned == done
    assert found.planned_at == found.at == found.likely_from  # nothing was learnt yet


@pytest.mark.parametrize("seed", range(12))
def test_any_basket_is_sourced_as_it_was_promised(world: World, seed: int) -> None:
    """Until stock runs out: then why is said, and the order waits for that many pieces."""
    chance = random.Random(seed)
    for _ in range(8):
        skus = chance.sample(["MUG", "BAG", "LAMP", "CARD"], chance.randint(1, 4))
        wanted = [(sku, chance.choice([1, 2, 3, 9, 30])) for sku in skus]
        found = told(world, *wanted)
        order = web_order(world, *wanted)
        place(world, order)
        state = world.state(order)
        if found.options:
            option = at_home(found)
            sources = {(f.location, f.service) for f in world.fulfilments(order)}
            assert sources == {(part.location, part.service) for part in option.parcels}
            assert all(line.unfilled == 0 for line in state.lines)
        else:
            short = {one.line_id: one.pieces for one in found.missing}
            assert {x.line_id: x.unfilled for x in state.lines if x.unfilled} == short
            assert found.later == ()  # nothing is to come
    assert world.check() == []


def test_the_options_say_what_they_are_best_at(world: World) -> None:
    found = told(world, ("MUG", 1), ("CARD", 1))
    assert {mark for option in found.options for mark in option.best} == set(Mark)
    fastest = next(o for o in found.options if Mark.FASTEST in o.best)
    assert all(fastest.planned_at <= o.planned_at for o in found.options)
    assert all(o.parcels for o in found.options)


def test_to_one_store_it_is_told_for_that_store_alone(world: World) -> None:
    found = told(world, ("MUG", 1), home=None, at="S2")
    assert {(o.mode, o.collect_at) for o in found.options} == {(FulfilmentMode.COLLECT, "S2")}
    with pytest.raises(InvalidInput, match="cannot be collected"):
        told(world, ("MUG", 1), home=None, at="W1")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([("LAMP", 500)], WhyNot.TOO_FEW),
        ([("MUG", 1), ("LAMP", 500)], WhyNot.TOO_FEW),
    ],
)
def test_why_it_cannot_be_had(world: World, lines: list[tuple[str, int]], why: WhyNot) -> None:
    found = told(world, *lines)
    assert found.options == ()
    (one,) = found.missing
    assert (one.line_id, one.why, one.from_day) == (len(lines), why, None)


def test_no_piece_at_all_is_another_reason(world: World) -> None:
    place(world, web_order(world, ("LAMP", world.everywhere("LAMP"))))
    (one,) = told(world, ("LAMP", 1)).missing
    assert one.why is WhyNot.NO_STOCK


def test_a_country_that_no_carrier_reaches_is_said(world: World) -> None:
    (one,) = told(world, ("MUG", 1), home=Where(40.4, -3.7, "ES", "28001")).missing
    assert one.why is WhyNot.NO_CARRIER


def test_what_is_to_come_is_promised_with_its_day(world: World) -> None:
    day = world.now.date() + timedelta(days=9)
    there = world.everywhere("LAMP")
    announce(world, "PO1", "W1", day, ("LAMP", 30))
    found = told(world, ("MUG", 1), ("LAMP", there + 10))
    assert found.options == ()
    (short,) = found.missing
    assert (short.pieces, short.from_day) == (10, day)
    later = [option for option in found.later if option.mode is SHIP and not option.service]
    assert later and all(option.from_day == day for option in later)
    assert all(part.ready_at.date() > day for option in later for part in option.parcels)


def test_who_waits_already_takes_the_first_that_comes(world: World) -> None:
    day = world.now.date() + timedelta(days=3)
    there = world.everywhere("LAMP")
    announce(world, "PO1", "W1", day, ("LAMP", 30))
    announce(world, "PO2", "W1", day + timedelta(days=7), ("LAMP", 30))
    place(world, web_order(world, ("LAMP", there + 25)))
    (short,) = told(world, ("LAMP", 6)).missing
    assert short.from_day == day + timedelta(days=7)
    (short,) = told(world, ("LAMP", 5)).missing
    assert short.from_day == day
    # It comes: who waited has it, and of the rest nothing was promised twice.
    with world.central.database.write("test") as tx:
        receipt = Receipt((GoodsLine("LAMP", 30),), complete=True)
        consignments.receive(world.central.reference, tx, "PO1", receipt, "test")
    world.run(BACKORDER)
    assert world.waits() == 0
    assert world.everywhere("LAMP") == 5
    assert world.check() == []


def test_what_is_under_way_between_our_own_places_counts(world: World) -> None:
    day = world.now.date() + timedelta(days=2)
    there = world.everywhere("CARD")
    with world.central.database.write("test") as tx:
        sent = Transfer("T1", "W1", "S2", day, (GoodsLine("CARD", 50),))
        consignments.send(world.central.reference, tx, sent, "test")
    (short,) = told(world, ("CARD", there - 20)).missing
    assert short.from_day == day


def test_a_date_is_as_late_as_parcels_were(world: World) -> None:
    before = at_home(told(world, ("MUG", 1)))
    (parcel,) = before.parcels
    samples = [
        Sample(parcel.location, parcel.service, "FR69", late) for late in [0.0] * 80 + [2.0] * 20
    ]
    world.central.context.lateness.newest = Lateness(samples)
    after = at_home(told(world, ("MUG", 1)))
    assert after.planned_at == before.planned_at
    assert after.likely_from == before.planned_at
    assert (after.at - before.at) >= timedelta(days=2)
    elsewhere = at_home(told(world, ("MUG", 1), home=Where(48.85, 2.35, "FR", "75001")))
    assert elsewhere.planned_at <= elsewhere.at


def test_delivered_parcels_are_learnt_from(world: World) -> None:
    for _ in range(40):
        order = world.placed(("CARD", 1, SHIP))
        world.fulfil(order)
        world.run("booking")
    for _ in range(12):
        world.pass_time(days=1)
        world.run("tracking")
    LeadTimes(world.central.context).run()
    with world.central.database.read() as connection:
        assert promises_kept(connection, date(2026, 1, 1)) == {}  # nobody was told a date
    assert world.central.context.lateness.newest.samples == 40


# ---- held ------------------------------------------------------------------------------------


def keep(world: World, wanted: PromiseRequest) -> Promised:
    ctx = world.central.context
    found = promise(ctx, wanted)
    with ctx.database.write("test") as tx:
        return hold(ctx, tx, wanted, found, "web-shop")


def test_a_held_promise_is_kept_for_its_order_alone(world: World) -> None:
    there = world.everywhere("LAMP") - world.withheld("S1", "LAMP")
    wanted = asked(("LAMP", there), keep=Hold("H1", 10))
    found = keep(world, wanted)
    assert len(found.held) == len(found.options[0].parcels)
    assert keep(world, wanted).held == found.held  # said again
    assert told(world, ("LAMP", 2)).options == ()
    order = web_order(world, ("LAMP", there))
    place(world, order, held="H1")
    assert world.state(order).lines[0].unfilled == 0
    assert world.balance("W1", "LAMP").reserved == 0
    assert world.check() == []


def test_a_promise_that_nobody_takes_is_let_go(world: World) -> None:
    before = world.available("W1", "LAMP")
    keep(world, asked(("LAMP", 4), keep=Hold("H1", 10)))
    assert sum(world.balance(w, "LAMP").reserved for w in ("W1", "W2", "S1")) == 4
    world.pass_time(minutes=11)
    Expiry(world.central.database).run()
    assert world.available("W1", "LAMP") == before
    order = web_order(world, ("LAMP", 4))
    place(world, order, held="H1")  # too late: it is sourced like any other
    assert world.state(order).lines[0].unfilled == 0
    assert world.check() == []


def test_what_somebody_took_meanwhile_is_not_held(world: World) -> None:
    ctx = world.central.context
    there = world.everywhere("LAMP") - world.withheld("S1", "LAMP")
    wanted = asked(("LAMP", there), keep=Hold("H1", 10))
    found = promise(ctx, wanted)
    place(world, web_order(world, ("LAMP", 3)))
    with pytest.raises(Refused), ctx.database.write("test") as tx:
        hold(ctx, tx, wanted, found, "web-shop")
    assert sum(world.balance(w, "LAMP").reserved for w in ("W1", "W2", "S1")) == 0
    with pytest.raises(NotFound, match="no such option"):
        keep(world, asked(("LAMP", 1), keep=Hold("H2", 10, service="nobody:at all")))


@pytest.mark.parametrize("minutes", [0, 61])
def test_nobody_holds_for_ever(minutes: int) -> None:
    with pytest.raises(InvalidInput, match="1 to 60 minutes"):
        Hold("H1", minutes)


def test_it_is_never_held_in_the_name_of_another(world: World) -> None:
    keep(world, asked(("LAMP", 2), keep=Hold("H1", 10)))
    order = web_order(world, ("LAMP", 2))
    place(world, order, held="H")
    assert sum(world.balance(w, "LAMP").reserved for w in ("W1", "W2", "S1")) == 2
    assert all(f.state is FulfilmentState.ALLOCATED for f in world.fulfilments(order))


def test_the_share_of_promises_kept_is_a_figure(world: World) -> None:
    for late in (True, False, False):
        order = web_order(world, ("CARD", 1))
        told_at = world.now + timedelta(days=-1 if late else 30)
        (line,) = order.lines
        place(world, replace(order, lines=(replace(line, promised_at=told_at),)))
        world.fulfil(order)
        world.run("booking")
    for _ in range(12):
        world.pass_time(days=1)
        world.run("tracking")
    with world.central.database.read() as connection:
        (kept,) = promises_kept(connection, date(2026, 1, 1)).values()
    assert (kept.parcels, kept.kept, kept.share) == (3, 2, 2 / 3)


def test_a_process_that_starts_learns_before_a_job_is_due(world: World) -> None:
    """What is learnt is in memory: it is learnt anew after a restart, and in each other server."""
    order = world.placed(("CARD", 1, SHIP))
    world.fulfil(order)
    world.run("booking")
    for _ in range(12):
        world.pass_time(days=1)
        world.run("tracking")
    assert world.run("lead_times") == 0
    assert world.central.context.lateness.newest.samples == 1
