"""A carrier's label goes to the printer as it came."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from printing import Unprintable, render_pdf, render_zpl
from printing.model.carrier_label import payload_format, scaled
from printing.model.media import A4, LABEL_A6, Media
from printing.render.png import pages
from printing.samples.samples import samples
from sync.i18n import I18n

LABEL = samples(I18n("fr"))["parcel_label"]


def test_pdf_and_zpl_are_known_by_how_they_begin() -> None:
    assert payload_format(render_pdf(LABEL)) == "pdf"
    assert payload_format(render_zpl(LABEL)) == "zpl"


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"%PDF-1.4 cut off", b"^XA cut off", bytes(6_000_000)]
)
def test_half_a_label_is_refused(data: bytes) -> None:
    with pytest.raises(Unprintable, match="neither a whole PDF nor ZPL"):
        payload_format(data)


@pytest.mark.parametrize("media", [LABEL_A6, A4])
def test_a_label_that_was_asked_to_be_scaled_fills_the_paper_and_still_reads(
    media: Media,
) -> None:
    pdf = scaled(render_pdf(LABEL), media)
    document = pypdfium2.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    assert (width * 25.4 / 72, height * 25.4 / 72) == pytest.approx(
        (media.width_mm, media.height_mm), abs=0.01
    )
    read = {code.bytes for code in zxingcpp.read_barcodes(pages(pdf, 300)[0])}
    assert read == {b"00395212340000000120", b"C0012-000345-5"}


def test_zpl_cannot_be_scaled() -> None:
    with pytest.raises(Unprintable, match="Only a PDF"):
        scaled(render_zpl(LABEL), A4)
