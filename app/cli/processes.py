"""Starting and stopping the parts of the house as processes of their own.

A part prints `ready <url>` when it serves, and stops when its standard input closes: so the death
of the launcher, even a hard one, leaves nothing running, on every platform.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue

from sync.domain.errors import Unavailable

LOOPBACK = "127.0.0.1"
READY = "ready "
STOP_SECONDS_MAX = 10.0


def free_port(wanted: int, taken: Sequence[int] = ()) -> int:
    """`wanted` when nothing listens there, else the next free port above it.

    Raises Unavailable when a hundred ports in a row are taken.
    """
    for port in range(wanted, wanted + 100):
        if port in taken:
            continue
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return port
    raise Unavailable(
        "No free port from {first} to {last}. Stop another program, or name a port with --port.",
        code="port.none_free",
        first=wanted,
        last=wanted + 99,
    )


@dataclass
class Part:
    """One running process: its name, its address, and the last lines that it said."""

    name: str
    process: subprocess.Popen[str]
    url: str = ""
    said: deque[str] = field(default_factory=lambda: deque(maxlen=40))
    listener: threading.Thread | None = None

    @property
    def running(self) -> bool:
        """Whether the process is still there."""
        return self.process.poll() is None

    def stop(self) -> int:
        """Ask it to stop, wait, and insist when it does not; gives the exit status."""
        if self.running:
            if self.process.stdin is not None:
                self.process.stdin.close()
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._close()
        return self.process.returncode

    def kill(self) -> None:
        """End it at once, with no chance to tidy up."""
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self) -> None:
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        if self.listener is not None:
            self.listener.join()  # it reads to the end and closes the log


def start_part(name: str, arguments: Sequence[str], log: Path, timeout_s: float = 90.0) -> Part:
    """Start `comptoir <arguments>` and wait until it serves.

    What it prints goes to `log`. Raises Unavailable with its last words when it ends early or
    does not serve within `timeout_s`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "app.cli.main", *arguments, "--until-stdin-closes"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        # Ctrl-C in the launcher's console must not reach the parts: the launcher stops them.
        start_new_session=os.name == "posix",
    )
    part = Part(name, process)
    ready: Queue[str] = Queue()

    def listen() -> None:
        assert process.stdout is not None  # noqa: S101 - asked for as a pipe above
        with process.stdout as said, log.open("a", encoding="utf-8") as out:
            for line in said:
                out.write(line)
                out.flush()
                part.said.append(line.rstrip())
                if line.startswith(READY):
                    ready.put(line[len(READY) :].strip())
        ready.put("")

    part.listener = threading.Thread(target=listen, name=f"log-{name}", daemon=True)
    part.listener.start()
    try:
        part.url = ready.get(timeout=timeout_s)
    except Empty:
        part.url = ""
    if not part.url:
        part.kill()
        raise Unavailable(
            "{name} did not start. Its last words: {words} (all of them: {log})",
            code="part.did_not_start",
            name=name,
            words=" | ".join(list(part.said)[-5:]) or "none",
            log=str(log),
        )
    return part


def when_stdin_closes(stop: Callable[[], None]) -> None:
    """Call `stop` from a thread once standard input ends."""

    def watch() -> None:
        while sys.stdin.readline():
            pass
        stop()

    threading.Thread(target=watch, name="stdin-watch", daemon=True).start()


def interrupt_self() -> None:
    """Stop this process as Ctrl-C would."""
    signal.raise_signal(signal.SIGINT)
