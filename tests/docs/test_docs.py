"""What the documents say can be done, can be done."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.i18n.messages import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)(?:#[^)]*)?\)")
COMMAND = re.compile(r"`comptoir ([a-z]+)(?: ([a-z]+))?")
ELSEWHERE = re.compile(r"/(?:home|root|work|tmp|Users)/\w+")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        target
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_path_of_somebody_s_machine(page: Path) -> None:
    assert ELSEWHERE.findall(page.read_text(encoding="utf-8")) == []


def test_every_command_that_a_page_names_explains_itself() -> None:
    named = {
        words
        for page in PAGES
        for words in COMMAND.findall(page.read_text(encoding="utf-8"))
        if words[0] not in {"command"}
    }
    groups = {"bench", "print"}
    calls = {(first, second) if first in groups and second else (first,) for first, second in named}
    assert calls >= {("demo",), ("doctor",), ("check",)}
    for call in sorted(calls):
        shown = subprocess.run(
            [sys.executable, "-m", "app.cli.main", *call, "--help"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert shown.returncode == 0, (call, shown.stderr)
        assert "Usage" in shown.stdout, call


def test_every_target_that_the_readme_names_is_made() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text("utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
