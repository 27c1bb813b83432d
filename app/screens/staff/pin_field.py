"""The field that takes a PIN: digits only, not shown."""

from __future__ import annotations

import flet as ft

from app.components.buttons import Handler
from app.theme import CARD, GREEN, MUTED, OUTLINE

PIN_LENGTH_MAX = 8


def PinField(hint: str, submit: Handler, *, key: str = "pin") -> ft.TextField:
    """Enter submits."""
    return ft.TextField(
        key=key,
        hint_text=hint,
        on_submit=submit,
        password=True,
        autofocus=True,
        max_length=PIN_LENGTH_MAX,
        counter="",
        keyboard_type=ft.KeyboardType.NUMBER,
        input_filter=ft.InputFilter(regex_string=r"^[0-9]*$"),
        text_align=ft.TextAlign.CENTER,
        text_style=ft.TextStyle(font_family="Inter Bold", size=24, letter_spacing=10),
        hint_style=ft.TextStyle(font_family="Inter", size=18, letter_spacing=0, color=MUTED),
        filled=True,
        fill_color=CARD,
        border={
            ft.ControlState.FOCUSED: ft.OutlineInputBorder(
                border_radius=12, side=ft.BorderSide(2, GREEN)
            ),
            ft.ControlState.DEFAULT: ft.OutlineInputBorder(
                border_radius=12, side=ft.BorderSide(1, OUTLINE)
            ),
        },
    )
