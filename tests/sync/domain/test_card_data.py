"""Card numbers are recognised wherever people write them, and what looks alike is let through."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.card_data import holds_card_number, is_card_number
from sync.domain.customer import Address, Customer
from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind

# Numbers that the schemes publish for tests.
VISA, MASTERCARD, AMEX, DINERS = (
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "30569309025904",
)
SERIES_2, MAESTRO, UNIONPAY = "2223003122003222", "6759649826438453", "6200000000000005"


@pytest.mark.parametrize("number", [VISA, MASTERCARD, AMEX, DINERS, SERIES_2, MAESTRO, UNIONPAY])
@pytest.mark.parametrize("written", ["{}", "card {} please", "n°{}.", "a{}b"])
def test_card_numbers_are_found(number: str, written: str) -> None:
    assert holds_card_number(written.format(number))


@pytest.mark.parametrize(
    "text", ["4111 1111 1111 1111", "4111-1111-1111-1111", "3782 822463 10005"]
)
def test_groups_hide_nothing(text: str) -> None:
    assert holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "4111111111111112",  # a wrong check digit
        "+33 6 12 34 56 78",
        "0033612345678",
        "3760012345678",  # a barcode
        "395212340000000018",  # an SSCC
        "41111111111111111111",  # 20 digits
        "C0001-000001-4",
        "demo-536365",
        "019ac3f2-7a41-7411-8111-111111111111",  # references of our own
        "019ac3f2-7a4a-7a4a-a411-111111111111 019ac3f2-7a41-7411-8111-111111111111",
        "12 rue de la République, 69002",
    ],
)
def test_what_only_looks_alike_is_let_through(text: str) -> None:
    assert not holds_card_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "019ac3f2-7a41-7411-8111-111111111111 " + VISA,
        "019ac3f2-7a41-7411-8111-11111111111a4111111111111111",
        "019ac3ff4111111111111111",
        "x4111-1111-1111-1111",
    ],
)
def test_a_reference_beside_it_hides_no_card(text: str) -> None:
    assert holds_card_number(text)


@given(st.uuids())
def test_no_reference_of_ours_is_taken_for_a_card(reference: UUID) -> None:
    assert not holds_card_number(str(reference))
    assert not holds_card_number(f"payment {reference}, again")


@given(st.text(alphabet="0123456789", min_size=15, max_size=15))
def test_one_check_digit_in_ten_makes_a_card(digits: str) -> None:
    whole = ["4" + digits[1:] + str(check) for check in range(10)]
    assert sum(map(is_card_number, whole)) == 1


MAKERS: list[Callable[[str], object]] = [
    lambda text: Customer(name=text),
    lambda text: Customer(email=text),
    lambda text: Customer(phone=text),
    lambda text: Address(text, "", "", "", 0.0, 0.0),
    lambda text: Address("", text, "", "", 0.0, 0.0),
    lambda text: Tender(TenderKind.CARD, Money(1), reference=text),
    lambda text: Tender(TenderKind.CARD, Money(1), authorisation_code=text),
    lambda text: Tender(TenderKind.CARD, Money(1), card_last4=text),
]


@pytest.mark.parametrize("make", MAKERS)
def test_no_field_keeps_one_and_the_sentence_does_not_repeat_it(
    make: Callable[[str], object],
) -> None:
    make("nothing special")
    with pytest.raises(InvalidInput) as refused:
        make(f"my card {VISA}")
    assert refused.value.code == "card_number"
    assert "4111" not in str(refused.value)
