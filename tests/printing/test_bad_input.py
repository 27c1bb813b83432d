"""What is wrong is said before paper is wasted: what happened, what is safe, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Picture

from printing import (
    Document,
    Job,
    JobState,
    PrinterEntry,
    PrinterSetup,
    PrintService,
    Route,
    Spool,
    render_escpos,
    render_pdf,
    render_text,
    render_zpl,
)
from printing.model.document import Barcode, Block, Image, Style, Symbology, Text
from printing.model.media import LABEL_4X6, ROLL_80
from printing.model.printer_profile import read_profiles
from sync.domain.errors import ComptoirError
from sync.i18n import I18n
from tests.printing.sinks import Sink, die_after

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DRAWN = (render_pdf, render_escpos, render_zpl)


def document(*blocks: Block) -> Document:
    return Document("note", ROLL_80, "Essai", "fr", blocks)


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(ComptoirError) as caught:
        action()
    assert caught.value.code.startswith(("printing.", "identifier.", "gtin", "invalid"))
    french = I18n("fr").error(caught.value)
    assert french != str(caught.value)  # the sentence is there in the language of the shop
    return str(caught.value)


def test_a_wrong_gtin() -> None:
    said = refusal(lambda: Barcode(Symbology.EAN_13, "9521234000014"))
    assert "9521234000014" in said


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Claire\x1b@", "Claire@"),
        ("Claire\x00", "Claire"),
        ("a\tb\nc\u2028d", "a b\nc d"),
        ("a\x9bb", "ab"),
        ("\u202eabc\u2066", "abc"),
        ("a\ud800", "a\ufffd"),
    ],
)
def test_control_characters_are_taken_out_of_a_text(text: str, kept: str) -> None:
    assert Text(text).text == kept
    assert Barcode(Symbology.CODE_128, "A1", text).text == kept


def test_a_control_character_in_the_code_itself() -> None:
    said = refusal(lambda: Barcode(Symbology.CODE_128, "A\x1b1"))
    assert "it takes 1 to 80 plain characters. Nothing was printed" in said


@pytest.mark.parametrize("render", DRAWN)
def test_an_emoji_is_drawn_as_a_dot(render: Callable[[Document], bytes]) -> None:
    assert render(document(Text("Merci \U0001f600"))) == render(document(Text("Merci •")))


def test_a_text_with_an_emoji_can_still_be_read_aloud() -> None:
    assert "\U0001f600" in render_text(document(Text("Merci \U0001f600")))


def test_an_address_of_ten_lines() -> None:
    lines = tuple(Text(f"Résidence {n}", Style.DISPLAY) for n in range(10))
    label = Document("parcel_label", LABEL_4X6, "Colis", "fr", lines)
    said = refusal(lambda: render_zpl(label))
    assert "too tall for the paper label-4x6. Nothing was printed; shorten the text" in said


def test_a_logo_of_50_mb() -> None:
    said = refusal(lambda: Image(bytes(50_000_000), 40))
    assert "The picture has 50 MB; printers take 2 MB at most. Use a smaller one" in said


def png(size: tuple[int, int]) -> bytes:
    target = BytesIO()
    Picture.new("1", size, 1).save(target, "PNG")
    return target.getvalue()


@pytest.mark.parametrize(
    "data", [png((9000, 9000)), png((800, 800))[:-40], b"\x89PNG\r\n\x1a\n", b""]
)
@pytest.mark.parametrize("render", DRAWN)
def test_a_small_logo_that_claims_to_be_huge_and_one_that_ends_in_the_middle(
    render: Callable[[Document], bytes], data: bytes
) -> None:
    said = refusal(lambda: render(document(Image(data, 40))))
    assert "cannot be read. Use a PNG or JPEG file; nothing was printed" in said


def test_a_profile_with_a_missing_key() -> None:
    said = refusal(lambda: read_profiles('[mine]\nmaker = "Any"'))
    assert "The printer profile mine lacks a good value for “model”. Correct it" in said


@pytest.fixture
def dying() -> Iterator[Sink]:
    sink = Sink(die_after(100))
    yield sink
    sink.close()


def test_a_printer_that_closes_the_connection(tmp_path: Path, dying: Sink) -> None:
    entry = PrinterEntry("till", f"tcp://127.0.0.1:{dying.port}", "generic-80")
    spool = Spool(tmp_path, lambda: NOON)
    service = PrintService(spool, PrinterSetup({"till": entry}, {"*": Route("till")}))
    long = document(*(Text(f"Ligne {n}") for n in range(5_000)))
    job: Job = service.print(long, "n1")
    service.print_waiting()
    service.watch_once()
    dying.job()
    assert service.job(job.number).state is JobState.UNKNOWN
    assert [question.number for question in service.questions()] == [job.number]
    [state] = service.states()
    assert state.error is not None
    assert "Look at the paper and say whether it came out" in str(state.error)
    assert service.pages(job.number)  # it is all there still
    service.stop()
