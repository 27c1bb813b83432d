"""What the documents say can be done, can be done."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from app.cli import main
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


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> Typer:
    """The command with all its words, those too that are loaded when they are asked for."""
    monkeypatch.setattr(main.app, "registered_commands", list(main.app.registered_commands))
    monkeypatch.setattr(main.app, "registered_groups", list(main.app.registered_groups))
    monkeypatch.setattr(sys, "argv", ["comptoir", "--help"])
    main._add_later_words()
    return main.app


def test_every_command_that_a_page_names_explains_itself(words: Typer) -> None:
    named = {
        pair
        for page in PAGES
        for pair in COMMAND.findall(page.read_text(encoding="utf-8"))
        if pair[0] not in {"command"}
    }
    groups = {"bench", "print"}
    calls = {(first, second) if first in groups and second else (first,) for first, second in named}
    assert calls >= {("demo",), ("doctor",), ("check",)}
    for call in sorted(calls):
        shown = CliRunner().invoke(words, [*call, "--help"])
        assert shown.exit_code == 0, (call, shown.output)
        assert "Usage" in shown.stdout, call


@pytest.mark.parametrize("word", ["check", "print"], ids=["at once", "loaded when asked for"])
def test_a_command_explains_itself_in_a_process_of_its_own(word: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "app.cli.main", word, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert f"Usage: comptoir {word}" in shown.stdout or f"main {word}" in shown.stdout


def test_every_target_that_the_readme_names_is_made() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"make ([a-z-]+)", (ROOT / "README.md").read_text("utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
