"""By which right goods may come back, until when, and what of the delivery goes back with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.customer import Address
from sync.domain.money import Money, total
from sync.domain.order import Channel, FulfilmentMode, Order
from sync.domain.return_rules import (
    PERIOD_OVER,
    Eligibility,
    Guarantee,
    OpenRight,
    ReturnCase,
    ReturnRules,
    Withdrawal,
    end_of_period,
)
from sync.domain.returns import ReturnReason, ReturnRight, return_line, shipping_vat
from tests.sync.domain.makers import NOON, line, order

PARIS = ZoneInfo("Europe/Paris")
HOME = Address("Zoé Petit", "1 rue de la Paix", "75002", "Paris", 48.87, 2.33)
RULES = ReturnRules(30, "")
OURS = OpenRight(ReturnRight.COMMERCIAL, NOON + timedelta(days=30))
SHIP = FulfilmentMode.SHIP_HOME


def case(sold: Order, **more: object) -> ReturnCase:
    fields: dict[str, object] = {"withdrawal": Withdrawal(14), "guarantee": Guarantee(730)}
    return ReturnCase(sold, RULES, PARIS, **{**fields, **more})  # type: ignore[arg-type]


def web(*lines: object, **more: object) -> Order:
    return order(*lines, channel=Channel.WEB, **more)  # type: ignore[arg-type]


def test_each_line_that_cannot_come_back_says_why() -> None:
    sold = order(line(1, 3), line(2, 1), line(3, 2))
    found = ReturnCase(sold, RULES, PARIS).eligibility({1: 1, 2: 1}, NOON, {1: 3, 2: 1})
    assert found == [
        Eligibility(1, 2, "", (OURS,)),
        Eligibility(2, 0, "Already returned."),
        Eligibility(3, 0, "Not handed over yet."),
    ]


def test_after_the_companys_period_nothing_comes_back_where_the_law_gives_nothing() -> None:
    of = ReturnCase(order(line(1)), RULES, PARIS)
    last = NOON + timedelta(days=30)
    assert of.eligibility({}, last) == [Eligibility(1, 1, "", (OURS,))]
    assert of.eligibility({}, last + timedelta(seconds=1)) == [Eligibility(1, 0, PERIOD_OVER)]


def test_what_was_carried_out_of_a_store_cannot_be_withdrawn_from() -> None:
    rights = case(order(line(1)), received_at=NOON).rights(line(1), NOON)
    assert [right.right for right in rights] == [ReturnRight.COMMERCIAL, ReturnRight.GUARANTEE]


def test_the_days_of_a_distance_sale_count_from_the_receipt_of_the_last_piece() -> None:
    received = NOON + timedelta(days=40)  # Wednesday, 30 December
    of = case(web(line(1)), received_at=received)
    last = datetime(2027, 1, 13, 23, 59, 59, tzinfo=PARIS)
    assert of.eligibility({}, last)[0].right_for(ReturnReason.OTHER) == OpenRight(
        ReturnRight.WITHDRAWAL, last
    )
    assert of.eligibility({}, last + timedelta(seconds=1))[0].right_for(ReturnReason.OTHER) is None


def test_before_the_goods_have_arrived_no_period_has_begun() -> None:
    rights = case(web(line(1))).rights(line(1), NOON + timedelta(days=400))
    assert [(right.right, right.until) for right in rights] == [
        (ReturnRight.WITHDRAWAL, None),
        (ReturnRight.GUARANTEE, None),
    ]


def test_the_guarantee_is_for_what_is_not_as_it_was_sold() -> None:
    of = case(order(line(1)), received_at=NOON)
    found = of.eligibility({}, NOON + timedelta(days=700))[0]
    assert found.quantity_max == 1
    assert found.reasons == (ReturnReason.DAMAGED, ReturnReason.FAULTY, ReturnReason.WRONG_ITEM)
    assert found.right_for(ReturnReason.NOT_SUITABLE) is None
    over = of.eligibility({}, NOON + timedelta(days=731))[0]
    assert over == Eligibility(1, 0, PERIOD_OVER)


def test_what_is_excepted_by_its_category_still_has_its_guarantee() -> None:
    sold = web(line(1, sku="MADE"), line(2, sku="SHELF"))
    rules = ReturnRules(30, "", ("to measure",))
    of = ReturnCase(
        sold,
        rules,
        PARIS,
        Withdrawal(14, ("to measure",)),
        Guarantee(730),
        NOON,
        {"MADE": "to measure", "SHELF": "shelves"},
    )
    assert [right.right for right in of.rights(sold.lines[0], NOON)] == [ReturnRight.GUARANTEE]
    assert len(of.rights(sold.lines[1], NOON)) == 3


def test_who_may_can_accept_what_the_policy_does_not() -> None:
    of = ReturnCase(order(line(1)), RULES, PARIS, late=True)
    assert of.eligibility({}, NOON + timedelta(days=999))[0].quantity_max == 1


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), st.integers(1, 60))
def test_a_period_ends_on_a_working_day_and_never_early(start: datetime, days: int) -> None:
    begun = start.replace(tzinfo=UTC)
    end = end_of_period(begun, days, PARIS)
    counted = (end.date() - begun.astimezone(PARIS).date()).days
    assert days <= counted <= days + 2
    assert end.weekday() < 5
    assert (end.hour, end.minute, end.second) == (23, 59, 59)


@pytest.mark.parametrize(
    ("back", "before", "most", "expected"),
    [
        ({1: 2, 2: 1}, {}, None, 690),
        ({1: 2, 2: 1}, {}, 490, 490),
        ({1: 2}, {}, None, 0),  # not all of it
        ({1: 2}, {2: 1}, None, 690),  # the rest came back before, or was cancelled
        ({1: 1, 2: 1}, {1: 1}, None, 690),
        ({3: 1}, {1: 2, 2: 1}, None, 0),  # what was not sent does not end the delivery
    ],
)
def test_the_delivery_goes_back_with_the_last_of_what_was_sent(
    back: dict[int, int], before: dict[int, int], most: int | None, expected: int
) -> None:
    sold = web(
        line(1, 2, mode=SHIP),
        line(2, 1, mode=SHIP),
        line(3, 1),
        shipping_fee=Money(690),
        ship_to=HOME,
        tenders=(),
    )
    of = case(sold, withdrawal=Withdrawal(14, delivery_minor_max=most))
    why, right = ReturnReason.OTHER, ReturnRight.WITHDRAWAL
    lines = [return_line(sold, n, before.get(n, 0), q, why, right) for n, q in back.items()]
    assert of.delivery_back(lines, before) == Money(expected)
    own = [return_line(sold, n, before.get(n, 0), q, why) for n, q in back.items()]
    assert of.delivery_back(own, before) == Money(0)  # by the company's own policy


@given(st.integers(1, 5_000), st.integers(1, 99_999), st.integers(1, 99_999))
def test_the_tax_of_a_delivery_is_shared_to_the_cent(fee: int, one: int, two: int) -> None:
    sold = web(
        line(1, minor=one, mode=SHIP),
        line(2, minor=two, mode=SHIP, vat_rate_bp=550),
        shipping_fee=Money(fee),
        ship_to=HOME,
        tenders=(),
    )
    found = shipping_vat(sold, Money(fee))
    assert total(vat.gross for vat in found) == Money(fee)
    goods = web(*sold.lines, ship_to=HOME, tenders=())
    with_fee = {vat.rate_bp: vat.vat for vat in sold.vat()}
    without = {vat.rate_bp: vat.vat for vat in goods.vat()}
    assert {vat.rate_bp: vat.vat for vat in found} == {
        rate: with_fee[rate] - without[rate] for rate in with_fee
    }
