"""Returns to look at, the oldest first, and those that were inspected."""

from __future__ import annotations

import flet as ft

from app.components import FilteredListScreen, ListFilter, OpenRow, StatePill, text
from app.screens import wording
from app.session import AppContext
from app.theme import GREEN, GREEN_SOFT, MUTED, Tone, Type
from sync.domain.returns import ReturnState
from sync.protocol.feed import ReturnRecord

TONES = {
    ReturnState.DEPOSITED: Tone.ATTENTION,
    ReturnState.REFUNDED: Tone.GOOD,
    ReturnState.REFUSED: Tone.NEUTRAL,
}


def ReturnList(ctx: AppContext) -> ft.Control:
    """The list of returns that wait for a person, and the history."""
    t, returns = ctx.i18n.t, ctx.device.returns
    return FilteredListScreen(
        ctx,
        t("Returns"),
        [
            ListFilter(
                "returns-waiting",
                t("To check"),
                returns.to_inspect,
                ft.Icons.DONE_ALL,
                t("No return to check"),
                t("What customers leave at the kiosk appears here by itself."),
            ),
            ListFilter(
                "returns-history",
                t("History"),
                returns.history,
                ft.Icons.HISTORY,
                t("No return was checked yet"),
            ),
        ],
        lambda record: ReturnRow(ctx, record),
        ("returns",),
    )


def ReturnRow(ctx: AppContext, record: ReturnRecord) -> ft.Control:
    """One return: its number, what came back and when, and what was announced."""
    i18n, goods = ctx.i18n, record.goods

    async def open_return() -> None:
        ctx.navigate(f"/returns/{goods.number}")

    pieces = sum(line.quantity for line in goods.lines)
    details = " · ".join(
        (
            i18n.n("{count} piece", "{count} pieces", pieces),
            goods.lines[0].name,
            wording.ago(i18n, goods.created_at, ctx.now()),
        )
    )
    words: list[ft.Control] = [
        text(str(goods.number), Type.STRONG, lines=1),
        text(details, Type.CAPTION, color=MUTED, lines=2),
    ]
    pill = StatePill(wording.return_state(i18n, goods.state), tone=TONES[goods.state])
    amount = text(i18n.money(goods.refund), Type.FIGURE, no_wrap=True)
    parts: list[ft.Control] = [
        ft.Container(
            ft.Icon(ft.Icons.ASSIGNMENT_RETURN_OUTLINED, size=22, color=GREEN),
            width=44,
            height=44,
            border_radius=22,
            bgcolor=GREEN_SOFT,
            alignment=ft.Alignment.CENTER,
        )
    ]
    if ctx.portrait:
        words.append(ft.Row([pill]))
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
        parts.append(amount)
    else:
        parts.append(ft.Column(words, spacing=4, expand=True, tight=True))
        parts.append(ft.Container(pill, width=140, alignment=ft.Alignment.CENTER_RIGHT))
        parts.append(ft.Container(amount, width=96, alignment=ft.Alignment.CENTER_RIGHT))
    return OpenRow(parts, key=f"return-{goods.number}", on_click=open_return)
