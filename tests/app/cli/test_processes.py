"""Parts start on a free port, say when they serve, and never outlive their launcher."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.processes import listen, start_part, url_of
from sync.domain.errors import Unavailable


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def test_a_port_that_was_named_and_is_taken_is_a_sentence() -> None:
    with listen(0) as taken:
        port = port_of(taken)
        with pytest.raises(Unavailable) as caught:
            listen(port)
    assert caught.value.code == "port.taken"
    assert str(caught.value) == (
        f"Port {port} cannot be used: another program has it, or it is not allowed. Stop that "
        "program, or name another port with --port."
    )


def test_the_usual_port_of_a_demo_falls_to_a_free_one() -> None:
    with listen(0) as taken, listen(port_of(taken), or_free=True) as other:
        assert port_of(other) != port_of(taken)
        assert url_of(other) == f"http://127.0.0.1:{port_of(other)}"


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_number_that_is_no_port_is_a_sentence(port: int) -> None:
    with pytest.raises(Unavailable) as caught:
        listen(port)
    assert caught.value.code == "port.taken"


def test_a_server_whose_port_is_taken_starts_on_no_other(tmp_path: Path) -> None:
    with listen(0) as taken, pytest.raises(Unavailable) as caught:
        wanted = ["central", "--data", str(tmp_path / "data"), "--port", str(port_of(taken))]
        start_part("central", wanted, tmp_path / "central.log")
    assert caught.value.code == "part.did_not_start"
    assert "[port.taken]" in str(caught.value)


def test_a_folder_named_app_where_the_user_stands_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    part = start_part("central", ["central", "--data", "data", "--port", "0"], tmp_path / "log")
    assert part.stop() == 0


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
            "from app.cli.processes import start_part\n"
            "part = start_part('central', ['central', '--data', sys.argv[1], '--port', '0'],"
            " Path(sys.argv[1]) / 'central.log')\n"
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
