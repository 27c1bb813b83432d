"""Starting and stopping the parts of the house as processes of their own.

A part takes its port itself, prints `ready <url>` when it serves there, and stops when its standard
input closes: so the death of the launcher, even a hard one, leaves nothing running, on every
platform.
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
BACKLOG = 128
STOP_SECONDS_MAX = 10.0


def listen(port: int, *, or_free: bool = False, host: str = LOOPBACK) -> socket.socket:
    """A socket that listens on `port` of `host`, of this machine alone by default; 0 is any free
    port.

    With `or_free`, any free port when that one is taken. Raises Unavailable when it is taken, or
    when there is none.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it lets two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if or_free:
            return listen(0, host=host)
        raise Unavailable(
            "Port {port} cannot be used: another program has it, or it is not allowed. Stop that "
            "program, or name another port with --port.",
            code="port.taken",
            port=port,
        ) from error
    return listener


def url_of(listener: socket.socket, scheme: str = "http") -> str:
    """The address at which a browser reaches who listens there."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


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
        # -P: a folder named `app` where the user stands is not ours.
        [sys.executable, "-P", "-m", "app.cli.main", *arguments, "--until-stdin-closes"],
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
