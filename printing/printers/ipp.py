"""IPP: network printers of the last twenty years, and CUPS queues."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import httpx

from printing.errors import NotPrinted
from printing.printers import ipp_protocol as protocol
from printing.printers import status
from printing.printers.ipp_media import name_for
from printing.printers.printer import (
    CONNECT_SECONDS,
    SEND_SECONDS,
    Printer,
    broke_off,
    not_answering,
)
from printing.spool.spool import Job, JobState

POLLS_MAX = 20

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

    def attributes(self) -> protocol.Attributes:
        """What the printer says of itself: formats, media, state."""
        wanted = ["printer-state", "printer-state-reasons", "media-supported", "media-ready"]
        wanted += ["document-format-supported", "printer-make-and-model"]
        wanted += ["print-scaling-supported"]
        try:
            answer = self._ask(
                protocol.Operation.GET_PRINTER_ATTRIBUTES, {"requested-attributes": wanted}
            )
        except httpx.HTTPError as error:
            raise not_answering(self.name, error) from error
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
        wanted: dict[str, protocol.Value] = {"media": self._paper(can)}
        if "none" in can.get("print-scaling-supported", []):
            wanted["print-scaling"] = "none"
        try:
            response = self._ask(
                protocol.Operation.PRINT_JOB,
                {
                    "job-name": f"{job.number} {job.document_type}",
                    "document-format": self._format(can, job.payload_format),
                },
                wanted,
                payload,
            )
        except httpx.ConnectError as error:
            raise not_answering(self.name, error) from error
        except httpx.HTTPError as error:
            raise broke_off(self.name, error) from error
        if not response.successful:
            raise NotPrinted(
                "{printer} refused the job (IPP status {status}). Check its paper size and "
                "format, or choose another printer.",
                code="printing.refused",
                printer=self.name,
                status=f"{response.status:#06x}",
            )
        return self._follow(response)

    def _paper(self, can: protocol.Attributes) -> str:
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

    def _format(self, can: protocol.Attributes, payload_format: str) -> str:
        known = _MIME[payload_format]
        supported = can.get("document-format-supported", [])
        return next((name for name in known if name in supported), known[-1])

    def _follow(self, response: protocol.Response) -> JobState:
        job_id = response.attributes.get("job-id", [0])[0]
        for _ in range(POLLS_MAX):
            state = response.attributes.get("job-state", [0])[0]
            if state == protocol.IppJobState.COMPLETED:
                return JobState.CONFIRMED
            if state in (protocol.IppJobState.ABORTED, protocol.IppJobState.CANCELED):
                raise broke_off(self.name, RuntimeError("the printer gave the job up"))
            self._wait(0.25)
            try:
                response = self._ask(
                    protocol.Operation.GET_JOB_ATTRIBUTES,
                    {"job-id": int(job_id), "requested-attributes": ["job-state"]},
                )
            except httpx.HTTPError:
                return JobState.SENT  # it has all of the job; what became of it is not known
        return JobState.SENT

    def _check(self, can: protocol.Attributes) -> None:
        reasons = {str(reason) for reason in can.get("printer-state-reasons", [])}
        found = status.PrinterStatus(
            paper_out=any(r.startswith(("media-empty", "media-needed")) for r in reasons),
            cover_open=any(r.startswith(("cover-open", "door-open")) for r in reasons),
            paused="paused" in reasons,
        )
        status.check_ready(self.name, found)

    def _ask(
        self,
        operation: protocol.Operation,
        operation_attributes: dict[str, protocol.Value | list[str]],
        job_attributes: dict[str, protocol.Value] | None = None,
        document: bytes = b"",
    ) -> protocol.Response:
        self._requests += 1
        body = protocol.request(
            operation, self._requests, self._uri, operation_attributes, job_attributes
        )
        answer = self._client.post(
            self._url, content=body + document, headers={"Content-Type": "application/ipp"}
        )
        answer.raise_for_status()
        self.heard += 1
        return protocol.parse(answer.content)
