"""`comptoir journal`: the fiscal journals of the tills, archived and audited."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from sync.domain.errors import InvalidInput
from sync.protocol.journal_archive import audit

app = typer.Typer(
    help="The fiscal journals of the tills: list, archive, audit.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("list")
def list_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """How far the journal of each till is held by the server."""
    with client_of(central, data) as client:
        found = client.get("/v1/journal")
    table = Table("till", "entries", "last heard of")
    for each in found:
        table.add_row(each["device"], str(each["entries"]), each["received_at"][:19])
    Console().print(table)


@app.command("archive")
def archive_command(
    device: Annotated[str, typer.Argument(help="The till's code, T0001 say.")],
    first: Annotated[str, typer.Option("--from", help="A day, 2026-01-01 say.")],
    last: Annotated[str, typer.Option("--to", help="A day, 2026-12-31 say.")],
    out: Annotated[Path, typer.Option(help="The ZIP to write; one that is there is kept.")],
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Write the entries of these days as a ZIP that anybody can verify."""
    if out.exists():
        raise InvalidInput(
            "{file} is there already. Name another file; nothing was written.",
            code="journal.file",
            file=str(out),
        )
    query = {"first": _day(first), "last": _day(last)}
    with client_of(central, data) as client:
        found = client.fetch(f"/v1/journal/{quote(device, safe='')}/archive", **query)
    out.write_bytes(found)
    typer.echo(f"{out}: {len(found):,} bytes. Verify it with: comptoir journal audit {out}")


@app.command("audit")
def audit_command(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An archive.")],
) -> None:
    """Verify an archive with nothing but itself; exits 1 when something is wrong."""
    found = audit(file.read_bytes())
    for each in found:
        typer.echo(f"{'wrong' if each.problem else 'ok   '}  {each.check}"
                   + (f": {each.problem}" if each.problem else ""))  # fmt: skip
    if any(each.problem for each in found):
        raise typer.Exit(1)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise InvalidInput(
            "“{text}” is no day; write it as 2026-12-31.", code="journal.day", text=text
        ) from error
