"""What lies over a screen: one sheet, and a notice that goes by itself.

Both are part of the page and not Flet dialogs: a dialog that is rendered anew while another (a
snack bar, say) comes or goes loses the way to its page, and the session with it.
"""

from __future__ import annotations

from typing import Any

import flet as ft

from app.components import Card, IconAction, identified, text
from app.session import AppContext, Notice, Sheet
from app.theme import CARD, INK, TABLET, Type

WIDTH_MAX = 620
MARGIN = 16
NOTICE_WIDTH_MAX = 560
ACTION_ON_INK = "#9FE0C8"


def Layers(ctx: AppContext, content: ft.Control) -> ft.Control:
    """`content` with the sheet and the notice of `ctx` over it."""
    layers: list[ft.Control] = [
        ft.Container(
            # What lies below a sheet can be neither pressed nor read out.
            ft.Semantics(content=content, exclude_semantics=ctx.sheet is not None),
            key="screen",
            ignore_interactions=ctx.sheet is not None,
            left=0,
            top=0,
            right=0,
            bottom=0,
        )
    ]
    if ctx.sheet is not None:
        layers.extend(_sheet(ctx, ctx.sheet))
    if ctx.notice is not None:
        layers.append(_notice(ctx, ctx.notice))
    return ft.Stack(layers, expand=True)


def _sheet(ctx: AppContext, sheet: Sheet) -> list[ft.Control]:
    async def close(_: ft.Event[Any]) -> None:
        ctx.close_sheet()

    title = ft.Row(
        [
            ft.Semantics(header=True, content=text(sheet.title, Type.TITLE), expand=True),
            IconAction(ft.Icons.CLOSE, ctx.i18n.t("Close"), key="close-sheet", on_click=close),
        ]
    )
    card = Card(
        ft.Column(
            [title, sheet.build(ctx)],
            spacing=12,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=ft.Padding.only(left=24, top=12, right=24, bottom=24),
        width=min(WIDTH_MAX + 48, ctx.width - 2 * MARGIN),
        key=sheet.title,
    )
    scrim = ft.Container(
        key="scrim",
        left=0,
        top=0,
        right=0,
        bottom=0,
        bgcolor=ft.Colors.with_opacity(0.45, INK),
        on_click=None if sheet.form else close,
    )
    return [
        scrim,
        ft.Container(
            card,
            key="sheet",
            left=0,
            top=0,
            right=0,
            bottom=0,
            padding=MARGIN,
            alignment=ft.Alignment.BOTTOM_CENTER if ctx.portrait else ft.Alignment.CENTER,
        ),
    ]


def _notice(ctx: AppContext, notice: Notice) -> ft.Control:
    parts: list[ft.Control] = [text(notice.text, Type.LABEL, color=CARD, expand=True)]
    if notice.action:

        async def act(_: ft.Event[ft.TextButton]) -> None:
            ctx.dismiss(notice)
            await notice.on_action()

        parts.append(
            identified(
                "notice-action",
                ft.TextButton(
                    content=text(notice.action, Type.LABEL, color=ACTION_ON_INK),
                    key="notice-action",
                    on_click=act,
                    height=TABLET.target,
                ),
            )
        )
    bar = ft.Container(
        ft.Row(parts, spacing=12),
        bgcolor=INK,
        border_radius=TABLET.radius,
        padding=ft.Padding.only(left=18, right=8),
        height=TABLET.target + 8,
        width=min(NOTICE_WIDTH_MAX, ctx.width - 2 * MARGIN),
    )
    return ft.Container(
        ft.Semantics(content=bar, live_region=True),
        key="notice",
        left=0,
        right=0,
        # Never over the main action: at the top while a sheet is open, else at the bottom.
        top=MARGIN if ctx.sheet is not None else None,
        bottom=None if ctx.sheet is not None else MARGIN + _bars_height(ctx),
        alignment=ft.Alignment.CENTER,
    )


def _bars_height(ctx: AppContext) -> int:
    """The bars at the bottom that a notice leaves free: navigation, and the article's action."""
    return (80 if ctx.portrait else 0) + (80 if ctx.route.startswith("/article/") else 0)
