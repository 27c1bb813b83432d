"""The lines of a return, each with the question of its condition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import Card, Hairline, SectionTitle, Tile, ToggleChip, text
from app.screens import wording
from app.screens.returns.grade_form import Grading, Verdict
from app.session import AppContext
from app.theme import GRID, MUTED, Type
from sync.domain.returns import ReturnLine
from sync.i18n import I18n
from sync.protocol.feed import OrderState

Judge = Callable[[int, Verdict], Awaitable[None]]

ICONS = {
    Verdict.AS_NEW: ft.Icons.STOREFRONT_OUTLINED,
    Verdict.REFURBISH: ft.Icons.BUILD_OUTLINED,
    Verdict.DESTROY: ft.Icons.DELETE_OUTLINE,
    Verdict.REFUSE: ft.Icons.UNDO,
}


def verdict_name(i18n: I18n, verdict: Verdict) -> str:
    """What a person finds, and what becomes of it."""
    return {
        Verdict.AS_NEW: i18n.t("As new: back on sale"),
        Verdict.REFURBISH: i18n.t("Damaged: refurbish"),
        Verdict.DESTROY: i18n.t("Damaged: destroy"),
        Verdict.REFUSE: i18n.t("Refuse: give it back"),
    }[verdict]


def LinesCard(
    ctx: AppContext, grading: Grading, order: OrderState | None, *, on_judge: Judge | None
) -> ft.Control:
    """All lines; with `on_judge` each asks for its verdict."""
    t = ctx.i18n.t
    judged = len(grading.verdicts)
    note = t("{done} of {count} checked", done=judged, count=len(grading.goods.lines))
    rows: list[ft.Control] = [
        SectionTitle(
            t("What came back") if on_judge is None else t("How is it?"),
            note=note if on_judge is not None else "",
        )
    ]
    for line in grading.goods.lines:
        rows.append(Hairline())
        rows.append(_line(ctx, line, grading.verdicts.get(line.line_id), on_judge))
    return Card(ft.Column(rows, spacing=GRID * 1.5))


def _line(
    ctx: AppContext, line: ReturnLine, verdict: Verdict | None, on_judge: Judge | None
) -> ft.Control:
    i18n = ctx.i18n
    words: list[ft.Control] = [
        text(line.name, Type.LABEL, lines=2),
        text(f"{line.sku} · {wording.return_reason(i18n, line.reason)}", Type.CAPTION, color=MUTED),
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
    if on_judge is None:
        return head
    chips = ft.Row(
        [_chip(i18n, line.line_id, each, verdict, on_judge) for each in Verdict],
        spacing=GRID,
        run_spacing=GRID,
        wrap=True,
    )
    return ft.Column([head, chips], spacing=GRID * 1.5)


def _chip(
    i18n: I18n, line_id: int, verdict: Verdict, given: Verdict | None, on_judge: Judge
) -> ft.Control:
    async def judge() -> None:
        await on_judge(line_id, verdict)

    return ToggleChip(
        verdict_name(i18n, verdict),
        key=f"grade-{line_id}-{verdict.value}",
        icon=ICONS[verdict],
        selected=given is verdict,
        on_click=judge,
    )
