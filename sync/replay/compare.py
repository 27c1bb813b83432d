"""The diff of two policies, in words: the same tables in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from rich.console import Console
from rich.table import Table

from sync.i18n import I18n
from sync.sourcing.decision import CASH, SHADOW
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.explain.sentences import CASH_WORDS, SHADOW_WORDS
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
    warning = warning_of(diff, words)
    if warning:
        console.print(warning, style="bold yellow", markup=False)
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
    def row(name: str, one: float, two: float, digits: int = 0) -> Row:
        shown = [words.number(value, digits) for value in (one, two)]
        more = round(two, digits) - round(one, digits)
        return (name, *shown, ("+" if more > 0 else "") + words.number(more, digits))

    def euros(name: str, micro: Callable[[Totals], int]) -> Row:
        return row(name, micro(diff.before) / MICRO, micro(diff.after) / MICRO, 2)

    before, after, named = diff.before, diff.after, names_of(words)
    orders, first, second = diff.both
    rows = [
        euros(
            words.t("Cash with the margin of what waits, €"), lambda t: t.cash_at_equal_fill_micro
        ),
        euros(words.t("Cost with the margin of what waits, €"), lambda t: t.at_equal_fill_micro),
        euros(
            words.t("of which lost margin of pieces that wait, €"), lambda t: t.lost_margin_micro
        ),
        euros(words.t("of which what is sent, €"), lambda t: t.cost.total_micro),
    ]
    rows += [euros(f"– {named[c]}, €", partial(_criterion, criterion=c)) for c in CRITERIA]
    rows.append(euros(words.t("Cash, €"), lambda t: t.cost.cash_micro))
    rows += [euros(f"– {words.t(CASH_WORDS[part])}, €", partial(_cash, part=part)) for part in CASH]
    rows.append(euros(words.t("Shadow prices, €"), lambda t: t.cost.shadow_micro))
    rows += [
        euros(f"– {words.t(SHADOW_WORDS[part])}, €", partial(_shadow, part=part))
        for part in SHADOW
        if before.cost.shadow_parts()[part] or after.cost.shadow_parts()[part]
    ]
    told = words.t(
        "Cost of the {orders} orders that both send whole, €", orders=words.number(orders)
    )
    rows += [
        row(told, first.total, second.total, 2),
        row(words.t("CO₂e, kg"), before.co2e_g / 1000, after.co2e_g / 1000, 1),
        row(words.t("Parcels"), before.parcels, after.parcels),
        row(words.t("Pieces sent"), before.pieces_sent, after.pieces_sent),
        row(words.t("Pieces backordered"), before.pieces_backordered, after.pieces_backordered),
    ]
    title = words.t("All {orders} orders", orders=words.number(diff.orders))
    return Grid(title, ("", *diff.labels, words.t("difference")), tuple(rows))


def _criterion(totals: Totals, criterion: str) -> int:
    return int(getattr(totals.cost, f"{criterion}_micro"))


def _cash(totals: Totals, part: str) -> int:
    return totals.cost.cash_parts()[part]


def _shadow(totals: Totals, part: str) -> int:
    return totals.cost.shadow_parts()[part]


def warning_of(diff: PolicyDiff, words: I18n) -> str:
    """A sentence where a policy costs less only because it sends less; empty otherwise."""
    label = diff.cheaper_by_sending_less
    if not label:
        return ""
    return words.t(
        "{policy} looks cheaper because it sends less: with the margin of what waits it is not.",
        policy=label,
    )


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
