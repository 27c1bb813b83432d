"""`comptoir batch`: look together at what nobody has begun, and move it where that pays."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.api_client import client_of
from sync.domain.money import Money
from sync.i18n import I18n

app = typer.Typer(pretty_exceptions_enable=False)


@app.command("batch")
def batch_command(
    central: Annotated[str, typer.Option(help="Address of the server.")] = "http://127.0.0.1:8540",
    data: Annotated[Path, typer.Option(help="Folder that holds the server's key.")] = Path(
        ".comptoir"
    ),
    move: Annotated[bool, typer.Option("--move", help="Move them; otherwise only say so.")] = False,
    language: Annotated[str, typer.Option(help="fr or en.")] = "en",
) -> None:
    """Say which fulfilments that nobody has begun would cost less elsewhere, or move them."""
    words, console = I18n(language), Console(soft_wrap=True)
    with client_of(central, data) as client:
        said = client.post("/v1/batch", dry_run="false" if move else "true")
    for each in said["moves"]:
        console.print(
            words.t(
                "{order}: from {before} to {after} saves {amount}",
                order=each["order_number"],
                before=", ".join(each["locations_before"]),
                after=", ".join(each["locations_after"]),
                amount=Money(each["saving_cents"]),
            ),
            markup=False,
            highlight=False,
        )
    count, saves = len(said["moves"]), Money(said["saving_cents"])
    counted = (
        words.n("{count} order moved, {amount} saved", "{count} orders moved, {amount} saved",
                count, amount=saves)
        if move
        else words.n("{count} order would move and save {amount}; nothing was changed",
                     "{count} orders would move and save {amount}; nothing was changed",
                     count, amount=saves)
    )  # fmt: skip
    console.print(
        words.t(
            "{moved}. {looked_at} orders were looked at, certified gap {gap}.",
            moved=counted,
            looked_at=said["orders_looked_at"],
            gap=words.percent(round(said["gap"] * 10_000)),
        ),
        markup=False,
        highlight=False,
    )
