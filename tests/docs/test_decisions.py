"""Decisions have one template, a number each, and links that hold."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.i18n.messages import ROOT

FOLDER = ROOT / "docs" / "decisions"
FILES = sorted(FOLDER.glob("*.md"))
SECTIONS = ["Question", "Choices", "Taken", "Consequences"]
STATUS = re.compile(
    r"^Status: (taken|taken; supersedes \[\d{4}\]\(.+\)|superseded by \[\d{4}\]\(.+\))$", re.M
)


def number(path: Path) -> str:
    return path.name[:4]


@pytest.mark.parametrize("path", FILES, ids=number)
def test_a_decision_follows_the_template(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert text.startswith(f"# {number(path)}. ")
    assert number(path) == "0000" or STATUS.search(text)


def test_no_two_decisions_have_one_number() -> None:
    numbers = [number(path) for path in FILES]
    assert sorted(set(numbers)) == numbers


def test_what_supersedes_is_named_by_what_it_supersedes() -> None:
    for path in FILES:
        for other in re.findall(r"supersedes \[(\d{4})\]", path.read_text("utf-8")):
            (superseded,) = FOLDER.glob(f"{other}-*.md")
            assert f"superseded by [{number(path)}]" in superseded.read_text("utf-8")
