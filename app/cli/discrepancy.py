"""`comptoir discrepancy`: what does not agree on a running server, and who has looked at it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from sync.domain.money import Money

app = typer.Typer(
    help="What needs a person: list it, and close it with a note.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("list")
def list_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """What is open, the latest first."""
    with client_of(central, data) as client:
        found = client.get("/v1/discrepancies")
    table = Table("number", "what", "location", "article", "document", "amount or pieces")
    for each in found:
        minor = each["amount_minor"]
        amount = Money(minor, each["currency"]) if minor is not None else each["missing"]
        table.add_row(
            str(each["number"]),
            each["kind"],
            each["location"],
            each["sku"] or "",
            each["document"] or "",
            "" if amount is None else str(amount),
        )
    Console().print(table if found else "Nothing is to be looked into.")


@app.command("resolve")
def resolve_command(
    number: Annotated[int, typer.Argument(help="Its number in the list.")],
    note: Annotated[str, typer.Option(help="What was found.")],
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Close one: a person has looked at it. A refund that it held back can be made then."""
    with client_of(central, data) as client:
        client.send(f"/v1/discrepancies/{number}/resolve", {"note": note})
    typer.echo(f"{number} is closed.")
