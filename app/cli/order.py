"""`comptoir order`: what a person changes or decides of an order on a running server."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

import typer

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from sync.domain.errors import InvalidInput
from sync.domain.money import Money
from sync.domain.order_change import CancelReason
from sync.i18n import I18n
from sync.protocol.codec import parse

app = typer.Typer(
    help="Change or decide about an order.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def _commands() -> None:
    """Change or decide about an order."""


@app.command("cancel")
def cancel_command(
    number: str,
    line: Annotated[
        list[str] | None, typer.Option(help="A line, as LINE:PIECES; all that may be without it.")
    ] = None,
    reason: Annotated[CancelReason, typer.Option(help="Why.")] = CancelReason.CUSTOMER,
    key: Annotated[str, typer.Option(help="Your number of this change, to do it once.")] = "",
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Cancel pieces that nobody has begun to prepare; what was not charged never is."""
    body = {
        "number": key or f"cli-{uuid4()}"[:40],
        "lines": [_line(text) for text in line or ()],
        "reason": reason.value,
    }
    with client_of(central, data) as client:
        done = client.send(f"/v1/orders/{number}/cancel", body)
    for each in done["lines"]:
        typer.echo(f"{each['quantity']} x {each['name']}")
    words = I18n("en")
    for part in done["parts"]:
        amount = parse(Money, part["amount"])
        voided = parse(Money, part["voided"]) if part["voided"] else Money(0, amount.currency)
        how = "never charged" if voided == amount else "refunded" if not voided else "both"
        typer.echo(f"{words.money(amount)} back to {part['kind']} ({how})")


@app.command("address")
def address_command(
    number: str,
    name: Annotated[str, typer.Option(help="Who receives it.")],
    street: Annotated[str, typer.Option(help="Street and number.")],
    postcode: Annotated[str, typer.Option(help="Postcode.")],
    commune: Annotated[str, typer.Option(help="Town.")],
    lat: Annotated[float, typer.Option(help="Latitude, in degrees.")],
    lon: Annotated[float, typer.Option(help="Longitude, in degrees.")],
    country: Annotated[str, typer.Option(help="Country (ISO 3166).")] = "FR",
    key: Annotated[str, typer.Option(help="Your number of this change, to do it once.")] = "",
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Deliver elsewhere what nobody has begun to prepare; it is sourced again where that helps."""
    home = {"name": name, "street": street, "postcode": postcode, "commune": commune}
    body = {
        "number": key or f"cli-{uuid4()}"[:40],
        "ship_to": {**home, "lat": lat, "lon": lon, "country": country},
    }
    with client_of(central, data) as client:
        state = client.send(f"/v1/orders/{number}/address", body)
    for each in state["lines"]:
        for source in each["sources"]:
            typer.echo(f"line {each['line_id']}: {source['quantity']} from {source['location']}")


def _line(text: str) -> dict[str, int]:
    line, _, pieces = text.partition(":")
    if not (line.isdecimal() and pieces.isdecimal()):
        raise InvalidInput(
            "“{text}” is not a line and its pieces, such as 1:2.", code="cli.line", text=text[:40]
        )
    return {"line_id": int(line), "quantity": int(pieces)}


@app.command("waiting")
def waiting_command(
    limit: Annotated[int, typer.Option(min=1, max=500, help="At most so many.")] = 50,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Orders that wait for stock, the oldest promise first, and by when goods come for them."""
    with client_of(central, data) as client:
        found = client.get("/v1/waiting-orders", limit=limit)
    if not found:
        typer.echo("No order waits for stock.")
    for each in found:
        typer.echo(f"{each['number']}  due {each['due_at'][:16].replace('T', ' ')}")
        for line in each["lines"]:
            day = f"goods on {line['expected_on']}" if line["expected_on"] else "no goods announced"
            typer.echo(f"    line {line['line_id']}: {line['pieces']} x {line['sku']}, {day}")


@app.command("source-again")
def source_again_command(number: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """Look once more for what an order waits for, now."""
    with client_of(central, data) as client:
        found = client.send(f"/v1/orders/{number}/source-again", {})
    typer.echo(f"{found['order']}: {found['found']} pieces were found.")


@app.command("release")
def release_command(number: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """Send what there is of an order that a policy holds, or asks about; the rest waits."""
    with client_of(central, data) as client:
        found = client.send(f"/v1/orders/{number}/release", {})
    typer.echo(f"{found['order']}: {found['found']} pieces are promised now.")
