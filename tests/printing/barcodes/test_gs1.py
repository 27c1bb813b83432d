"""Numbers of carriers and of GS1 are read right, or refused with a sentence."""

from __future__ import annotations

import pytest
from biip import parse

from printing.barcodes.carrier_numbers import S10, UpsTrackingNumber, s10_check_digit
from printing.barcodes.gs1 import digital_link, element_string, gtin_barcode, readable
from printing.errors import Unprintable
from printing.model.document import Symbology
from printing.samples.samples import gtin
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import Gtin


def test_the_worked_example_of_s10() -> None:
    assert s10_check_digit("47312482") == 9
    assert str(S10("rr 473124829 fr")) == "RR473124829FR"


def test_a_remainder_of_nought_gives_five() -> None:
    assert s10_check_digit("00000000") == 5


def test_a_remainder_of_one_gives_nought() -> None:
    # 3 * 4 = 12, and 12 mod 11 is 1.
    assert s10_check_digit("00004000") == 0


@pytest.mark.parametrize("text", ["RR473124828FR", "RR47312482FR", "", "RR\u0664\u0667312482 9FR"])
def test_a_wrong_postal_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a S10 number"):
        S10(text)


def test_the_usual_example_of_ups() -> None:
    assert str(UpsTrackingNumber("1Z 999 AA1 01 2345 6784")) == "1Z999AA10123456784"


@pytest.mark.parametrize("place", range(2, 18))
def test_one_wrong_digit_in_a_ups_number_is_found(place: int) -> None:
    right = "1Z999AA10123456784"
    if right[place].isdigit():
        wrong = right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :]
        with pytest.raises(InvalidInput):
            UpsTrackingNumber(wrong)


def test_fnc1_stands_after_variable_lengths_only() -> None:
    elements = [("01", "09521234000013"), ("10", "LOT7"), ("37", "12")]
    assert element_string(elements) == "010952123400001310LOT7\x1d3712"
    assert readable(elements) == "(01) 09521234000013 (10) LOT7 (37) 12"


def test_an_independent_parser_reads_what_we_build() -> None:
    built = element_string(
        [("00", "395212340000000120"), ("421", "25069001"), ("3102", "001435"), ("21", "A-1")]
    )
    message = parse(f"]C1{built}").gs1_message
    assert message is not None
    assert [(e.ai.ai, e.value) for e in message.element_strings] == [
        ("00", "395212340000000120"),
        ("421", "25069001"),
        ("3102", "001435"),
        ("21", "A-1"),
    ]


@pytest.mark.parametrize(
    "element",
    [
        ("00", "395212340000000121"),
        ("01", "9521234000013"),
        ("10", ""),
        ("10", "x" * 21),
        ("10", "é"),
        ("15", "261332"),
        ("410", "3012345678901"),
        ("99", "x"),
        ("37", "\u0661"),
    ],
)
def test_a_value_that_its_identifier_cannot_have_is_refused(element: tuple[str, str]) -> None:
    with pytest.raises(InvalidInput):
        element_string([element])


def test_a_digital_link_is_what_gs1_wants() -> None:
    link = digital_link("id.comptoir.example", gtin(1), "A/1")
    assert link == "https://id.comptoir.example/01/09521234000013/21/A%2F1"


def test_a_serial_that_gs1_does_not_know_is_refused() -> None:
    with pytest.raises(Unprintable):
        digital_link("id.comptoir.example", gtin(1), "é")


@pytest.mark.parametrize(
    ("number", "symbology", "data"),
    [
        ("12345670", Symbology.EAN_8, "12345670"),
        ("036000291452", Symbology.EAN_13, "0036000291452"),
        ("9521234000013", Symbology.EAN_13, "9521234000013"),
        ("09521234000013", Symbology.GS1_128, "0109521234000013"),
    ],
)
def test_every_length_of_gtin_has_its_code(number: str, symbology: Symbology, data: str) -> None:
    barcode = gtin_barcode(Gtin(number))
    assert (barcode.symbology, barcode.data) == (symbology, data)
