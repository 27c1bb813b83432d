"""The server as a process: it says when it listens, and stops when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

_SERVE = """
import sys
from pathlib import Path
from sync.central.composition import Central
from sync.central.server import serve
serve(Central(Path(sys.argv[1])), port=int(sys.argv[2]), ready=lambda: print("ready", flush=True))
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, how: signal.Signals) -> None:
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _SERVE, str(tmp_path), str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    answer = httpx.get(f"http://127.0.0.1:{port}/v1/status", timeout=30)
    assert answer.json()["name"] == "comptoir-central"
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
