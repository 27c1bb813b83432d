"""`comptoir check`: prove that balances, money and queues add up."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from sync.domain.errors import NotFound


def run(data: Path, console: Console, database: str = "") -> int:
    """Check every database below `data`; 1 when something does not add up, else 0.

    `database`: the URL of the server's, where it is not a file in its folder.

    Raises NotFound when there is no database at all: nothing checked is not a good answer.
    """
    from app.device import check_device

    looked_at = 0
    findings: list[str] = []
    for folder in [data, *sorted(child for child in data.glob("*") if child.is_dir())]:
        found: list[str] | None = None
        if (folder / "central.db").exists() or (database and folder == data):
            found = _check_central(folder, database)
        elif (folder / "device.db").exists():
            found = check_device(folder)
        if found is None:
            continue
        looked_at += 1
        sign = "[green]adds up[/]" if not found else f"[red]{len(found)} findings[/]"
        console.print(f"{folder}: {sign}", highlight=False)
        findings += found
    if not looked_at:
        raise NotFound(
            "There is no database below {folder}. Name the data folder with --data.",
            code="check.nothing",
            folder=str(data),
        )
    for finding in findings:
        console.print(f"  {finding}", markup=False, highlight=False)
    return int(bool(findings))


def _check_central(folder: Path, database: str) -> list[str]:
    """The findings of the server whose data is in `folder`; it may be running."""
    from sync.central.check import check
    from sync.central.composition import Central

    central = Central(folder, database_url=database)
    try:
        return [f"{found.rule}: {found.where}: {found.detail}" for found in check(central.context)]
    finally:
        central.close()
