"""Every document says what it has to say, fits, and its codes read back."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image as Picture
from PIL import ImageFilter

from printing import (
    Document,
    ReceiptStamp,
    gift_receipt,
    order_slip,
    pages_png,
    render_pdf,
    render_text,
    return_receipt,
    sales_receipt,
    till_report,
)
from printing.layout.layout import lay_out
from printing.layout.overlaps import clashes
from printing.layout.page_items import BarcodeMark, QrMark, TextMark
from printing.model.document import Drawer, Symbology
from printing.model.media import ROLL_58
from printing.render.png import pages
from printing.samples.samples import (
    CLOSING,
    LOCATIONS,
    ORDER,
    RETURN,
    SELLER,
    STAMP,
    STORE,
    samples,
)
from sync.i18n import I18n

PARIS = ZoneInfo("Europe/Paris")
FRENCH, ENGLISH = I18n("fr", PARIS), I18n("en", PARIS)
NAMES = sorted(samples(FRENCH))

# ISO/IEC 15424 symbology identifiers.
IDENTIFIERS = {
    Symbology.GS1_128: "]C1",
    Symbology.CODE_128: "]C0",
    Symbology.EAN_13: "]E0",
    Symbology.EAN_8: "]E4",
}


def codes_of(document: Document) -> set[tuple[str, str]]:
    """(symbology identifier's start, value) of every code in the model."""
    found = set()
    for page in lay_out(document):
        for mark in page.marks:
            if isinstance(mark, BarcodeMark):
                found.add((IDENTIFIERS[mark.barcode.symbology], mark.barcode.data))
            elif isinstance(mark, QrMark):
                found.add(("]Q", mark.qr.data))
    return found


def read_back(pdf: bytes, dpi: int, blur: float = 0.0) -> set[tuple[str, str]]:
    found = set()
    for page in pages(pdf, dpi):
        seen = page.filter(ImageFilter.GaussianBlur(blur)) if blur else page
        bilevel = seen.point(lambda level: 255 if level > 127 else 0).convert("1").convert("L")
        for code in zxingcpp.read_barcodes(bilevel):
            start = code.symbology_identifier[:3]
            found.add(("]Q" if start.startswith("]Q") else start, code.bytes.decode()))
    return found


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", NAMES)
def test_every_code_reads_back_with_its_value_and_symbology(name: str, dpi: int) -> None:
    document = samples(FRENCH)[name]
    assert read_back(render_pdf(document), dpi) == codes_of(document)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_clipped_or_overlaps(name: str, language: str) -> None:
    for page in lay_out(samples(I18n(language))[name]):
        texts = [mark for mark in page.marks if isinstance(mark, TextMark)]
        for mark in texts:
            assert mark.x >= 0 and mark.x + mark.width <= page.width
            assert mark.top >= 0 and mark.bottom <= page.height
        for place, one in enumerate(texts):
            for other in texts[place + 1 :]:
                beside = one.x + one.width <= other.x or other.x + other.width <= one.x
                # Lines of one paragraph may share a hair; letters stay in the middle.
                above = one.bottom <= other.top + 0.01 or other.bottom <= one.top + 0.01
                apart = abs(one.baseline - other.baseline) >= min(one.size, other.size)
                assert beside or above or apart, (one.text, other.text)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    assert render_pdf(samples(FRENCH)[name]) == render_pdf(samples(FRENCH)[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_the_size_of_its_paper(name: str) -> None:
    document = samples(FRENCH)[name]
    picture = Picture.open(BytesIO(pages_png(render_pdf(document), 254)[0]))
    assert abs(picture.width - document.media.width_mm * 10) <= 1
    if document.media.height_mm:
        assert abs(picture.height - document.media.height_mm * 10) <= 1


def receipt(stamp: ReceiptStamp = STAMP) -> Document:
    return sales_receipt(ORDER, STORE, SELLER, stamp, FRENCH, LOCATIONS)


def test_a_receipt_says_all_that_the_law_asks() -> None:
    said = render_text(receipt()).replace("\u00a0", " ").replace("\u202f", " ")
    for words in (
        "Comptoir Lyon Bellecour",
        "14 rue de la République, 69002 Lyon",
        "T0012-000345-6",
        "21/11/2026 16:42",
        "Servi par Léa",
        "Caisse 12",
        "Carnet pointillé A5",
        "3 × 12,50 €",
        "37,50 €",
        "TVA 5,5 %",
        "Livraison",
        "1 353,20 €",
        "Carte •••• 4242",
        "Espèces",
        "110,00 €",
        "Rendu",
        "5 lignes, 7 articles",
        "SIRET 000 000 000 00018",
        "NAF 47.59B",
        "FR00000000000",
        "Comptoir 0.1.0",
        "pZ4G-QbXk",
        "4,4 kg CO₂e",
    ):
        assert words in said, words


def test_the_tax_table_of_the_receipt_adds_up() -> None:
    lines = ORDER.vat()
    assert sum(line.net.minor + line.vat.minor for line in lines) == ORDER.total.minor
    said = render_text(receipt()).replace("\u00a0", " ").replace("\u202f", " ")
    table = [line.split("  ") for line in said.splitlines() if line.startswith(("20 %", "5,5 %"))]
    assert [[part.strip() for part in row if part.strip()] for row in table] == [
        ["20 %", "1 109,33", "221,87", "1 331,20"],
        ["5,5 %", "20,85", "1,15", "22,00"],
    ]


def test_a_reprint_says_duplicata() -> None:
    copy = receipt(replace(STAMP, duplicate=2))
    assert "DUPLICATA n°\u00a02" in render_text(copy)
    assert "DUPLICATA" not in render_text(receipt())


def test_training_is_said_on_the_ticket() -> None:
    assert "FORMATION" in render_text(receipt(replace(STAMP, training=True)))


@pytest.mark.parametrize(
    "stamp", [STAMP, replace(STAMP, duplicate=2), replace(STAMP, training=True)]
)
def test_a_receipt_opens_no_drawer(stamp: ReceiptStamp) -> None:
    assert not any(isinstance(block, Drawer) for block in receipt(stamp).blocks)


def test_a_bag_shows_neither_full_name_nor_how_to_reach_the_customer() -> None:
    said = render_text(samples(FRENCH)["collect_label"])
    assert "Claire\u00a0F." in said
    for private in ("Fontaine", "claire@example.com", "39 98"):
        assert private not in said


def test_the_sscc_stands_lowest_upright_and_as_gs1_wants_it() -> None:
    page = lay_out(samples(FRENCH)["parcel_label"])[0]
    sscc = next(mark for mark in page.marks if isinstance(mark, BarcodeMark))
    millimetre = 72 / 25.4
    assert sscc.barcode.symbology is Symbology.GS1_128
    assert sscc.height >= 32 * millimetre
    assert sscc.module >= 0.495 * millimetre
    assert sscc.x >= 10 * sscc.module
    assert page.width - sscc.x - sscc.width >= 10 * sscc.module
    below = [m.text for m in page.marks if isinstance(m, TextMark) and m.top > sscc.top]
    assert below == ["(00) 3 9521234 000000012 0"]


def test_nothing_stands_in_the_quiet_zone_of_a_qr_code() -> None:
    for name in NAMES:
        for page in lay_out(samples(FRENCH)[name]):
            for code in (mark for mark in page.marks if isinstance(mark, QrMark)):
                from printing.barcodes.bars import qr_matrix

                quiet = 4 * code.width / len(qr_matrix(code.qr.data))
                for mark in page.marks:
                    if not isinstance(mark, TextMark):
                        continue
                    ink_top, ink_bottom = mark.baseline - 0.75 * mark.size, mark.baseline
                    clear = (
                        mark.x + mark.width <= code.x - quiet
                        or mark.x >= code.x + code.width + quiet
                        or ink_bottom <= code.top - quiet
                        or ink_top >= code.top + code.width + quiet
                    )
                    assert clear, (name, mark.text)


def test_every_sentence_has_its_french() -> None:
    english, french = samples(ENGLISH), samples(FRENCH)
    for name in NAMES:
        assert english[name].title != "" and french[name].language == "fr"
    assert "Rendu" in render_text(french["sales_receipt"])
    assert "Change" in render_text(english["sales_receipt"])


def test_a_blind_customer_is_told_all_codes_in_words() -> None:
    said = render_text(samples(ENGLISH)["sales_receipt"])
    assert "The receipt as a code" in said
    assert STAMP.qr in said


@pytest.mark.parametrize("language", ["fr", "en"])
def test_receipts_fit_58_mm_paper_without_breaking_an_amount(language: str) -> None:
    i18n = I18n(language)
    stamp = replace(STAMP, duplicate=2, training=True)
    narrow = [
        sales_receipt(ORDER, STORE, SELLER, stamp, i18n, LOCATIONS, media=ROLL_58),
        order_slip(ORDER, STORE, SELLER, stamp, i18n, LOCATIONS, media=ROLL_58),
        return_receipt(RETURN, ORDER, STORE, SELLER, i18n, media=ROLL_58),
        till_report(CLOSING, STORE, SELLER, i18n, media=ROLL_58),
        gift_receipt(ORDER, STORE, SELLER, stamp, i18n, media=ROLL_58),
    ]
    for document in narrow:
        pages_laid = lay_out(document)
        assert clashes(pages_laid) == []
        lines = {mark.text for mark in pages_laid[0].marks if isinstance(mark, TextMark)}
        assert not lines & {"€", "EUR", "payer", "TTC €", "16:42"}
        assert read_back(render_pdf(document), 203) == codes_of(document)
