"""`comptoir privacy`: what is kept of a client: given out, or erased."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from sync.domain.errors import InvalidInput

app = typer.Typer(
    help="What is kept of a client: export, erase.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Email = Annotated[str, typer.Argument(help="The client's e-mail address.")]


@app.command("export")
def export_command(
    email: Email,
    out: Annotated[Path, typer.Option(help="The ZIP to write; one that is there is kept.")],
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Write all that is kept of a client as a ZIP that they can read."""
    if out.exists():
        raise InvalidInput(
            "{file} is there already. Name another file; nothing was written.",
            code="privacy.file",
            file=str(out),
        )
    with client_of(central, data) as client:
        found = client.fetch("/v1/privacy/export", body={"email": email})
    out.touch(mode=0o600)
    out.write_bytes(found)
    typer.echo(f"{out}: {len(found):,} bytes, with index.html to be read.")


@app.command("looks")
def looks_command(
    order: Annotated[str, typer.Argument(help="The number of an order.")],
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Who has looked at an order through the API or the pages, once an hour each."""
    with client_of(central, data) as client:
        found = client.get("/v1/keys/calls", order=order)
    for each in found:
        typer.echo(f"{each['at'][:19]}  {each['key']}  {each['address']}  {each['path']}")
    if not found:
        typer.echo(f"Nobody has looked at {order}.")


@app.command("erase")
def erase_command(
    email: Email,
    reason: Annotated[str, typer.Option(help="Why, for the record.")],
    even_open: Annotated[
        bool, typer.Option("--even-open", help="Orders too that are not done.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Erase a client here and on every device; what was sold, and for how much, stays."""
    with client_of(central, data) as client:
        found = client.send("/v1/privacy/preview", {"email": email})
        typer.echo(f"{len(found['orders'])} orders are blanked: {', '.join(found['orders'])}")
        typer.echo(f"{found['mails']} mails are deleted.")
        if found["open"]:
            typer.echo(f"Not done, or may still come back: {', '.join(found['open'])}")
        if not yes:
            typer.confirm("This cannot be undone. Erase?", abort=True)
        body = {"email": email, "reason": reason, "even_open": even_open}
        client.send("/v1/privacy/erase", body)
    typer.echo("Erased. Devices that are offline follow when they are back.")
