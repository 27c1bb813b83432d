"""What could be done about stock, and how long it has been lying: commands of `comptoir stock`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder

Place = Annotated[str, typer.Option("--at", help="Code of the location.")]
ServiceLevel = Annotated[float, typer.Option(help="How often there is to be enough.")]
CoverDays = Annotated[int, typer.Option(help="For so many days.")]
Limit = Annotated[int, typer.Option(min=1, max=500, help="At most so many.")]


def ageing_command(
    at: Annotated[str, typer.Option(help="The articles of this location.")] = "",
    limit: Limit = 20,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """How long stock has been lying, in days; the most value bound first, without VAT."""
    with client_of(central, data) as client:
        found = client.get("/v1/stock-ageing", location=at, limit=limit)
    brackets = ("to 30", "31-60", "61-90", "91-180", "181 on")
    table = plain_table("article" if at else "location", *brackets, "oldest", "value", "name")
    for each in found:
        value = f"{each['value_minor'] / 100:,.2f}"
        counts = [str(count or "") for count in each["pieces"]]
        head = each["sku"] or each["location"]
        table.add_row(head, *counts, str(each["oldest_days"]), value, each["name"])
    Console().print(table if found else "Nothing lies there.")


def proposals_command(
    service_level: ServiceLevel = 0.95,
    cover_days: CoverDays = 14,
    limit: Limit = 20,
    accept: Annotated[
        list[str] | None, typer.Option(help="Number of one that is to be made; give it again.")
    ] = None,
    accept_all: Annotated[bool, typer.Option("--accept-all", help="All of them.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Transfers worth making, those that save most sales first, and why.

    One that is accepted is asked of the location that has the goods: nothing moves until that
    books with `comptoir stock transfer`, under the same number, that they have left.
    """
    asked: dict[str, Any] = {"service_level": service_level, "cover_days": cover_days}
    if accept or accept_all:
        with client_of(central, data) as client:
            wanted = {**asked, "numbers": accept or [], "all": accept_all}
            made = client.send("/v1/stock-proposals/accept", wanted)
        for each in made:
            _say_asked(each)
        typer.echo(f"{len(made)} transfers accepted.")
        return
    with client_of(central, data) as client:
        found = client.get("/v1/stock-proposals", **asked, limit=limit)
    console = Console(soft_wrap=True, highlight=False)
    for each in found:
        console.print(
            f"{each['number']}: {each['quantity']} x {each['sku']} {each['name']}, from "
            f"{each['source']} to {each['destination']}",
            markup=False,
        )
        console.print(
            f"  {each['weekly']:g} a week are expected there, {each['enough']} are enough, "
            f"{each['there']} there or coming: {each['lost']:g} sales would be lost. "
            f"{each['source']} can spare {each['spare']}.",
            markup=False,
        )
    if not found:
        console.print("Nothing is worth moving, or there is no demand to judge by yet.")


def levels_command(
    at: Place,
    service_level: ServiceLevel = 0.95,
    cover_days: CoverDays = 14,
    limit: Limit = 20,
    accept: Annotated[
        list[str] | None, typer.Option(help="Article whose safety stock is kept; give it again.")
    ] = None,
    accept_all: Annotated[bool, typer.Option("--accept-all", help="Of all articles.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """How much of each article a store is to have, and why; safety stock is accepted as rules."""
    asked: dict[str, Any] = {"location": at, "service_level": service_level}
    asked |= {"cover_days": cover_days}
    with client_of(central, data) as client:
        if accept or accept_all:
            body = {**asked, "skus": accept or [], "all": accept_all}
            done = client.send("/v1/stock-levels/accept", body)
            typer.echo(f"Safety stock has changed for {done['rules']:,} articles at {at}.")
            return
        found = client.get("/v1/stock-levels", **asked, limit=limit)
    table = plain_table("article", "a week", "spread", "up to", "safety", "now", "there", "name")
    for each in found:
        numbers = [f"{each['weekly']:g}", f"{each['spread']:g}"]
        names = ("order_up_to", "safety_stock", "safety_stock_now", "there")
        numbers += [str(each[name]) for name in names]
        table.add_row(each["sku"], *numbers, each["name"])
    Console().print(table if found else "There is no demand to judge by yet.")


def _say_asked(found: dict[str, Any]) -> None:
    for line in found["lines"]:
        typer.echo(
            f"{found['number']}: {found['state']}, {line['expected']} x {line['sku']} from "
            f"{found['source']} to {found['destination']}"
        )


def plain_table(*columns: str) -> Table:
    """Without lines, so that numbers that are typed again are whole at 80 columns."""
    return Table(*columns, box=None, pad_edge=False)


COMMANDS: dict[str, Callable[..., None]] = {
    "ageing": ageing_command,
    "proposals": proposals_command,
    "levels": levels_command,
}
