"""What opens over a screen: a dialog in landscape, a sheet from below in portrait."""

from __future__ import annotations

from typing import Any

import flet as ft

from comptoir.app.components import IconAction, text
from comptoir.app.context import AppContext
from comptoir.app.theme import CARD, INK, TABLET, Type

WIDTH_MAX = 620


def use_sheet(ctx: AppContext) -> None:
    """Show `ctx.sheet` while there is one. For the root component of an application."""
    sheet = ctx.sheet

    async def close(_: ft.Event[Any]) -> None:
        ctx.close_sheet()

    if sheet is None:
        ft.use_dialog(None)
        return
    width = min(WIDTH_MAX, ctx.width - 32)
    content = ft.Container(
        key=sheet.title,
        width=width,
        content=ft.Column(
            [
                ft.Row(
                    [
                        ft.Semantics(header=True, content=text(sheet.title, Type.TITLE),
                                     expand=True),
                        IconAction(ft.Icons.CLOSE, ctx.i18n.t("Close"), key="close-sheet",
                                   on_click=close),
                    ]
                ),
                sheet.build(ctx),
            ],
            spacing=12,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
    )  # fmt: skip
    ft.use_dialog(
        ft.AlertDialog(
            content=content,
            scrollable=True,
            bgcolor=CARD,
            content_padding=ft.Padding.only(left=24, top=16, right=24, bottom=24),
            inset_padding=ft.Padding.all(16),
            alignment=ft.Alignment.BOTTOM_CENTER if ctx.portrait else ft.Alignment.CENTER,
            shape=ft.RoundedRectangleBorder(radius=TABLET.radius + 6),
            barrier_color=ft.Colors.with_opacity(0.45, INK),
            on_dismiss=close,
        )
    )
