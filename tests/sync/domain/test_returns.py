"""Never more back than was sold, never more refunded than was paid."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput, Refused
from sync.domain.money import Money, total
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import (
    RefundPart,
    ReturnReason,
    parse_quantity,
    refund_for,
    refund_parts,
    return_line,
    vat_of_credits,
)
from tests.sync.domain.makers import line, order


@given(st.integers(0, 100_000), st.lists(st.integers(1, 20), min_size=1, max_size=10))
def test_the_refunds_of_a_line_add_up_to_the_line(minor: int, batches: list[int]) -> None:
    sold = line(quantity=sum(batches), minor=minor)
    before, refunds = 0, []
    for batch in batches:
        refunds.append(refund_for(sold, before, batch))
        before += batch
    assert total(refunds) == sold.amount
    with pytest.raises(Refused) as caught:
        refund_for(sold, before, 1)
    assert caught.value.code == "return.more_than_sold"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 100_000), st.sampled_from([0, 210, 550, 1000, 2000]), st.integers(1, 9)
        ),
        min_size=1,
        max_size=6,
    ),
    st.randoms(use_true_random=False),
)
def test_the_vat_of_all_refunds_is_that_of_the_sale(
    sold: list[tuple[int, int, int]], chance: random.Random
) -> None:
    lines = [
        line(line_id=number, minor=minor, quantity=quantity, vat_rate_bp=rate)
        for number, (minor, rate, quantity) in enumerate(sold, start=1)
    ]
    whole, back = order(*lines), dict.fromkeys((x.line_id for x in lines), 0)
    returned = []
    while any(back[x.line_id] < x.quantity for x in lines):
        chosen = chance.choice([x for x in lines if back[x.line_id] < x.quantity])
        quantity = chance.randint(1, chosen.quantity - back[chosen.line_id])
        made = return_line(
            whole, chosen.line_id, back[chosen.line_id], quantity, ReturnReason.OTHER
        )
        assert Money(0) <= made.vat <= made.refund
        exact = made.refund.minor * chosen.vat_rate_bp / (10_000 + chosen.vat_rate_bp)
        assert abs(made.vat.minor - exact) <= 1
        back[chosen.line_id] += quantity
        returned.append(made)
    chance.shuffle(returned)
    assert vat_of_credits(returned) == whole.vat()


@given(
    st.lists(st.integers(1, 50_000), min_size=1, max_size=4),
    st.lists(st.integers(1, 30_000), max_size=8),
)
def test_no_tender_ever_gives_back_more_than_it_paid(paid: list[int], asked: list[int]) -> None:
    sold = order(
        line(minor=sum(paid)),
        tenders=tuple(
            Tender(TenderKind.CARD, Money(m), reference=str(i)) for i, m in enumerate(paid)
        ),
    )
    given_back = dict.fromkeys(range(len(paid)), Money(0))
    for amount in asked:
        room = sum(paid) - total(given_back.values()).minor
        if amount > room:
            with pytest.raises(Refused) as caught:
                refund_parts(sold, given_back, Money(amount))
            assert caught.value.code == "return.more_than_paid"
            continue
        parts = refund_parts(sold, given_back, Money(amount))
        assert total(part.amount for part in parts) == Money(amount)
        for part in parts:
            given_back[int(part.reference)] += part.amount
    assert all(given_back[i].minor <= minor for i, minor in enumerate(paid))


def test_the_last_means_of_payment_is_refunded_first() -> None:
    sold = order(
        line(minor=1000),
        tenders=(
            Tender(TenderKind.CASH, Money(400), given=Money(400)),
            Tender(TenderKind.CARD, Money(600), reference="r", card_last4="4021"),
        ),
    )
    assert refund_parts(sold, {}, Money(700)) == [
        RefundPart(TenderKind.CARD, Money(600), "r", "4021"),
        RefundPart(TenderKind.CASH, Money(100)),
    ]


@pytest.mark.parametrize("text", ["", "two", "-1", "1.5", "²", "１", "1e3"])
def test_what_is_not_a_whole_number_is_no_quantity(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_quantity(text)
    assert caught.value.code == "quantity.not_a_number"
