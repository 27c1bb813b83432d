"""The pictures and tables of docs/architecture.md are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.architecture import PAGE, WAYS, Step, pictures, with_tables


@pytest.mark.parametrize("step", [step for steps in WAYS.values() for step in steps], ids=str)
def test_each_step_names_a_function_that_is_there(step: Step) -> None:
    assert callable(step.found())


@pytest.mark.parametrize(
    ("path", "content"), pictures().items(), ids=lambda given: str(given)[-24:]
)
def test_the_pictures_are_not_stale(path: Path, content: str) -> None:
    """When this fails, run `python -m tools.architecture` and look at the pictures."""
    assert path.read_text("utf-8") == content


def test_the_tables_are_not_stale() -> None:
    page = PAGE.read_text("utf-8")
    assert with_tables(page) == page


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for the way of the order"):
        with_tables("# The house\n")
