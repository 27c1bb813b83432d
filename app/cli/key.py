"""`comptoir key`: the keys of programs that use a running server's API."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of, key_file
from app.cli.policy import DEMO, HERE, Address, Folder

app = typer.Typer(
    help="Keys of programs: create, list, rotate, revoke, and what was changed with them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Name = Annotated[str, typer.Argument(help="The key's name, erp say.")]


@app.command("list")
def list_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """All keys there ever were; the secrets are nowhere."""
    with client_of(central, data) as client:
        found = client.get("/v1/keys")
    table = Table("key", "scopes", "made", "by", "ends", "last used", "")
    for each in found:
        table.add_row(
            each["name"],
            ", ".join(each["scopes"]),
            each["created_at"][:10],
            each["created_by"],
            each["expires_at"][:10] or "–",
            each["used_at"][:16] or "never",
            "revoked" if each["revoked_at"] else "",
        )
    Console().print(table)


@app.command("create")
def create_command(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            help="web_orders, operations, read, devices, staff, policies, company, "
            "discrepancies, orders, journal or keys; may be said several times."
        ),
    ],
    days: Annotated[int | None, typer.Option(help="It ends after so many days.")] = None,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """A new key; its secret is shown once."""
    with client_of(central, data) as client:
        made = client.send("/v1/keys", {"name": name, "scopes": scope, "days": days})
    typer.echo(f"The secret of {name}, shown this once:\n{made['secret']}")


@app.command("rotate")
def rotate_command(
    name: Name,
    old_hours: Annotated[int, typer.Option(help="The old secret works so long.")] = 24,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """A new secret. That of operations is written into its file on this machine."""
    with client_of(central, data) as client:
        body = {"old_hours": old_hours}
        made = client.send(f"/v1/keys/{quote(name, safe='')}/rotate", body)
    if name == "operations":
        _write(key_file(data), made["secret"])
        typer.echo(f"The new secret of {name} is in {key_file(data)}.")
    else:
        typer.echo(f"The new secret of {name}, shown this once:\n{made['secret']}")


@app.command("revoke")
def revoke_command(name: Name, central: Address = HERE, data: Folder = DEMO) -> None:
    """It opens nothing from now on."""
    with client_of(central, data) as client:
        client.post(f"/v1/keys/{quote(name, safe='')}/revoke")
    typer.echo(f"{name} opens nothing any more.")


@app.command("calls")
def calls_command(
    key: Annotated[str, typer.Option(help="Only those of this key.")] = "",
    most: Annotated[int, typer.Option(help="At most so many.")] = 50,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """What was changed with keys, the latest first."""
    with client_of(central, data) as client:
        found = client.get("/v1/keys/calls", key=key, limit=most)
    table = Table("when", "key", "from", "what", "answer")
    for each in found:
        what = f"{each['method']} {each['path']}"
        table.add_row(each["at"][:19], each["key"], each["address"], what, str(each["status"]))
    Console().print(table)


def _write(file: Path, secret: str) -> None:
    """In place of the old one, in one step, for this user alone."""
    new = file.with_suffix(".new")
    new.touch(mode=0o600)
    new.write_text(secret, encoding="ascii")
    new.replace(file)
