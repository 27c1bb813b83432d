"""Real printers: raw TCP (port 9100), IPP, and a device file for USB where there is one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import httpx

from printing.errors import NotPrinted, PerhapsPrinted
from printing.printers import ipp_protocol as ipp
from printing.printers import status
from printing.printers.ipp_media import name_for
from printing.printers.printer import Printer
from printing.spool.spool import Job, JobState

CHUNK_BYTES = 16_384
SEND_BUFFER_BYTES = 16_384
CONNECT_SECONDS = 2.5  # a printer that is off shows within three seconds
SEND_SECONDS = 10.0
ANSWER_SECONDS = 2.0
POLLS_MAX = 20


def _off(printer: str, error: OSError | httpx.HTTPError) -> NotPrinted:
    return NotPrinted(
        "{printer} does not answer ({reason}). The job waits; switch it on, or choose another "
        "printer.",
        code="printing.off",
        printer=printer,
        reason=str(error) or type(error).__name__,
    )


def _broke(printer: str, error: Exception) -> PerhapsPrinted:
    return PerhapsPrinted(
        "{printer} stopped answering while it printed ({reason}). Look at the paper and say "
        "whether it came out; nothing is printed twice by itself.",
        printer=printer,
        reason=str(error) or type(error).__name__,
    )


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
                raise _broke(self.name, error) from error

    def check(self) -> None:
        """Connect, and read the status of one that is asked. Raises NotPrinted."""
        with self._connected() as connection:
            self._check(connection)

    def _connected(self) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, self._connect_seconds)
        except OSError as error:
            raise _off(self.name, error) from error
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
            raise _off(self.name, error) from error


def _until(connection: socket.socket, end: bytes, count: int) -> bytes:
    answer = b""
    while answer.count(end) < count and len(answer) < 1024:
        part = connection.recv(256)
        if not part:
            break
        answer += part
    return answer


class DevicePrinter(Printer):
    """Writes to a device file, such as /dev/usb/lp0: USB printers on Linux."""

    def __init__(self, name: str, device: Path) -> None:
        self.name = name
        self._device = device

    def send(self, job: Job, payload: bytes) -> JobState:
        """Write it all; the kernel's driver waits for the printer."""
        try:
            file = self._device.open("wb", buffering=0)
        except OSError as error:
            raise _off(self.name, error) from error
        with file:
            try:
                file.write(payload)
            except OSError as error:
                raise _broke(self.name, error) from error
        return JobState.SENT

    def check(self) -> None:
        """Raise NotPrinted when the device is not there: unplugged, or switched off."""
        if not self._device.exists():
            raise _off(self.name, FileNotFoundError(f"{self._device} is not there"))


# The first of these that the printer names; CUPS passes on untouched only what is called raw.
_MIME = {
    "pdf": ("application/pdf",),
    "zpl": ("application/vnd.zebra-zpl", "application/vnd.cups-raw", "application/octet-stream"),
    "escpos": ("application/vnd.cups-raw", "application/octet-stream"),
}


class IppPrinter(Printer):
    """Prints over IPP: a network printer of the last twenty years, or a CUPS queue.

    `media` is always sent: without it a driverless queue lays a 4x6 in label onto Letter.
    """

    def __init__(
        self,
        name: str,
        uri: str,
        media: str,
        *,
        wait: Callable[[float], object],
        send_seconds: float = SEND_SECONDS,
        verify: bool | ssl.SSLContext = True,
    ) -> None:
        self.name = name
        self._uri = uri
        self._url = uri.replace("ipps://", "https://", 1).replace("ipp://", "http://", 1)
        if ":" not in self._url.split("://", 1)[1].split("/", 1)[0]:
            scheme, rest = self._url.split("://", 1)
            host, _, path = rest.partition("/")
            self._url = f"{scheme}://{host}:631/{path}"
        self._media = media
        self._wait = wait
        self._requests = 0
        timeout = httpx.Timeout(send_seconds, connect=CONNECT_SECONDS)
        self._client = httpx.Client(timeout=timeout, verify=verify, trust_env=False)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def check(self) -> None:
        """Ask for its state. Raises NotPrinted."""
        self._check(self.attributes())

    def attributes(self) -> ipp.Attributes:
        """What the printer says of itself: formats, media, state."""
        wanted = ["printer-state", "printer-state-reasons", "media-supported", "media-ready"]
        wanted += ["document-format-supported", "printer-make-and-model"]
        wanted += ["print-scaling-supported"]
        try:
            answer = self._ask(
                ipp.Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": wanted}
            )
        except httpx.HTTPError as error:
            raise _off(self.name, error) from error
        if not answer.successful:
            raise NotPrinted(
                "Something answers at {address}, and it is not the printer {printer} (IPP status "
                "{status}). The job waits; correct the address, or choose another printer.",
                code="printing.no_such_queue",
                address=self._uri,
                printer=self.name,
                status=f"{answer.status:#06x}",
            )
        return answer.attributes

    def send(self, job: Job, payload: bytes) -> JobState:
        """Print and wait a little for the printer to say that it is out."""
        can = self.attributes()
        self._check(can)
        wanted: dict[str, ipp.Value] = {"media": self._paper(can)}
        if "none" in can.get("print-scaling-supported", []):
            wanted["print-scaling"] = "none"
        try:
            response = self._ask(
                ipp.Operation.PRINT_JOB,
                {
                    "job-name": f"{job.number} {job.document_type}",
                    "document-format": self._format(can, job.payload_format),
                },
                wanted,
                payload,
            )
        except httpx.ConnectError as error:
            raise _off(self.name, error) from error
        except httpx.HTTPError as error:
            raise _broke(self.name, error) from error
        if not response.successful:
            raise NotPrinted(
                "{printer} refused the job (IPP status {status}). Check its paper size and "
                "format, or choose another printer.",
                code="printing.refused",
                printer=self.name,
                status=f"{response.status:#06x}",
            )
        return self._follow(response)

    def _paper(self, can: ipp.Attributes) -> str:
        supported = [str(name) for name in can.get("media-supported", [])]
        name = name_for(self._media, supported)
        if name is None:
            # Not left to the queue: some lay the page onto Letter without a word.
            raise NotPrinted(
                "{printer} takes no paper {media}. Nothing was printed; set up its paper, or "
                "choose another printer.",
                code="printing.no_such_paper",
                printer=self.name,
                media=self._media,
            )
        return name

    def _format(self, can: ipp.Attributes, payload_format: str) -> str:
        known = _MIME[payload_format]
        supported = can.get("document-format-supported", [])
        return next((name for name in known if name in supported), known[-1])

    def _follow(self, response: ipp.Response) -> JobState:
        job_id = response.attributes.get("job-id", [0])[0]
        for _ in range(POLLS_MAX):
            state = response.attributes.get("job-state", [0])[0]
            if state == ipp.IppJobState.COMPLETED:
                return JobState.CONFIRMED
            if state in (ipp.IppJobState.ABORTED, ipp.IppJobState.CANCELED):
                raise _broke(self.name, RuntimeError("the printer gave the job up"))
            self._wait(0.25)
            try:
                response = self._ask(
                    ipp.Operation.GET_JOB_ATTRIBUTES,
                    {"job-id": int(job_id), "requested-attributes": ["job-state"]},
                )
            except httpx.HTTPError:
                return JobState.SENT  # it has all of the job; what became of it is not known
        return JobState.SENT

    def _check(self, can: ipp.Attributes) -> None:
        reasons = {str(reason) for reason in can.get("printer-state-reasons", [])}
        found = status.PrinterStatus(
            paper_out=any(r.startswith(("media-empty", "media-needed")) for r in reasons),
            cover_open=any(r.startswith(("cover-open", "door-open")) for r in reasons),
            paused="paused" in reasons,
        )
        status.check_ready(self.name, found)

    def _ask(
        self,
        operation: ipp.Operation,
        operation_attributes: dict[str, ipp.Value | list[str]],
        job_attributes: dict[str, ipp.Value] | None = None,
        document: bytes = b"",
    ) -> ipp.Response:
        self._requests += 1
        body = ipp.request(
            operation, self._requests, self._uri, operation_attributes, job_attributes
        )
        answer = self._client.post(
            self._url, content=body + document, headers={"Content-Type": "application/ipp"}
        )
        answer.raise_for_status()
        self.heard += 1
        return ipp.parse(answer.content)
