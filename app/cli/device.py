"""`comptoir device`: the tills and kiosks of a running server."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder

app = typer.Typer(
    help="The tills and kiosks of a server: list, pair, revoke, wipe.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Code = Annotated[str, typer.Argument(help="The device's code, T0001 say.")]


@app.command("list")
def list_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """The devices, in the order in which they were paired."""
    with client_of(central, data) as client:
        found = client.get("/v1/devices")
    table = Table("device", "name", "kind", "store", "state", "since", "last seen")
    for each in found:
        table.add_row(
            each["device"],
            each["name"],
            each["kind"],
            each["location"],
            each["state"],
            each["state_at"][:16],
            each["seen_at"][:16] or "never",
        )
    Console().print(table)


@app.command("pair")
def pair_command(
    store: Annotated[str, typer.Argument(help="The code of the store.")],
    kind: Annotated[str, typer.Option(help="terminal or kiosk.")] = "terminal",
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """A code for one new device of a store: start it there with --pair CODE."""
    with client_of(central, data) as client:
        found = client.send("/v1/devices", {"location": store, "kind": kind})
    typer.echo(f"{found['code']} is good for one {kind} of {store}, {found['minutes']} minutes.")


@app.command("revoke")
def revoke_command(device: Code, central: Address = HERE, data: Folder = DEMO) -> None:
    """Take a device out of service: it hands in what it holds, then erases it."""
    with client_of(central, data) as client:
        client.post(f"/v1/devices/{quote(device, safe='')}/revoke")
    typer.echo(f"{device} reads nothing more. What it has not sent is still taken from it.")


@app.command("wipe")
def wipe_command(device: Code, central: Address = HERE, data: Folder = DEMO) -> None:
    """A device was lost or stolen: nothing of it is taken, and it erases itself when it asks."""
    with client_of(central, data) as client:
        client.post(f"/v1/devices/{quote(device, safe='')}/wipe")
    typer.echo(f"{device} is refused. It erases what it holds as soon as it reaches the server.")
