"""A number that exists is valid; everything else gets a sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from sync.domain.errors import InvalidInput
from sync.domain.identifiers import DocumentNumber, Gtin, Sscc, gs1_check_digit

PREFIX = "9521234"  # GS1 keeps 952 for examples
digits = st.text("0123456789", min_size=7, max_size=17)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_check_digits_agree_with_another_implementation(body: str) -> None:
    assert str(gs1_check_digit(body)) == ean.calc_check_digit(body)


def test_the_worked_example_of_the_standard() -> None:
    # GS1 General Specifications 7.9.1, SSCC example
    assert gs1_check_digit("37610425002123456") == 9


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, off: int) -> None:
    right = body + str(gs1_check_digit(body))
    assert Gtin(right).value == right
    wrong = right[:place] + str((int(right[place]) + off) % 10) + right[place + 1 :]
    with pytest.raises(InvalidInput) as caught:
        Gtin(wrong)
    assert caught.value.code == "identifier.check_digit"


def test_the_sentence_of_a_wrong_check_digit_is_whole() -> None:
    with pytest.raises(InvalidInput) as caught:
        Gtin("4006381333932")
    assert str(caught.value) == (
        "The check digit of GTIN 4006381333932 is wrong (it should end in 1). "
        "Scan it again, or type it more slowly."
    )


@pytest.mark.parametrize(
    "text",
    ["", "   ", "abc", "4006381333931x", "４００６３８１３３３９３１", "٤٠٠٦", "40063813339-31"],
)
def test_what_is_not_ascii_digits_is_no_gtin(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Gtin(text)
    assert caught.value.code == "identifier.not_digits"


@pytest.mark.parametrize("text", ["1", "123456789", "123456789012345", "9" * 200])
def test_other_lengths_are_no_gtin(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Gtin(text)
    assert caught.value.code == "identifier.length"


def test_one_number_in_two_lengths_has_one_key() -> None:
    assert Gtin("036000291452").gtin14 == Gtin("0036000291452").gtin14 == "00036000291452"


@given(st.integers(0, 9), st.integers(0, 10**9 - 1))
def test_an_sscc_is_built_from_its_parts(extension: int, serial: int) -> None:
    sscc = Sscc.build(extension, PREFIX, serial)
    assert sscc.value[:-1] == f"{extension}{PREFIX}{serial:09d}"
    assert Sscc(sscc.value) == sscc


def test_a_prefix_that_has_used_up_its_serials_says_so() -> None:
    with pytest.raises(InvalidInput) as caught:
        Sscc.build(0, PREFIX, 10**9)
    assert caught.value.code == "identifier.sscc_exhausted"


@given(st.sampled_from("CRTW"), st.integers(0, 9999), st.integers(0, 999_999))
def test_a_document_number_reads_back_with_or_without_hyphens(
    letter: str, device: int, serial: int
) -> None:
    number = DocumentNumber.build(letter, device, serial)
    assert DocumentNumber(number.value.replace("-", "").lower()) == number


@given(st.integers(0, 9999), st.integers(0, 999_999), st.integers(0, 9999), st.integers(0, 999_999))
def test_two_devices_never_make_the_same_number(a: int, m: int, b: int, n: int) -> None:
    same = DocumentNumber.build("C", a, m) == DocumentNumber.build("C", b, n)
    assert same == ((a, m) == (b, n))


@pytest.mark.parametrize("text", ["", "C0012", "C0012-000345", "10012-000345-6", "C0012-000345-67"])
def test_what_has_another_shape_is_no_document_number(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        DocumentNumber(text)
    assert caught.value.code == "identifier.document_number"


@pytest.mark.parametrize(("device", "serial"), [(10_000, 1), (1, 1_000_000)])
def test_used_up_document_numbers_are_not_reused(device: int, serial: int) -> None:
    with pytest.raises(InvalidInput) as caught:
        DocumentNumber.build("C", device, serial)
    assert caught.value.code == "identifier.document_numbers_exhausted"
