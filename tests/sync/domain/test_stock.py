"""Balances are what the ledger adds up to."""

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.stock import Balance, Movement, MovementKind, balance_of
from sync.domain.stock_rules import Limits

pieces = st.integers(-50, 50)
movements = st.lists(
    st.builds(
        Movement,
        location=st.just("S001"),
        sku=st.just("85123A"),
        kind=st.sampled_from(MovementKind),
        cause=st.just("test"),
        on_hand=pieces,
        allocated=pieces,
        inbound=pieces,
        quarantined=pieces,
    ),
    max_size=30,
)


@given(movements)
def test_the_balance_does_not_depend_on_the_order_of_movements(ledger: list[Movement]) -> None:
    assert balance_of(ledger) == balance_of(reversed(ledger))
    assert balance_of(ledger).on_hand == sum(m.on_hand for m in ledger)


@given(movements, st.integers(0, 9), st.integers(0, 9))
def test_what_can_be_promised_is_never_below_zero(
    ledger: list[Movement], safety: int, threshold: int
) -> None:
    balance = balance_of(ledger)
    atp = Limits(safety, threshold).available(balance.free)
    assert atp >= 0
    assert atp == 0 or balance.allocated + atp + safety + threshold == balance.on_hand


def test_selling_what_was_promised_shows_as_a_discrepancy() -> None:
    assert Balance(on_hand=3, allocated=2).discrepancy == 0
    assert Balance(on_hand=1, allocated=2).discrepancy == 1
    assert Balance(on_hand=-1, allocated=0).discrepancy == 1
