"""`comptoir staff`: the people of a running server's stores."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder

app = typer.Typer(
    help="The people of the stores: list, add, move, role, pin, disable, enable.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Code = Annotated[str, typer.Argument(help="The person's code, A01 say.")]
Stores = Annotated[list[str], typer.Option("--store", help="A store; may be said several times.")]
Pin = Annotated[
    str,
    typer.Option(
        prompt="PIN (six to eight digits)",
        hide_input=True,
        confirmation_prompt=True,
        help="Asked for when it is not given.",
    ),
]


@app.command("list")
def list_command(
    central: Address = HERE,
    data: Folder = DEMO,
    store: Annotated[str, typer.Option(help="Only those of this store.")] = "",
) -> None:
    """Who works where, and in which role."""
    with client_of(central, data) as client:
        found = client.get("/v1/staff")
    table = Table("code", "name", "role", "stores", "")
    for each in found:
        if not store or store in each["locations"]:
            state = "" if each["enabled"] else "disabled"
            stores = ", ".join(each["locations"])
            table.add_row(each["code"], each["name"], each["role"], stores, state)
    Console().print(table)


@app.command("add")
def add_command(
    code: Code,
    name: Annotated[str, typer.Argument(help="First name and family name.")],
    store: Stores,
    pin: Pin,
    role: Annotated[str, typer.Option(help="associate, manager, or the company's own.")] = (
        "associate"
    ),
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Somebody new."""
    body = {"code": code, "name": name, "locations": store, "pin": pin, "role": role}
    with client_of(central, data) as client:
        _say(client.send("/v1/staff", body))


@app.command("move")
def move_command(code: Code, store: Stores, central: Address = HERE, data: Folder = DEMO) -> None:
    """They work in these stores from now on, and in no other."""
    _put(code, "stores", {"locations": list(store)}, central, data)


@app.command("role")
def role_command(
    code: Code,
    role: Annotated[str, typer.Argument(help="associate, manager, or the company's own.")],
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """They have that role from now on."""
    _put(code, "role", {"role": role}, central, data)


@app.command("pin")
def pin_command(code: Code, pin: Pin, central: Address = HERE, data: Folder = DEMO) -> None:
    """They have a new PIN from now on, and new tries with it."""
    _put(code, "pin", {"pin": pin}, central, data)


@app.command("disable")
def disable_command(code: Code, central: Address = HERE, data: Folder = DEMO) -> None:
    """Nobody lets them in any more."""
    with client_of(central, data) as client:
        _say(client.post(f"/v1/staff/{quote(code, safe='')}/disable"))


@app.command("enable")
def enable_command(code: Code, central: Address = HERE, data: Folder = DEMO) -> None:
    """They can sign in again."""
    with client_of(central, data) as client:
        _say(client.post(f"/v1/staff/{quote(code, safe='')}/enable"))


@app.command("changes")
def changes_command(code: Code, central: Address = HERE, data: Folder = DEMO) -> None:
    """What was changed of a person, when and by whom."""
    with client_of(central, data) as client:
        found = client.get(f"/v1/staff/{quote(code, safe='')}/changes")
    table = Table("when", "what", "detail", "by")
    for each in found:
        detail = ", ".join(f"{name} {_words(value)}" for name, value in each["detail"].items())
        table.add_row(each["at"][:19], each["what"], detail, each["who"])
    Console().print(table)


@app.command("approvals")
def approvals_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """What somebody approved for another person, the latest first."""
    with client_of(central, data) as client:
        found = client.get("/v1/approvals")
    table = Table("used", "what", "document", "by", "for", "device")
    for each in found:
        cells = ("used_at", "allows", "subject", "approver", "asked_by", "device")
        table.add_row(*(each[cell][:19] for cell in cells))
    Console().print(table)


def _put(code: str, what: str, body: dict[str, Any], central: str, data: Path) -> None:
    with client_of(central, data) as client:
        _say(client.put(f"/v1/staff/{quote(code, safe='')}/{what}", body))


def _say(person: dict[str, Any]) -> None:
    state = "" if person["enabled"] else ", disabled"
    stores = _words(person["locations"])
    typer.echo(f"{person['code']}: {person['name']}, {person['role']}, {stores}{state}.")


def _words(value: object) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
