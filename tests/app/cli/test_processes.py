"""Parts start on a free port, say when they serve, and never outlive their launcher."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.processes import LOOPBACK, free_port, start_part
from sync.domain.errors import Unavailable


def listen(port: int = 0) -> socket.socket:
    taken = socket.socket()
    taken.bind((LOOPBACK, port))
    taken.listen()
    return taken


def test_a_taken_port_is_not_an_accident() -> None:
    with listen() as taken:
        port = taken.getsockname()[1]
        assert free_port(port) != port


def test_two_parts_do_not_get_the_same_port() -> None:
    with listen() as probe:
        base = probe.getsockname()[1]
    first = free_port(base)
    assert free_port(base, (first,)) not in (first,)


def test_no_port_at_all_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise OSError

    monkeypatch.setattr(socket.socket, "bind", refuse)
    with pytest.raises(Unavailable) as caught:
        free_port(8540)
    assert caught.value.code == "port.none_free"
    assert "8540" in str(caught.value)
    assert "8639" in str(caught.value)


def test_a_part_that_ends_early_is_told_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        start_part("central", ["central", "--no-such-option"], tmp_path / "logs" / "central.log")
    assert caught.value.code == "part.did_not_start"
    assert "no-such-option" in str(caught.value)
    assert (tmp_path / "logs" / "central.log").read_text()


def test_a_part_ends_when_its_launcher_is_killed(tmp_path: Path) -> None:
    launcher = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\n"
            "from pathlib import Path\n"
            "from app.cli.processes import free_port, start_part\n"
            "part = start_part('central', ['central', '--data', sys.argv[1], '--port',"
            " str(free_port(18540))], Path(sys.argv[1]) / 'central.log')\n"
            "print(part.process.pid, part.url, flush=True)\n"
            "time.sleep(60)\n",
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert launcher.stdout is not None
    with launcher.stdout:
        pid, url = launcher.stdout.readline().split()
        launcher.kill()
        launcher.wait()
    host, port = url.removeprefix("http://").split(":")
    child = Path(f"/proc/{pid}")
    if child.parent.exists():
        for _ in range(100):
            if not child.exists() or "State:\tZ" in (child / "status").read_text():
                break
            subprocess.run([sys.executable, "-c", "pass"], check=True)
    with socket.socket() as probe:
        assert probe.connect_ex((host, int(port))) != 0
