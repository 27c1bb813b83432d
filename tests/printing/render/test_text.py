"""What the paper says can be read aloud, and letters of all of Europe come out of a PDF."""

from __future__ import annotations

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing import Document, render_pdf, render_text
from printing.layout.text_grid import wrap
from printing.model.document import (
    Align,
    Barcode,
    Cell,
    Columns,
    Image,
    Qr,
    Rule,
    Style,
    Symbology,
    Text,
)
from printing.model.media import A4, ROLL_80
from printing.samples.samples import samples
from sync.i18n import I18n


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


@pytest.mark.parametrize(
    "word",
    ["Łukasz", "Żółć", "Şükrü", "Öğretmenoğlu", "Ελένη", "Παπαδοπούλου", "Œuvré", "L’Haÿ", "€"],
)
@pytest.mark.parametrize("style", [Style.BODY, Style.TITLE])
def test_every_european_letter_is_in_the_pdf(word: str, style: Style) -> None:
    assert word in words_of(render_pdf(Document("t", A4, "t", "fr", (Text(word, style),))))


def test_all_of_cp1252_is_in_the_pdf() -> None:
    letters = bytes(
        b for b in range(0x21, 0x100) if b not in (0x7F, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xA0, 0xAD)
    ).decode("cp1252")
    pdf = render_pdf(Document("t", A4, "t", "fr", (Text(letters),)))
    assert set(letters) <= set(words_of(pdf))


def test_amounts_stand_right_and_codes_are_said() -> None:
    document = Document(
        "t",
        ROLL_80,
        "t",
        "fr",
        (
            Text("Titre", Style.TITLE, Align.CENTRE),
            Rule(),
            Columns((Cell((Text("Café"),)), Cell((Text("2,50 €", align=Align.RIGHT),), 0))),
            Barcode(Symbology.EAN_13, "9521234000013"),
            Qr("C0012", text="Le numéro"),
            Image(b"x", 10, text="Le logo"),
        ),
    )
    assert render_text(document, 20) == (
        "       Titre\n"
        "--------------------\n"
        "Café          2,50 €\n"
        "   9521234000013\n"
        "Le numéro\n"
        "C0012\n"
        "[Le logo]\n"
    )


def test_a_row_that_is_too_narrow_is_said_in_two_lines() -> None:
    row = Columns((Cell((Text("Machine à café"),)), Cell((Text("1 249,00 €"),), 0)))
    said = render_text(Document("t", ROLL_80, "t", "fr", (row,)), 16)
    assert said == "Machine à café\n1 249,00 €\n"


@pytest.mark.parametrize("columns", [24, 32, 48, 80])
def test_no_line_is_longer_than_the_paper(columns: int) -> None:
    for name, document in samples(I18n("fr")).items():
        for line in render_text(document, columns).splitlines():
            if not line.startswith("https://"):
                assert len(line) <= columns, (name, line)


@given(st.text("ab -/\u00a0", max_size=60), st.integers(1, 20))
def test_wrapping_loses_nothing_but_spaces(text: str, room: int) -> None:
    lines = wrap(text, room)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(len(line) <= room for line in lines)
