"""The diff of two policies, in words: the same tables in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from sync.i18n import I18n
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.policy.compare import PolicyDiff, Totals
from sync.sourcing.solver.problem import MICRO

ORDERS_SHOWN_MAX = 20
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its title; the first column is text, the others are figures."""

    title: str
    head: Row
    rows: tuple[Row, ...]


def grids(diff: PolicyDiff, words: I18n) -> list[Grid]:
    """Which rules differ, the totals side by side, and the orders that change most in cost."""
    return [_rules(diff, words), _totals(diff, words), _orders(diff, words)]


def show(diff: PolicyDiff, words: I18n, console: Console) -> None:
    """Print the diff."""
    for grid in grids(diff, words):
        table = Table(title=grid.title, title_justify="left", show_edge=False)
        for number, name in enumerate(grid.head):
            table.add_column(name, justify="right" if number else "left")
        for row in grid.rows:
            table.add_row(*row)
        console.print(table)


def _rules(diff: PolicyDiff, words: I18n) -> Grid:
    rows = tuple((rule.key, rule.before, rule.after) for rule in diff.rules)
    title = words.n("{count} rule differs", "{count} rules differ", len(rows))
    return Grid(title, (words.t("Rule"), *diff.labels), rows)


def _totals(diff: PolicyDiff, words: I18n) -> Grid:
    names = {
        "economic": words.t("of which carrier and handling, €"),
        "ecological": words.t("of which CO₂e, €"),
        "logistic": words.t("of which time and load, €"),
        "retail": words.t("of which stock value, €"),
    }

    def row(name: str, one: float, two: float, digits: int = 0) -> Row:
        shown = [words.number(value, digits) for value in (one, two)]
        more = round(two, digits) - round(one, digits)
        return (name, *shown, ("+" if more > 0 else "") + words.number(more, digits))

    def euros(totals: Totals, criterion: str) -> float:
        return float(getattr(totals.cost, f"{criterion}_micro")) / MICRO

    before, after = diff.before, diff.after
    rows = [row(words.t("Cost, €"), before.cost.total, after.cost.total, 2)]
    rows += [row(names[c], euros(before, c), euros(after, c), 2) for c in CRITERIA]
    rows += [
        row(words.t("CO₂e, kg"), before.co2e_g / 1000, after.co2e_g / 1000, 1),
        row(words.t("Parcels"), before.parcels, after.parcels),
        row(words.t("Pieces sent"), before.pieces_sent, after.pieces_sent),
        row(words.t("Pieces backordered"), before.pieces_backordered, after.pieces_backordered),
    ]
    title = words.t("All {orders} orders", orders=words.number(diff.orders))
    return Grid(title, ("", *diff.labels, words.t("difference")), tuple(rows))


def _orders(diff: PolicyDiff, words: I18n) -> Grid:
    names = names_of(words)
    most = sorted(diff.changed, key=lambda c: (-abs(c.cost.total_micro), c.order_number))
    rows = tuple(
        (
            change.order_number,
            ", ".join(change.before.locations),
            ", ".join(change.after.locations),
            f"{len(change.before.shipments)} → {len(change.after.shipments)}",
            words.number(change.cost.total, 2),
            names[change.cost.largest_change],
        )
        for change in most[:ORDERS_SHOWN_MAX]
    )
    head = (
        words.t("Order"),
        *diff.labels,
        words.t("Parcels"),
        words.t("more, €"),
        words.t("mostly"),
    )
    title = words.n(
        "{count} order is filled otherwise", "{count} orders are filled otherwise", len(most)
    )
    return Grid(title, head, rows)


def names_of(words: I18n) -> dict[str, str]:
    """The criteria in the reader's words."""
    return {
        "economic": words.t("carrier and handling"),
        "ecological": words.t("CO₂e"),
        "logistic": words.t("time and load"),
        "retail": words.t("stock value"),
    }
