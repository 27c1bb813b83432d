"""Step 1: the receipt. Scan its code, or type the order number printed below it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import flet as ft

from app.components import Card, ErrorBanner, PrimaryButton, identified, text
from app.screens.kiosk.frame import heading
from app.screens.kiosk.view import Action, Look
from app.theme import (
    CARD,
    GREEN,
    GREEN_SOFT,
    GRID,
    INK,
    LINE,
    MUTED,
    OUTLINE,
    Scale,
    Type,
    text_style,
)

WEB_LETTER = "W"
PAD_ROWS = (("1", "2", "3"), ("4", "5", "6"), ("7", "8", "9"), (WEB_LETTER, "0", "back"))


def receipt_step(
    look: Look,
    *,
    field: ft.Control,
    busy: bool,
    problem: str,
    offline: bool,
    on_pad: Callable[[str], Awaitable[None]],
    on_find: Action,
) -> list[ft.Control]:
    """The controls of the step; `field` is the one in which the scanner types."""
    t = look.i18n.t
    notices: list[ft.Control] = []
    if problem:
        notices.append(ErrorBanner(problem, key="kiosk-problem", scale=look.scale))
    if offline:
        sentence = t(
            "We are offline at the moment. What you bought in this store can still be returned; "
            "the refund leaves as soon as the line is back."
        )
        notices.append(ErrorBanner(sentence, key="kiosk-offline", scale=look.scale))
    title = heading(
        look,
        t("Scan your receipt"),
        t("Its square code is at the bottom, on paper or in your e-mail."),
    )
    scan = _scan_card(look, busy)
    pad = Card(
        ft.Column(
            [
                text(t("Or type your order number"), Type.STRONG, scale=look.scale),
                field,
                _pad(look, on_pad),
                PrimaryButton(
                    t("Find my purchase"),
                    key="kiosk-find",
                    trailing_icon=ft.Icons.ARROW_FORWARD,
                    on_click=on_find,
                    disabled=busy,
                    scale=look.scale,
                ),
            ],
            spacing=look.scale.gap,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        padding=look.scale.gap * 1.25,
        scale=look.scale,
    )
    # The notices have a place of their own: when one came between its neighbours, Flet would
    # make the field anew, and what is being typed in it would be lost.
    top = ft.Column([title, *notices], spacing=look.scale.gap)
    if look.landscape:
        left = ft.Column([top, scan], spacing=look.scale.gap, expand=True)
        columns: list[ft.Control] = [left, ft.Column([pad], expand=True)]
        start = ft.CrossAxisAlignment.START
        return [ft.Row(columns, spacing=look.scale.gap * 1.5, vertical_alignment=start)]
    return [top, scan, pad]


def _scan_card(look: Look, busy: bool) -> ft.Control:
    t = look.i18n.t
    size = 120 if look.narrow else 220
    sign: ft.Control = ft.Icon(ft.Icons.QR_CODE_SCANNER, size=size * 0.55, color=GREEN)
    if busy:
        sign = ft.ProgressRing(width=size * 0.4, height=size * 0.4, color=GREEN)
    words = t("Looking for your purchase…") if busy else t("Hold the code under the scanner")
    below = t("It beeps once, and what you bought appears here.")
    circle = ft.Container(
        sign,
        width=size,
        height=size,
        border_radius=size / 2,
        bgcolor=GREEN_SOFT,
        alignment=ft.Alignment.CENTER,
    )
    lines: list[ft.Control] = [
        text(words, Type.TITLE, scale=look.scale, key="kiosk-scan-words"),
        text(below, color=MUTED, scale=look.scale),
    ]
    return Card(
        ft.Row(
            [circle, ft.Column(lines, spacing=GRID, expand=True)],
            spacing=look.scale.gap * 1.5,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        padding=look.scale.gap * 1.5,
        scale=look.scale,
    )


def _pad(look: Look, on_pad: Callable[[str], Awaitable[None]]) -> ft.Control:
    rows: list[ft.Control] = [
        ft.Row([_pad_key(look, name, on_pad) for name in row], spacing=GRID + 4) for row in PAD_ROWS
    ]
    return ft.Column(rows, spacing=GRID + 4)


def _pad_key(look: Look, name: str, on_pad: Callable[[str], Awaitable[None]]) -> ft.Control:
    async def press() -> None:
        await on_pad(name)

    face: ft.Control = text(name, Type.TITLE, scale=look.scale)
    if name == "back":
        face = ft.Icon(
            ft.Icons.BACKSPACE_OUTLINED,
            size=look.scale.icon,
            color=INK,
            semantics_label=look.i18n.t("Delete"),
        )
    key = ft.TextButton(
        content=face,
        key=f"kiosk-pad-{name}",
        height=look.scale.target,
        expand=True,
        on_click=press,
        style=ft.ButtonStyle(
            bgcolor=CARD,
            side=ft.BorderSide(1, LINE),
            shape=ft.RoundedRectangleBorder(radius=look.scale.radius - 6),
            padding=0,
        ),
    )
    return identified(f"kiosk-pad-{name}", key)


def number_field(
    look: Look,
    on_enter: Callable[[ft.Event[ft.TextField]], Awaitable[None]],
    on_left: Action,
) -> ft.TextField:
    """The field in which the scanner types and the pad writes; Enter looks the text up.

    Its text is that of `use_typed`, so that no character of a fast scanner is lost. `on_left` is
    called when somebody touches the screen beside it, to bring the cursor back.
    """
    return ft.TextField(
        key="kiosk-number",
        label=look.i18n.t("Order number, or scanned code"),
        hint_text="C0012-000345-6",
        text_style=text_style(Type.TITLE, scale=look.scale),
        hint_style=text_style(Type.TITLE, color=MUTED, scale=look.scale),
        label_style=text_style(Type.CAPTION, color=MUTED, scale=_label_scale(look)),
        autofocus=True,
        autocorrect=False,
        enable_suggestions=False,
        on_submit=on_enter,
        on_tap_outside=on_left,
        filled=True,
        fill_color=CARD,
        border=ft.OutlineInputBorder(
            border_radius=look.scale.radius - 6, side=ft.BorderSide(1.5, OUTLINE)
        ),
        content_padding=ft.Padding.symmetric(horizontal=GRID * 3, vertical=GRID * 2.5),
    )


def _label_scale(look: Look) -> Scale:
    """A label above its field is drawn at three quarters of its size by Material."""
    return replace(look.scale, caption=look.scale.caption / 0.75)
