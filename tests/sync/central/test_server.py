"""The server as a process: it says when it listens, and stops when it is told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

_SERVE = """
import socket
import sys
from pathlib import Path
from sync.central.composition import Central
from sync.central.server import serve
listener = socket.create_server(("127.0.0.1", 0))
port = listener.getsockname()[1]
serve(Central(Path(sys.argv[1])), listener, ready=lambda: print(port, flush=True))
"""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_it_is_told_to_stop(tmp_path: Path, how: signal.Signals) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _SERVE, str(tmp_path)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = int(process.stdout.readline())
    answer = httpx.get(f"http://127.0.0.1:{port}/v1/status", timeout=30)
    assert answer.json()["name"] == "comptoir-central"
    foreign = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": "evil.example"}, timeout=30)
    assert foreign.status_code == 421
    process.send_signal(how)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
