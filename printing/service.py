"""Printing for one device: which document goes to which printer, in that printer's language.

Everything that a screen needs is here. Each printer has its own worker; a watcher tells the screen
of a printer in trouble, and gives what waits to the second printer where the route says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

from printing.model.carrier_label import payload_format
from printing.model.document import Document, Drawer
from printing.model.document_json import document_from_json, document_to_json
from printing.model.media import ROLL_80
from printing.model.printer_profile import bundled_profiles
from printing.printers.configuration import PrinterSetup
from printing.printers.factory import Opener, opener, render, suited
from printing.printers.pool import STOP_SECONDS, Member, PrinterPool
from printing.render.pdf import render_pdf
from printing.render.png import pages_png
from printing.spool.spool import DRAWER, Job, JobState, Rendered, Spool
from sync.domain.errors import ComptoirError, Conflict, NotFound

_log = logging.getLogger(__name__)

WATCH_SECONDS = 0.5
PICTURE_DPI = 110


@dataclass(frozen=True, slots=True)
class ConfiguredPrinterState:
    """What the screen shows of a printer. `error` says in words what is wrong, `since` when;
    `well_at` is when it last did what it was asked, None when it never did."""

    name: str
    model: str
    kind: str
    address: str
    waiting: int
    questions: int
    error: ComptoirError | None = None
    since: datetime | None = None
    well_at: datetime | None = None

    @property
    def trouble(self) -> str:
        """The stable code of what is wrong; empty when nothing is."""
        return self.error.code if self.error else ""


class PrintService:
    """Routes documents to printers, each with its own worker. Close it with `stop`.

    `on_change` is called, from another thread, when a job or a printer changed: within a second
    of it, and within three of a printer's death. Safe to use from several threads.
    """

    def __init__(
        self,
        spool: Spool,
        setup: PrinterSetup,
        *,
        open_configured: Opener | None = None,
        on_change: Callable[[], None] | None = None,
    ) -> None:
        self._spool = spool
        self._pool = PrinterPool(spool, open_configured or opener(bundled_profiles()), self._tell)
        self._on_change = on_change
        self._lock = Lock()
        self._stopping = Event()
        self._watcher: Thread | None = None
        self._setup = PrinterSetup()
        self.reconfigure(setup)

    # Documents

    def print(self, document: Document, key: str, *, second: bool = False) -> Job:
        """Render and queue; on disk when this returns. `second` takes the other printer.

        `key` names the document: the same key again gives the job that is there. Raises what the
        renderer raises (nothing is queued then) and NotFound without a printer.
        """
        known = self._spool.find(key)
        if known is not None:
            return known
        member = self._printer_for(document.type, second)
        profile = member.configured.profile
        job = self._spool.submit(
            document.type,
            document.title,
            render(document, profile),
            key=key,
            printer=member.entry.name,
            payload_format=profile.language,
            document=document_to_json(document),
        )
        return self._queued(job)

    def print_raw(
        self, data: bytes, document_type: str, title: str, key: str, *, second: bool = False
    ) -> Job:
        """Queue a carrier's label untouched. Raises Unprintable for what is neither a PDF nor
        ZPL, Conflict when the printer does not understand it, NotFound without a printer."""
        known = self._spool.find(key)
        if known is not None:
            return known
        format_ = payload_format(data)
        member = self._printer_for(document_type, second)
        member.configured.check_takes(format_, title)
        job = self._spool.submit(
            document_type,
            title,
            data,
            key=key,
            printer=member.entry.name,
            payload_format=format_,
        )
        return self._queued(job)

    def open_drawer(self, key: str, title: str, *, beside: str = "sales_receipt") -> Job | None:
        """Open the drawer at the printer of the receipts (of the document type `beside`).

        None when that printer has no drawer. A drawer that did not open within seconds stays
        shut: it is opened by hand, and never springs open later by itself.
        """
        known = self._spool.find(key)
        if known is not None:
            return known
        member = self._printer_for(beside, False)
        profile = member.configured.profile
        if profile.language != "escpos" or not profile.drawer:
            return None
        pulse = Document(DRAWER, ROLL_80, title, "", (Drawer(),))
        job = self._spool.submit(
            DRAWER,
            title,
            render(pulse, profile),
            key=key,
            printer=member.entry.name,
            payload_format=profile.language,
        )
        return self._queued(job)

    def send_elsewhere(self, number: int, printer: str) -> Job:
        """Give a job that did not come out to another printer, on a person's word.

        It is rendered anew for that printer; a carrier's label goes as it is, so Conflict is
        raised when the printer does not understand it. Raises Conflict too when it moved on.
        """
        return self._send_elsewhere(number, printer, asked=True)

    def retry(self, number: int) -> Job:
        """Print a `failed` job after all. Raises Conflict when it is not `failed`."""
        return self._queued(self._spool.retry(number))

    def cancel(self, number: int) -> Job:
        """Take a waiting job out of the queue. Raises Conflict when it does not wait."""
        return self._told(self._spool.cancel(number))

    def answer_unknown(self, number: int, came_out: bool) -> Job:
        """A person looked at the printer: it came out, or it did not and is printed again."""
        return self._queued(self._spool.answer(number, came_out))

    # What the screen shows

    def jobs(self, limit: int = 100) -> list[Job]:
        """What was asked for, the newest first."""
        return self._spool.jobs(limit)

    def job(self, number: int) -> Job:
        """One job; raises NotFound."""
        return self._spool.job(number)

    def find(self, key: str) -> Job | None:
        """The job of the document that `key` names, None when there is none."""
        return self._spool.find(key)

    def questions(self) -> list[Job]:
        """Jobs of which only a person can say whether they came out, the oldest first."""
        return self._spool.in_state(JobState.UNKNOWN)

    def document(self, number: int) -> Document | None:
        """What a job was rendered from; None for a carrier's label, and once it was deleted."""
        text = self._spool.document(number)
        return None if text is None else document_from_json(text)

    def pdf(self, number: int) -> bytes:
        """A job as PDF, whatever its printer's language: to look at, to e-mail.

        Raises NotFound when it is no longer kept, Conflict for a carrier's ZPL.
        """
        job = self._spool.job(number)
        document = self.document(number)
        if document is None:
            payload = self._spool.payload(number)
            if job.payload_format != "pdf":
                raise Conflict(
                    "“{title}” came as {format} and cannot be shown here. It is in the list of "
                    "documents and can be printed.",
                    code="printing.no_picture",
                    title=job.title,
                    format=job.payload_format.upper(),
                )
            return payload
        member = self._pool.members.get(job.printer)
        shown = document if member is None else suited(document, member.configured.profile)
        return render_pdf(shown)

    def pages(self, number: int, dpi: int = PICTURE_DPI) -> list[bytes]:
        """The pages of a job as PNG. Raises as `pdf`."""
        return pages_png(self.pdf(number), dpi)

    def states(self) -> list[ConfiguredPrinterState]:
        """How each printer is. One that is no longer set up is there as long as jobs wait for
        it."""
        waiting, questions = self._spool.waiting(), self._spool.waiting((JobState.UNKNOWN,))
        members = self._pool.members
        found = [
            ConfiguredPrinterState(
                name,
                each.configured.model,
                each.entry.kind,
                each.entry.address,
                waiting.get(name, 0),
                questions.get(name, 0),
                each.worker.trouble(),
                each.since,
                each.worker.well_at,
            )
            for name, each in members.items()
        ]
        gone = sorted(set(waiting) - set(members))
        return found + [
            ConfiguredPrinterState(
                name, "", "", "", waiting[name], questions.get(name, 0), _no_longer_there(name)
            )
            for name in gone
        ]

    def check(self, printer: str) -> None:
        """Ask a printer how it is, now; prints nothing. Raises what is wrong with it."""
        worker = self._pool.named(printer).worker
        worker.check()
        self._tell()
        if worker.last_error is not None:
            raise worker.last_error

    # Setting up

    @property
    def setup(self) -> PrinterSetup:
        """The printers and routes in force."""
        return self._setup

    def reconfigure(self, setup: PrinterSetup) -> None:
        """Take another setup: workers of printers that changed stop, new ones start.

        No job is lost: what waits for a printer that is no longer there stays in the spool, is
        in `states`, and can be sent elsewhere. Raises Unprintable, and nothing changes then.
        """
        with self._lock:
            self._pool.become(setup)
            self._setup = setup
        self._tell()

    def start(self) -> None:
        """Start a worker for each printer, and the watcher."""
        with self._lock:
            if self._watcher is not None:
                return
            self._pool.start()
            self._watcher = Thread(target=self._watch, name="print watcher", daemon=True)
            self._watcher.start()

    def stop(self) -> None:
        """Stop all workers, within five seconds; what waits stays in the spool."""
        self._stopping.set()
        with self._lock:
            self._pool.stop()
        if self._watcher is not None:
            self._watcher.join(STOP_SECONDS)

    def print_waiting(self) -> None:
        """Print what waits, in this thread: for a program that has not called `start`."""
        self._pool.settle()
        for each in self._pool.members.values():
            for _ in range(self._spool.waiting().get(each.entry.name, 0)):
                job = each.worker.run_once()
                if job is None or job.state is JobState.QUEUED:
                    break
        self._tell()

    def watch_once(self) -> None:
        """One look at all printers: tell of a change, and let a second printer take over."""
        with self._lock:
            changed = self._pool.look()
        for member in self._pool.members.values():
            if member.since is not None:
                changed = self._take_over(member, member.since) or changed
        if changed:
            self._tell()

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_SECONDS):
            try:
                self.watch_once()
            except ComptoirError as error:  # the spool: shown where the jobs are, tried again
                _log.warning("print watcher: %s", error)

    def _take_over(self, member: Member, since: datetime) -> bool:
        """Give what waits for a printer in trouble to the second one, where the route says so.

        Only jobs that are `queued`: no byte of them was sent, so nothing can come out twice.
        """
        moved = False
        for job in self._spool.in_state(JobState.QUEUED, member.entry.name):
            route = self._setup.route(job.document_type)
            if route is None or route.first != job.printer or not route.takeover_seconds:
                continue
            if self._spool.now() - since < timedelta(seconds=route.takeover_seconds):
                continue
            if self._pool.named(route.second).trouble:
                continue
            try:
                self._send_elsewhere(job.number, route.second, asked=False)
            except ComptoirError as error:  # it does not fit there, or it moved on: it waits
                _log.info("print job %s stays with %s: %s", job.number, job.printer, error)
            else:
                moved = True
        return moved

    def _send_elsewhere(self, number: int, printer: str, *, asked: bool) -> Job:
        job = self._spool.job(number)
        configured = self._pool.named(printer).configured
        document = self.document(number)
        rendered = None
        if document is not None:
            rendered = Rendered(render(document, configured.profile), configured.profile.language)
        else:
            configured.check_takes(job.payload_format, job.title)
            self._spool.payload(number)
        return self._queued(self._spool.redirect(number, printer, rendered, asked=asked))

    def _queued(self, job: Job) -> Job:
        member = self._pool.members.get(job.printer)
        if member is not None:
            member.worker.wake()
        return self._told(job)

    def _told(self, job: Job) -> Job:
        self._tell()
        return job

    def _tell(self) -> None:
        if self._on_change is None:
            return
        try:
            self._on_change()
        except Exception:  # a screen that fails must not stop a printer
            _log.exception("the listener of the print service failed")

    def _printer_for(self, document_type: str, second: bool) -> Member:
        route = self._setup.route(document_type)
        name = (route.second if second else route.first) if route else ""
        if not name:
            raise NotFound(
                "No printer is set up for this document ({type}). Choose one in the settings; "
                "nothing was printed.",
                code="printing.no_printer",
                type=document_type,
            )
        return self._pool.named(name)


def _no_longer_there(name: str) -> NotFound:
    return NotFound(
        "{printer} is no longer set up, and documents wait for it. Send them to another "
        "printer, or take them out of the list.",
        code="printing.removed",
        printer=name,
    )
