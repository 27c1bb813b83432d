"""Many documents with the longest names there are: all fit, nothing touches, all codes read."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import ImageFilter

from printing import render_pdf
from printing.layout.layout import lay_out
from printing.layout.overlaps import clashes
from printing.render.bitmap import draw_page
from printing.render.png import pages
from printing.samples.random_documents import SEEDED, seeded
from sync.i18n import I18n
from tests.printing.documents.test_documents import codes_of, read_back

SEEDS = range(12)


@pytest.mark.parametrize("type_", sorted(SEEDED))
def test_no_text_is_clipped_and_nothing_touches(type_: str) -> None:
    for seed in range(60):
        document = seeded(type_, seed, I18n("fr" if seed % 2 else "en"))
        assert clashes(lay_out(document)) == [], seed


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("type_", sorted(SEEDED))
def test_codes_in_pdf_read_back_in_black_and_white(type_: str, dpi: int) -> None:
    for seed in SEEDS:
        document = seeded(type_, seed, I18n("fr"))
        assert read_back(render_pdf(document), dpi) == codes_of(document), seed


@pytest.mark.parametrize("type_", sorted(SEEDED))
def test_codes_drawn_for_label_printers_read_back_even_blurred(type_: str) -> None:
    for seed in SEEDS:
        document = seeded(type_, seed, I18n("fr"))
        drawn = draw_page(lay_out(document)[0], 203).convert("L")
        for picture in (drawn, drawn.filter(ImageFilter.GaussianBlur(1.2))):
            read = {code.bytes.decode() for code in zxingcpp.read_barcodes(picture)}
            assert read == {data for _, data in codes_of(document)}, seed


def test_a_thousand_labels_in_one_pdf_are_a_thousand_pages() -> None:
    from printing import render_pdf_of

    pdf = render_pdf_of(seeded("parcel_label", seed % 20, I18n("fr")) for seed in range(200))
    assert len(pages(pdf, 10)) == 200
