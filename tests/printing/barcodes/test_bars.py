"""A code that exists is right: it encodes what it was given, and what is wrong never gets drawn."""

from __future__ import annotations

import pytest
import zxingcpp
from hypothesis import example, given, settings
from hypothesis import strategies as st

from printing import Document, DoesNotFit, Unprintable, render_pdf
from printing.barcodes.bars import modules_wide
from printing.model.document import Barcode, Block, Image, Qr, Style, Symbology, Text
from printing.model.media import A4, LABEL_4X6, LABEL_50X30
from printing.render.png import pages
from sync.domain.errors import InvalidInput


def sheet(*blocks: Block) -> Document:
    return Document("test_page", A4, "Test", "fr", blocks)


def read(*blocks: Block) -> list[tuple[str, bytes]]:
    [page] = pages(render_pdf(sheet(*blocks)), 203)
    bilevel = page.point(lambda level: 255 if level > 127 else 0)
    return [(code.symbology_identifier, code.bytes) for code in zxingcpp.read_barcodes(bilevel)]


def test_an_sscc_is_as_short_as_it_can_be() -> None:
    # Start C, FNC1, ten pairs, check, stop: 13 * 11 + 13 modules.
    assert modules_wide(Barcode(Symbology.GS1_128, "00395212340000000120")) == 156


def test_two_gs1_elements_are_kept_apart() -> None:
    read_back = read(Barcode(Symbology.GS1_128, "10LOT7\x1d2100042"))
    assert read_back == [("]C1", b"10LOT7\x1d2100042")]


@settings(max_examples=40, deadline=None)
@example("003{4G")  # read twice, once wrongly, in the half-grey edge of an anti-aliased picture
@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=20))
def test_code_128_reads_back_whatever_it_holds(data: str) -> None:
    assert read(Barcode(Symbology.CODE_128, data)) == [("]C0", data.encode())]


@settings(max_examples=40, deadline=None)
@given(st.text("0123456789ABCé€/:?=-", min_size=1, max_size=200))
def test_qr_reads_back_whatever_it_holds(data: str) -> None:
    [(identifier, value)] = read(Qr(data, 40))
    assert identifier.startswith("]Q")
    assert value.decode() == data


@pytest.mark.parametrize(
    ("symbology", "data", "says"),
    [
        (Symbology.EAN_13, "9521234000014", "should end in 3"),
        (Symbology.EAN_13, "12345670", "does not have the length"),
        (Symbology.EAN_8, "9521234000013", "does not have the length"),
        (Symbology.EAN_13, "95212340000\u0661\u0663", "digits only"),
        (Symbology.CODE_128, "", "1 to 80 plain characters"),
        (Symbology.CODE_128, "é", "plain characters"),
        (Symbology.CODE_128, "a\x1db", "plain characters"),
        (Symbology.GS1_128, "1" * 49, "1 to 48 plain characters"),
    ],
)
def test_a_wrong_code_is_refused_before_it_is_drawn(
    symbology: Symbology, data: str, says: str
) -> None:
    with pytest.raises(InvalidInput, match=says):
        Barcode(symbology, data)


def test_bars_too_thin_to_read_are_refused() -> None:
    with pytest.raises(Unprintable, match="they need 3"):
        Barcode(Symbology.CODE_128, "A", module_dots=2)


def test_an_endless_qr_code_is_refused() -> None:
    with pytest.raises(Unprintable, match="would hold 1001"):
        Qr("x" * 1001)


def test_a_logo_of_50_mb_is_refused() -> None:
    with pytest.raises(Unprintable, match="The picture has 50 MB"):
        Image(bytes(50_000_000), 20)


def test_a_code_that_is_wider_than_its_label_is_refused() -> None:
    small = Document(
        "test_page", LABEL_50X30, "Small", "fr", (Barcode(Symbology.CODE_128, "ABCDEFGH"),)
    )
    with pytest.raises(DoesNotFit, match="too wide for its place in “Small”"):
        render_pdf(small)


def test_an_address_of_ten_lines_is_an_error_and_not_a_label() -> None:
    address = "\n".join(f"ligne {n} de l’adresse" for n in range(10))
    long = Document(
        "test_page", LABEL_4X6, "Long", "fr", (Text(address, Style.TITLE, lines_max=3),)
    )
    with pytest.raises(DoesNotFit):
        render_pdf(long)


def test_a_label_that_overflows_says_by_how_much() -> None:
    lines = tuple(Text("ligne", Style.TITLE) for _ in range(30))
    with pytest.raises(DoesNotFit, match=r"is [\d.]+ mm too tall for the paper label-4x6"):
        render_pdf(Document("test_page", LABEL_4X6, "Long", "fr", lines))
