"""How a screen of the terminal is laid out, and what stands there while nothing is loaded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import flet as ft

from app.components.buttons import Handler, QuietButton
from app.components.live import Loaded
from app.components.states import EmptyState, ErrorBanner, Loading
from app.session import AppContext
from app.theme import GRID, TABLET
from sync.domain.errors import ComptoirError

T = TypeVar("T")


def Stack(parts: list[ft.Control], *, spacing: float = TABLET.gap) -> ft.Column:
    """Parts below each other, each as wide as there is room."""
    return ft.Column(parts, spacing=spacing, horizontal_alignment=ft.CrossAxisAlignment.STRETCH)


def Page(parts: list[ft.Control]) -> ft.Column:
    """The parts of a screen below each other, scrolled when they are higher than it."""
    page = Stack([*parts, ft.Container(height=GRID)])
    page.scroll, page.expand = ft.ScrollMode.AUTO, True
    return page


def SideBySide(
    ctx: AppContext,
    left: ft.Control,
    right: ft.Control,
    *,
    shares: tuple[int, int] = (3, 2),
    right_first: bool = False,
) -> ft.Control:
    """Two parts of a page; below each other when the screen stands upright, `right_first` or not.

    `shares` is how the width is divided.
    """
    if ctx.portrait:
        return Stack([right, left] if right_first else [left, right])
    return ft.Row(
        [ft.Container(left, expand=shares[0]), ft.Container(right, expand=shares[1])],
        spacing=TABLET.gap,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def when_loaded(
    ctx: AppContext, loaded: Loaded[T], show: Callable[[T], list[ft.Control]]
) -> list[ft.Control]:
    """What `show` makes of a loaded list; before that, that it is fetched, or why it cannot be."""
    t = ctx.i18n.t
    if loaded.error is not None:
        sentence = ctx.i18n.error(loaded.error)
        return [ErrorBanner(sentence, action=t("Try again"), on_action=loaded.reload)]
    if loaded.value is None:
        return [Loading(t("Fetching the list…"))]
    return show(loaded.value)


def NotThere(ctx: AppContext, error: ComptoirError, *, key: str, back: Handler) -> ft.Control:
    """Why one thing of a list cannot be shown, and the way back to the list."""
    return EmptyState(
        ft.Icons.SEARCH_OFF,
        ctx.i18n.error(error),
        action=QuietButton(ctx.i18n.t("Back to the list"), key=key, on_click=back),
    )
