"""A receipt code proves that one of our tills made it; anything else is told apart."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber
from sync.domain.money import Money
from sync.protocol.receipt_code import ReceiptCode, looks_like_receipt, read_receipt_code

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
KEYS = {12: KEY.public_key()}
RECEIPT = ReceiptCode(
    DocumentNumber.build("C", 12, 345), Money(1885), datetime(2026, 11, 22, 14, 30, tzinfo=UTC)
)
CODE = RECEIPT.sign(KEY)
QR_ALPHANUMERIC = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")


def test_it_reads_back_whole_even_in_small_letters_and_with_spaces_around() -> None:
    assert read_receipt_code(CODE, KEYS) == RECEIPT
    assert read_receipt_code(f"  {CODE.lower()}\n", KEYS) == RECEIPT


def test_it_stays_in_the_small_character_set_of_a_qr_code() -> None:
    assert set(CODE) <= QR_ALPHANUMERIC
    assert looks_like_receipt(CODE)
    assert not looks_like_receipt("C0012-000345-6")


@given(st.integers(0, len(CODE) - 1), st.sampled_from(sorted(QR_ALPHANUMERIC - {" "})))
def test_any_changed_character_is_noticed(place: int, character: str) -> None:
    changed = CODE[:place] + character + CODE[place + 1 :]
    if changed == CODE:
        return
    try:
        read = read_receipt_code(changed, KEYS)
    except InvalidInput as error:
        assert error.code in {
            "receipt.broken",
            "receipt.forged",
            "receipt.unknown_till",
            "identifier.document_check_digit",
        }
        return
    # the last base 32 character carries two unused bits: the signed content is what was signed
    assert place == len(CODE) - 1
    assert read == RECEIPT


@given(st.integers(0, len(CODE) - 1))
def test_a_cut_code_is_broken(length: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_receipt_code(CODE[:length], KEYS)
    assert caught.value.code == "receipt.broken"


def test_a_code_signed_by_somebody_else_is_forged() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_receipt_code(RECEIPT.sign(OTHER_KEY), KEYS)
    assert caught.value.code == "receipt.forged"


def test_a_till_that_is_not_known_here_is_said() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_receipt_code(CODE, {13: KEY.public_key()})
    assert caught.value.code == "receipt.unknown_till"
