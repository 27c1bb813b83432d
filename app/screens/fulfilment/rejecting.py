"""Saying that this store cannot fill an order, and why; the server then finds another place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import OptionCard, QuietButton, text
from app.screens import wording
from app.session import AppContext
from app.theme import CARD, GRID, MUTED, TABLET, Type
from sync.domain.fulfilment import RejectionReason

ICONS = {
    RejectionReason.NOT_FOUND: ft.Icons.SEARCH_OFF,
    RejectionReason.DAMAGED: ft.Icons.BROKEN_IMAGE_OUTLINED,
    RejectionReason.SOLD: ft.Icons.SELL_OUTLINED,
    RejectionReason.NO_TIME: ft.Icons.SCHEDULE,
}


Answer = Callable[[RejectionReason], Awaitable[None]]
Action = Callable[[], Awaitable[None]]


def use_reject_dialog(ctx: AppContext, on_reject: Answer) -> Action:
    """What opens the dialog; it closes on a reason, which goes to `on_reject`, and on no."""
    shown, set_shown = ft.use_state(False)

    async def open_dialog() -> None:
        set_shown(True)

    async def close() -> None:
        set_shown(False)

    async def answer(reason: RejectionReason) -> None:
        set_shown(False)
        await on_reject(reason)

    ft.use_dialog(RejectDialog(ctx, on_reject=answer, on_close=close) if shown else None)
    return open_dialog


def RejectDialog(ctx: AppContext, *, on_reject: Answer, on_close: Action) -> ft.AlertDialog:
    """One press on a reason is the answer."""
    t = ctx.i18n.t

    def option(reason: RejectionReason) -> ft.Control:
        async def choose() -> None:
            await on_reject(reason)

        return OptionCard(
            ft.Row(
                [
                    ft.Icon(ICONS[reason], size=TABLET.icon, color=MUTED),
                    text(wording.rejection_reason(ctx.i18n, reason), Type.LABEL, expand=True),
                ],
                spacing=GRID * 1.5,
            ),
            key=f"reject-{reason.value}",
            on_click=choose,
        )

    return ft.AlertDialog(
        title=text(t("Why can it not be prepared here?"), Type.TITLE),
        content=ft.Container(
            ft.Column(
                [
                    text(t("The customer still gets it: another location is found."), color=MUTED),
                    *[option(reason) for reason in RejectionReason],
                ],
                spacing=GRID + 4,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
            ),
            width=min(460, ctx.width - 96),
        ),
        actions=[QuietButton(t("Keep preparing"), key="reject-close", on_click=on_close)],
        bgcolor=CARD,
        shape=ft.RoundedRectangleBorder(radius=TABLET.radius),
        on_dismiss=on_close,
    )
