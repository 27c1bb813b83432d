"""What is typed, scanned or counted: the scan field, form fields, the number pad, the stepper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import flet as ft

from app.components.buttons import Handler, IconAction, identified
from app.components.display import text
from app.theme import CARD, GREEN, INK, LINE, MUTED, OUTLINE, TABLET, Scale, Type, text_style

BACK, CLEAR = "back", "clear"  # the keys of a number pad that are not digits


def Field(
    label: str,
    *,
    key: str,
    scale: Scale = TABLET,
    **props: Any,
) -> ft.TextField:
    """A form field; give it to `use_typed().hold`, never bind its value to state."""
    return ft.TextField(
        label=label,
        key=key,
        label_style=text_style(Type.BODY, color=MUTED, scale=scale),
        text_style=text_style(Type.BODY, scale=scale),
        filled=True,
        fill_color=CARD,
        border=ft.OutlineInputBorder(
            border_radius=scale.radius - 4, side=ft.BorderSide(1, OUTLINE)
        ),
        content_padding=ft.Padding.symmetric(horizontal=14, vertical=scale.target / 3),
        **props,
    )


def ScanField(
    hint: str,
    *,
    key: str = "scan",
    on_submit: Callable[[ft.Event[ft.TextField]], Awaitable[None]],
    on_change: Callable[[ft.Event[ft.TextField]], Awaitable[None]] | None = None,
    autofocus: bool = True,
    shortcut: str = "",
    scale: Scale = TABLET,
    **props: Any,
) -> ft.TextField:
    """Takes what a scanner types, ended by Enter, and what a person types.

    Give it to `use_typed().hold`: a scanner types faster than an echo returns. A field of one
    line would lose the cursor at Enter, and with it the first characters of the next scan. One of
    two lines, as high as one, keeps it: Enter is a new line in what `on_change` is given. (With
    `shift_enter` it would keep it as well, and `focus` would not work any more.)
    """
    return ft.TextField(
        key=key,
        multiline=True,
        min_lines=1,
        max_lines=2,
        height=scale.target,
        hint_text=hint,
        hint_style=text_style(Type.BODY, color=MUTED, scale=scale),
        text_style=text_style(Type.LABEL, scale=scale),
        prefix_icon=ft.Icon(ft.Icons.QR_CODE_SCANNER, size=scale.icon, color=GREEN),
        autofocus=autofocus,
        autocorrect=False,
        enable_suggestions=False,
        filled=True,
        fill_color=CARD,
        suffix=text(shortcut, Type.CAPTION, color=MUTED, scale=scale) if shortcut else None,
        border={
            ft.ControlState.FOCUSED: ft.OutlineInputBorder(
                border_radius=scale.target, side=ft.BorderSide(1.5, GREEN)
            ),
            ft.ControlState.DEFAULT: ft.OutlineInputBorder(
                border_radius=scale.target, side=ft.BorderSide(1, OUTLINE)
            ),
        },
        content_padding=ft.Padding.symmetric(horizontal=18, vertical=scale.target / 3.4),
        on_submit=on_submit,
        on_change=on_change,
        **props,
    )


def NumberPad(
    on_press: Callable[[str], Any],
    *,
    labels: dict[str, str],
    key: str = "pad",
    double_zero: bool = False,
    key_height: float | None = None,
    scale: Scale = TABLET,
) -> ft.Column:
    """Digits to press: `on_press` is given "0" to "9", "00", BACK or CLEAR.

    `labels` names the keys that show an icon or a letter: {"back": ..., "clear": ...}. Keys are
    identified as "pad-7", "pad-back" and so on.
    """
    height = key_height or scale.target + 8

    def pad_key(name: str) -> ft.Control:
        async def press(_: ft.Event[ft.TextButton]) -> None:
            result = on_press(name)
            if isinstance(result, Awaitable):
                await result

        face: ft.Control
        if name == BACK:
            face = ft.Icon(
                ft.Icons.BACKSPACE_OUTLINED,
                color=INK,
                size=scale.icon,
                semantics_label=labels[BACK],
            )
        elif name == CLEAR:
            face = text(labels[CLEAR], Type.LABEL, color=MUTED, scale=scale, no_wrap=True)
        else:
            face = text(name, Type.TITLE, scale=scale)
        button = ft.TextButton(
            content=face,
            key=f"{key}-{name}",
            on_click=press,
            height=height,
            expand=True,
            style=ft.ButtonStyle(
                bgcolor=CARD,
                side=ft.BorderSide(1, LINE),
                shape=ft.RoundedRectangleBorder(radius=scale.radius - 2),
                padding=4,
            ),
        )
        return identified(f"{key}-{name}", button)

    last = ["00" if double_zero else CLEAR, "0", BACK]
    rows = [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"], last]
    return ft.Column(
        [ft.Row([pad_key(name) for name in row], spacing=8) for row in rows],
        spacing=8,
        tight=True,
    )


def Stepper(
    quantity: int,
    *,
    key: str,
    less: str,
    more: str,
    on_less: Handler | None,
    on_more: Handler | None,
    scale: Scale = TABLET,
) -> ft.Control:
    """- 2 +: keys `key`-less and `key`-more; a side without a handler is greyed."""
    return ft.Container(
        border=ft.Border.all(1, LINE),
        border_radius=scale.radius - 2,
        bgcolor=CARD,
        content=ft.Row(
            [
                IconAction(
                    ft.Icons.REMOVE,
                    less,
                    key=f"{key}-less",
                    on_click=on_less,
                    disabled=on_less is None,
                    color=INK,
                    scale=scale,
                ),
                ft.Container(
                    width=scale.target - 16,
                    alignment=ft.Alignment.CENTER,
                    content=text(str(quantity), Type.FIGURE, scale=scale, no_wrap=True),
                ),
                IconAction(
                    ft.Icons.ADD,
                    more,
                    key=f"{key}-more",
                    on_click=on_more,
                    disabled=on_more is None,
                    color=INK,
                    scale=scale,
                ),
            ],
            spacing=0,
            tight=True,
        ),
    )
