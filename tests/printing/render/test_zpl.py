"""What a label printer gets is the label, dot for dot, and its codes say what the model says."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from printing import Document
from printing.layout.layout import lay_out
from printing.model.document import Barcode, Block, Space, Symbology, Text
from printing.model.media import LABEL_4X6, LABEL_100X70
from printing.render.bitmap import draw_page
from printing.render.zpl import render_zpl
from printing.samples.samples import samples
from sync.i18n import I18n
from tests.printing.tokens import zpl_graphics

FRENCH = I18n("fr")
LABELS = ["parcel_label", "collect_label"]


def label(*blocks: Block) -> Document:
    return Document("test_page", LABEL_4X6, "Test", "fr", blocks)


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("name", LABELS)
def test_the_graphics_are_the_label_dot_for_dot(name: str, dpi: int) -> None:
    document = samples(FRENCH)[name]
    drawn = draw_page(lay_out(document)[0], dpi, linear_codes=False)
    sent = zpl_graphics(render_zpl(document, dpi).decode("ascii"), *drawn.size)
    assert sent.tobytes() == drawn.tobytes()


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_drawn_label_reads_back(dpi: int) -> None:
    picture = draw_page(lay_out(samples(FRENCH)["parcel_label"])[0], dpi).convert("L")
    read = {(code.symbology_identifier, code.bytes) for code in zxingcpp.read_barcodes(picture)}
    assert read == {("]C1", b"00395212340000000120"), ("]Q1", b"C0012-000345-5")}


def test_the_page_is_as_large_as_the_paper() -> None:
    zpl = render_zpl(samples(FRENCH)["parcel_label"]).decode("ascii")
    assert zpl.startswith("^XA\n^CI28\n^PW812\n^LL1218\n")
    assert zpl.endswith("^XZ\n")


def test_the_sscc_goes_as_a_command_of_four_dots_a_module() -> None:
    zpl = render_zpl(samples(FRENCH)["parcel_label"]).decode("ascii")
    assert re.findall(r"\^BY4\^BCN,\d+,N,N,N,N\^FH_\^FD(.*?)\^FS", zpl) == [
        ">;>800395212340000000120"
    ]


@pytest.mark.parametrize(
    ("barcode", "data"),
    [
        (Barcode(Symbology.CODE_128, "12345"), ">;1234>65"),
        (Barcode(Symbology.CODE_128, "A>^1234"), ">:A>0_5E>51234"),
        (Barcode(Symbology.CODE_128, "AB123"), ">:AB123"),
        (Barcode(Symbology.GS1_128, "10AB\x1d21123456"), ">:>810AB>8>521123456"),
    ],
)
def test_subsets_are_said_in_full(barcode: Barcode, data: str) -> None:
    zpl = render_zpl(label(barcode)).decode("ascii")
    assert f"^FH_^FD{data}^FS" in zpl


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Şükrü Öğretmenoğlu", "Ελένη Παπαδοπούλου", "Щукин"]
)
def test_names_of_any_european_alphabet_are_drawn(name: str) -> None:
    picture = draw_page(lay_out(label(Text(name)))[0], 203)
    sent = zpl_graphics(render_zpl(label(Text(name))).decode("ascii"), *picture.size)
    assert sent.tobytes() == picture.tobytes()
    box = picture.convert("L").point(lambda level: 255 - level).getbbox()
    assert box is not None and box[2] - box[0] > 10 * len(name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abcÉ€œ ,.0123456789Ωł", min_size=1, max_size=60), min_size=1, max_size=8))
def test_any_text_is_sent_dot_for_dot(lines: list[str]) -> None:
    blocks = [block for line in lines for block in (Text(line), Space(3))]
    document = Document("test_page", LABEL_100X70, "Test", "fr", tuple(blocks[:8]))
    picture = draw_page(lay_out(document)[0], 203)
    sent = zpl_graphics(render_zpl(document).decode("ascii"), *picture.size)
    assert sent.tobytes() == picture.tobytes()
