"""What a receipt printer gets, taken apart again, is what the model says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing import Document, DoesNotFit, Unprintable
from printing.documents import sales_receipt
from printing.layout.text_grid import Line, set_in_columns
from printing.model.document import Barcode, Block, Image, Panel, Qr, Style, Symbology, Text
from printing.model.media import ROLL_80
from printing.model.printer_profile import GENERIC_ESCPOS, bundled_profiles
from printing.render.escpos import printable, render_escpos, wide
from printing.samples.samples import LOCATIONS, ORDER, SELLER, STAMP, STORE, samples
from sync.domain.money import Money
from sync.domain.payment import Tender, TenderKind
from sync.i18n import I18n
from tests.printing.tokens import tokenize

FRENCH = I18n("fr")
ROLLS = ["sales_receipt", "order_slip", "return_receipt"]


def document(*blocks: Block) -> Document:
    return Document("test_page", ROLL_80, "Test", "fr", blocks)


def words(document: Document, columns: int = 48) -> list[str]:
    return [
        printable(item.text)
        for item in set_in_columns(document, columns, wide)
        if isinstance(item, Line)
    ]


def receipt_of(lines: int) -> Document:
    line = replace(ORDER.lines[0], unit_price=Money(199))
    order = replace(
        ORDER,
        lines=tuple(replace(line, line_id=n, name=f"Article n° {n}") for n in range(1, lines + 1)),
        tenders=(Tender(TenderKind.CASH, Money(199 * lines), Money(199 * lines)),),
        shipping_fee=Money(0),
    )
    return sales_receipt(order, STORE, SELLER, STAMP, FRENCH, LOCATIONS)


@pytest.mark.parametrize("name", ROLLS)
def test_text_codes_cut_and_drawer_come_back_as_the_model_has_them(name: str) -> None:
    document = samples(FRENCH)[name]
    tokens = tokenize(render_escpos(document))
    assert [line for line in tokens.lines if line.strip()] == [
        line for line in words(document) if line.strip()
    ]
    assert tokens.qr_codes == [block.data for block in document.blocks if isinstance(block, Qr)]
    assert tokens.cuts == 1
    assert tokens.drawers == 0  # cash opens it, not paper
    assert (tokens.resets, tokens.code_page) == (1, 16)


@pytest.mark.parametrize("count", [1, 500])
def test_receipts_of_any_length_come_back_whole(count: int) -> None:
    document = receipt_of(count)
    tokens = tokenize(render_escpos(document))
    assert [line for line in tokens.lines if line.strip()] == [
        line for line in words(document) if line.strip()
    ]
    assert sum("Article n° " in line for line in tokens.lines) == count


def test_two_jobs_in_a_row_do_not_disturb_each_other() -> None:
    document = samples(FRENCH)["sales_receipt"]
    once = tokenize(render_escpos(document))
    twice = tokenize(render_escpos(document) * 2)
    assert twice.lines == once.lines * 2
    assert twice.resets == 2


def test_all_of_cp1252_is_printed_as_text() -> None:
    everything = bytes(
        byte for byte in range(0x20, 0x100) if byte not in (0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D)
    ).decode("cp1252")
    shown = printable(everything).replace(" ", "").replace("\u00ad", "")
    tokens = tokenize(render_escpos(document(Text(shown))))
    assert "".join(tokens.lines) == shown
    assert tokens.pictures == []


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Şükrü Öğretmenoğlu", "Ελένη Παπαδοπούλου"])
def test_names_that_the_code_page_lacks_are_drawn(name: str) -> None:
    tokens = tokenize(render_escpos(document(Text(name))))
    assert tokens.lines == []
    assert "?" not in "".join(tokens.lines)
    [picture] = tokens.pictures
    assert picture.width == 576
    left, _, right, _ = picture.getbbox() or (0, 0, 0, 0)
    assert 6 * len(name) < right - left <= 12 * len(name)


@pytest.mark.parametrize(
    ("text", "printed"),
    [("a\x1b@b", "a@b"), ("a\x00", "a"), ("line\tbreak", "line break"), ("Ça \U0001f600", "Ça •")],
)
def test_what_a_printer_would_take_for_a_command_and_what_has_no_letters(
    text: str, printed: str
) -> None:
    tokens = tokenize(render_escpos(document(Text(text))))
    assert tokens.lines == [printed]
    assert tokens.resets == 1


@pytest.mark.parametrize(("name", "columns"), [("王小明", 6), ("김철수", 6), ("محمد علي", 8)])
def test_a_name_in_another_script_is_drawn_as_large_as_the_text_beside_it(
    name: str, columns: int
) -> None:
    tokens = tokenize(render_escpos(document(Text(name))))
    assert tokens.lines == []
    [picture] = tokens.pictures
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert 5 * columns < right - left <= 12 * columns
    assert bottom - top >= 16


def test_a_banner_is_white_on_black() -> None:
    tokens = tokenize(
        render_escpos(document(Panel((Text("DUPLICATA"),), inverse=True), Text("après")))
    )
    assert tokens.inverted_lines == ["DUPLICATA"]
    assert tokens.lines == ["après"]


def test_a_printer_without_qr_gets_dots() -> None:
    profile = replace(GENERIC_ESCPOS, native_qr=False)
    tokens = tokenize(render_escpos(document(Qr("C0012-000345-5")), profile))
    assert tokens.qr_codes == []
    assert len(tokens.pictures) == 1


def test_a_printer_without_cutter_or_drawer_gets_neither_command() -> None:
    profile = replace(GENERIC_ESCPOS, cutter=False, drawer=False)
    tokens = tokenize(render_escpos(samples(FRENCH)["sales_receipt"], profile))
    assert (tokens.cuts, tokens.drawers) == (0, 0)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Barcode(Symbology.EAN_13, "9521234000013"), (67, b"9521234000013")),
        (Barcode(Symbology.EAN_8, "12345670"), (68, b"12345670")),
        (Barcode(Symbology.CODE_128, "AB-12"), (73, b"{BAB-12")),
        (Barcode(Symbology.CODE_128, "A{1234"), (73, b"{BA{{{C\x0c\x22")),
        (
            Barcode(Symbology.GS1_128, "0112345678901231"),
            (73, b"{C{1\x01\x0c\x22\x38\x4e\x5a\x0c\x1f"),
        ),
        (Barcode(Symbology.GS1_128, "10A\x1d2112"), (73, b"{C{1\x0a{BA{1{C\x15\x0c")),
    ],
)
def test_linear_codes_go_as_commands(block: Barcode, expected: tuple[int, bytes]) -> None:
    assert tokenize(render_escpos(document(block))).barcodes == [expected]


def test_a_code_wider_than_the_paper_is_an_error_before_the_printer() -> None:
    with pytest.raises(DoesNotFit):
        render_escpos(
            document(Barcode(Symbology.CODE_128, "X" * 40)), bundled_profiles()["generic-58"]
        )


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(Unprintable, match="cannot be read"):
        render_escpos(document(Image(b"not a picture", 20)))


@settings(max_examples=150, deadline=None)
@given(
    st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cf", "Zs"]), min_size=1),
    st.sampled_from(list(Style)),
    st.sampled_from([32, 42, 48]),
)
def test_whatever_is_written_comes_back(text: str, style: Style, columns: int) -> None:
    tokens = tokenize(
        render_escpos(document(Text(text, style)), replace(GENERIC_ESCPOS, columns=columns))
    )
    assert "".join(tokens.lines) == printable(text)
    assert all(len(line) * wide(style) <= columns for line in tokens.lines)
