"""`comptoir company`: who the company is and by which rules it trades, on a running server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.api_client import client_of
from app.cli.policy import DEMO, HERE, Address, Folder
from sync.domain.company_file import parse_company
from sync.domain.errors import InvalidInput

app = typer.Typer(
    help="The company's settings: seller, region, returns, mail, codes. A TOML file.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("show")
def show_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """The settings in force, as a file that can be changed and set again."""
    with client_of(central, data) as client:
        found = client.get("/v1/company")
    typer.echo(f"# version {found['version']}, set by {found['set_by']} at {found['set_at'][:16]}")
    typer.echo(found["text"], nl=False)


@app.command("set")
def set_command(
    file: Path,
    dry_run: Annotated[bool, typer.Option(help="Only say whether the file can be set.")] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Trade by the file from now on; tills hear of it with the next feed."""
    text = _read(file)
    company = parse_company(text, str(file))
    if dry_run:
        typer.echo(f"{company.seller.name}: {file} can be set. Nothing was changed.")
        return
    with client_of(central, data) as client:
        found = client.put("/v1/company", {"text": text, "file": str(file)})
    typer.echo(f"{company.seller.name}: version {found['version']} is in force.")


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "{file} cannot be read: {problem}. Nothing was changed.",
            code="company.file",
            file=str(file),
            problem=str(getattr(error, "strerror", None) or error),
        ) from error
