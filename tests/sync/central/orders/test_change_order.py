"""Orders that change before their goods leave: stock, money and books follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.central.allocation.decisions import Decisions
from sync.central.orders import cancel_order, change_address
from sync.central.orders.cancel_order import CancelOrder
from sync.domain.customer import Address
from sync.domain.errors import Conflict, InvalidInput, Refused
from sync.domain.fulfilment import FulfilmentState
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money, total
from sync.domain.order import Order
from sync.domain.order_change import (
    AddressChange,
    Cancellation,
    CancelReason,
    LineCount,
)
from sync.domain.order_status import OrderStatus
from sync.domain.payment import Tender, TenderKind
from sync.domain.stock import DiscrepancyKind
from sync.protocol.commands import (
    CancelPieces,
    ChangeAddress,
    HandOver,
    Outcome,
    PayOutCash,
    PlaceOrder,
)
from sync.protocol.feed import OrderState
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.notifications.mails import mails
from tests.sync.central.world import CARRY, COLLECT, HOME, PEOPLE, SHIP, World

pytestmark = BOTH_DATABASES
MARSEILLE = Address("Zoé Petit", "1 quai du Port", "13002", "Marseille", 43.3, 5.37)


def cancel(
    world: World, order: Order, *lines: tuple[int, int], key: str = "K1",
    reason: CancelReason = CancelReason.CUSTOMER,
) -> Cancellation:  # fmt: skip
    wanted = CancelOrder(key, tuple(LineCount(*line) for line in lines), reason)
    with world.central.database.write("test") as tx:
        return cancel_order.cancel(world.central.context, tx, order.number.value, wanted, "support")


def readdress(world: World, order: Order, home: Address, key: str = "A1") -> None:
    wanted, ctx = AddressChange(key, order.number, home, "support"), world.central.context
    decisions = Decisions(ctx)
    ctx.database.settle(
        "test", lambda tx: change_address.change_address(ctx, tx, wanted, decisions)
    )


def money(state: OrderState) -> tuple[Money, Money]:
    return state.captured, total(state.refunded.values(), state.captured.currency)


# ---- pieces ----------------------------------------------------------------------------------


def test_pieces_that_nobody_has_begun_are_free_again_and_never_charged(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP), ("LAMP", 1, CARRY), fee=490)
    place = world.fulfilment(order).location
    before = world.balance(place, "MUG")
    done = cancel(world, order, (1, 1))
    assert done.refund == order.line(1).unit_price
    assert [part.voided for part in done.parts] == [done.refund]  # nothing was charged for it
    assert world.balance(place, "MUG").allocated == before.allocated - 1
    assert world.fulfilment(order).quantity == 1
    state = world.state(order)
    assert (state.lines[0].cancelled, state.status) == (1, OrderStatus.IN_PREPARATION)
    assert state.cancellations == (done,)
    world.fulfil(order)
    captured, given_back = money(world.state(order))
    assert captured + given_back == order.total
    assert world.state(order).status is OrderStatus.COMPLETED
    assert world.check() == []


def test_the_last_piece_to_be_delivered_takes_the_fee_back(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP), ("LAMP", 1, CARRY), fee=490)
    first = cancel(world, order, (1, 1))
    second = cancel(world, order, (1, 1), key="K2")
    assert (first.shipping, second.shipping) == (Money(0), Money(490))
    assert world.fulfilments(order)[0].state is FulfilmentState.CANCELLED
    assert world.state(order).status is OrderStatus.COMPLETED  # the lamp is with the customer
    # What went back and what stays are the sale, to the cent and with its tax.
    gone = {line.rate_bp: line.vat for line in first.vat()}
    for line in second.vat():
        gone[line.rate_bp] = gone.get(line.rate_bp, Money(0)) + line.vat
    kept = replace(order, lines=order.lines[1:], shipping_fee=Money(0), tenders=())
    for line in kept.vat():
        gone[line.rate_bp] = gone.get(line.rate_bp, Money(0)) + line.vat
    assert gone == {line.rate_bp: line.vat for line in order.vat()}
    assert world.check() == []


def test_a_whole_order_is_cancelled_with_what_waits(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP), ("LAMP", 40, SHIP), fee=490)
    assert world.state(order).status is OrderStatus.BACKORDERED
    done = cancel(world, order)
    assert done.refund == order.total
    assert {line.line_id: line.quantity for line in done.lines} == {1: 2, 2: 40}
    assert world.state(order).status is OrderStatus.CANCELLED
    assert world.fill_backorders() == 0
    world.run("mail")
    subjects = [subject for _, _, subject in mails(world)]
    assert subjects[-1] == f"Votre commande {order.number} : annulée"
    assert world.check() == []


def test_said_again_it_gives_what_was_done(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    first = cancel(world, order, (1, 1))
    assert cancel(world, order, (1, 1)) == first
    assert world.state(order).lines[0].cancelled == 1
    with pytest.raises(Conflict, match="already used"):
        cancel(world, order, (1, 2))
    other = world.placed(("MUG", 1, SHIP))
    with pytest.raises(Conflict, match="already used"):
        cancel(world, other, (1, 1))


@pytest.mark.parametrize("begun", ["start", "prepare"])
def test_what_is_begun_or_gone_is_not_cancelled(world: World, begun: str) -> None:
    order = world.placed(("MUG", 2, SHIP))
    found = world.fulfilment(order)
    if begun == "start":
        world.pick(found)
    else:
        world.fulfil(order)
    before = world.balance(found.location, "MUG")
    with pytest.raises(Refused, match="Nothing of order"):
        cancel(world, order)
    with pytest.raises(Refused, match="0 of 2 can be cancelled"):
        cancel(world, order, (1, 1))
    assert world.balance(found.location, "MUG") == before
    assert world.state(order).cancellations == ()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (((1, 3),), "2 of 2 can be cancelled"),
        (((1, 0),), "At least one piece"),
        (((9, 1),), "has no line 9"),
        (((1, 1), (1, 1)), "same number"),
    ],
)
def test_nonsense_changes_nothing(
    world: World, lines: tuple[tuple[int, int], ...], words: str
) -> None:
    order = world.placed(("MUG", 2, SHIP))
    with pytest.raises((Refused, InvalidInput), match=words):
        cancel(world, order, *lines)
    assert world.state(order).lines[0].cancelled == 0


def test_goods_that_left_although_they_were_cancelled_are_listed(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    found = world.fulfilment(order)
    cancel(world, order)
    answer = world.at(found.location, HandOver(found.fulfilment_id, PEOPLE))
    assert answer.result["discrepancy"] == DiscrepancyKind.SENT_TWICE.value
    assert world.state(order).captured == Money(0)  # what was cancelled is not charged
    assert world.check() == []


def test_a_return_after_a_cancellation_is_worth_what_is_left(world: World) -> None:
    order = world.placed(("MUG", 3, SHIP))
    done = cancel(world, order, (1, 1))
    world.fulfil(order)
    goods = world.goods_back(order, {1: 2}, returned_before={1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods))
    assert done.refund + goods.refund == order.total
    assert world.state(order).status is OrderStatus.RETURNED
    assert world.check() == []


# ---- money -----------------------------------------------------------------------------------


def paid(order: Order, *tenders: tuple[TenderKind, int]) -> Order:
    due, made = order.total, list[Tender]()
    for place, (kind, minor) in enumerate(tenders):
        amount = Money(minor) if minor else due - total(t.amount for t in made)
        given = amount if kind is TenderKind.CASH else None
        made.append(Tender(kind, amount, given, reference=f"T{place}", authorisation_code="A1"))
    return replace(order, tenders=tuple(made))


def placed_with(world: World, *tenders: tuple[TenderKind, int]) -> Order:
    order = paid(world.order(("MUG", 3, SHIP)), *tenders)
    world.applied(PlaceOrder(order))
    return order


def test_cash_goes_back_at_a_till_alone(world: World) -> None:
    order = placed_with(world, (TenderKind.CASH, 0))
    with pytest.raises(Refused, match="cancel it at a till"):
        cancel(world, order)
    assert world.state(order).lines[0].cancelled == 0
    till = world.till()
    document = world.cancelling(order, (1, 3), till=till)
    answer = world.applied(CancelPieces(document, PEOPLE))
    assert answer.result["cash_minor"] == order.total.minor
    paid_out = world.applied(PayOutCash(DocumentNumber(document.number), PEOPLE, order.total))
    assert paid_out.result["discrepancy"] is None
    again = world.applied(PayOutCash(DocumentNumber(document.number), PEOPLE, order.total))
    assert again.result["discrepancy"] == DiscrepancyKind.PAYOUT_TWICE.value
    assert world.check() == []


@pytest.mark.parametrize("cash_first", [True, False])
def test_of_two_tenders_the_last_goes_first(world: World, cash_first: bool) -> None:
    kinds = [(TenderKind.CASH, 1000), (TenderKind.CARD, 0)]
    order = placed_with(world, *(kinds if cash_first else [(TenderKind.CARD, 1000),
                                                           (TenderKind.CASH, 0)]))  # fmt: skip
    till = world.till()
    document = world.cancelling(order, (1, 2), till=till)
    answer = world.applied(CancelPieces(document, PEOPLE))
    (kept,) = world.state(order).cancellations
    assert total(part.amount for part in kept.parts) == document.refund
    cash = total(part.amount for part in kept.parts if part.kind is TenderKind.CASH)
    assert answer.result["cash_minor"] == cash.minor
    world.fulfil(order)
    captured, given_back = money(world.state(order))
    # What stays with us is the price of the piece that left, however it was paid.
    assert order.total - given_back == order.line(1).unit_price
    assert captured.minor >= order.line(1).unit_price.minor
    assert world.check() == []


def test_a_till_that_announced_another_amount_is_refused(world: World) -> None:
    order = placed_with(world, (TenderKind.CARD, 0))
    document = world.cancelling(order, (1, 1), till=world.till())
    wrong = replace(document, lines=(replace(document.lines[0], refund=Money(1)),))
    answer = world.do(CancelPieces(wrong, PEOPLE))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "cancel.refund")
    assert world.state(order).lines[0].cancelled == 0


def test_a_large_refund_needs_somebody_who_may(world: World) -> None:
    world.hire("A07")
    order = world.order(("LAMP", 9, COLLECT, "S2"), tenders=None)
    world.applied(PlaceOrder(order))
    document = world.cancelling(order, (1, 9), till=world.till())
    answer = world.by("A07", CancelPieces(document, "A07"))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "cancel.needs_approval")


def test_another_store_cancels_nothing(world: World) -> None:
    order = world.placed(("MUG", 1, SHIP))
    stranger = world.till("S3")
    document = world.cancelling(order, (1, 1), till=stranger)
    answer = world.do(CancelPieces(document, PEOPLE), stranger)
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "order.unknown")


# ---- not collected ---------------------------------------------------------------------------


def test_a_bag_that_nobody_came_for_is_on_sale_again(world: World) -> None:
    order = world.placed(("MUG", 1, COLLECT, "S1"))
    found = world.fulfilment(order)
    assert found.location == "S1"
    world.pick(found)
    world.pack(found)
    assert world.fulfilment(order).ready_at is not None
    before = world.balance("S1", "MUG")
    document = world.cancelling(
        order,
        (1, 1),
        till=world.till(),
        reason=CancelReason.NOT_COLLECTED,
        fulfilment_id=found.fulfilment_id,
    )
    world.applied(CancelPieces(document, PEOPLE))
    after = world.balance("S1", "MUG")
    assert (after.on_hand, after.allocated) == (before.on_hand, before.allocated - 1)
    state = world.state(order)
    assert (state.status, state.captured) == (OrderStatus.CANCELLED, Money(0))
    assert world.check() == []
    again = world.do(CancelPieces(replace(document, number="R0001-000009-1"), PEOPLE))
    assert again.outcome is Outcome.REFUSED


def test_a_parcel_that_nobody_came_for_enters_the_stock_where_it_waits(world: World) -> None:
    order = world.placed(("CARD", 1, COLLECT, "S2"), till=world.till("S2"))
    found = world.fulfilment(order)
    assert found.location != "S2"
    world.fulfil(order)
    before = world.balance("S2", "CARD")
    assert world.state(order).captured == order.total  # it left its location: it was charged
    document = world.cancelling(
        order,
        (1, 1),
        till=world.till("S2"),
        reason=CancelReason.NOT_COLLECTED,
        fulfilment_id=found.fulfilment_id,
    )
    world.applied(CancelPieces(document, PEOPLE), world.till("S2"))
    assert world.balance("S2", "CARD").on_hand == before.on_hand + 1
    (kept,) = world.state(order).cancellations
    assert kept.parts[0].refunded == order.total
    world.run("refund")
    assert list(world.provider.refunded.values()) == [order.total]
    assert world.check() == []


@pytest.mark.parametrize("state", ["allocated", "picking", "handed over"])
def test_only_what_waits_for_its_customer_is_put_back(world: World, state: str) -> None:
    order = world.placed(("MUG", 1, COLLECT, "S1"))
    found = world.fulfilment(order)
    if state == "picking":
        world.pick(found)
    elif state == "handed over":
        world.fulfil(order)
    document = world.cancelling(
        order,
        (1, 1),
        till=world.till(),
        reason=CancelReason.NOT_COLLECTED,
        fulfilment_id=found.fulfilment_id,
    )
    answer = world.do(CancelPieces(document, PEOPLE))
    assert answer.outcome is Outcome.REFUSED
    assert world.check() == []


# ---- another address -------------------------------------------------------------------------


def test_the_same_place_keeps_its_sources(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    before = world.fulfilment(order)
    readdress(world, order, replace(HOME, street="5 rue du Bac"))
    after = world.fulfilment(order)
    assert after == replace(before, ship_to=replace(HOME, street="5 rue du Bac"))
    assert world.state(order).order.ship_to == after.ship_to
    assert world.check() == []


def test_another_place_is_sourced_again_from_the_same_pieces(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    before = world.everywhere("MUG")
    readdress(world, order, MARSEILLE)
    assert world.fulfilment(order).ship_to == MARSEILLE
    assert world.everywhere("MUG") == before
    readdress(world, order, MARSEILLE)  # said again
    assert len(world.fulfilments(order)) == 2
    assert world.state(order).status is OrderStatus.IN_PREPARATION
    assert world.check() == []


def test_an_order_that_holds_the_last_pieces_keeps_them(world: World) -> None:
    there = world.everywhere("LAMP")
    order = world.placed(("LAMP", there, SHIP))
    assert world.state(order).lines[0].unfilled == 0
    readdress(world, order, MARSEILLE)
    assert world.state(order).lines[0].unfilled == 0
    assert world.check() == []


def test_a_parcel_that_is_being_prepared_keeps_its_address(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    world.pick(world.fulfilment(order))
    with pytest.raises(Refused, match="being prepared"):
        readdress(world, order, MARSEILLE)
    world.fulfil(order)
    with pytest.raises(Refused, match="still to be delivered"):
        readdress(world, order, MARSEILLE)


def test_a_till_changes_the_address_of_its_own_orders(world: World) -> None:
    order = world.placed(("MUG", 2, SHIP))
    change = AddressChange("T1", order.number, MARSEILLE)
    stranger = world.do(ChangeAddress(change, PEOPLE), world.till("S3"))
    assert stranger.code == "order.unknown"
    world.applied(ChangeAddress(change, PEOPLE))
    assert world.fulfilment(order).ship_to == MARSEILLE
