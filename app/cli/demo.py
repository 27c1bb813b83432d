"""The demo company: three processes with a database each, and data on real ground."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.processes import Part, start_part
from sync.domain.device import DeviceKind
from sync.domain.errors import Unavailable

if TYPE_CHECKING:
    from app.device import Ports
    from sync.central.context import Ports as ServerPorts

DEMO_STORE = "S001"
MARKER = "comptoir-demo"


@dataclass
class DemoCompany:
    """Where the demo keeps its data, and its running parts."""

    folder: Path
    parts: dict[str, Part] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)

    @property
    def central_folder(self) -> Path:
        """The central server's data."""
        return self.folder / "central"

    def load(self, console: Console) -> None:
        """Fill the central database the first time; quick when that is done."""
        from sync.central.composition import Central
        from sync.demo.load import load_demo

        done = self.central_folder / "loaded"
        if done.exists():
            return
        loading = self.central_folder / "loading"
        if self.central_folder.exists():
            if not loading.exists():
                raise _not_ours(self.central_folder)
            shutil.rmtree(self.central_folder)  # an earlier load was cut short
        self.central_folder.mkdir(parents=True)
        loading.touch()
        columns = (
            TextColumn("{task.description:32}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("Loading the demo company", total=None)

            def report(now: int, total: int, what: str) -> None:
                progress.update(bar, completed=now, total=total, description=what)

            central = Central(self.central_folder)
            try:
                load_demo(central, report)
            finally:
                central.close()
            progress.update(bar, description="Demo company loaded")
        done.touch()
        loading.unlink()

    def start_central(self, port: int | None = None) -> Part:
        """Start, or start again, the central server."""
        return self._start("central", ["--data", str(self.central_folder)], port)

    def start_device(
        self, kind: DeviceKind, port: int | None = None, store: str = DEMO_STORE
    ) -> Part:
        """Start a terminal or a kiosk of `store`; the first time it is paired with the server."""
        folder = self.folder / f"{kind}-{store.lower()}"
        arguments = ["--data", str(folder), "--central", self.urls["central"]]
        if not (folder / "paired").exists():
            arguments += ["--pair", self._pairing_code(store, kind)]
        return self._start(kind, arguments, port)

    def _start(self, name: str, arguments: list[str], port: int | None) -> Part:
        """Start a part. It takes its port itself: `port`, else that of its last start, else the
        usual one or, when that is taken, a free one."""
        if port is None and name in self.urls:
            port = int(self.urls[name].rpartition(":")[2])
        wanted = [] if port is None else ["--port", str(port)]
        log = self.folder / "logs" / f"{name}.log"
        part = start_part(name, [name, *arguments, *wanted, "--demo"], log)
        self.parts[name], self.urls[name] = part, part.url
        return part

    def _pairing_code(self, store: str, kind: str) -> str:
        """A code written where the server reads it, in one short transaction of its own."""
        from sync.central.allocation.explanation import DATABASE_FILE
        from sync.central.composition import utc_now
        from sync.central.devices.devices import create_pairing_code
        from sync.central.storage.database import Database
        from sync.central.storage.dialect import open_engine

        database = Database(open_engine(self.central_folder / DATABASE_FILE), utc_now)
        try:
            with database.write("pairing") as tx:
                return create_pairing_code(tx, secrets.token_bytes, store, kind)
        finally:
            database.close()

    def stop(self) -> None:
        """Stop all parts, the devices first."""
        for name in ("kiosk", "terminal", "central"):
            part = self.parts.pop(name, None)
            if part is not None:
                part.stop()


@contextmanager
def running(company: DemoCompany, console: Console) -> Iterator[DemoCompany]:
    """The whole company, started and stopped."""
    try:
        company.load(console)
        company.start_central()
        company.start_device(DeviceKind.TERMINAL)
        company.start_device(DeviceKind.KIOSK)
        yield company
    finally:
        company.stop()


def demo_ports(ports: Ports) -> Ports:
    """The ports of a demo device: its card terminal is simulated, its people's PINs are told."""
    from sync.demo.load import DEMO_PEOPLE
    from sync.terminal.payment_terminal.simulated import SimulatedCardTerminal

    pins = tuple(pin for _, _, pin, _ in DEMO_PEOPLE)
    return replace(
        ports,
        payment_terminal=SimulatedCardTerminal("ask"),
        demo_pins=pins,
        keystore=None,  # a demo leaves nothing on the machine once its folder is deleted
    )


def demo_server_ports(folder: Path) -> ServerPorts:
    """What the demo's server gets from the world: all of it simulated, mail in a folder."""
    from sync.central.context import Ports
    from sync.demo.folder_mail import FolderMail
    from sync.demo.simulated_carrier import SimulatedCarrier
    from sync.demo.simulated_provider import SimulatedProvider

    return Ports(SimulatedCarrier(), FolderMail(folder / "mail"), SimulatedProvider())


def claim(folder: Path) -> None:
    """Make `folder` the demo's; raises Unavailable when it holds something else already."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise _not_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).touch()


def reset(folder: Path) -> None:
    """Forget the demo's data; refuses to delete a folder that the demo did not make."""
    if not folder.exists():
        return
    if not (folder / MARKER).exists() and any(folder.iterdir()):
        raise _not_ours(folder)
    shutil.rmtree(folder)


def _not_ours(folder: Path) -> Unavailable:
    return Unavailable(
        "{folder} is not a demo folder, so it is left as it is. Name another with --data.",
        code="demo.not_ours",
        folder=str(folder),
    )


def run(folder: Path, *, fresh: bool, browser: bool, console: Console) -> None:
    """`comptoir demo`: load, start, say where, and run until Ctrl-C."""
    folder = folder.resolve()
    if fresh:
        reset(folder)
    claim(folder)
    with running(DemoCompany(folder), console) as company:
        for name in ("central", "terminal", "kiosk"):
            console.print(f"{name:9} {company.parts[name].url}", highlight=False)
        console.print(
            "PINs: Claire 246810 (manager), Léo 135790, Inès 112358. Ctrl-C stops everything; "
            "the data is kept.",
            style="dim",
            highlight=False,
        )
        if browser and _has_display():
            webbrowser.open(company.parts["terminal"].url)
        try:
            _wait(company)
        except KeyboardInterrupt:
            console.print("Stopping...", style="dim")


def _wait(company: DemoCompany) -> None:
    while True:
        for part in list(company.parts.values()):
            if not part.running:
                raise Unavailable(
                    "{name} has stopped by itself. Its last words: {words}. The data is kept; "
                    "start the demo again.",
                    code="part.stopped",
                    name=part.name,
                    words=" | ".join(list(part.said)[-3:]),
                )
        time.sleep(0.5)


def _has_display() -> bool:
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
