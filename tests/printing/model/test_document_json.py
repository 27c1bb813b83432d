"""A document that was written as JSON is the same document when it is read, or is refused by the
name of the place that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printing import Document, Unprintable, document_from_json, document_to_json
from printing.model.document import (
    Align,
    Barcode,
    Block,
    Cell,
    Columns,
    Cut,
    Drawer,
    Image,
    Panel,
    Qr,
    Rule,
    Space,
    Style,
    Symbology,
    Text,
    VAlign,
)
from printing.model.media import MEDIA, ROLL_80, Media, MediaKind
from printing.samples.random_documents import SEEDED, seeded
from printing.samples.samples import samples
from sync.domain.identifiers import gs1_check_digit
from sync.i18n import I18n

LANGUAGES = ("fr", "en")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
MM = st.floats(0, 200) | st.integers(0, 200)
ASCII = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


@st.composite
def barcodes(draw: st.DrawFn) -> Barcode:
    """Any code that can be made."""
    symbology = draw(st.sampled_from(Symbology))
    if symbology in (Symbology.EAN_13, Symbology.EAN_8):
        length = 12 if symbology is Symbology.EAN_13 else 7
        body = draw(st.text("0123456789", min_size=length, max_size=length))
        data = body + str(gs1_check_digit(body))
    else:
        data = draw(ASCII)
    align, dots = draw(st.sampled_from(Align)), draw(st.integers(3, 9))
    return Barcode(symbology, data, draw(WORDS), draw(MM), dots, align)


def leaves() -> st.SearchStrategy[Block]:
    """Blocks that hold no others."""
    align = st.sampled_from(Align)
    return st.one_of(
        st.builds(Text, WORDS, st.sampled_from(Style), align, st.integers(0, 9), st.booleans()),
        st.builds(Rule, MM, st.booleans()),
        st.builds(Space, MM, st.booleans()),
        barcodes(),
        st.builds(Qr, WORDS.filter(bool), MM, WORDS, align),
        st.builds(Image, st.binary(max_size=100), MM, WORDS, align),
        st.just(Cut()),
        st.just(Drawer()),
    )


def nested(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    """Panels and columns of others."""
    several = st.lists(inner, max_size=3).map(tuple)
    cells = st.lists(st.builds(Cell, several, MM), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Panel, several, st.booleans(), MM),
        st.builds(Columns, cells, MM, st.sampled_from(VAlign)),
    )


def documents() -> st.SearchStrategy[Document]:
    """Any document on any paper, of the house or not."""
    own = st.builds(
        Media,
        WORDS,
        st.sampled_from(MediaKind),
        st.floats(60, 300),
        st.floats(60, 300),
        st.floats(0, 20),
        st.integers(8, 100),
        WORDS,
    )
    blocks = st.lists(st.recursive(leaves(), nested, max_leaves=8), max_size=5).map(tuple)
    media = st.sampled_from(list(MEDIA.values())) | own
    return st.builds(Document, WORDS, media, WORDS, st.sampled_from(LANGUAGES), blocks)


@settings(deadline=None)
@given(documents())
def test_what_is_written_is_read(document: Document) -> None:
    text = document_to_json(document)
    assert document_from_json(text) == document
    assert document_to_json(document_from_json(text)) == text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(samples(I18n("en"))))
def test_every_document_of_the_shop_is_read_as_it_was_written(name: str, language: str) -> None:
    document = samples(I18n(language))[name]
    assert document_from_json(document_to_json(document)) == document


@pytest.mark.parametrize("kind", sorted(SEEDED))
def test_made_up_papers_are_read_as_they_were_written(kind: str) -> None:
    for seed in range(10):
        document = seeded(kind, seed, I18n("fr"))
        assert document_from_json(document_to_json(document)) == document


def test_equal_documents_are_one_text() -> None:
    whole = Document("t", ROLL_80, "t", "fr", (Space(2), Rule(1)))
    parts = Document("t", ROLL_80, "t", "fr", (Space(2.0), Rule(1.0)))
    assert document_to_json(whole) == document_to_json(parts)


def test_what_has_a_default_may_be_left_out() -> None:
    text = """{"v": 1, "document": {"type": "note", "media": "roll-80", "title": "Bonjour",
        "language": "fr", "blocks": [{"kind": "text", "text": "Bonjour"}, {"kind": "cut"}]}}"""
    expected = Document("note", ROLL_80, "Bonjour", "fr", (Text("Bonjour"), Cut()))
    assert document_from_json(text) == expected


def test_a_paper_that_only_has_the_name_of_a_known_one_is_written_out() -> None:
    document = Document("t", replace(ROLL_80, width_mm=76), "t", "fr", ())
    assert document_from_json(document_to_json(document)).media.width_mm == 76


def changed(**changes: Any) -> str:
    """A good document with other values."""
    document: dict[str, Any] = {
        "type": "note",
        "media": "roll-80",
        "title": "t",
        "language": "fr",
        "blocks": [],
    }
    document.update(changes)
    kept = {key: value for key, value in document.items() if value is not None}
    return json.dumps({"v": 1, "document": kept})


def block(**values: Any) -> str:
    """A good document with one block."""
    return changed(blocks=[values])


DEEP: dict[str, Any] = {"kind": "cut"}
for _ in range(20):
    DEEP = {"kind": "panel", "blocks": [DEEP]}

WRONG = {
    "no JSON": ("{", "wrong at document: it is not JSON"),
    "a list": ("[]", "wrong at document: it needs “v”"),
    "another version": ('{"v": 2, "document": {}}', "wrong at v: this is version 1"),
    "true for a version": ('{"v": true, "document": {}}', "wrong at v:"),
    "no document": ('{"v": 1}', "it needs “v” and “document”"),
    "a key twice": ('{"v": 1, "v": 1, "document": {}}', "a key stands there twice"),
    "not a number": (
        '{"v": 1, "document": NaN}',
        "NaN is no number",
    ),
    "very deep": ("[" * 100_000, "nested more than|is not JSON"),
    "a missing key": (changed(title=None), "wrong at document.title: it is missing"),
    "an unknown key": (changed(colour="red"), "wrong at document.colour: a document has no such"),
    "an unknown paper": (changed(media="papyrus"), "wrong at document.media: it has to be"),
    "a title that is a number": (changed(title=3), "wrong at document.title: it has to be a text"),
    "half a character": (changed(title="\ud800"), "document.title: half a character"),
    "blocks that are none": (changed(blocks={}), "document.blocks: it has to be a list"),
    "no kind": (block(text="x"), r"document.blocks\[0\].kind: it has to be one of"),
    "an unknown kind": (block(kind="sound"), r"document.blocks\[0\].kind"),
    "a kind of no sense": (block(kind=["text"]), r"document.blocks\[0\].kind"),
    "an unknown style": (
        block(kind="text", text="x", style="huge"),
        r"blocks\[0\].style: it has to be one of display",
    ),
    "a size in words": (block(kind="space", mm="2"), r"blocks\[0\].mm: it has to be a number"),
    "true for a size": (block(kind="space", mm=True), r"blocks\[0\].mm: it has to be a number"),
    "a size below nothing": (block(kind="space", mm=-1), r"blocks\[0\].mm: it has to be 0 to"),
    "a size beyond all": ('{"v": 1, "document": 1e999}', "document: it has to be an object"),
    "an endless size": (
        block(kind="space", mm=0).replace('"mm": 0', '"mm": 1e999'),
        r"blocks\[0\].mm: it has to be a number",
    ),
    "half a line": (
        block(kind="text", text="x", lines_max=0.5),
        r"blocks\[0\].lines_max: it has to be a whole number",
    ),
    "one for true": (block(kind="rule", dashed=1), r"blocks\[0\].dashed: it has to be true"),
    "a picture that is none": (
        block(kind="image", data="§", width_mm=9),
        r"blocks\[0\].data: it has to be base64",
    ),
    "a wrong GTIN": (
        block(kind="barcode", symbology="ean13", data="9521234000014"),
        r"wrong at document.blocks\[0\]: ",
    ),
    "a place inside": (
        block(kind="columns", cells=[{"blocks": [{"kind": "panel", "blocks": [{"kind": "qr"}]}]}]),
        r"blocks\[0\].cells\[0\].blocks\[0\].blocks\[0\].data: it is missing",
    ),
    "boxes in boxes in boxes": (changed(blocks=[DEEP]), "nested more than 8 deep"),
    "too many blocks": (changed(blocks=[{"kind": "cut"}] * 20_001), "has 20000 blocks at most"),
    "an endless text": (changed(title="x" * 20_001), "a text has 20000 characters at most"),
    "a document without end": (" " * 8_000_001, "more than 8000000 characters"),
    "paper all margin": (
        changed(
            media={
                "name": "m",
                "kind": "roll",
                "width_mm": 8,
                "height_mm": 0,
                "margin_mm": 4,
                "columns": 32,
                "ipp_name": "",
            }
        ),
        "document.media.width_mm: it has to be wider",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_by_its_place(case: str) -> None:
    text, says = WRONG[case]
    with pytest.raises(Unprintable, match=says) as caught:
        document_from_json(text)
    assert caught.value.code == "printing.document"
    assert "Nothing was printed" in str(caught.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.sampled_from(sorted(samples(I18n("en")))), st.data())
def test_a_document_with_any_one_value_exchanged_is_read_or_refused(
    document: str, data: st.DataObject
) -> None:
    tree = json.loads(document_to_json(samples(I18n("en"))[document]))
    at = tree
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not at[key] or not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            break
        at = at[key]
    at[key] = data.draw(JSON)
    try:
        found = document_from_json(json.dumps(tree))
    except Unprintable:
        return
    assert document_from_json(document_to_json(found)) == found
