"""Three sick printers and a healthy one in one service: who waits for whom, and when is it seen?"""

from __future__ import annotations

import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from printing import Document, JobState, PrinterEntry, PrinterSetup, PrintService, Route, Spool
from printing.model.document import Text
from printing.samples import samples
from sync.i18n import I18n
from tools.benchmarks.figure import Figure

HEALTHY_JOBS = 20
LONG_LINES = 20_000  # more than the buffers of both sides hold
PRINTER_BUFFER_BYTES = 4096  # receipt printers have four kilobytes or so
WAIT_SECONDS = 20.0
Behaviour = Callable[[socket.socket, threading.Event], None]


def _take_all(connection: socket.socket, over: threading.Event) -> None:
    while connection.recv(65_536):
        pass


def _die(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(1000)  # and the rest is never read: closing resets the connection


def _fall_silent(connection: socket.socket, over: threading.Event) -> None:
    connection.recv(1000)
    over.wait(WAIT_SECONDS)


@contextmanager
def _printer(behave: Behaviour) -> Iterator[int]:
    """Listens on a port of loopback until the block ends; gives the port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PRINTER_BUFFER_BYTES)

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return  # the block ended
                with connection:
                    try:
                        behave(connection, over)
                    except OSError:
                        continue  # our side went away first

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        over.set()
        server.shutdown(socket.SHUT_RDWR)


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def sick_printers() -> list[Figure]:
    """The healthy printer's added delay, and the time until each trouble is in `states`."""
    receipt = samples.samples(I18n("fr"))["sales_receipt"]
    lines = tuple(Text(f"Ligne {number}") for number in range(LONG_LINES))
    long = replace(receipt, blocks=receipt.blocks + lines)
    with (
        _printer(_take_all) as healthy,
        _printer(_die) as dying,
        _printer(_fall_silent) as silent,
        tempfile.TemporaryDirectory() as folder,
    ):
        ports = {"dying": dying, "silent": silent, "off": _closed_port(), "healthy": healthy}
        entries = {
            name: PrinterEntry(name, f"tcp://127.0.0.1:{port}", "generic-80")
            for name, port in ports.items()
        }
        routes = {name: Route(name) for name in entries}
        spool = Spool(Path(folder), lambda: datetime.now(UTC))
        service = PrintService(spool, PrinterSetup(entries, routes))
        service.start()
        try:
            alone = _seconds_each(service, receipt, "alone")
            seen = _Seen(service)
            for name in ("dying", "silent", "off"):
                service.print(replace(long, type=name), f"{name}/1")
                seen.asked(name)
            beside = _seconds_each(service, receipt, "beside")
            shown = seen.seconds()
        finally:
            service.stop()
            spool.close()
    how = f"median of {HEALTHY_JOBS} receipts over TCP, beside three sick printers and alone"
    figures = [
        Figure(
            "delay of a healthy printer by three sick ones",
            max(0.0, statistics.median(beside) - statistics.median(alone)),
            1.0,
            "lower",
            "s",
            how,
        ),
        Figure(
            "longest job of a healthy printer beside three sick ones",
            max(beside),
            1.0,
            "lower",
            "s",
            f"slowest of {HEALTHY_JOBS} receipts, from asking to sent",
        ),
    ]
    words = {"dying": "dies in mid-job", "silent": "falls silent in mid-job", "off": "is off"}
    for name, seconds in shown.items():
        title = f"until a printer that {words[name]} is on the screen"
        figures.append(Figure(title, seconds, 3.0, "lower", "s", "from the queued job to `states`"))
    return figures


def _seconds_each(service: PrintService, receipt: Document, run: str) -> list[float]:
    """From asking for a document until the printer has all of it."""
    found = []
    for number in range(HEALTHY_JOBS):
        start = time.perf_counter()
        job = service.print(replace(receipt, type="healthy"), f"healthy/{run}/{number}")
        while service.job(job.number).state not in (JobState.SENT, JobState.CONFIRMED):
            if time.perf_counter() - start > WAIT_SECONDS:
                break  # the figure says so
            time.sleep(0.002)
        found.append(time.perf_counter() - start)
    return found


class _Seen:
    """Looks every 20 ms for the first trouble of each printer."""

    def __init__(self, service: PrintService) -> None:
        self._service = service
        self._asked: dict[str, float] = {}
        self._found: dict[str, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def asked(self, name: str) -> None:
        """The job of that printer is queued now."""
        self._asked[name] = time.perf_counter()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            for state in self._service.states():
                if state.trouble and state.name not in self._found:
                    self._found[state.name] = time.perf_counter()

    def seconds(self) -> dict[str, float]:
        """Waits for all; one that was never seen has the time waited."""
        end = time.perf_counter() + WAIT_SECONDS
        while set(self._asked) - set(self._found) and time.perf_counter() < end:
            time.sleep(0.02)
        self._over.set()
        self._thread.join()
        now = time.perf_counter()
        return {name: self._found.get(name, now) - at for name, at in self._asked.items()}
