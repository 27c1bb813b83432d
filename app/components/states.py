"""A screen with nothing, a screen that waits, and a sentence when something was refused."""

from __future__ import annotations

import flet as ft

from app.components.buttons import Handler, QuietButton
from app.components.display import text
from app.theme import AMBER, AMBER_SOFT, GREEN, GREEN_SOFT, MUTED, TABLET, Scale, Type


def EmptyState(
    icon: ft.IconData,
    title: str,
    hint: str = "",
    *,
    action: ft.Control | None = None,
    scale: Scale = TABLET,
) -> ft.Container:
    """Nothing here, and what to do about it."""
    size = scale.target + 24
    parts: list[ft.Control] = [
        ft.Container(
            width=size,
            height=size,
            bgcolor=GREEN_SOFT,
            border_radius=size,
            alignment=ft.Alignment.CENTER,
            content=ft.Icon(icon, size=scale.icon * 1.5, color=GREEN),
        ),
        text(title, Type.SECTION, scale=scale, text_align=ft.TextAlign.CENTER),
    ]
    if hint:
        parts.append(text(hint, color=MUTED, scale=scale, text_align=ft.TextAlign.CENTER))
    if action is not None:
        parts.append(action)
    return ft.Container(
        padding=24,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            parts,
            spacing=12,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
    )


def ErrorBanner(
    sentence: str,
    *,
    key: str = "error",
    action: str = "",
    on_action: Handler | None = None,
    scale: Scale = TABLET,
) -> ft.Control:
    """What happened, what is safe, what to do: one calm sentence, read out when it appears."""
    row: list[ft.Control] = [
        ft.Icon(ft.Icons.INFO_OUTLINE, size=scale.icon, color=AMBER),
        text(sentence, Type.LABEL, color=AMBER, scale=scale, expand=True),
    ]
    if action:
        row.append(QuietButton(action, key=f"{key}-action", on_click=on_action, scale=scale))
    return ft.Semantics(
        identifier=key,
        live_region=True,
        container=True,
        content=ft.Container(
            key=key,
            bgcolor=AMBER_SOFT,
            border_radius=scale.radius,
            padding=ft.Padding.symmetric(horizontal=16, vertical=12),
            content=ft.Row(row, spacing=12, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        ),
    )


def Loading(label: str = "", *, scale: Scale = TABLET) -> ft.Container:
    """Something is on its way."""
    parts: list[ft.Control] = [
        ft.ProgressRing(width=scale.target / 2, height=scale.target / 2, stroke_width=3)
    ]
    if label:
        parts.append(text(label, color=MUTED, scale=scale))
    return ft.Container(
        padding=32,
        alignment=ft.Alignment.CENTER,
        content=ft.Column(
            parts, spacing=12, tight=True, horizontal_alignment=ft.CrossAxisAlignment.CENTER
        ),
    )
