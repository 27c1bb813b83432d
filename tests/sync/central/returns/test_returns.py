"""Returns: never more than was sold, never more money than was paid, by whatever door."""

from __future__ import annotations

import dataclasses

import pytest

from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import Disposition, InspectedLine, RefundPart, ReturnState
from sync.domain.stock import Balance
from sync.protocol.commands import InspectReturn, Outcome, RegisterReturn
from sync.protocol.feed import LineState
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, COLLECT, PEOPLE, SHIP, World

pytestmark = BOTH_DATABASES


def test_goods_are_quarantined_until_a_person_has_looked_at_them(world: World) -> None:
    order = world.placed(("MUG", 3, CARRY))
    goods = world.goods_back(order, {1: 2}, world.till("S1", "kiosk"))
    answer = world.deposit(goods, till=world.till("S1", "kiosk"))
    assert answer.result == {"return_number": str(goods.number), "refund_minor": 1300}
    assert world.balance("S1", "MUG") == Balance(on_hand=3, quarantined=2)
    assert world.state(order).lines == (LineState(1, handed_over=3, returning=2),)
    assert world.check() == []


def test_inspected_as_new_they_are_refunded_and_for_sale_again(world: World) -> None:
    order = world.placed(("MUG", 3, CARRY))
    goods = world.goods_back(order, {1: 2})
    world.deposit(goods)
    before = world.available("S1", "MUG")
    world.applied(world.inspected(goods))
    state = world.state(order)
    assert state.lines == (LineState(1, handed_over=3, returned=2),)
    assert state.refunded == {0: Money(1300)}
    assert world.balance("S1", "MUG") == Balance(on_hand=5)
    assert world.available("S1", "MUG") == before + 2
    assert world.check() == []


@pytest.mark.parametrize(
    ("how", "after"),
    [
        (Disposition.TRANSFER, Balance(on_hand=5, quarantined=1)),
        (Disposition.REFURBISH, Balance(on_hand=5, damaged=1)),
        (Disposition.RETURN_TO_SUPPLIER, Balance(on_hand=5, damaged=1)),
        (Disposition.DESTROY, Balance(on_hand=5)),
    ],
)
def test_inspected_otherwise_they_are_refunded_and_not_for_sale(
    world: World, how: Disposition, after: Balance
) -> None:
    order = world.placed(("MUG", 1, CARRY))
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods, how=how))
    assert world.balance("S1", "MUG") == after
    assert world.state(order).refunded == {0: Money(650)}
    assert world.check() == []


def test_a_line_that_is_not_accepted_is_given_back_and_may_come_again(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY), ("CARD", 1, CARRY))
    goods = world.goods_back(order, {1: 1, 2: 1})
    world.deposit(goods)
    inspected_lines = (
        InspectedLine(1, Disposition.RESTOCK, accepted=True),
        InspectedLine(2, Disposition.DESTROY, accepted=False),
    )
    world.applied(InspectReturn(goods.number, PEOPLE, inspected_lines))
    state = world.state(order)
    assert state.lines == (
        LineState(1, handed_over=1, returned=1),
        LineState(2, handed_over=1),
    )
    assert state.refunded == {0: Money(650)}
    again = world.goods_back(order, {2: 1})
    assert world.deposit(again).outcome is Outcome.APPLIED
    assert world.check() == []


def test_nothing_accepted_means_refused(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods, accepted=False))
    from sync.central.records import order_records as projection

    with world.central.database.read() as connection:
        record = projection.return_record(connection, goods.number.value)
    assert record.goods.state is ReturnState.REFUSED
    assert record.parts == ()
    assert world.state(order).refunded == {}


def test_the_same_goods_cannot_come_back_at_two_kiosks(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    one, two = world.till("S1", "kiosk"), world.till("S1", "terminal")
    assert world.deposit(world.goods_back(order, {1: 2}, one), till=one).code == ""
    answer = world.deposit(world.goods_back(order, {1: 1}, two), till=two)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "return.not_eligible")
    assert answer.template == "Already returned."
    assert world.check() == []


def test_more_than_what_is_left_is_refused(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    world.deposit(world.goods_back(order, {1: 1}))
    answer = world.deposit(world.goods_back(order, {1: 2}))
    assert (answer.code, answer.params) == ("return.more_than_sold", {"left": 1, "sold": 2})


def test_what_the_customer_does_not_have_yet_cannot_come_back(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    answer = world.deposit(world.goods_back(order, {1: 1}))
    assert answer.template == "Not handed over yet."
    world.fulfil(order)
    assert world.deposit(world.goods_back(order, {1: 1})).outcome is Outcome.APPLIED


def test_after_thirty_days_it_is_too_late_unless_it_was_left_in_time(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY))
    world.hire("A02")
    in_time = world.goods_back(order, {1: 1})
    world.pass_time(days=31)
    late = world.goods_back(order, {1: 1})
    refused = world.by("A02", RegisterReturn(late))
    assert refused.template == "The period for a return is over."
    assert world.deposit(in_time).outcome is Outcome.APPLIED


def test_another_store_takes_it_back_with_the_receipt_only(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    there = world.till("S2", "kiosk")
    goods = world.goods_back(order, {1: 1}, there)
    assert world.deposit(goods, till=there).code == "order.unknown"
    assert world.deposit(goods, world.receipt(order), there).outcome is Outcome.APPLIED
    assert world.balance("S2", "MUG").quarantined == 1
    world.applied(world.inspected(goods), world.till("S2"))
    assert world.balance("S2", "MUG") == Balance(on_hand=6)
    assert world.check() == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda text: text[:-4], "receipt.broken"),
        (lambda text: text.replace("/650/", "/990/"), "receipt.forged"),
        (lambda text: text[:-6] + ("AAAAAA" if text[-6:] != "AAAAAA" else "BBBBBB"), None),
    ],
)
def test_a_spoilt_receipt_is_refused(world: World, spoil: object, code: str | None) -> None:
    order = world.placed(("MUG", 1, CARRY))
    answer = world.deposit(world.goods_back(order, {1: 1}), spoil(world.receipt(order)))  # type: ignore[operator]
    assert answer.outcome is Outcome.REFUSED
    assert answer.code == (code or "receipt.forged")
    assert world.check() == []


def test_the_receipt_of_another_order_is_refused(world: World) -> None:
    order, other = world.placed(("MUG", 1, CARRY)), world.placed(("MUG", 1, CARRY))
    answer = world.deposit(world.goods_back(order, {1: 1}), world.receipt(other))
    assert answer.code == "receipt.other_order"


def test_the_receipt_of_a_revoked_till_stays_good(world: World) -> None:
    from sync.central.devices import devices

    order = world.placed(("MUG", 1, CARRY))
    with world.central.database.write("test") as tx:
        devices.revoke(tx, world.till().device.code)
    kiosk = world.till("S1", "kiosk")
    goods = world.goods_back(order, {1: 1}, kiosk)
    assert world.deposit(goods, world.receipt(order), kiosk).outcome is Outcome.APPLIED


def test_an_announced_refund_that_is_not_the_price_is_refused(world: World) -> None:
    order = world.placed(("MUG", 1, CARRY))
    goods = world.goods_back(order, {1: 1})
    line = dataclasses.replace(goods.lines[0], refund=Money(65_000))
    answer = world.deposit(dataclasses.replace(goods, lines=(line,)))
    assert answer.code == "return.refund"


def test_refunds_go_to_the_last_means_first_and_never_above_what_was_captured(
    world: World,
) -> None:
    tenders = (
        Tender(TenderKind.CASH, Money(1000), given=Money(1000)),
        Tender(
            TenderKind.CARD,
            Money(940),
            reference="T9",
            authorisation_code="A9",
            card_last4="4242",
        ),
    )
    order = world.placed(("MUG", 1, CARRY), ("BAG", 1, SHIP), tenders=tenders)
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods))
    # The card was not charged yet, so the mug is paid back in cash.
    assert world.state(order).refunded == {0: Money(650)}
    world.fulfil(order)
    rest = world.goods_back(order, {2: 1})
    world.deposit(rest)
    world.applied(world.inspected(rest))
    assert world.state(order).refunded == {0: Money(1000), 1: Money(940)}
    from sync.central.records import order_records as projection

    with world.central.database.read() as connection:
        record = projection.return_record(connection, rest.number.value)
    assert record.parts == (
        RefundPart(TenderKind.CARD, Money(940), "T9", "4242"),
        RefundPart(TenderKind.CASH, Money(350)),
    )
    assert world.check() == []


def test_a_return_is_inspected_once_by_its_own_store_each_line_once(
    world: World,
) -> None:
    order = world.placed(("MUG", 1, CARRY), ("CARD", 1, CARRY))
    goods = world.goods_back(order, {1: 1, 2: 1})
    world.deposit(goods)
    only_one = InspectReturn(goods.number, PEOPLE, (InspectedLine(1, Disposition.RESTOCK),))
    assert world.do(only_one).code == "return.inspection"
    assert world.do(world.inspected(goods), world.till("S2")).code == "return.unknown"
    world.applied(world.inspected(goods))
    assert world.do(world.inspected(goods)).code == "return.inspected"
    assert world.state(order).refunded == {0: Money(845)}
    assert world.check() == []


def test_a_collected_parcel_can_come_back_where_it_was_collected(world: World) -> None:
    order = world.placed(("CARD", 2, COLLECT, "S1"))
    world.fulfil(order)
    goods = world.goods_back(order, {1: 1})
    assert world.deposit(goods).outcome is Outcome.APPLIED
