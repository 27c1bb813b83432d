"""`comptoir policy`: read, check, load and withdraw the sourcing policies of a running server."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.cli.api_client import client_of
from sync.domain.errors import InvalidInput
from sync.sourcing.policy.policy_file import parse_policy

app = typer.Typer(
    help="The rules by which a running server sources orders: TOML files.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

Address = Annotated[str, typer.Option("--central", help="Address of the server.")]
Folder = Annotated[Path, typer.Option("--data", help="Folder that holds the server's key.")]
HERE, DEMO = "http://127.0.0.1:8540", Path(".comptoir")


@app.command("list")
def list_command(central: Address = HERE, data: Folder = DEMO) -> None:
    """The policies, in the order in which an order meets them."""
    with client_of(central, data) as client:
        found = client.get("/v1/policies")
    table = Table("policy", "version", "for", "since")
    for each in found:
        table.add_row(each["name"], each["version"], _conditions(each), each["loaded_at"][:16])
    Console().print(table)


@app.command("show")
def show_command(label: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """The text of a policy: its name, or name@version as a decision has it."""
    name, _, version = label.partition("@")
    with client_of(central, data) as client:
        found = client.get(f"/v1/policies/{name}", version=version)
    typer.echo(found["text"], nl=False)


@app.command("check")
def check_command(
    file: Path,
    asking: Annotated[
        bool, typer.Option("--ask", help="Ask the server too whether the company has its names.")
    ] = False,
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Say whether the file can be loaded, or which line is wrong."""
    text = _read(file)
    policy = parse_policy(text, file.stem, str(file))
    if asking:
        with client_of(central, data) as client:
            found = client.send(f"/v1/policies/{file.stem}/check", {"text": text})
        for fault in found:
            typer.echo(f"{file}, line {fault['line']}, {fault['key']}: {fault['problem']}.")
        if found:
            raise typer.Exit(1)
    typer.echo(f"{policy.label} can be loaded.")


@app.command("load")
def load_command(
    file: Path,
    name: Annotated[str, typer.Option(help="Its name; that of the file otherwise.")] = "",
    central: Address = HERE,
    data: Folder = DEMO,
) -> None:
    """Source by the file from now on, in place of the policy of that name."""
    text, name = _read(file), name or file.stem
    parse_policy(text, name, str(file))  # so that what is wrong is said with the file's name
    with client_of(central, data) as client:
        found = client.put(f"/v1/policies/{name}", {"text": text})
    typer.echo(f"{found['name']}@{found['version']} decides now: {_conditions(found)}.")


@app.command("withdraw")
def withdraw_command(name: str, central: Address = HERE, data: Folder = DEMO) -> None:
    """Source no more orders by that policy; its text can still be shown."""
    with client_of(central, data) as client:
        client.delete(f"/v1/policies/{name}")
    typer.echo(f"{name} decides no more.")


def _conditions(found: dict[str, Any]) -> str:
    """ "channel marketplace, country BE", or "any order"."""
    applies = found["applies"]
    said = [
        f"{word} {' or '.join(applies[key])}"
        for key, word in (
            ("channels", "channel"),
            ("countries", "country"),
            ("destinations", "to"),
            ("services", "by"),
            ("categories", "with"),
            ("tags", "with"),
            ("customer_classes", "customer"),
        )
        if applies.get(key)
    ]
    said += [
        f"{word} {applies[key]}"
        for key, word in (
            ("value_from_eur", "from EUR"),
            ("value_below_eur", "below EUR"),
            ("placed_from", "from"),
            ("placed_before", "before"),
        )
        if applies.get(key)
    ]
    if applies.get("with_promise_only"):
        said.append("with a promise")
    return ", ".join(said) or "any order"


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            "{file} cannot be read: {problem}.",
            code="policy.file",
            file=str(file),
            problem=str(getattr(error, "strerror", None) or error),
        ) from error
