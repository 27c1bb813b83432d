"""Saying that this store cannot fill an order, and why; the server then finds another place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

import flet as ft

from app.components import OptionCard, QuietButton, ToggleChip, text
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


class Answer(Protocol):
    """What is done with a reason: for what is missing only, or for all of it."""

    def __call__(self, reason: RejectionReason, *, partly: bool) -> Awaitable[None]:
        """Reject."""
        ...


Action = Callable[[], Awaitable[None]]


def use_reject_dialog(ctx: AppContext, on_reject: Answer, *, partly: bool) -> Action:
    """What opens the dialog; it closes on a reason, which goes to `on_reject`, and on no.

    `partly`: some of it is in hand, so that only the rest is looked for elsewhere; or all.
    """
    shown, set_shown = ft.use_state(False)
    whole, set_whole = ft.use_state(False)

    async def open_dialog() -> None:
        set_shown(True)

    async def close() -> None:
        set_shown(False)

    async def answer(reason: RejectionReason) -> None:
        set_shown(False)
        await on_reject(reason, partly=partly and not whole)

    def choose() -> list[ft.Control]:
        t = ctx.i18n.t
        return [
            ToggleChip(
                t("Only what is missing"),
                key="reject-missing",
                selected=not whole,
                on_click=lambda: set_whole(False),
            ),
            ToggleChip(
                t("All of it"),
                key="reject-all",
                selected=whole,
                on_click=lambda: set_whole(True),
            ),
        ]

    chips = choose() if partly else []
    ft.use_dialog(RejectDialog(ctx, answer, close, chips) if shown else None)
    return open_dialog


def RejectDialog(
    ctx: AppContext,
    on_reject: Callable[[RejectionReason], Awaitable[None]],
    on_close: Action,
    chips: list[ft.Control],
) -> ft.AlertDialog:
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
                    *([ft.Row(chips, spacing=GRID, wrap=True)] if chips else []),
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
