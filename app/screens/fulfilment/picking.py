"""The lines to pick, each scanned or touched a piece at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import Card, Hairline, SectionTitle, Tile, identified, text
from app.session import AppContext
from app.theme import GREEN, GREEN_SOFT, GRID, INK, LINE, MUTED, TABLET, Type
from app.usecases.fulfilment.fulfilment import PickedLine, PickProgress
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState


def PickingCard(
    ctx: AppContext,
    fulfilment: Fulfilment,
    progress: PickProgress,
    pick: Callable[[str], Awaitable[bool]],
) -> ft.Control:
    """All lines with how many pieces were picked."""
    t = ctx.i18n.t
    picked = sum(line.picked for line in progress.lines)
    wanted = sum(line.quantity for line in progress.lines)
    to_pick = fulfilment.state in (FulfilmentState.ALLOCATED, FulfilmentState.PICKING)
    rows: list[ft.Control] = [
        SectionTitle(
            t("Articles"),
            note=t("{picked} of {wanted} picked", picked=picked, wanted=wanted) if to_pick else "",
        )
    ]
    if to_pick:
        rows.append(
            ft.ProgressBar(
                value=picked / wanted if wanted else 0,
                color=GREEN,
                bgcolor=LINE,
                bar_height=6,
                border_radius=3,
                semantics_label=t("Picked"),
            )
        )
        rows.append(text(t("Scan each piece, or touch its line."), Type.CAPTION, color=MUTED))
    by_line = {line.line_id: line for line in progress.lines}
    for line in fulfilment.lines:
        rows.append(Hairline())
        rows.append(_line_row(ctx, line, by_line.get(line.line_id), pick, to_pick=to_pick))
    return Card(ft.Column(rows, spacing=GRID))


def _line_row(
    ctx: AppContext,
    line: FulfilmentLine,
    done: PickedLine | None,
    pick: Callable[[str], Awaitable[bool]],
    *,
    to_pick: bool,
) -> ft.Control:
    picked = done.picked if done is not None else 0
    complete = picked >= line.quantity

    async def touch() -> None:
        await pick(line.gtin)

    count = f"{picked} / {line.quantity}" if to_pick else f"× {line.quantity}"
    sign: ft.Control = ft.Icon(
        ft.Icons.CHECK_CIRCLE if complete else ft.Icons.RADIO_BUTTON_UNCHECKED,
        color=GREEN if complete else MUTED,
        size=TABLET.icon + 4,
    )
    row = ft.Row(
        [
            Tile(line.name, line.sku),
            ft.Column(
                [
                    text(line.name, Type.LABEL, lines=2),
                    text(f"{line.sku} · {line.gtin}", Type.CAPTION, color=MUTED),
                ],
                spacing=3,
                expand=True,
                tight=True,
            ),
            text(count, Type.FIGURE, no_wrap=True, color=GREEN if complete and to_pick else INK),
            *([sign] if to_pick else []),
        ],
        spacing=GRID * 1.5,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    key = f"pick-{line.line_id}"
    if not to_pick:
        return ft.Container(row, key=key, padding=ft.Padding.symmetric(vertical=GRID))
    return identified(
        key,
        ft.TextButton(
            content=row,
            key=key,
            on_click=touch,
            disabled=complete,
            style=ft.ButtonStyle(
                color=INK,
                bgcolor=GREEN_SOFT if complete else None,
                padding=ft.Padding.symmetric(horizontal=GRID, vertical=GRID + 2),
                shape=ft.RoundedRectangleBorder(radius=TABLET.radius - 4),
            ),
        ),
    )
