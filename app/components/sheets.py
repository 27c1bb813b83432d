"""What sheets are made of."""

from __future__ import annotations

import flet as ft


def rows_of(
    window_height: float, rows: list[ft.Control], row_height: float, *, spacing: float = 10
) -> ft.Column:
    """Rows of a sheet: as high as they are, scrolled once they no longer fit the window."""
    height = len(rows) * (row_height + spacing)
    return ft.Column(
        rows,
        spacing=spacing,
        height=min(height, max(200, window_height - 260)),
        scroll=ft.ScrollMode.AUTO,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )
