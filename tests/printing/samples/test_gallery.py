"""The page of documents is as old as the documents."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Picture

from printing.samples.gallery import BEGIN, END, GROUPS, digest, gallery, table, write

DOCS = Path(__file__).parents[3] / "docs"


def test_the_page_shows_every_paper_once() -> None:
    shown = [name for _, documents in GROUPS for name, _ in documents]
    assert sorted(shown) == sorted(gallery())


def test_the_pictures_are_not_stale() -> None:
    """When this fails, run `comptoir print pictures docs` and look at what changed."""
    digests = {name: digest(document) for name, document in gallery().items()}
    page = (DOCS / "printing.md").read_text("utf-8")
    assert page[page.index(BEGIN) : page.index(END) + len(END)] == table(digests)


@pytest.mark.parametrize("name", sorted(gallery()))
def test_every_picture_is_there(name: str) -> None:
    with Picture.open(
        BytesIO((DOCS / "pictures" / "documents" / f"{name}.png").read_bytes())
    ) as found:
        assert found.width > 200 and found.height > 100


def test_writing_again_changes_nothing_else_on_the_page(tmp_path: Path) -> None:
    (tmp_path / "printing.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    write(tmp_path)
    text = (tmp_path / "printing.md").read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n") and text.endswith(f"{END}\nafter\n")
    assert "old" not in text
