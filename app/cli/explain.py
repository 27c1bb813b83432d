"""`comptoir explain`: why an order is filled from where it is, live or in a replay."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from app.cli.api_client import central_folder, client_of
from sync.domain.errors import NotFound
from sync.i18n import I18n
from sync.sourcing import Decision
from sync.sourcing.explain.sentences import explain_decision

app = typer.Typer(pretty_exceptions_enable=False)
EVALUATIONS_MAX = 10_000


@app.command("explain")
def explain_command(
    order: Annotated[str, typer.Argument(help="Number of the order.")],
    data: Annotated[Path, typer.Option(help="Folder of the demo or of the server.")] = Path(
        ".comptoir"
    ),
    central: Annotated[
        str, typer.Option(help="Address of a server to ask; its key is read from --data.")
    ] = "",
    decisions: Annotated[
        Path | None, typer.Option(help="A decisions.jsonl of a replay instead.")
    ] = None,
    language: Annotated[str, typer.Option(help="fr or en.")] = "en",
) -> None:
    """Say where an order is filled, what it costs, what came next, and why nobody else."""
    words, console = I18n(language), Console(soft_wrap=True)
    if decisions is not None:
        found = _of_a_replay(order, decisions, words)
    elif central:
        found = _asked(order, data, central, language)
    else:
        from sync.central.allocation.explanation import explain_from

        found = explain_from(central_folder(data), order, language)["decisions"]
    if not found:
        console.print(
            words.t("Order {number}: everything was carried out.", number=order), markup=False
        )
    for decision in found:
        console.print(_about(decision, words), markup=False, highlight=False)
        for sentence in decision["sentences"]:
            console.print(f"  {sentence}", markup=False, highlight=False)


def _about(decision: dict[str, Any], words: I18n) -> str:
    position = words.number(decision["snapshot_position"])
    if not decision["at"]:
        return words.t(
            "Policy {policy}, stock as of movement {position}",
            policy=decision["policy"],
            position=position,
        )
    at = datetime.fromisoformat(decision["at"])
    return words.t(
        "{at}, policy {policy}, stock as of movement {position}",
        at=I18n(words.language, at.tzinfo or UTC).stamp(at),
        policy=decision["policy"],
        position=position,
    )


def _asked(order: str, data: Path, central: str, language: str) -> list[dict[str, Any]]:
    with client_of(central, data) as client:
        found: list[dict[str, Any]] = client.get(
            f"/v1/orders/{order}/explanation", lang=language, evaluations_max=EVALUATIONS_MAX
        )["decisions"]
    return found


def _of_a_replay(order: str, file: Path, words: I18n) -> list[dict[str, Any]]:
    found = []
    with file.open("rb") as lines:
        for line in lines:
            wire = json.loads(line)
            if wire["order_number"] == order:
                decision = Decision.from_wire(wire)
                told = explain_decision(
                    decision, words, evaluations_max=EVALUATIONS_MAX, costs=True
                )
                found.append(
                    {
                        "at": "",
                        "policy": decision.policy,
                        "snapshot_position": decision.snapshot_position,
                        "sentences": told,
                    }
                )
    if not found:
        raise NotFound(
            "Order {order} is not in {file}.",
            code="replay.no_such_order",
            order=order,
            file=str(file),
        )
    return found
