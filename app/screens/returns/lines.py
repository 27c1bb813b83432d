"""The lines of a return, each with the question of its condition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import Card, Hairline, SectionTitle, Tile, ToggleChip, text
from app.screens import wording
from app.screens.returns.inspection_form import Inspection, LineInspection
from app.session import AppContext
from app.theme import GRID, MUTED, Type
from sync.domain.returns import ReturnLine
from sync.i18n import I18n
from sync.protocol.feed import OrderState

OnInspect = Callable[[int, LineInspection], Awaitable[None]]

ICONS = {
    LineInspection.AS_NEW: ft.Icons.STOREFRONT_OUTLINED,
    LineInspection.REFURBISH: ft.Icons.BUILD_OUTLINED,
    LineInspection.DESTROY: ft.Icons.DELETE_OUTLINE,
    LineInspection.REFUSE: ft.Icons.UNDO,
}


def inspection_name(i18n: I18n, inspected_line: LineInspection) -> str:
    """What a person finds, and what becomes of it."""
    return {
        LineInspection.AS_NEW: i18n.t("As new: back on sale"),
        LineInspection.REFURBISH: i18n.t("Damaged: refurbish"),
        LineInspection.DESTROY: i18n.t("Damaged: destroy"),
        LineInspection.REFUSE: i18n.t("Refuse: give it back"),
    }[inspected_line]


def LinesCard(
    ctx: AppContext,
    inspection: Inspection,
    order: OrderState | None,
    *,
    on_inspect: OnInspect | None,
) -> ft.Control:
    """All lines; with `on_judge` each asks for its inspection."""
    t = ctx.i18n.t
    inspected = len(inspection.given)
    note = t("{done} of {count} checked", done=inspected, count=len(inspection.goods.lines))
    rows: list[ft.Control] = [
        SectionTitle(
            t("What came back") if on_inspect is None else t("How is it?"),
            note=note if on_inspect is not None else "",
        )
    ]
    for line in inspection.goods.lines:
        rows.append(Hairline())
        rows.append(_line(ctx, line, inspection.given.get(line.line_id), on_inspect))
    return Card(ft.Column(rows, spacing=GRID * 1.5))


def _line(
    ctx: AppContext,
    line: ReturnLine,
    inspected_line: LineInspection | None,
    on_inspect: OnInspect | None,
) -> ft.Control:
    i18n = ctx.i18n
    words: list[ft.Control] = [
        text(line.name, Type.LABEL, lines=2),
        text(
            f"{line.sku} · {wording.return_reason(i18n, line.reason)} · "
            f"{wording.return_right(i18n, line.right)}",
            Type.CAPTION,
            color=MUTED,
        ),
    ]
    head = ft.Row(
        [
            Tile(line.name, line.sku),
            ft.Column(words, spacing=3, expand=True, tight=True),
            text(f"× {line.quantity}", color=MUTED, no_wrap=True),
            text(i18n.money(line.refund), Type.FIGURE, no_wrap=True),
        ],
        spacing=GRID * 1.5,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )
    if on_inspect is None:
        return head
    chips = ft.Row(
        [_chip(i18n, line.line_id, each, inspected_line, on_inspect) for each in LineInspection],
        spacing=GRID,
        run_spacing=GRID,
        wrap=True,
    )
    return ft.Column([head, chips], spacing=GRID * 1.5)


def _chip(
    i18n: I18n,
    line_id: int,
    inspected_line: LineInspection,
    given: LineInspection | None,
    on_inspect: OnInspect,
) -> ft.Control:
    async def evaluate() -> None:
        await on_inspect(line_id, inspected_line)

    return ToggleChip(
        inspection_name(i18n, inspected_line),
        key=f"inspect-{line_id}-{inspected_line.value}",
        icon=ICONS[inspected_line],
        selected=given is inspected_line,
        on_click=evaluate,
    )
