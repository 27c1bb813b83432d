"""Cash that left a drawer is booked whatever it was for; what deviates is a discrepancy."""

from __future__ import annotations

from sync.central.records import discrepancies
from sync.central.records.discrepancies import Discrepancy
from sync.central.returns import payouts
from sync.central.returns.payouts import Payout
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import Return
from sync.domain.stock import DiscrepancyKind
from sync.protocol.commands import Answer, Outcome, PayOutCash
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.world import CARRY, PEOPLE, Till, World

pytestmark = BOTH_DATABASES


def deposited(world: World) -> Return:
    """A mug for 6.50, paid in cash and left at the counter."""
    cash = (Tender(TenderKind.CASH, Money(650), given=Money(1000)),)
    order = world.placed(("MUG", 1, CARRY), tenders=cash)
    goods = world.goods_back(order, {1: 1})
    assert world.deposit(goods).outcome is Outcome.APPLIED
    return goods


def pay(world: World, number: DocumentNumber, minor: int, till: Till | None = None) -> Answer:
    return world.do(PayOutCash(number, PEOPLE, Money(minor)), till)


def listed(world: World, number: DocumentNumber) -> list[Discrepancy]:
    with world.central.database.read() as connection:
        return discrepancies.about(connection, number.value)


def booked(world: World, number: DocumentNumber) -> list[Payout]:
    with world.central.database.read() as connection:
        return payouts.payouts_of(connection, number.value)


def test_the_till_whose_inspection_was_applied_pays_what_it_was_told(world: World) -> None:
    goods = deposited(world)
    answer = world.applied(world.inspected(goods))
    assert answer.result["cash_minor"] == 650
    told = pay(world, goods.number, 650)
    assert (told.outcome, told.result["discrepancy"]) == (Outcome.APPLIED, None)
    assert booked(world, goods.number) == [Payout("T0001", Money(650))]
    assert listed(world, goods.number) == []
    assert world.check() == []


def test_a_second_till_that_lost_the_inspection_pays_once_too_often(world: World) -> None:
    goods, other = deposited(world), world.till(second=True)
    world.applied(world.inspected(goods))
    lost = world.command(world.inspected(goods, accepted=False))
    assert world.send(other, lost).code == "return.inspected"
    pay(world, goods.number, 650)
    paid = world.command(PayOutCash(goods.number, PEOPLE, Money(650)), (lost.command_id,))
    told = world.send(other, paid)
    assert (told.outcome, told.result["discrepancy"]) == (
        Outcome.APPLIED,
        "payout_not_inspected",
    )
    assert [payout.amount for payout in booked(world, goods.number)] == [Money(650)] * 2
    assert listed(world, goods.number) == [
        Discrepancy(
            DiscrepancyKind.PAYOUT_NOT_INSPECTED,
            "S1",
            f"command:{paid.command_id}",
            document=goods.number.value,
            amount=Money(650),
        )
    ]
    assert world.check() == []


def test_cash_that_left_twice_or_above_the_refund_is_booked_and_listed(world: World) -> None:
    twice, above = deposited(world), deposited(world)
    for goods in (twice, above):
        world.applied(world.inspected(goods))
    assert pay(world, twice.number, 650).result["discrepancy"] is None
    assert pay(world, twice.number, 650).result["discrepancy"] == "payout_twice"
    assert pay(world, above.number, 651).result["discrepancy"] == "payout_above_refund"
    assert world.check() == []


def test_a_payout_for_a_return_that_nobody_knows_or_has_inspected_is_booked(world: World) -> None:
    goods = deposited(world)
    unknown = DocumentNumber.build("R", 9, 9)
    for number in (goods.number, unknown):
        assert pay(world, number, 650).result["discrepancy"] == "payout_not_inspected"
        assert booked(world, number) == [Payout("T0001", Money(650))]
    assert world.check() == []


def test_a_payout_sent_again_is_booked_once(world: World) -> None:
    goods = deposited(world)
    world.applied(world.inspected(goods))
    command = world.command(PayOutCash(goods.number, PEOPLE, Money(650)))
    assert world.send(world.till(), command) == world.send(world.till(), command)
    assert booked(world, goods.number) == [Payout("T0001", Money(650))]


def test_an_amount_that_no_drawer_holds_is_a_broken_message(world: World) -> None:
    goods = deposited(world)
    for minor in (0, -650, 100_000_001):
        assert pay(world, goods.number, minor).code == "payout.amount"
    assert booked(world, goods.number) == []
