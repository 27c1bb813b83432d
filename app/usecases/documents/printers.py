"""The printers of this device: which there are, which document goes to which, and how they are.

The setup is kept in the device's store. One printer is always there, a folder that takes every
document as a PDF, so that a device without any printer can show what it made.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Concatenate, ParamSpec

from app.usecases.context import Context
from app.usecases.documents.printer_address import address_of
from printing.documents.test_page import trial_page
from printing.model.document_json import document_to_json
from printing.model.media import MEDIA
from printing.model.printer_profile import Profile, bundled_profiles
from printing.printers.configuration import (
    ANY_DOCUMENT,
    PrinterEntry,
    PrinterSetup,
    Route,
    read_setup,
    write_setup,
)
from printing.printers.discovery import FoundPrinter, find_printers
from printing.printers.factory import render
from printing.service import PrintService
from printing.spool.spool import Job, JobState, Spool
from sync.domain.errors import ComptoirError, Conflict, InvalidInput, NotFound, Refused

P = ParamSpec("P")
BUILT_IN = "folder"  # never shown: screens call it "On screen (PDF)"
BUILT_IN_PROFILE = "office"
OUT = "out"  # its files, beside the spool
NAME_LENGTH_MAX = 40
TAKEOVER_SECONDS = 60
LOOKING_SECONDS = 4.0
STOP_SECONDS = 0.9
_META = "printers"

# Documents that go to the same printer in every shop; each document type is in one of them.
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "receipts": ("sales_receipt", "return_receipt", "gift_receipt", "credit_voucher"),
    "slips": ("order_slip", "reservation_slip"),
    "parcels": ("parcel_label", "return_label"),
    "bags": ("collect_label",),
    "lists": ("pick_list", "packing_slip", "transfer_note", "x_report", "z_report"),
    "prices": ("shelf_label", "article_label"),
}
SUGGESTED: Mapping[str, tuple[str, ...]] = {
    "escpos": ("receipts", "slips"),
    "zpl": ("parcels", "bags", "prices"),
    "pdf": ("lists",),
}


@dataclass(frozen=True, slots=True)
class PrinterView:
    """A printer as the screen shows it. `error` says what is wrong, `since` when; a printer that
    is `gone` is no longer set up, and documents wait for it."""

    name: str
    kind: str
    address: str
    profile: str
    asks: bool
    waiting: int
    questions: int
    error: ComptoirError | None = None
    since: datetime | None = None
    gone: bool = False

    @property
    def built_in(self) -> bool:
        """Whether it is the folder that is always there."""
        return self.name == BUILT_IN


@dataclass(frozen=True, slots=True)
class Choice:
    """The printers of a family of documents: the usual one, and the one that takes over."""

    family: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Overview:
    """What the screen loads at once. `problem`: why the printers kept on disk could not be read."""

    printers: tuple[PrinterView, ...]
    choices: tuple[Choice, ...]
    problem: ComptoirError | None = None


def _one_at_a_time(
    change: Callable[Concatenate[Printers, P], None],
) -> Callable[Concatenate[Printers, P], None]:
    """Two browsers may set up printers at once: neither undoes what the other did."""

    @wraps(change)
    def alone(self: Printers, /, *args: P.args, **kwargs: P.kwargs) -> None:
        with self.changing:
            change(self, *args, **kwargs)

    return alone


class Printers:
    """Owns the spool and the print service of a device. Without `start`, what is asked for is
    printed by whoever asks."""

    def __init__(
        self,
        context: Context,
        folder: Path,
        find: Callable[..., list[FoundPrinter]] = find_printers,
    ) -> None:
        self._context, self._folder, self._find = context, folder, find
        self.changing = Lock()
        self.problem: ComptoirError | None = None
        self.spool = Spool(folder, context.clock)
        self.service = PrintService(
            self.spool, self._stored(), on_change=lambda: context.store.tell("documents")
        )
        self.started = False

    # ---- running -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start a worker for each printer."""
        self.started = True
        self.service.start()

    def close(self) -> None:
        """Stop within a second; a job that hangs at its printer is found at the next start."""
        stopping = Thread(target=self.service.stop, name="print stop", daemon=True)
        stopping.start()
        stopping.join(STOP_SECONDS)
        self.spool.close()

    def erase(self) -> None:
        """Stop printing, and delete what was printed or waits, with the names that are in it."""
        Thread(target=self.service.stop, name="print stop", daemon=True).start()
        self.spool.erase()
        shutil.rmtree(self._folder / OUT, ignore_errors=True)

    def settle(self, job: Job) -> Job:
        """The job as it stands; without workers it is printed first."""
        if not self.started and job.state is JobState.QUEUED:
            self.service.print_waiting()
        return self.spool.job(job.number)

    # ---- what there is -----------------------------------------------------------------------

    def overview(self) -> Overview:
        """All printers and which document goes where."""
        setup = self.service.setup
        views = []
        for state in self.service.states():
            entry = setup.printers.get(state.name)
            views.append(
                PrinterView(
                    state.name,
                    state.kind,
                    state.address,
                    entry.profile if entry else "",
                    entry.asks if entry else False,
                    state.waiting,
                    state.questions,
                    state.error,
                    state.since,
                    entry is None,
                )
            )
        # The folder comes last: it is there for those who have nothing else.
        views.sort(key=lambda view: (view.built_in, view.gone, view.name.casefold()))
        return Overview(tuple(views), tuple(map(self._choice, FAMILIES)), self.problem)

    def profiles(self) -> dict[str, Profile]:
        """The printer models that are known, by name."""
        return dict(bundled_profiles())

    def attention(self) -> int:
        """Questions about documents, and printers in trouble of which nothing is asked."""
        states = self.service.states()
        in_trouble = sum(1 for state in states if state.error and not state.questions)
        return in_trouble + sum(state.questions for state in states)

    # ---- setting up ----------------------------------------------------------------------------

    @_one_at_a_time
    def add(
        self,
        name: str,
        kind: str,
        where: str,
        profile: str,
        *,
        asks: bool = False,
        families: Sequence[str] = (),
    ) -> None:
        """Set up another printer, and give it `families` of documents.

        Raises InvalidInput with what is wrong about the name, the address or the model.
        """
        setup = self.service.setup
        entry = PrinterEntry(self._free_name(name), address_of(kind, where), _known(profile), asks)
        routes = dict(setup.routes)
        for family in families:
            for document_type in FAMILIES[family]:
                routes[document_type] = Route(entry.name)
        self._take(PrinterSetup({**setup.printers, entry.name: entry}, routes))

    @_one_at_a_time
    def change(
        self, name: str, new_name: str, kind: str, where: str, profile: str, *, asks: bool
    ) -> None:
        """Change a printer, its name too; what waits for it goes along.

        Raises Refused while a person still has to say whether its last document came out.
        """
        old = self._own(name)
        new = PrinterEntry(
            old.name if new_name.strip() == name else self._free_name(new_name),
            address_of(kind, where),
            _known(profile),
            asks,
        )
        if new.name != name and self.spool.in_state(JobState.UNKNOWN, name):
            raise Refused(
                "Say first whether the last document of {printer} came out; then it can be "
                "renamed.",
                code="printers.question_open",
                printer=name,
            )
        setup = self.service.setup
        printers = {
            new.name if key == name else key: entry for key, entry in setup.printers.items()
        }
        printers[new.name] = new
        routes = {
            key: replace(
                route,
                first=new.name if route.first == name else route.first,
                second=new.name if route.second == name else route.second,
            )
            for key, route in setup.routes.items()
        }
        self._take(PrinterSetup(printers, routes))
        for job in self.spool.in_state(JobState.QUEUED, name) if new.name != name else []:
            self.service.send_elsewhere(job.number, new.name)

    @_one_at_a_time
    def remove(self, name: str) -> None:
        """Take a printer out; its documents go to their second printer, or to the folder.

        What waits for it stays in the list of documents, where a person sends it elsewhere.
        """
        self._own(name)
        setup = self.service.setup
        routes = {}
        for document_type, route in setup.routes.items():
            if route.first == name:
                route = Route(route.second or BUILT_IN)
            elif route.second == name:
                route = Route(route.first)
            routes[document_type] = route
        printers = {key: entry for key, entry in setup.printers.items() if key != name}
        self._take(PrinterSetup(printers, routes))

    @_one_at_a_time
    def choose(self, family: str, first: str, second: str = "") -> None:
        """Send a family of documents to `first`; `second` takes over after a minute of trouble."""
        setup = self.service.setup
        if second == first:
            second = ""
        for name in filter(None, (first, second)):
            if name not in setup.printers:
                raise _no_such(name)
        route = Route(first, second, TAKEOVER_SECONDS if second else 0)
        routes = {**setup.routes, **dict.fromkeys(FAMILIES[family], route)}
        self._take(PrinterSetup(setup.printers, routes))

    # ---- trying out ----------------------------------------------------------------------------

    def look(self, stop: Event) -> list[FoundPrinter]:
        """Printers that announce themselves on the network, those set up left out.

        Takes some seconds; setting `stop` ends it early. Raises Unavailable without zeroconf.
        """
        known = {entry.address for entry in self.service.setup.printers.values()}
        found = self._find(LOOKING_SECONDS, stop.wait)
        return [printer for printer in found if printer.address not in known]

    def try_out(self, name: str) -> Job:
        """Print a test page at a printer; the job tells what becomes of it."""
        entry = self.service.setup.printers.get(name)
        if entry is None:
            raise _no_such(name)
        profile = bundled_profiles()[entry.profile]
        now = self._context.clock()
        document = trial_page(MEDIA[profile.media], self._context.i18n, now)
        job = self.spool.submit(
            document.type,
            document.title,
            render(document, profile),
            key=f"test_page/{self._context.new_id()}/0",
            printer=name,
            payload_format=profile.language,
            document=document_to_json(document),
        )
        self._context.store.tell("documents")
        return self.settle(job)

    def check(self, name: str) -> None:
        """Ask a printer how it is; prints nothing. Raises what is wrong."""
        self.service.check(name)

    # ---- inside --------------------------------------------------------------------------------

    def _choice(self, family: str) -> Choice:
        route = self.service.setup.route(FAMILIES[family][0]) or Route(BUILT_IN)
        return Choice(family, route.first, route.second)

    def _stored(self) -> PrinterSetup:
        """The setup on disk; the folder alone when it cannot be read, and the problem is kept."""
        text = self._context.store.meta(_META)
        try:
            kept = read_setup(text) if text else PrinterSetup()
            return self._with_folder(kept)
        except ComptoirError as error:
            self.problem = error
            return self._with_folder(PrinterSetup())

    def _with_folder(self, setup: PrinterSetup) -> PrinterSetup:
        # Where the data is now, not where it was when the setup was written.
        built_in = PrinterEntry(BUILT_IN, str(self._folder.absolute() / OUT), BUILT_IN_PROFILE)
        routes = {ANY_DOCUMENT: Route(BUILT_IN), **setup.routes}
        return PrinterSetup({**setup.printers, BUILT_IN: built_in}, routes)

    def _take(self, setup: PrinterSetup) -> None:
        """Put a setup in force, then on disk: what cannot be in force is not kept."""
        self.service.reconfigure(setup)
        self._context.store.set_meta(_META, write_setup(setup))
        self.problem = None

    def _own(self, name: str) -> PrinterEntry:
        entry = self.service.setup.printers.get(name)
        if entry is None:
            raise _no_such(name)
        if name == BUILT_IN:
            raise Refused(
                "This one is always there, so that no document is lost. It cannot be changed.",
                code="printers.built_in",
            )
        return entry

    def _free_name(self, typed: str) -> str:
        name = " ".join(typed.split())
        if not name or len(name) > NAME_LENGTH_MAX or not name.isprintable():
            raise InvalidInput(
                "Give the printer a name of 1 to {longest} letters, such as “Till”.",
                code="printers.name",
                longest=NAME_LENGTH_MAX,
            )
        if name.casefold() in {known.casefold() for known in self.service.setup.printers}:
            raise Conflict(
                "There is a printer called {name} already. Choose another name.",
                code="printers.name_taken",
                name=name,
            )
        return name


def _known(profile: str) -> str:
    if profile not in bundled_profiles():
        raise InvalidInput("Choose the model of the printer.", code="printers.model")
    return profile


def _no_such(name: str) -> NotFound:
    return NotFound(
        "There is no printer called {name}.", code="printing.no_such_printer", name=name
    )
