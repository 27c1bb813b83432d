"""Raw TCP, port 9100: what receipt and label printers on a network understand."""

from __future__ import annotations

import socket

from printing.printers import status
from printing.printers.printer import (
    CONNECT_SECONDS,
    SEND_SECONDS,
    Printer,
    broke_off,
    not_answering,
)
from printing.spool.spool import Job, JobState

CHUNK_BYTES = 16_384
SEND_BUFFER_BYTES = 16_384
ANSWER_SECONDS = 2.0


class TcpPrinter(Printer):
    """Sends bytes as they are to port 9100.

    With `asks` (`escpos` or `zpl`) it reads the printer's status before each job, and an ESC/POS
    printer says when the job is out. Without, a job is `sent` when the printer has taken it all.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int = 9100,
        *,
        asks: str = "",
        connect_seconds: float = CONNECT_SECONDS,
        send_seconds: float = SEND_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.name = name
        self._address = (host, port)
        self._asks = asks
        self._connect_seconds = connect_seconds
        self._send_seconds = send_seconds
        self._answer_seconds = answer_seconds

    def send(self, job: Job, payload: bytes) -> JobState:
        """Print `payload`. What breaks before its first byte is NotPrinted, after it
        PerhapsPrinted."""
        with self._connected() as connection:
            self._check(connection)
            try:
                return self._deliver(connection, payload)
            except OSError as error:
                raise broke_off(self.name, error) from error

    def check(self) -> None:
        """Connect, and read the status of one that is asked. Raises NotPrinted."""
        with self._connected() as connection:
            self._check(connection)

    def _connected(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, self._connect_seconds)
        except OSError as error:
            raise not_answering(self.name, error) from error
        # Else the system takes megabytes on the printer's behalf, and one that reads nothing any
        # more would count as having it all.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        self.heard += 1
        return connection

    def _deliver(self, connection: socket.socket, payload: bytes) -> JobState:
        connection.settimeout(self._send_seconds)
        for start in range(0, len(payload), CHUNK_BYTES):
            connection.sendall(payload[start : start + CHUNK_BYTES])
            self.heard += 1
        if self._asks == "escpos":
            connection.sendall(status.ESCPOS_ASK_WHEN_DONE)
            connection.settimeout(self._answer_seconds)
            try:
                return JobState.CONFIRMED if connection.recv(1) else JobState.SENT
            except TimeoutError:
                return JobState.SENT
        connection.shutdown(socket.SHUT_WR)
        # A printer that took it all closes in its turn, or keeps silent; one that died resets.
        connection.settimeout(self._answer_seconds)
        try:
            connection.recv(1)
        except TimeoutError:
            return JobState.SENT
        return JobState.SENT

    def _check(self, connection: socket.socket) -> None:
        """Raise NotPrinted when the printer says that it cannot; one that says nothing may try."""
        connection.settimeout(self._answer_seconds)
        try:
            if self._asks == "escpos":
                connection.sendall(status.ESCPOS_ASK_OFFLINE)
                offline = connection.recv(1)
                connection.sendall(status.ESCPOS_ASK_PAPER)
                paper = connection.recv(1)
                if offline and paper:
                    status.check_ready(self.name, status.escpos_status(offline[0], paper[0]))
            elif self._asks == "zpl":
                connection.sendall(status.ZPL_ASK)
                found = status.zpl_status(_until(connection, b"\x03", 3))
                if found is not None:
                    status.check_ready(self.name, found)
        except TimeoutError:
            return
        except OSError as error:
            raise not_answering(self.name, error) from error


def _until(connection: socket.socket, end: bytes, count: int) -> bytes:
    answer = b""
    while answer.count(end) < count and len(answer) < 1024:
        part = connection.recv(256)
        if not part:
            break
        answer += part
    return answer
