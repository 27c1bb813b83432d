"""Orders: what is carried out is sold, the rest is promised exactly once."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from sync.domain.fulfilment import FulfilmentState, RejectionReason
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.order import Order
from sync.domain.payment import Tender, TenderKind
from sync.domain.stock import Balance
from sync.protocol.commands import (
    Outcome,
    PlaceOrder,
    RegisterReturn,
)
from sync.protocol.feed import LineState
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, COLLECT, POINT, SHIP, World, receive

pytestmark = BOTH_DATABASES


def test_carried_out_pieces_leave_the_stock_and_are_paid(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    assert world.balance("S1", "MUG") == Balance(on_hand=4)
    state = world.state(order)
    assert state.lines == (LineState(1, handed_over=2),)
    assert state.captured == Money(1300)
    assert world.check() == []


def test_pieces_in_the_customers_hand_are_sold_even_when_the_records_have_none(
    world: World,
) -> None:
    order = world.placed(("LAMP", 5, CARRY))
    assert world.balance("S1", "LAMP") == Balance(on_hand=-3)
    assert world.state(order).lines == (LineState(1, handed_over=5),)
    assert world.available("S1", "LAMP") == 0
    assert world.check() == []


def test_a_shipped_line_is_allocated_where_the_decision_says(world: World) -> None:
    order = world.placed(("BAG", 2, SHIP))
    (fulfilment,) = world.fulfilments(order)
    (decision,) = world.state(order).decisions
    assert [s["location"] for s in decision["shipments"]] == [fulfilment.location]
    assert world.balance(fulfilment.location, "BAG").allocated == 2
    assert world.state(order).captured == Money(0)
    assert decision["policy"] == "default@2026-11"


def test_every_location_not_chosen_has_a_reason(world: World) -> None:
    order = world.placed(("BAG", 2, SHIP))
    (explained,) = world.explained(order)
    chosen = set(explained.decision.locations)
    told = {one.location: one.reason for one in explained.decision.evaluations}
    assert set(told) | chosen == {"W1", "W2", "S1", "S2", "S3"}
    assert all(told.values())


def test_lines_of_one_order_have_their_own_delivery_options(world: World) -> None:
    order = world.placed(
        ("CARD", 1, CARRY), ("MUG", 2, SHIP), ("BAG", 1, COLLECT, "S1"), ("CARD", 3, POINT, "P1")
    )
    fulfilments = world.fulfilments(order)
    assert {(w.mode, w.collect_at) for w in fulfilments} == {
        (SHIP, ""), (COLLECT, "S1"), (POINT, "P1")
    }  # fmt: skip
    assert len(world.state(order).decisions) == 3
    assert world.check() == []


def test_two_groups_of_one_order_never_share_a_piece(world: World) -> None:
    everything = world.everywhere("LAMP")
    order = world.placed(("LAMP", everything, SHIP), ("LAMP", 2, COLLECT, "S1"))
    unfilled = sum(line.unfilled for line in world.state(order).lines)
    assert unfilled == 2
    assert world.everywhere("LAMP") == 0
    assert world.check() == []


def test_what_nobody_has_waits_and_is_filled_when_stock_comes_back(world: World) -> None:

    order = world.placed(("LAMP", 20, SHIP))
    assert world.state(order).lines[0].unfilled == 8
    assert world.fill_backorders() == 0
    before = len(world.state(order).decisions)
    with world.central.database.write("delivery") as tx:
        receive(tx, "W1", "LAMP", 12)
    assert world.fill_backorders() == 1
    state = world.state(order)
    assert state.lines[0].unfilled == 0
    assert sum(source.quantity for source in state.lines[0].sources) == 20
    assert len(state.decisions) == before + 1
    assert world.check() == []


def test_a_rejected_fulfilment_goes_elsewhere_and_the_reason_is_kept(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    (first,) = world.fulfilments(order)
    answer = world.reject(first, RejectionReason.NOT_FOUND)
    assert answer.outcome is Outcome.APPLIED
    second = world.fulfilment(order)
    assert second.location != first.location
    evaluations = {v.location: v for v in world.explained(order)[-1].decision.evaluations}
    assert evaluations[first.location].reason == "excluded"
    assert evaluations[first.location].note == "not_found"
    assert world.check() == []


@pytest.mark.parametrize(
    ("reason", "on_hand"),
    [("not_found", 39), ("damaged", 39), ("sold", 40), ("no_time", 40)],
)
def test_a_rejection_takes_from_stock_only_what_is_gone(
    world: World, reason: str, on_hand: int
) -> None:
    order = world.placed(("MUG", 1, SHIP))
    (first,) = world.fulfilments(order)
    assert first.location == "W1"
    world.reject(first, RejectionReason(reason))
    assert world.balance("W1", "MUG") == Balance(on_hand=on_hand)


def test_when_everybody_refuses_the_pieces_wait(world: World) -> None:
    order = world.placed(("BAG", 1, SHIP))
    for _ in range(4):
        for fulfilment in world.fulfilments(order):
            if fulfilment.state is FulfilmentState.ALLOCATED:
                world.reject(fulfilment, RejectionReason.NO_TIME)
    assert world.state(order).lines[0].unfilled == 1
    assert world.check() == []


def test_cash_is_captured_at_once_and_the_card_when_goods_leave(world: World) -> None:
    tenders = (
        Tender(TenderKind.CASH, Money(1000), given=Money(2000)),
        Tender(TenderKind.CARD, Money(940)),
    )
    order = world.placed(("MUG", 1, CARRY), ("BAG", 1, SHIP), tenders=tenders)
    assert world.state(order).captured == Money(1000)
    world.fulfil(order)
    assert world.state(order).captured == Money(1940)
    assert world.check() == []


def test_the_shipping_fee_is_due_with_the_first_parcel(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY), ("BAG", 1, SHIP), fee=490)
    assert world.state(order).captured == Money(650)
    world.fulfil(order)
    assert world.state(order).captured == order.total


def _wrong(order: Order, **changes: Any) -> Order:
    return dataclasses.replace(order, **changes)


def _bad_orders(world: World) -> dict[str, Order]:
    order = world.order(("MUG", 1, CARRY))
    line = order.lines[0]
    home = world.order(("MUG", 1, SHIP))
    assert home.ship_to is not None

    def with_line(**changes: Any) -> Order:
        return _wrong(order, lines=(dataclasses.replace(line, **changes),))

    return {
        "order.unpaid": _wrong(order, tenders=()),
        "order.unknown_article": with_line(sku="NOPE"),
        "order.amount": _wrong(
            order,
            lines=(dataclasses.replace(line, unit_price=Money(-650)),),
            tenders=(Tender(TenderKind.CARD, Money(-650)),),
        ),
        "order.collect_at": with_line(mode=COLLECT, collect_at="W1"),
        "order.coordinates": _wrong(home, ship_to=dataclasses.replace(home.ship_to, lat=math.nan)),
        "order.line": with_line(line_id=-1),
        "command.foreign_document": _wrong(order, location="S2"),
    }


@pytest.mark.parametrize(
    "code",
    [
        "order.unpaid",
        "order.unknown_article",
        "order.amount",
        "order.collect_at",
        "order.coordinates",
        "order.line",
        "command.foreign_document",
    ],
)
def test_an_order_that_cannot_be_right_is_refused_and_changes_nothing(
    world: World, code: str
) -> None:
    answer = world.do(PlaceOrder(_bad_orders(world)[code]))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, code)
    assert world.balance("S1", "MUG") == Balance(on_hand=6)
    assert world.check() == []


def test_a_number_of_another_device_is_refused(world: World) -> None:
    order = _wrong(world.order(("MUG", 1, CARRY)), number=DocumentNumber.build("C", 77, 1))
    assert world.do(PlaceOrder(order)).code == "command.foreign_document"


def test_two_orders_under_one_number_are_one_order_and_one_refusal(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    answer = world.do(PlaceOrder(order))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "order.number_used")
    assert world.balance("S1", "MUG") == Balance(on_hand=5)


def test_an_amount_of_another_currency_is_refused(world: World) -> None:
    order = world.order(("MUG", 1, CARRY))
    fee = Money(0, "USD")
    with pytest.raises(Exception, match="rate of exchange"):
        _wrong(order, shipping_fee=fee)


def test_a_clock_that_is_days_ahead_does_not_stop_a_sale(world: World) -> None:
    order = world.order(("MUG", 1, CARRY))
    world.pass_time(days=-5)
    assert world.do(PlaceOrder(order)).outcome is Outcome.APPLIED


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("0001-01-01T00:00:00+14:00", "message.date"),
        ("9999-12-31T23:59:59-14:00", "message.date"),
        ("2026-11-23T09:00:00", "order.naive_time"),
    ],
)
@pytest.mark.parametrize("field", ["placed_at", "promised_at", "created_at"])
def test_a_date_that_no_clock_shows_is_refused(
    world: World, field: str, moment: str, code: str
) -> None:
    if field == "created_at":
        goods = world.goods_back(world.placed(("MUG", 1, CARRY)), {1: 1})
        command = world.command(RegisterReturn(goods))
        command.payload["goods"]["created_at"] = moment
    else:
        command = world.command(PlaceOrder(world.order(("MUG", 1, SHIP))))
        place = command.payload["order"]
        (place if field == "placed_at" else place["lines"][0])[field] = moment
    answer = world.send(world.till(), command)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, code)
    assert world.check() == []
