"""Printers on loopback that do what a test says."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable

Behaviour = Callable[[socket.socket], bytes]


def keep_everything(connection: socket.socket) -> bytes:
    """A printer that takes all and closes."""
    kept = b""
    while part := connection.recv(65536):
        kept += part
    return kept


def die_after(count: int) -> Behaviour:
    """A printer that takes at least `count` bytes and then resets the connection."""

    def behave(connection: socket.socket) -> bytes:
        kept = b""
        while len(kept) < count and (part := connection.recv(count)):
            kept += part
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return kept

    return behave


def answer(*exchange: tuple[bytes, bytes]) -> Behaviour:
    """A printer that answers each of these questions, wherever it comes in the stream."""

    def behave(connection: socket.socket) -> bytes:
        kept = b""
        waiting = list(exchange)
        while part := connection.recv(65536):
            kept += part
            while waiting and waiting[0][0] in kept:
                question, reply = waiting.pop(0)
                kept = kept.replace(question, b"", 1)
                connection.sendall(reply)
        return kept

    return behave


def fall_silent(until: threading.Event) -> Behaviour:
    """A printer that takes a little and then nothing, the connection open, until it is let go."""

    def behave(connection: socket.socket) -> bytes:
        kept = connection.recv(1000)
        until.wait(60)
        return kept

    return behave


class Sink:
    """Listens on `port` of loopback, a free one without; one behaviour for each connection, the
    last repeats."""

    def __init__(self, *behaviours: Behaviour, port: int = 0) -> None:
        self._behaviours = list(behaviours) or [keep_everything]
        self._server = socket.create_server(("127.0.0.1", port))
        # Receipt printers hold a few kilobytes; the system would take megabytes for them.
        self._server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port: int = self._server.getsockname()[1]
        self.jobs: list[bytes] = []
        self._got = threading.Semaphore(0)
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            last = len(self._behaviours) == 1
            behaviour = self._behaviours[0] if last else self._behaviours.pop(0)
            kept = b""
            with connection:
                try:
                    kept = behaviour(connection)
                except OSError:
                    kept = b""
            self.jobs.append(kept)
            self._got.release()

    def job(self) -> bytes:
        """The next job, waited for."""
        assert self._got.acquire(timeout=20)
        return self.jobs.pop(0)

    def close(self) -> None:
        """Switch the printer off: its port refuses connections."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
