"""Text as it is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.terminal.store.search_text import fold, terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Crème brûlée", "creme brulee"),
        ("Œil-de-bœuf", "oeil-de-boeuf"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("éÉèÈ", "eeee"),
        ("ﬁn", "fin"),
    ],
)
def test_accents_case_and_ligatures_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_terms_hold_letters_and_digits_only_and_few(text: str) -> None:
    found = terms(text)
    assert len(found) <= 8
    assert all(term.isalnum() or term for term in found)
    assert all('"' not in term and "*" not in term for term in found)
