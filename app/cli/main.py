"""`comptoir`: the one command, and what each of its words starts."""

from __future__ import annotations

import os
import socket
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli import logs
from app.cli.processes import LOOPBACK, READY, interrupt_self, listen, url_of, when_stdin_closes
from sync.domain.company import missing
from sync.domain.device import DeviceKind
from sync.domain.errors import ComptoirError

app = typer.Typer(
    help="The counter of a shop that can sell the whole company's stock.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console()

Data = Annotated[Path, typer.Option(help="Folder that keeps the data.")]
Port = Annotated[
    int | None, typer.Option(help="Port on this machine, 0 for any; 8540, 8550 or 8560 by default.")
]
# Databases, spool, mail and logs hold names: 0600 files and 0700 folders, whatever the shell says.
FOR_THIS_USER_ALONE = 0o077
CENTRAL_PORT, TERMINAL_PORT, KIOSK_PORT = 8540, 8550, 8560
Central = Annotated[str, typer.Option(help="Address of the central server.")]
DatabaseUrl = Annotated[
    str,
    typer.Option(
        envvar="COMPTOIR_DATABASE",
        help="PostgreSQL: postgresql://user:password@host/name; else a file in the folder.",
        show_envvar=True,
    ),
]
StdinFlag = Annotated[bool, typer.Option("--until-stdin-closes", hidden=True)]
Pair = Annotated[str, typer.Option(help="Pairing code, the first time only.")]
Ca = Annotated[
    Path | None, typer.Option(help="With --pair: the one authority whose server is believed.")
]
Demo = Annotated[bool, typer.Option("--demo", help="Show the demo's PIN hints.")]


def _listen(port: int | None, usual: int, demo: bool, host: str = LOOPBACK) -> socket.socket:
    """Listen on the port that was named, else on the usual one; a demo takes any when that is
    taken. Raises Unavailable."""
    if port is None:
        return listen(usual, or_free=demo, host=host)
    return listen(port, host=host)


def _ready(url: str) -> None:
    sys.stdout.write(f"{READY}{url}\n")
    sys.stdout.flush()


@app.command()
def demo(
    data: Data = Path(".comptoir"),
    reset: Annotated[bool, typer.Option("--reset", help="Begin again from nothing.")] = False,
    browser: Annotated[bool, typer.Option(help="Open a browser where there is a display.")] = True,
) -> None:
    """Start the demo company: a central server, a terminal and a kiosk. Ctrl-C stops all."""
    from app.cli.demo import run

    run(data, fresh=reset, browser=browser, console=console)


@app.command()
def central(
    data: Data = Path("comptoir-data/central"),
    port: Port = None,
    simulate_locations: Annotated[
        bool,
        typer.Option("--demo", help="Let the demo's carrier and locations work by the clock."),
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = LOOPBACK,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its key, PEM.")] = None,
    trusted_proxy: Annotated[
        str, typer.Option(help="Address or network of the proxy that ends TLS.")
    ] = "",
    public_name: Annotated[
        list[str] | None, typer.Option(help="Name by which others ask for the server.")
    ] = None,
    database: DatabaseUrl = "",
    requests_per_minute: Annotated[
        int, typer.Option(min=1, help="What one key or device may ask for.")
    ] = 3_000,
    megabytes_per_minute: Annotated[
        int, typer.Option(min=1, help="What one key or device may send.")
    ] = 64,
    until_stdin_closes: StdinFlag = False,
) -> None:
    """Start the central server."""
    from sync.central.api.budget import Budget
    from sync.central.composition import Central
    from sync.central.exposure import Exposure
    from sync.central.server import serve

    exposure = Exposure(host, tls_cert, tls_key, trusted_proxy, public_name or ())
    exposure.check()

    if until_stdin_closes:
        when_stdin_closes(interrupt_self)
    listener = _listen(port, CENTRAL_PORT, simulate_locations, host)
    if simulate_locations:
        from app.cli.demo import demo_server_ports
        from sync.demo.simulated_locations import simulated_jobs

        server = Central(data, database_url=database, ports=demo_server_ports(data))
        jobs = simulated_jobs(server.context)
    else:
        server, jobs = Central(data, database_url=database), []
    if not server.reference.has_company:
        typer.echo(f"comptoir: {missing()}", err=True)
    address = url_of(listener, "https" if tls_cert else "http")
    budget = Budget(requests_per_minute, megabytes_per_minute * 1024 * 1024)
    ready = partial(_ready, address)
    serve(server, listener, jobs=jobs, ready=ready, exposure=exposure, budget=budget)


@app.command()
def terminal(
    data: Data = Path("comptoir-data/terminal"),
    central: Central = "http://127.0.0.1:8540",
    port: Port = None,
    pair: Pair = "",
    ca: Ca = None,
    demo: Demo = False,
    until_stdin_closes: StdinFlag = False,
) -> None:
    """Start a store terminal."""
    _run_device(
        DeviceKind.TERMINAL,
        data,
        central,
        _listen(port, TERMINAL_PORT, demo),
        pair,
        ca,
        demo,
        until_stdin_closes,
    )


@app.command()
def kiosk(
    data: Data = Path("comptoir-data/kiosk"),
    central: Central = "http://127.0.0.1:8540",
    port: Port = None,
    pair: Pair = "",
    ca: Ca = None,
    demo: Demo = False,
    until_stdin_closes: StdinFlag = False,
) -> None:
    """Start a self-service return kiosk."""
    listener = _listen(port, KIOSK_PORT, demo)
    _run_device(DeviceKind.KIOSK, data, central, listener, pair, ca, demo, until_stdin_closes)


def _run_device(
    kind: DeviceKind,
    data: Path,
    central: str,
    listener: socket.socket,
    pair: str,
    ca: Path | None,
    demo: bool,
    until_stdin: bool,
) -> None:
    from app.cli.demo import demo_ports
    from app.device import open_device, world_of
    from app.device import pair as pair_device

    world = world_of(data, pin=ca if pair else None)
    if pair:
        pair_device(data, central, pair, kind, ports=world)
        (data / "paired").touch()
    device = open_device(data, central, ports=demo_ports(world) if demo else world)
    if until_stdin:
        when_stdin_closes(interrupt_self)
    device.start()
    try:
        if kind is DeviceKind.KIOSK:
            from app.kiosk import run_kiosk as run
        else:
            from app.terminal import run_terminal as run
        run(device, listener, on_ready=lambda: _ready(url_of(listener)))
    finally:
        device.stop()


@app.command()
def check(data: Data = Path(".comptoir"), database: DatabaseUrl = "") -> None:
    """Prove that balances, money and queues add up; exits 1 when something does not."""
    from app.cli.check import run

    raise typer.Exit(run(data, console, database))


@app.command()
def doctor() -> None:
    """Say what is missing on this machine and how to get it; exits 1 when something needed is."""
    from app.cli.doctor import run

    raise typer.Exit(run(console))


LATER = {  # words whose modules take a while to load, and where each one is
    "print": "app.cli.print",
    "replay": "app.cli.replay",
    "explain": "app.cli.explain",
    "batch": "app.cli.batch",
    "policy": "app.cli.policy",
    "company": "app.cli.company",
    "bench": "app.cli.bench",
    "device": "app.cli.device",
    "discrepancy": "app.cli.discrepancy",
    "stock": "app.cli.stock",
    "order": "app.cli.order",
    "staff": "app.cli.staff",
    "journal": "app.cli.journal",
    "key": "app.cli.key",
    "privacy": "app.cli.privacy",
    "certificate": "app.cli.certificate",
}


SINGLE = frozenset({"replay", "explain", "batch", "certificate"})  # no words below them


def _add_later_words() -> None:
    """Add the words that this call may need: all of them for help, else the one that is asked."""
    asked = {word for word in sys.argv[1:2] if word in LATER}
    started = {
        command.name or command.callback.__name__
        for command in app.registered_commands
        if command.callback
    }
    if sys.argv[1:2] and not asked and sys.argv[1] in started:
        return
    for word in asked or LATER:
        found = import_module(LATER[word]).app
        if word not in SINGLE:
            app.add_typer(found, name=word)
        else:
            app.registered_commands += [
                command for command in found.registered_commands if command.name == word
            ]


def main() -> None:
    """Run the command; an error is a sentence and exit status 1, never a traceback."""
    os.umask(FOR_THIS_USER_ALONE)
    logs.configure()
    try:
        _add_later_words()
        app()
    except ComptoirError as error:
        console.print(f"comptoir: {error} [{error.code}]", style="red", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
