"""Any text becomes characters that the bundled fonts have, in the order in which they are drawn."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printing.layout.fonts import has
from printing.layout.scripts import in_reading_order, spelled


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Claire Fontaine, 1er étage — 3 000 €", "Claire Fontaine, 1er étage — 3 000 €"),
        ("e\u0301te\u0301", "été"),
        ("王小明", "王小明"),
        ("김철수", "김철수"),
        ("Mug \U0001f600\U0001f680 rouge", "Mug • rouge"),
        ("\U0001f469\U0001f3fd\u200d\U0001f680", "•"),
        ("❤\ufe0f", "❤"),
        ("สมชาย", "smchay"),
        ("გიორგი", "giorgi"),
        ("राम", "ram"),
        ("王㐀明", "王 Qiu明"),
        ("\ue000\uffff", "•"),
        ("", ""),
    ],
)
def test_what_the_fonts_have_stays_and_the_rest_is_written_in_latin_letters(
    text: str, shown: str
) -> None:
    assert spelled(text) == shown


def test_arabic_letters_take_the_form_that_they_have_beside_each_other() -> None:
    initial_meem, medial_hah, medial_meem, final_dal = "\ufee3\ufea4\ufee4\ufeaa"
    assert spelled("محمد") == initial_meem + medial_hah + medial_meem + final_dal


@given(st.text(st.characters()))
def test_every_character_has_a_glyph(text: str) -> None:
    shown = spelled(text)
    assert all(has(character) for character in shown)
    assert spelled(shown) == shown


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("Claire (12)", "Claire (12)"),
        ("דוד לוי", "יול דוד"),
        ("דוד 12 לוי", "יול 12 דוד"),
        ("12-14 דוד", "דוד 12-14"),
        ("דוד (לוי)", "(יול) דוד"),
        ("Chez דוד לוי, Lyon", "Chez יול דוד, Lyon"),
        ("דוד Lyon", "Lyon דוד"),
        ("דוד a b לוי", "יול a b דוד"),
    ],
)
def test_hebrew_and_arabic_run_from_right_to_left(line: str, drawn: str) -> None:
    assert in_reading_order(line) == drawn


@given(st.text(st.sampled_from("abאב12 -.()")))
def test_no_character_is_lost_in_reading_order(line: str) -> None:
    drawn = in_reading_order(line)
    assert sorted(drawn.replace("(", ")")) == sorted(line.replace("(", ")"))
