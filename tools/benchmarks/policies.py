"""`comptoir bench policies`: what each policy of docs/policies does to the demo's orders."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sync.domain.order import Channel
from sync.replay.run import Scenario, replay
from sync.replay.scenario import demo_scenario
from sync.sourcing import Decision, Policy, Request
from sync.sourcing.policy.policy_file import parse_policy, with_changes
from sync.sourcing.solver.problem import MICRO

app = typer.Typer(pretty_exceptions_enable=False)
ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "policies"
BEGIN, END = "<!-- policies: begin -->", "<!-- policies: end -->"
HEAD = ("wish", "policy", "sent otherwise", "cash", "CO2e", "hours", "parcels", "pieces that wait")


@dataclass(frozen=True, slots=True)
class Wish:
    """A file of docs/policies: the sentence of its first line, and its text."""

    name: str
    sentence: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Over all orders: euros paid, grams, hours of those served, parcels, pieces that wait."""

    cash: float
    grams: float
    hours: float
    parcels: int
    waiting: int
    plans: tuple[tuple[tuple[str, str], ...], ...]


def wishes(folder: Path = FOLDER) -> list[Wish]:
    """Each policy there, in order of names."""
    found = []
    for file in sorted(folder.glob("*.toml")):
        text = file.read_text(encoding="utf-8")
        found.append(Wish(file.stem, text.splitlines()[0].removeprefix("# "), text))
    return found


def mixed_demo(count: int) -> Scenario:
    """The demo's first `count` orders, so that each kind of wish has orders that it is for.

    One in four is of a marketplace, one in five of a gold customer, one in ten asks for express.
    """
    scenario = demo_scenario().first(count)
    return replace(scenario, orders=tuple(map(_mixed, range(count), scenario.orders)))


def _mixed(number: int, order: Request) -> Request:
    return replace(
        order,
        channel=(Channel.MARKETPLACE if number % 4 == 0 else Channel.WEB).value,
        customer_class="gold" if number % 5 == 1 else "",
        service="fleche:express" if number % 10 == 2 else "",
    )


def default_text() -> str:
    """The policy that Comptoir starts with."""
    return (files("assets") / "policies" / "default.toml").read_text("utf-8")


def outcome(count: int, text: str) -> Outcome:
    """What the default policy with the changes of `text` does; with none it is the default."""
    default = parse_policy(default_text(), "default")
    changed = with_changes(default_text(), text, "wish") if text else default
    conditional = bool(changed.applies.conditions)
    narrower: Sequence[Policy] = [changed] if conditional else []
    rules = default if conditional else changed
    cash = grams = hours = 0.0
    parcels = waiting = served = 0
    plans = []
    for request, decision in replay(mixed_demo(count), rules, narrower=narrower):
        cash += decision.cost.cash_micro / MICRO
        grams += decision.co2e_g
        parcels += len(decision.shipments)
        waiting += sum(quantity for _, quantity in decision.unfilled)
        plans.append(_plan(decision))
        if decision.shipments:
            served += 1
            arrives = max(shipment.arrives_at for shipment in decision.shipments)
            hours += (arrives - request.placed_at).total_seconds() / 3600
    return Outcome(cash, grams, hours / max(1, served), parcels, waiting, tuple(plans))


def _plan(decision: Decision) -> tuple[tuple[str, str], ...]:
    return tuple((shipment.location, shipment.service) for shipment in decision.shipments)


def rows(found: Iterable[tuple[Wish, Outcome]], before: Outcome) -> list[tuple[str, ...]]:
    """A line of the table for each wish, against `before`."""
    return [
        (
            wish.sentence,
            f"[{wish.name}.toml](policies/{wish.name}.toml)",
            f"{sum(a != b for a, b in zip(before.plans, after.plans, strict=True)):,}",
            _percent(before.cash, after.cash),
            _percent(before.grams, after.grams),
            f"{after.hours - before.hours:+.1f}",
            _percent(before.parcels, after.parcels),
            f"{after.waiting - before.waiting:+,}",
        )
        for wish, after in found
    ]


def _percent(before: float, after: float) -> str:
    return f"{100 * (after - before) / before:+.1f} %"


def page(table: Sequence[tuple[str, ...]], before: Outcome, count: int) -> str:
    """The table as it stands in the docs."""
    told = (
        f"{count:,} orders of the demo, of which one in four is of a marketplace, one in five of a "
        f"gold customer and one in ten asks for express. The default policy pays "
        f"{before.cash / count:.2f} euros and {before.grams / count:,.0f} g CO2e an order, takes "
        f"{before.hours:.1f} hours, sends {before.parcels:,} parcels and lets {before.waiting} "
        "pieces wait; each line says what its keys, put into the default policy, change. Where "
        "more pieces wait, less is paid because less is sent."
    )
    lines = [" | ".join(("", *cells, "")).strip() for cells in (HEAD, ("---",) * len(HEAD), *table)]
    return "\n".join([BEGIN, told, "", *lines, END])


@app.command("policies")
def policies(
    full: Annotated[
        bool, typer.Option("--full/--quick", help="All 1,374 orders (3 minutes), or 100.")
    ] = False,
    docs: Annotated[Path | None, typer.Option(help="Write the table into this page.")] = None,
) -> None:
    """What each policy of docs/policies does to the demo's orders."""
    count = len(demo_scenario().orders) if full else 100
    asked = wishes()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), mp_context=spawn) as pool:
        before, *after = pool.map(partial(outcome, count), ["", *(wish.text for wish in asked)])
    table = rows(zip(asked, after, strict=True), before)
    if docs is not None:
        text = docs.read_text(encoding="utf-8")
        head, rest = text.split(BEGIN, 1)
        docs.write_text(head + page(table, before, count) + rest.split(END, 1)[1], encoding="utf-8")
    shown = Table(*HEAD[1:])
    for cells in table:
        shown.add_row(cells[1].split("]")[0].removeprefix("["), *cells[2:])
    Console().print(shown)
