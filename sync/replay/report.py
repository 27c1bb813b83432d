"""The report of a replay: one HTML file with its charts inside, that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from sync.central.catalogue.imports.table import FeedError
from sync.i18n import I18n
from sync.replay.compare import grids, warning_of
from sync.replay.map import draw
from sync.replay.run import Scenario, Tally
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.policy.compare import PolicyDiff

COLOURS = ("#0b6e4f", "#c84630", "#2a5d9f", "#8a5a00", "#6b3fa0")
LOCATIONS_SHOWN = 20
LEFT_OUT_SHOWN = 50
STYLE = """
body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;
color:#1c1b1a;background:#fff}h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.5rem}
table{border-collapse:collapse;width:100%}td,th{padding:.35rem .6rem;text-align:right;
border-bottom:1px solid #ddd;font-variant-numeric:tabular-nums}td:first-child,th:first-child
{text-align:left}svg{width:100%;height:auto;background:#faf9f7}text{font:12px system-ui}
.note{color:#5a5754}.warning{background:#fff3d6;border-left:4px solid #b7791f;padding:.6rem 1rem}
"""

Swept = Sequence[tuple[str, float, Tally]]


@dataclass(frozen=True, slots=True)
class Front:
    """The policies, and the first one with one weight changed, all on the same orders."""

    tallies: Sequence[Tally]
    swept: Swept


def render(
    scenario: Scenario,
    tallies: Sequence[Tally],
    front: Front,
    words: I18n,
    diff: PolicyDiff | None,
    left_out: Sequence[FeedError] = (),
) -> str:
    """The whole page; `diff` of two of the policies, when there are two; `left_out`: rows of the
    scenario that could not be used."""
    title = words.t("Replay of {scenario}", scenario=scenario.name)
    parts = [
        f"<h1>{escape(title)}</h1>",
        _p(
            words.t(
                "{orders} orders over {locations} locations. Euros are the policy's own, weighted; "
                "nothing of the live stock was touched.",
                orders=words.number(len(scenario.orders)),
                locations=sum(location.holds_stock for location in scenario.locations),
            )
        ),
        _h(words.t("Policies side by side")),
        _figures(tallies, words),
        _h(words.t("Cost against CO₂e against speed")),
        _p(
            words.t(
                "Each dot is a policy; a larger dot is slower to the customer. "
                "Grey: one weight of the first policy changed."
            )
        ),
        _front(front, words),
        _h(words.t("Where orders go from")),
        draw(scenario, tallies[0], words),
        _h(words.t("Orders by location")),
        _loads(tallies),
    ]
    if front.swept:
        parts += [_h(words.t("What each weight does")), _sweep(front.swept, words)]
    if diff is not None:
        title_of_diff = words.t("{first} against {second}", first=diff.labels[0],
                                second=diff.labels[1])  # fmt: skip
        parts.append(_h(title_of_diff))
        warning = warning_of(diff, words)
        if warning:
            parts.append(f'<p class="warning">{escape(warning)}</p>')
        for grid in grids(diff, words):
            parts += [f"<h3>{escape(grid.title)}</h3>", _table(grid.head, grid.rows)]
    if left_out:
        told = words.n("{count} row left out", "{count} rows left out", len(left_out))
        rows = [[e.file, str(e.line), e.column, str(e)] for e in left_out[:LEFT_OUT_SHOWN]]
        head = [words.t("File"), words.t("Line"), words.t("Column"), words.t("Reason")]
        parts += [_h(told), _table(head, rows)]
    return (
        f'<!doctype html><html lang="{words.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>" + "".join(parts) + "</html>\n"
    )


def _h(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _p(text: str) -> str:
    return f'<p class="note">{escape(text)}</p>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{top}</tr>{body}</table>"


def _figures(tallies: Sequence[Tally], words: I18n) -> str:
    labels: Mapping[str, str] = {
        "cost_eur_per_order": words.t("Cost per order, €"),
        "lost_margin_eur": words.t("Lost margin of pieces that wait, €"),
        "cost_with_lost_margin_eur": words.t("Cost with the margin of what waits, €"),
        "co2e_g_per_order": words.t("CO₂e per order, g"),
        "hours_to_customer": words.t("Hours to the customer"),
        "parcels_per_order": words.t("Parcels per order"),
        "split_rate": words.t("Orders split, share"),
        "fill_rate": words.t("Pieces filled, share"),
        "partial": words.t("Orders filled in part"),
        "unfillable": words.t("Orders not filled"),
        "not_proven_optimal": words.t("Not proven optimal"),
    }
    summaries = [tally.summary() for tally in tallies]
    rows = [
        [label, *(words.number(s[key], 0 if isinstance(s[key], int) else 3) for s in summaries)]
        for key, label in labels.items()
    ]
    names = {
        "economic": words.t("of which carrier and handling, €"),
        "ecological": words.t("of which CO₂e, €"),
        "logistic": words.t("of which time and load, €"),
        "retail": words.t("of which stock value, €"),
    }
    costs = [
        [names[c], *(words.number(s["cost_eur"][c] / max(1, s["orders"]), 3) for s in summaries)]
        for c in CRITERIA
    ]
    return _table(["", *(s["policy"] for s in summaries)], [rows[0], *costs, *rows[1:]])


def _point(tally: Tally) -> tuple[float, float, float]:
    """Economic euros, grams and hours per order; the economic weight is never changed here."""
    summary = tally.summary()
    served = max(1, summary["orders"] - summary["unfillable"])
    return (
        summary["cost_eur"]["economic"] / served,
        summary["co2e_g_per_order"],
        summary["hours_to_customer"],
    )


@dataclass(frozen=True, slots=True)
class _Dot:
    """A replay as a point: euros, grams and hours per order."""

    at: tuple[float, float, float]
    colour: str
    label: str
    named: bool


def _front(front: Front, words: I18n) -> str:
    dots = [
        _Dot(_point(t), "#a8a29c", f"{name} × {f:g}", named=False) for name, f, t in front.swept
    ]
    dots += [
        _Dot(_point(t), COLOURS[i % len(COLOURS)], t.policy.label, named=True)
        for i, t in enumerate(front.tallies)
    ]
    low = [min(dot.at[axis] for dot in dots) for axis in range(3)]
    high = [max(dot.at[axis] for dot in dots) for axis in range(3)]
    shapes = []
    for dot in dots:
        share = [
            (dot.at[axis] - low[axis]) / ((high[axis] - low[axis]) or 1.0) for axis in range(3)
        ]
        x, y, size = 70 + 780 * share[0], 340 - 290 * share[1], 5 + 9 * share[2]
        eur, grams, hours = dot.at
        shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{dot.colour}" opacity=".8">'
            f"<title>{escape(dot.label)}: {eur:.3f} €, {grams:.0f} g, {hours:.1f} h</title>"
            "</circle>"
        )
        if dot.named:
            side = "end" if x > 600 else "start"
            shift = -16 if x > 600 else 16
            shapes.append(
                f'<text x="{x + shift:.1f}" y="{y + 4:.1f}" text-anchor="{side}">'
                f"{escape(dot.label)}</text>"
            )
    across = escape(words.t("carrier and handling, € per order"))
    up = escape(words.t("CO₂e, g per order"))
    axes = (
        f'<text x="450" y="385" text-anchor="middle">{across} ({low[0]:.2f} – {high[0]:.2f})</text>'
        f'<text transform="translate(30,200) rotate(-90)" text-anchor="middle">'
        f"{up} ({low[1]:.0f} – {high[1]:.0f})</text>"
        '<path d="M50 30V360H900" fill="none" stroke="#888"/>'
    )
    return f'<svg viewBox="0 0 960 400" role="img">{axes}{"".join(shapes)}</svg>'


def _loads(tallies: Sequence[Tally]) -> str:
    codes = [code for code, _ in tallies[0].load.most_common(LOCATIONS_SHOWN)]
    most = max((t.load[code] for t in tallies for code in codes), default=1) or 1
    step = 12 * len(tallies) + 8
    bars = []
    for row, code in enumerate(codes):
        bars.append(f'<text x="10" y="{row * step + 14}">{escape(code)}</text>')
        for i, tally in enumerate(tallies):
            y, width = row * step + 4 + 12 * i, 740 * tally.load[code] / most
            bars.append(
                f'<rect x="90" y="{y}" width="{width:.1f}" height="10" '
                f'fill="{COLOURS[i % len(COLOURS)]}"/>'
                f'<text x="{95 + width:.1f}" y="{y + 10}">{tally.load[code]}</text>'
            )
    return f'<svg viewBox="0 0 900 {len(codes) * step + 10}" role="img">{"".join(bars)}</svg>'


def _sweep(swept: Swept, words: I18n) -> str:
    head = [
        words.t("Weight"),
        words.t("times"),
        words.t("carrier and handling, € per order"),
        words.t("CO₂e, g per order"),
        words.t("Hours to the customer"),
    ]
    names = {
        "ecological": words.t("ecological"),
        "logistic": words.t("logistic"),
        "retail": words.t("retail"),
    }
    rows = []
    for name, factor, tally in swept:
        eur, grams, hours = _point(tally)
        rows.append(
            [
                names[name],
                words.number(factor),
                words.number(eur, 3),
                words.number(grams),
                words.number(hours, 1),
            ]
        )
    return _table(head, rows)
