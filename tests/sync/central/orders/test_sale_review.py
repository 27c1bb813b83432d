"""A sale that deviates is booked, listed, and not refunded before a person has looked at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sync.central.allocation.decisions import Decisions
from sync.central.catalogue import reference
from sync.central.orders import place_order
from sync.central.records import discrepancies
from sync.domain.errors import InvalidInput, NotFound, Refused
from sync.domain.money import Money
from sync.domain.order import Channel, Order
from sync.domain.payment import Tender, TenderKind
from sync.domain.stock import DiscrepancyKind
from sync.protocol.commands import Outcome, PlaceOrder
from tests.sync.central.both_databases import BOTH_DATABASES
from tests.sync.central.network import ARTICLES
from tests.sync.central.world import CARRY, SHIP, World

pytestmark = BOTH_DATABASES


def at_price(order: Order, minor: int, currency: str = "EUR") -> Order:
    line = replace(order.lines[0], unit_price=Money(minor, currency))
    paid = (Tender(TenderKind.CASH, Money(minor * line.quantity, currency)),)
    fee = Money(0, currency)
    return replace(order, lines=(line,), tenders=paid, shipping_fee=fee)


def with_vat(order: Order) -> Order:
    return replace(order, lines=(replace(order.lines[0], vat_rate_bp=10_000),))


def unauthorised(order: Order) -> Order:
    """A card that no terminal has heard of."""
    (tender,) = order.tenders
    return replace(order, tenders=(replace(tender, authorisation_code=""),))


def kinds(world: World, order: Order) -> list[DiscrepancyKind]:
    with world.central.database.read() as connection:
        return [found.kind for found in discrepancies.about(connection, order.number.value)]


CHANGES: list[tuple[Callable[[World, Order], Order], DiscrepancyKind]] = [
    (lambda world, order: at_price(order, 1), DiscrepancyKind.SALE_PRICE),
    (lambda world, order: with_vat(order), DiscrepancyKind.SALE_VAT),
    (lambda world, order: unauthorised(order), DiscrepancyKind.SALE_TENDER),
    (lambda world, order: replace(order, associate="NOBODY"), DiscrepancyKind.SALE_PERSON),
    (
        lambda world, order: replace(order, placed_at=world.now - timedelta(days=9000)),
        DiscrepancyKind.SALE_DATE,
    ),
    (
        lambda world, order: replace(order, placed_at=world.now + timedelta(days=3)),
        DiscrepancyKind.SALE_DATE,
    ),
]


@pytest.mark.parametrize(("change", "kind"), CHANGES)
def test_it_is_booked_and_listed_and_refunded_only_once_looked_at(
    world: World, change: Callable[[World, Order], Order], kind: DiscrepancyKind
) -> None:
    order = change(world, world.order(("MUG", 1, CARRY)))
    world.applied(PlaceOrder(order))
    assert kinds(world, order) == [kind]
    if kind is DiscrepancyKind.SALE_DATE and order.placed_at < world.now:
        return  # too old to come back at all
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    refused = world.do(world.inspected(goods))
    assert (refused.outcome, refused.code) == (Outcome.REFUSED, "return.sale_under_review")
    assert not world.state(order).refunded
    with world.central.database.write("test") as tx:
        ((number, _),) = discrepancies.open_ones(tx.connection, 10)
        discrepancies.resolve(tx, number, "operations", "a promotion that nobody had entered")
    world.applied(world.inspected(goods))
    assert world.state(order).refunded
    assert world.check() == []


def test_an_ordinary_sale_is_not_listed(world: World) -> None:
    order = world.placed(("MUG", 2, CARRY), ("MUG", 1, SHIP))
    assert kinds(world, order) == []


def test_numbers_that_a_till_left_out_are_seen_and_each_till_counts_for_itself(
    world: World,
) -> None:
    first, lost, third = (world.order(("MUG", 1, CARRY)) for _ in range(3))
    other = world.placed(("MUG", 1, CARRY), till=world.till("S2"))
    for order in (first, third, lost):
        world.applied(PlaceOrder(order))
    fourth = world.placed(("MUG", 1, CARRY))
    found = [kinds(world, order) for order in (first, lost, third, fourth, other)]
    assert found == [[], [], [DiscrepancyKind.SALE_NUMBER], [], []]


def test_a_price_of_yesterday_is_right_for_a_while(world: World) -> None:
    """The till had not heard of the new price; a month later it must have."""
    order = world.order(("MUG", 1, CARRY))
    mug = next(article for article in ARTICLES if article.sku == "MUG")
    with world.central.database.write("test") as tx:
        reference.load_articles(tx, [replace(mug, price=mug.price * 2)])
    world.central.refresh()
    world.applied(PlaceOrder(order))
    assert kinds(world, order) == []
    world.pass_time(days=40)
    late = world.order(("MUG", 1, CARRY))
    world.applied(PlaceOrder(late))
    assert kinds(world, late) == [DiscrepancyKind.SALE_PRICE]


def test_another_currency_than_the_companys_is_a_broken_message(world: World) -> None:
    order = at_price(world.order(("MUG", 1, CARRY)), 650, "XXX")
    answer = world.do(PlaceOrder(order))
    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "order.amount")


@pytest.mark.parametrize("wrong", ["price", "vat", "carried"])
def test_an_order_of_the_web_shop_that_deviates_is_refused(world: World, wrong: str) -> None:
    order = replace(
        world.order(("MUG", 1, CARRY if wrong == "carried" else SHIP)), channel=Channel.WEB
    )
    order = at_price(order, 1) if wrong == "price" else order
    order = with_vat(order) if wrong == "vat" else order
    context = world.central.context
    with pytest.raises(InvalidInput) as refused:
        context.database.settle(
            "web", lambda tx: place_order.place_order(context, tx, order, Decisions(context))
        )
    code = "order.carry_out" if wrong == "carried" else "order.price"
    assert refused.value.code == code


def test_what_is_not_open_or_without_a_note_is_not_closed(world: World) -> None:
    order = at_price(world.order(("MUG", 1, CARRY)), 1)
    world.applied(PlaceOrder(order))
    with world.central.database.write("test") as tx:
        ((number, _),) = discrepancies.open_ones(tx.connection, 10)
        with pytest.raises(InvalidInput):
            discrepancies.resolve(tx, number, "operations", "  ")
        with pytest.raises(NotFound):
            discrepancies.resolve(tx, number + 1, "operations", "x")
        discrepancies.resolve(tx, number, "operations", "x")
        with pytest.raises(NotFound):
            discrepancies.resolve(tx, number, "operations", "again")


def test_stock_is_counted_not_closed_by_hand(world: World) -> None:
    world.placed(("MUG", 50, CARRY))
    with world.central.database.write("test") as tx:
        ((number, found),) = discrepancies.open_ones(tx.connection, 10)
        assert found.kind is DiscrepancyKind.STOCK
        with pytest.raises(Refused):
            discrepancies.resolve(tx, number, "operations", "x")
