"""The product's mark."""

from __future__ import annotations

import flet as ft

from app.theme import GREEN, ON_GREEN


def Mark(size: float = 44) -> ft.Container:
    """A green tile with the initial."""
    return ft.Container(
        width=size,
        height=size,
        bgcolor=GREEN,
        border_radius=size * 0.25,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            exclude_semantics=True,
            content=ft.Text(
                "C", style=ft.TextStyle(font_family="Inter Bold", size=size * 0.5, color=ON_GREEN)
            ),
        ),
    )
