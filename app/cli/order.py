"""`comptoir order`: what a person decides about an order on a running server."""

from __future__ import annotations

import typer

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder

app = typer.Typer(
    help="Decide about an order that waits.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Decide about an order that waits."""


@app.command("release")
def release_command(number: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """Send what there is of an order that a policy holds, or asks about; the rest waits."""
    with client_of(central, data) as client:
        found = client.send(f"/v1/orders/{number}/release", {})
    typer.echo(f"{found['order']}: {found['found']} pieces are promised now.")
