"""The demo deletes nothing but what it made."""

import subprocess
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from app.cli import demo
from app.cli.demo import DemoCompany, claim, reset
from app.cli.processes import Part
from sync.domain.device import DeviceKind
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


def test_devices_go_to_the_port_that_the_server_took_and_not_to_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another server may have the usual port: it knows nothing of our pairing codes."""
    started: list[list[str]] = []

    def start(name: str, arguments: list[str], log: Path) -> Part:
        started.append(arguments)
        return Part(name, cast("subprocess.Popen[str]", None), f"http://127.0.0.1:5{len(started)}")

    monkeypatch.setattr(demo, "start_part", start)
    monkeypatch.setattr(DemoCompany, "_pairing_code", lambda *_: "AAAA-BBBB")
    company = DemoCompany(tmp_path)
    company.start_central()
    company.start_device(DeviceKind.TERMINAL)
    (tmp_path / "terminal-s001").mkdir()
    (tmp_path / "terminal-s001" / "paired").touch()
    company.start_central()
    company.start_device(DeviceKind.TERMINAL)
    server, till = str(tmp_path / "central"), str(tmp_path / "terminal-s001")
    first, again = "http://127.0.0.1:51", "http://127.0.0.1:53"
    pairing = ["--pair", "AAAA-BBBB"]
    assert started == [
        ["central", "--data", server, "--demo"],
        ["terminal", "--data", till, "--central", first, *pairing, "--demo"],
        ["central", "--data", server, "--port", "51", "--demo"],
        ["terminal", "--data", till, "--central", again, "--port", "52", "--demo"],
    ]
