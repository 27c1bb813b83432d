"""The tables of docs/demo-data.md are those of the data."""

import json
from pathlib import Path

import pytest

from tools.demo_data.doc import END, START, with_tables
from tools.demo_data.provenance import PROVENANCE

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "assets" / "demo"


def test_the_document_agrees_with_the_report() -> None:
    text = (ROOT / "docs" / "demo-data.md").read_text(encoding="utf-8")
    report = json.loads((DEMO / "import_report.json").read_text(encoding="utf-8"))
    assert with_tables(text, report) == text


def test_the_provenance_is_the_builders_and_names_every_file() -> None:
    text = (DEMO / "PROVENANCE.md").read_text(encoding="utf-8")
    assert text == PROVENANCE
    names = {path.name for path in DEMO.iterdir()} - {"PROVENANCE.md", "import_report.json"}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_the_guide_names_every_file() -> None:
    text = (ROOT / "docs" / "demo-data.md").read_text(encoding="utf-8")
    assert {path.name for path in DEMO.iterdir() if f"`{path.name}`" not in text} == set()


def test_all_files_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.iterdir()) < 6_000_000


@pytest.mark.parametrize("text", ["", START, f"{START}{END}{START}{END}"])
def test_a_document_without_its_markers_once_is_refused(text: str) -> None:
    report = json.loads((DEMO / "import_report.json").read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match="markers"):
        with_tables(text, report)
