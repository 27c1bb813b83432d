"""The lines of an order, each with how the customer has it and where its pieces come from."""

from __future__ import annotations

from collections.abc import Mapping

import flet as ft

from app.components import Card, Hairline, SectionTitle, StatePill, Tile, text
from app.screens import wording
from app.screens.fulfilment.list import TONES
from app.session import AppContext
from app.theme import GRID, MUTED, TABLET, Tone, Type
from sync.domain.order import FulfilmentMode, OrderLine
from sync.i18n import I18n
from sync.protocol.feed import LineSource, LineState, OrderState


def LinesCard(ctx: AppContext, state: OrderState, names: Mapping[str, str]) -> ft.Control:
    """All lines."""
    by_line = {line.line_id: line for line in state.lines}
    rows: list[ft.Control] = [SectionTitle(ctx.i18n.t("Articles"))]
    for line in state.order.lines:
        rows.append(Hairline())
        rows.append(_line(ctx.i18n, line, by_line.get(line.line_id), names))
    return Card(ft.Column(rows, spacing=GRID * 1.5))


def _line(
    i18n: I18n, line: OrderLine, state: LineState | None, names: Mapping[str, str]
) -> ft.Control:
    words: list[ft.Control] = [
        text(line.name, Type.LABEL, lines=2),
        text(
            f"{line.sku} · {wording.mode(i18n, line.mode, names.get(line.collect_at, ''))}",
            Type.CAPTION,
            color=MUTED,
        ),
    ]
    pills = _pills(i18n, line, state)
    if pills:
        words.append(ft.Row(pills, spacing=GRID, run_spacing=GRID / 2, wrap=True))
    if state is not None:
        words.extend(_source(i18n, source, names) for source in state.sources)
    return ft.Row(
        [
            Tile(line.name, line.sku),
            ft.Column(words, spacing=5, expand=True, tight=True),
            text(f"× {line.quantity}", color=MUTED, no_wrap=True),
            text(i18n.money(line.amount), Type.FIGURE, no_wrap=True),
        ],
        spacing=GRID * 1.5,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def _pills(i18n: I18n, line: OrderLine, state: LineState | None) -> list[ft.Control]:
    """What is special about a line: missing, coming back, back."""
    if state is None:
        return []
    pills: list[ft.Control] = []
    if state.unfilled:
        words = i18n.n("{count} backordered", "{count} backordered", state.unfilled)
        pills.append(StatePill(words, tone=Tone.ATTENTION))
    if state.returning:
        words = i18n.n("{count} coming back", "{count} coming back", state.returning)
        pills.append(StatePill(words, tone=Tone.NEUTRAL))
    if state.returned:
        words = i18n.n("{count} returned", "{count} returned", state.returned)
        pills.append(StatePill(words, tone=Tone.NEUTRAL))
    if state.cancelled:
        words = i18n.n("{count} cancelled", "{count} cancelled", state.cancelled)
        pills.append(StatePill(words, tone=Tone.PLAIN))
    waits = line.quantity - state.cancelled
    if line.mode is FulfilmentMode.CARRY_OUT:
        return pills
    if waits and not state.sources and not state.unfilled:
        pills.append(StatePill(i18n.t("A location is being chosen"), tone=Tone.NEUTRAL))
    return pills


def _source(i18n: I18n, source: LineSource, names: Mapping[str, str]) -> ft.Control:
    place = names.get(source.location, source.location)
    row: list[ft.Control] = [
        ft.Icon(ft.Icons.SUBDIRECTORY_ARROW_RIGHT, size=TABLET.icon - 4, color=MUTED),
        text(f"{source.quantity} × {place}", Type.CAPTION),
        StatePill(wording.line_state(i18n, source.state), tone=TONES[source.state]),
    ]
    if source.tracking_number:
        row.append(
            text(
                i18n.t("Parcel {number}", number=source.tracking_number),
                Type.CAPTION,
                color=MUTED,
            )
        )
    return ft.Row(
        row,
        spacing=GRID,
        run_spacing=GRID / 2,
        wrap=True,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
