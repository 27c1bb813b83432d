"""A document that anybody hands in is rendered by every renderer, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings

from printing import Document, render_escpos, render_pdf, render_text, render_zpl
from printing.model.media import ROLL_58, MediaKind
from printing.model.printer_profile import bundled_profiles
from printing.printers.factory import render, suited
from printing.samples.samples import samples
from sync.domain.errors import InvalidInput
from sync.i18n import I18n
from tests.printing.model.test_document_json import documents

PROFILES = bundled_profiles()
RENDERERS: dict[str, Callable[[Document], object]] = {
    "pdf": render_pdf,
    "escpos": lambda document: render_escpos(document, PROFILES["generic-58"]),
    "zpl": lambda document: render_zpl(document, 203),
    "text": render_text,
}


@pytest.mark.parametrize("renderer", RENDERERS)
@settings(deadline=None)
@given(documents())
def test_what_cannot_be_printed_is_refused_and_never_a_crash(
    renderer: str, document: Document
) -> None:
    try:
        assert RENDERERS[renderer](document) is not None
    except InvalidInput as error:
        assert str(error)


ROLLS = [
    name for name, document in samples(I18n("fr")).items() if document.media.kind is MediaKind.ROLL
]


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", ROLLS)
def test_every_slip_prints_on_the_narrow_roll(name: str, language: str) -> None:
    document = samples(I18n(language))[name]
    narrow = suited(document, PROFILES["generic-58"])
    assert narrow.media == ROLL_58
    assert render_pdf(narrow)
    assert render_text(narrow) != ""
    assert render(document, PROFILES["generic-58"]).startswith(b"\x1b@")


def test_the_number_of_a_voucher_is_read_by_people_on_the_narrow_roll_too() -> None:
    voucher = samples(I18n("en"))["credit_voucher"]
    said = render_text(suited(voucher, PROFILES["generic-58"]))
    assert "V0012-000009-6" in said
    assert suited(replace(voucher, media=ROLL_58), PROFILES["generic-58"]).media == ROLL_58


@pytest.mark.parametrize("renderer", ["pdf", "text"])
def test_no_word_stands_alone_on_the_last_line_of_a_centred_text(renderer: str) -> None:
    voucher = samples(I18n("fr"))["credit_voucher"]
    if renderer == "pdf":
        from printing.layout.layout import lay_out
        from printing.layout.page_items import TextMark

        lines = [
            mark.text
            for page in lay_out(voucher)
            for mark in page.marks
            if isinstance(mark, TextMark)
        ]
    else:
        lines = [line.strip() for line in render_text(voucher, 32).splitlines()]
    start = next(n for n, line in enumerate(lines) if line.startswith("À utiliser"))
    assert len(lines[start + 1].split()) > 1
