"""An order that exists is whole, paid to the cent and can be delivered."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.customer import Address
from sync.domain.errors import InvalidInput
from sync.domain.money import Money, total
from sync.domain.order import FulfilmentMode
from sync.domain.payment import Tender, TenderKind, cash_tender
from tests.sync.domain.makers import line, order


@given(
    st.lists(
        st.tuples(st.integers(1, 999), st.integers(0, 100_000), st.sampled_from([2000, 550, 210])),
        min_size=1,
        max_size=20,
    )
)
def test_vat_by_rate_adds_up_to_what_is_paid(rows: list[tuple[int, int, int]]) -> None:
    lines = [
        line(i, quantity, minor, vat_rate_bp=rate) for i, (quantity, minor, rate) in enumerate(rows)
    ]
    sold = order(*lines)
    assert total(vat.gross for vat in sold.vat()) == sold.total
    assert total(vat.net + vat.vat for vat in sold.vat()) == sold.total


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**9])
def test_an_absurd_quantity_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        line(quantity=quantity)
    assert caught.value.code == "order.quantity"
    assert "basket is unchanged" in str(caught.value)


def test_a_basket_of_nothing_is_no_order() -> None:
    with pytest.raises(InvalidInput) as caught:
        order(lines=(), tenders=())
    assert caught.value.code == "order.empty_basket"


def test_an_order_of_501_lines_is_two_orders() -> None:
    with pytest.raises(InvalidInput) as caught:
        order(*[line(i) for i in range(501)])
    assert caught.value.code == "order.too_many_lines"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"placed_at": datetime(2026, 11, 20)}, "order.naive_time"),
        ({"lines": (line(1), line(1)), "tenders": ()}, "order.line_ids"),
        ({"lines": (line(mode=FulfilmentMode.SHIP_HOME),), "tenders": ()}, "order.no_address"),
        ({"tenders": (Tender(TenderKind.CARD, Money(294)),)}, "order.not_settled"),
        ({"shipping_fee": Money(1)}, "order.not_settled"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        order(**changes)
    assert caught.value.code == code


def test_change_is_what_was_given_above_the_total() -> None:
    tender = cash_tender(Money(1885), Money(2000), 50_000)
    assert (tender.amount, tender.change) == (Money(1885), Money(115))


@pytest.mark.parametrize(
    ("given", "code"), [(1884, "payment.cash_short"), (60_000, "payment.cash_absurd")]
)
def test_cash_that_cannot_be_meant_is_refused(given: int, code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        cash_tender(Money(1885), Money(given), 50_000)
    assert caught.value.code == code


@given(
    st.lists(
        st.tuples(st.integers(0, 20_000), st.sampled_from([550, 1000, 2000]), st.booleans()),
        min_size=1,
        max_size=6,
    ),
    st.integers(1, 3_000),
)
def test_the_delivery_fee_is_taxed_like_what_is_delivered(
    sold: list[tuple[int, int, bool]], fee: int
) -> None:
    modes = {True: FulfilmentMode.SHIP_HOME, False: FulfilmentMode.CARRY_OUT}
    lines = [
        line(line_id=n, minor=minor, vat_rate_bp=rate, mode=modes[sent])
        for n, (minor, rate, sent) in enumerate(sold, start=1)
    ]
    amount = Money(sum(minor for minor, _, _ in sold) + fee)
    whole = order(
        *lines,
        shipping_fee=Money(fee),
        ship_to=Address("Claire", "1 rue", "75001", "Paris", 48.0, 2.0),
        tenders=(Tender(TenderKind.CASH, amount, given=amount),),
    )
    shares = whole.shipping_by_rate()
    assert total(share for share, _ in shares) == Money(fee)
    delivered = [x for x in lines if x.mode is FulfilmentMode.SHIP_HOME] or lines
    assert {rate for _, rate in shares} == {x.vat_rate_bp for x in delivered}
    value = sum(x.amount.minor for x in delivered)
    for share, rate in shares:
        of_rate = sum(x.amount.minor for x in delivered if x.vat_rate_bp == rate)
        assert not value or abs(share.minor - fee * of_rate / value) < 1
    assert total(vat.gross for vat in whole.vat()) == amount
