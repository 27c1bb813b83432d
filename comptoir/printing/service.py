"""Printing for one device: which paper goes to which printer, in that printer's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comptoir.printing.escpos import render_escpos
from comptoir.printing.model import Document
from comptoir.printing.pdf import render_pdf
from comptoir.printing.printers import Printer, Worker
from comptoir.printing.profiles import Profile
from comptoir.printing.spool import Job, Spool
from comptoir.printing.zpl import render_zpl
from comptoir.sync.domain.errors import Conflict, NotFound


def render(document: Document, profile: Profile) -> bytes:
    """The document in the language of the printer."""
    match profile.language:
        case "escpos":
            return render_escpos(document, profile)
        case "zpl":
            return render_zpl(document, profile.dpi)
        case _:
            return render_pdf(document)


@dataclass(frozen=True, slots=True)
class Station:
    """A printer and what it can do."""

    printer: Printer
    profile: Profile


@dataclass(frozen=True, slots=True)
class Route:
    """The names of the printers of a document type: the usual one, and another when it is out."""

    first: str
    second: str = ""


@dataclass(frozen=True, slots=True)
class StationState:
    """What the screen shows of a printer: `trouble` is the code of its last error, or empty."""

    name: str
    model: str
    waiting: int
    trouble: str


class PrintService:
    """Routes documents to stations, each with its own worker. Close it with `stop`."""

    def __init__(
        self, spool: Spool, stations: Mapping[str, Station], routes: Mapping[str, Route]
    ) -> None:
        self._spool = spool
        self._stations = dict(stations)
        self._routes = dict(routes)
        self._workers = {
            name: Worker(spool, station.printer) for name, station in self._stations.items()
        }

    def start(self) -> None:
        """Start a worker for each printer."""
        for worker in self._workers.values():
            worker.start()

    def stop(self) -> None:
        """Stop all workers; what waits stays in the spool."""
        for worker in self._workers.values():
            worker.stop()

    def print(self, document: Document, key: str, *, second: bool = False) -> Job:
        """Render and queue; on disk when this returns. `second` takes the other printer.

        Raises what the renderer raises (nothing is queued then) and NotFound without a printer.
        """
        name = self._printer_for(document.type, second)
        station = self._stations[name]
        job = self._spool.submit(
            document.type,
            document.title,
            render(document, station.profile),
            key=key,
            printer=name,
            payload_format=station.profile.language,
        )
        self._workers[name].wake()
        return job

    def send_elsewhere(self, number: int, printer: str) -> Job:
        """Give a job that did not come out to another printer that speaks its language."""
        job = self._spool.job(number)
        station = self._station(printer)
        if station.profile.language != job.payload_format:
            raise Conflict(
                "{printer} does not speak the language of print job {number}. Print the paper "
                "again from its order and choose {printer} there.",
                code="printing.other_language",
                printer=printer,
                number=number,
            )
        moved = self._spool.redirect(number, printer)
        self._workers[printer].wake()
        return moved

    def states(self) -> list[StationState]:
        """How each printer is, for the screen."""
        waiting = self._spool.waiting()
        found = []
        for name, station in self._stations.items():
            error = self._workers[name].last_error
            model = f"{station.profile.maker} {station.profile.model}"
            found.append(
                StationState(name, model, waiting.get(name, 0), error.code if error else "")
            )
        return found

    def _printer_for(self, document_type: str, second: bool) -> str:
        route = self._routes.get(document_type) or self._routes.get("*")
        name = (route.second if second else route.first) if route else ""
        if name not in self._stations:
            raise NotFound(
                "No printer is set up for this paper ({type}). Choose one in the settings; "
                "nothing was printed.",
                code="printing.no_printer",
                type=document_type,
            )
        return name

    def _station(self, name: str) -> Station:
        if name not in self._stations:
            raise NotFound(
                "There is no printer called {name}.", code="printing.no_such_printer", name=name
            )
        return self._stations[name]
