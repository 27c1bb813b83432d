"""The demo deletes nothing but what it made."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from app.cli.demo import DemoCompany, claim, reset
from sync.domain.errors import Unavailable


def test_a_folder_that_holds_something_else_is_left_as_it_is(tmp_path: Path) -> None:
    mine = tmp_path / "thesis.txt"
    mine.write_text("do not lose me")
    for attempt in (claim, reset):
        with pytest.raises(Unavailable) as caught:
            attempt(tmp_path)
        assert caught.value.code == "demo.not_ours"
    assert mine.read_text() == "do not lose me"


def test_a_real_server_s_database_is_never_taken_for_a_load_that_was_cut_short(
    tmp_path: Path,
) -> None:
    books = tmp_path / "central" / "central.db"
    books.parent.mkdir()
    books.write_text("real orders")
    with pytest.raises(Unavailable) as caught:
        DemoCompany(tmp_path).load(Console(file=StringIO()))
    assert caught.value.code == "demo.not_ours"
    assert books.read_text() == "real orders"


def test_a_new_folder_is_claimed_and_can_be_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    claim(folder)
    (folder / "central").mkdir()
    claim(folder)  # a second start
    reset(folder)
    assert not folder.exists()
    reset(folder)  # nothing to forget
