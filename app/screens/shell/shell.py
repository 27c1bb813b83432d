"""The frame of the terminal: navigation, the scan field, the state of the link, the basket."""

from __future__ import annotations

import flet as ft

from app.components import component, text, use_loaded
from app.components.buttons import identified
from app.screens.selling.basket import BasketBar, BasketPanel
from app.screens.shell.marks import Mark
from app.screens.shell.profile import ProfileMenu
from app.screens.shell.routes import ROUTES, Screen, screen_for
from app.screens.shell.scan import ScanBar
from app.session import AppContext
from app.theme import AMBER, CARD, GREEN, GREEN_SOFT, INK, LINE, MUTED, PAPER, TABLET, Type

RAIL_WIDTH = 104
PARENTS = {"/article": "/articles", "/printers": "/documents"}  # lit in the bar while below it
BASKET_WIDTH = 344
BASKET_WIDTH_NARROW = 312  # on a 1024 px tablet


@component
def Shell(ctx: AppContext) -> ft.Control:
    """The signed-in application: the screen of the route, in its frame."""
    screen = screen_for(ctx.route)
    body = ft.Container(
        key=ctx.route,
        content=screen.component(ctx),
        expand=True,
    )
    main: list[ft.Control] = []
    if screen.with_scan:
        main.append(ScanBar(ctx, key="scan-bar"))
    main.append(body)
    if ctx.portrait:
        return ft.Column(
            [
                ft.Container(
                    expand=True,
                    padding=ft.Padding.only(left=16, top=16, right=16),
                    content=ft.Column(main, spacing=16, expand=True),
                ),
                *([BasketBar(ctx)] if screen.with_basket else []),
                BottomBar(ctx),
            ],
            spacing=0,
            expand=True,
        )
    padding = TABLET.page_padding
    columns: list[ft.Control] = [
        Rail(ctx),
        ft.Container(
            expand=True,
            padding=ft.Padding.only(left=padding, top=padding, right=padding),
            content=ft.Column(main, spacing=16, expand=True),
        ),
    ]
    if screen.with_basket:
        columns.append(
            ft.Container(
                width=BASKET_WIDTH if ctx.width >= 1200 else BASKET_WIDTH_NARROW,
                bgcolor=CARD,
                border=ft.Border.only(left=ft.BorderSide(1, LINE)),
                padding=ft.Padding.only(left=20, right=20, top=padding, bottom=12),
                content=BasketPanel(ctx),
            )
        )
    return ft.Row(columns, spacing=0, expand=True, vertical_alignment=ft.CrossAxisAlignment.STRETCH)


@component
def Rail(ctx: AppContext) -> ft.Control:
    """The navigation of a landscape screen."""
    screens = [s for s in ROUTES if s.in_bar]
    spacing = 6 if ctx.height >= 780 else 2
    return ft.Container(
        width=RAIL_WIDTH,
        bgcolor=PAPER,
        border=ft.Border.only(right=ft.BorderSide(1, LINE)),
        padding=ft.Padding.symmetric(vertical=18),
        content=ft.Column(
            [
                Mark(),
                ft.Container(height=18),
                *[NavItem(ctx, s) for s in screens if s.path != "/documents"],
                ft.Container(expand=True),
                *[NavItem(ctx, s) for s in screens if s.path == "/documents"],
                ft.Container(height=4),
                ProfileMenu(ctx),
            ],
            spacing=spacing,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


@component
def BottomBar(ctx: AppContext) -> ft.Control:
    """The navigation of a portrait screen."""
    return ft.Container(
        bgcolor=CARD,
        border=ft.Border.only(top=ft.BorderSide(1, LINE)),
        padding=ft.Padding.symmetric(horizontal=8, vertical=6),
        content=ft.Row(
            [ft.Container(NavItem(ctx, s), expand=True) for s in ROUTES if s.in_bar],
            spacing=0,
        ),
    )


@component
def NavItem(ctx: AppContext, screen: Screen) -> ft.Control:
    """One entry of the navigation, with the number of things that wait there."""
    shown = screen_for(ctx.route)
    current = screen.path in (shown.path, PARENTS.get(shown.path))
    waiting = use_loaded(
        ctx,
        lambda: screen.badge(ctx) if screen.badge is not None else 0,
        topics=("fulfilments", "returns", "documents"),
    )
    key = f"nav-{screen.path.strip('/') or 'home'}"

    async def go(_: ft.Event[ft.TextButton]) -> None:
        ctx.navigate(screen.path)

    return identified(
        key,
        ft.TextButton(
            key=key,
            on_click=go,
            style=ft.ButtonStyle(
                padding=ft.Padding.symmetric(horizontal=2, vertical=4),
                shape=ft.RoundedRectangleBorder(radius=12),
                overlay_color=GREEN_SOFT,
            ),
            width=RAIL_WIDTH - 8 if not ctx.portrait else None,
            content=ft.Column(
                [
                    _nav_icon(screen.icon, current, waiting.value or 0),
                    text(
                        screen.title(ctx.i18n),
                        Type.CAPTION,
                        color=GREEN if current else INK,
                        lines=1,
                        text_align=ft.TextAlign.CENTER,
                    ),
                ],
                spacing=3,
                tight=True,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
        ),
    )


def _nav_icon(icon: ft.IconData, current: bool, waiting: int) -> ft.Control:
    """The icon of an entry, and on its corner how much waits there."""
    face = ft.Container(
        width=60,
        height=34,
        border_radius=17,
        bgcolor=GREEN_SOFT if current else None,
        alignment=ft.Alignment.CENTER,
        content=ft.Icon(icon, size=22, color=GREEN if current else MUTED),
    )
    layers: list[ft.Control] = [face]
    if waiting:
        layers.append(
            ft.Container(
                right=4,
                top=-3,
                height=19,
                padding=ft.Padding.symmetric(horizontal=6),
                bgcolor=AMBER,
                border_radius=10,
                alignment=ft.Alignment.CENTER,
                content=ft.Text(
                    str(min(waiting, 99)),
                    style=ft.TextStyle(font_family="Inter Bold", size=11, color=CARD),
                ),
            )
        )
    return ft.Stack(layers, clip_behavior=ft.ClipBehavior.NONE)
