"""`comptoir stock`: what there is of an article, what is to come, held, counted and moved."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table

from app.cli import stock_planning
from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from app.cli.stock_planning import Place, plain_table
from sync.domain.errors import InvalidInput
from sync.domain.order import Channel
from sync.domain.stock import StockReason, StockState
from sync.domain.stock_rules import NUMBERS, SELECTORS, parse_rules

app = typer.Typer(
    help="Stock on a running server: look, count, move, send, receive, hold.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Pieces = Annotated[list[str], typer.Argument(help="SKU=pieces, as often as wanted.")]
Number = Annotated[str, typer.Argument(help="Its number.")]
STATES = ("on_hand", "reserved", "allocated", "available", "inbound", "in_transit", "expected_on",
          "quarantined", "damaged", "display")  # fmt: skip


@app.command("show")
def show_command(sku: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """Every state of an article at every location."""
    with client_of(central, data) as client:
        found = client.get(f"/v1/stock/{sku}")
    states = [state for state in STATES if any(at[state] for at in found)]
    table = Table("location", *(state.replace("_", " ") for state in states), "name")
    for at in found:
        table.add_row(at["location"], *(str(at[state] or "") for state in states), at["name"])
    Console().print(table if found else f"There is none of {sku}, and none is to come.")


for name, command in stock_planning.COMMANDS.items():
    app.command(name)(command)
rules = typer.Typer(help="What may be sold: safety stock, thresholds, shares, caps.")
app.add_typer(rules, name="rules")


@rules.command("show")
def show_rules_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """The rules in force."""
    with client_of(central, data) as client:
        found = client.get("/v1/stock-rules")
    table = Table("for", *(name.replace("_", " ") for name in NUMBERS))
    for each in found["rules"]:
        about = [f"{name} {each[name]}" for name in SELECTORS if each[name]]
        numbers = ["" if each[name] is None else str(each[name]) for name in NUMBERS]
        table.add_row(", ".join(about) or "everything", *numbers)
    Console().print(table if found["rules"] else "No rules: each location's own numbers count.")
    for name, codes in found["groups"].items():
        typer.echo(f"Group {name}: {', '.join(codes)}")


@rules.command("set")
def set_rules_command(file: Path, central: Address = HERE, data: Folder = DEMO) -> None:
    """Sell by the rules of a TOML file from now on, in place of those before."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "{file} cannot be read: {problem}. Nothing was changed.",
            code="stock.rules_file",
            file=str(file),
            problem=str(error),
        ) from error
    wanted = asdict(parse_rules(text, str(file)).book)
    with client_of(central, data) as client:
        done = client.put("/v1/stock-rules", wanted)
    typer.echo(
        f"{done['rules']} rules count now. What may be sold has changed for "
        f"{done['told_anew']:,} articles at a location."
    )


@app.command("explain")
def explain_command(
    sku: str,
    channel: Annotated[Channel, typer.Option(help="Who sells it.")] = Channel.STORE,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """What a channel may sell of an article, and which rule made which number."""
    with client_of(central, data) as client:
        found = client.get(f"/v1/stock/{sku}/explanation", channel=channel.value)
    console = Console(soft_wrap=True, highlight=False)
    for at in found:
        free = at["on_hand"] - at["reserved"] - at["allocated"]
        console.print(
            f"{at['name']} ({at['location']}): {at['available']} for {channel.value}, of "
            f"{at['on_hand']} on hand - {at['reserved']} reserved - {at['allocated']} allocated "
            f"= {free} free",
            markup=False,
        )
        for number in at["numbers"]:
            if number["value"] is not None and not (
                number["name"] == "share" and number["made_by"] == "the location"
            ):
                name = number["name"].replace("_", " ")
                console.print(f"  {name} {number['value']}: {number['made_by']}", markup=False)
    if not found:
        console.print(f"There is none of {sku} anywhere.")


@app.command("count")
def count_command(
    sku: str, pieces: int, at: Place, central: Address = HERE, data: Folder = DEMO
) -> None:
    """So many pieces for sale were counted."""
    _change(central, data, kind="count", location=at, sku=sku, quantity=pieces)


@app.command("move")
def move_command(
    sku: str,
    pieces: int,
    at: Place,
    to: Annotated[StockState, typer.Option(help="The state in which they are from now on.")],
    state: Annotated[StockState, typer.Option("--from")] = StockState.ON_HAND,
    reason: StockReason = StockReason.CORRECTION,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Put pieces on display, set damaged ones apart, put refurbished ones back on sale."""
    _change(central, data, kind="move", location=at, sku=sku, quantity=pieces,
            state=state.value, to=to.value, reason=reason.value)  # fmt: skip


@app.command("write-off")
def write_off_command(
    sku: str,
    pieces: int,
    at: Place,
    reason: Annotated[StockReason, typer.Option(help="Why they are gone.")],
    state: Annotated[StockState, typer.Option("--from")] = StockState.ON_HAND,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Pieces that are gone for good."""
    _change(central, data, kind="write_off", location=at, sku=sku, quantity=pieces,
            state=state.value, reason=reason.value)  # fmt: skip


@app.command("to-supplier")
def to_supplier_command(
    sku: str,
    pieces: int,
    at: Place,
    reason: StockReason = StockReason.FAULTY,
    state: Annotated[StockState, typer.Option("--from")] = StockState.DAMAGED,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Pieces that were sent back to who supplied them."""
    _change(central, data, kind="supplier_return", location=at, sku=sku, quantity=pieces,
            state=state.value, reason=reason.value)  # fmt: skip


@app.command("announce")
def announce_command(
    number: Number,
    pieces: Pieces,
    to: Annotated[str, typer.Option(help="Code of the location that expects them.")],
    on: Annotated[str, typer.Option(help="The day, such as 2026-12-24.")],
    supplier: str = "",
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """A supplier's goods are expected."""
    body = {"number": number, "destination": to, "expected_on": on, "supplier": supplier}
    with client_of(central, data) as client:
        _say(client.send("/v1/consignments", {**body, "lines": _lines(pieces)}))


@app.command("transfer")
def transfer_command(
    number: Number,
    pieces: Pieces,
    source: Annotated[str, typer.Option("--from", help="Code of the location that sends them.")],
    to: Annotated[str, typer.Option(help="Code of the location that gets them.")],
    on: Annotated[str, typer.Option(help="The day on which they arrive.")],
    state: Annotated[StockState, typer.Option(help="What they are there.")] = StockState.ON_HAND,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Goods have left one location for another."""
    body = {"number": number, "source": source, "destination": to, "expected_on": on}
    body |= {"state": state.value}
    with client_of(central, data) as client:
        _say(client.send("/v1/transfers", {**body, "lines": _lines(pieces)}))


@app.command("receive")
def receive_command(
    number: Number,
    pieces: Pieces,
    partly: Annotated[bool, typer.Option("--partly", help="More of it will come.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """What was counted of a consignment."""
    body = {"lines": _lines(pieces), "complete": not partly}
    with client_of(central, data) as client:
        _say(client.send(f"/v1/consignments/{number}/receive", body))


@app.command("cancel")
def cancel_command(number: Number, central: Address = HERE, data: Folder = DEMO) -> None:
    """A supplier's goods will not come, or those asked for shall not."""
    with client_of(central, data) as client:
        _say(client.send(f"/v1/consignments/{number}/cancel", {}))


@app.command("coming")
def coming_command(
    at: Annotated[str, typer.Option(help="Only to or from this location.")] = "",
    closed: Annotated[bool, typer.Option("--closed", help="What came, or never will.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Goods to come or asked for, the soonest first."""
    with client_of(central, data) as client:
        found = client.get("/v1/consignments", location=at, closed=str(closed).lower())
    table = plain_table(
        "number", "state", "from", "to", "expected", "article", "pieces", "received"
    )
    for each in found:
        head = [each["number"], each["state"], each["source"] or each["supplier"]]
        for line in each["lines"]:
            counts = (line["sku"], str(line["expected"]), str(line["received"]))
            table.add_row(*head, each["destination"], each["expected_on"], *counts)
    Console().print(table if found else "Nothing is to come.")


@app.command("hold")
def hold_command(
    number: Number,
    sku: str,
    pieces: int,
    at: Place,
    hours: Annotated[float, typer.Option(help="For so long.")] = 24.0,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Hold pieces for somebody."""
    until = datetime.now(UTC) + timedelta(hours=hours)
    body = {"number": number, "location": at, "sku": sku, "quantity": pieces}
    with client_of(central, data) as client:
        client.send("/v1/reservations", {**body, "expires_at": until.isoformat()})
    typer.echo(f"Held until {until:%Y-%m-%d %H:%M} UTC.")


@app.command("release")
def release_command(number: Number, central: Address = HERE, data: Folder = DEMO) -> None:
    """Let go of what is held."""
    with client_of(central, data) as client:
        client.send(f"/v1/reservations/{number}/release", {})
    typer.echo(f"{number} holds nothing any more.")


@app.command("held")
def held_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """What is held, the first to expire first."""
    with client_of(central, data) as client:
        found = client.get("/v1/reservations")
    table = plain_table("number", "location", "article", "pieces", "until")
    for each in found:
        counts = (each["sku"], str(each["quantity"]), each["expires_at"][:16])
        table.add_row(each["number"], each["location"], *counts)
    Console().print(table if found else "Nothing is held.")


def _change(central: str, data: Any, **said: Any) -> None:
    with client_of(central, data) as client:
        after = client.send("/v1/stock/changes", {"key": f"cli-{uuid4().hex}"[:40], **said})
    states = ", ".join(
        f"{count} {name.replace('_', ' ')}" for name, count in after.items() if count
    )
    typer.echo(f"{said['sku']} at {said['location']} now: {states or 'none'}.")


def _lines(pieces: list[str]) -> list[dict[str, str | int]]:
    lines: list[dict[str, str | int]] = []
    for each in pieces:
        sku, equals, count = each.rpartition("=")
        if not equals or not count.isdecimal():
            raise InvalidInput(
                "{said} is not SKU=pieces, such as MUG=12. Nothing was changed.",
                code="stock.line",
                said=each[:60],
            )
        lines.append({"sku": sku, "quantity": int(count)})
    return lines


def _say(found: dict[str, Any]) -> None:
    pieces = sum(line["expected"] for line in found["lines"])
    got = sum(line["received"] for line in found["lines"])
    typer.echo(
        f"{found['number']}: {found['state']}, {pieces} pieces for {found['destination']} on "
        f"{found['expected_on']}, {got} received."
    )
