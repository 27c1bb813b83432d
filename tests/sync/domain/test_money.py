"""Money is conserved, to the cent, however it is split."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.domain.money import Money, VatLine, total, vat_by_rate, vat_included

amounts = st.integers(-10_000_000, 10_000_000).map(Money)
weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=60)


@given(amounts, weights)
def test_parts_add_up_to_the_whole(amount: Money, shares: list[int]) -> None:
    parts = amount.allocate(shares)
    assert total(parts) == amount
    assert len(parts) == len(shares)


@given(amounts, weights)
def test_no_part_is_a_cent_or_more_away_from_its_exact_share(
    amount: Money, shares: list[int]
) -> None:
    whole = sum(shares)
    if whole == 0:
        shares, whole = [1] * len(shares), len(shares)
    for part, share in zip(amount.allocate(shares), shares, strict=True):
        assert abs(part.minor * whole - amount.minor * share) < whole


@given(amounts, st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_larger_share_never_gets_less(amount: Money, first: int, second: int) -> None:
    small, large = sorted((first, second))
    parts = amount.allocate([large, small])
    assert abs(parts[0].minor) >= abs(parts[1].minor)


def test_odd_cents_go_to_the_largest_remainders_then_to_the_first() -> None:
    assert Money(100).allocate([1, 1, 1]) == [Money(34), Money(33), Money(33)]
    assert Money(-100).allocate([1, 1, 1]) == [Money(-34), Money(-33), Money(-33)]
    assert Money(5).allocate([3, 7]) == [Money(2), Money(3)]
    assert Money(1).allocate([0, 0]) == [Money(1), Money(0)]


@pytest.mark.parametrize(
    ("shares", "code"), [([], "money.no_parts"), ([1, -1], "money.negative_share")]
)
def test_impossible_shares_are_refused(shares: list[int], code: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money(1).allocate(shares)
    assert caught.value.code == code


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€", "E1R"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Money(1, currency)
    assert caught.value.code == "money.currency"


def test_two_currencies_do_not_mix() -> None:
    with pytest.raises(InvalidInput) as caught:
        Money(1, "EUR") + Money(1, "GBP")
    assert caught.value.code == "money.mixed_currencies"


@given(amounts, st.integers(0, 3000))
def test_net_and_vat_add_up_to_gross(gross: Money, rate_bp: int) -> None:
    line = vat_included(gross, rate_bp)
    assert line.net + line.vat == gross
    # the tax is within half a cent of the exact one
    exact_times = gross.minor * rate_bp
    assert abs(2 * (line.vat.minor * (10_000 + rate_bp) - exact_times)) <= 10_000 + rate_bp


def test_vat_is_taken_from_the_total_of_a_rate_and_not_from_rounded_lines() -> None:
    # three lines of 0.10 at 20 %: 0.02 + 0.02 + 0.02 by line, 0.05 on the total of 0.30
    lines = [(Money(10), 2000)] * 3 + [(Money(422), 550)]
    assert vat_by_rate(lines) == [
        VatLine(2000, Money(25), Money(5), Money(30)),
        VatLine(550, Money(400), Money(22), Money(422)),
    ]
