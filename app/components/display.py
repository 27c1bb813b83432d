"""What is only looked at: text, cards, tiles, pills, rows, titles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.components.buttons import Handler, IconAction, identified
from app.theme import CARD, GRID, INK, LINE, MUTED, TABLET, Scale, Tone, Type, text_style, tile_tint


def text(
    value: str,
    kind: Type = Type.BODY,
    *,
    color: str = INK,
    scale: Scale = TABLET,
    lines: int | None = None,
    **props: Any,
) -> ft.Text:
    """`value` in one of the product's styles; `lines` cuts it off with an ellipsis."""
    return ft.Text(
        value,
        style=text_style(kind, color=color, scale=scale),
        max_lines=lines,
        overflow=ft.TextOverflow.ELLIPSIS if lines else ft.TextOverflow.CLIP,
        **props,
    )


def Card(
    content: ft.Control,
    *,
    padding: ft.PaddingValue = 20,
    scale: Scale = TABLET,
    bgcolor: str = CARD,
    border_color: str = LINE,
    border_width: float = 1,
    **props: Any,
) -> ft.Container:
    """A white card with a hairline border."""
    return ft.Container(
        content=content,
        padding=padding,
        bgcolor=bgcolor,
        border=ft.Border.all(border_width, border_color),
        border_radius=scale.radius,
        **props,
    )


def Hairline() -> ft.Container:
    """A line between rows."""
    return ft.Container(height=1, bgcolor=LINE)


def SectionTitle(
    title: str, *, note: str = "", note_color: str = MUTED, scale: Scale = TABLET
) -> ft.Row:
    """The title of a card, with a quiet note on the right."""
    heading = ft.Semantics(header=True, content=text(title, Type.SECTION, scale=scale), expand=True)
    controls: list[ft.Control] = [heading]
    if note:
        controls.append(text(note, Type.CAPTION, color=note_color, scale=scale))
    return ft.Row(controls, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def PageHeader(
    title: str,
    *,
    subtitle: str = "",
    back: Handler | None = None,
    back_label: str = "",
    actions: list[ft.Control] | None = None,
    scale: Scale = TABLET,
) -> ft.Row:
    """The title of a screen. `back` adds an arrow (key "back") named `back_label`."""
    names: list[ft.Control] = [
        ft.Semantics(header=True, content=text(title, Type.HEADLINE, scale=scale, lines=2))
    ]
    if subtitle:
        names.append(text(subtitle, color=MUTED, scale=scale))
    row: list[ft.Control] = []
    if back is not None:
        row.append(
            IconAction(ft.Icons.ARROW_BACK, back_label, key="back", on_click=back, scale=scale)
        )
    row.append(ft.Column(names, spacing=4, expand=True))
    row.extend(actions or [])
    return ft.Row(row, spacing=12, vertical_alignment=ft.CrossAxisAlignment.CENTER)


def StatePill(
    label: str,
    *,
    tone: Tone = Tone.GOOD,
    icon: ft.IconData | None = None,
    key: str | None = None,
    on_click: Handler | None = None,
    scale: Scale = TABLET,
) -> ft.Control:
    """A state in words and colour. With `on_click` it is a button of full touch height."""
    color, ground = tone.value
    parts: list[ft.Control] = []
    if icon is not None:
        parts.append(ft.Icon(icon, size=scale.icon - 5, color=color))
    parts.append(
        ft.Text(
            label,
            style=ft.TextStyle(
                font_family="Inter SemiBold", size=scale.caption, color=color, letter_spacing=0
            ),
            no_wrap=True,
        )
    )
    body = ft.Row(parts, spacing=7, tight=True)
    edge = ft.BorderSide(1, LINE) if tone is Tone.PLAIN else None
    if on_click is None:
        return ft.Container(
            content=body,
            key=key,
            bgcolor=ground,
            border=ft.Border.all(1, LINE) if edge else None,
            border_radius=scale.target,
            padding=ft.Padding.symmetric(horizontal=11, vertical=5.5),
        )
    return identified(
        key or "",
        ft.TextButton(
            content=body,
            key=key,
            on_click=on_click,
            height=scale.target,
            style=ft.ButtonStyle(
                bgcolor=ground,
                side=edge,
                shape=ft.StadiumBorder(),
                padding=ft.Padding.symmetric(horizontal=15),
            ),
        ),
    )


def Tile(name: str, category: str, *, size: float = 44, radius: float = 10) -> ft.Container:
    """The tinted initial that stands in for a picture, its tint chosen by category."""
    ground, letter = tile_tint(category)
    initial = next((c for c in name if c.isalnum()), "·").upper()
    return ft.Container(
        width=size,
        height=size,
        bgcolor=ground,
        border_radius=radius,
        alignment=ft.Alignment.CENTER,
        content=ft.Semantics(
            exclude_semantics=True,
            content=ft.Text(
                initial,
                style=ft.TextStyle(font_family="Inter Bold", size=size * 0.4, color=letter),
            ),
        ),
    )


def Figure(label: str, value: str, *, strong: bool = False, scale: Scale = TABLET) -> ft.Row:
    """A label on the left, its number on the right."""
    return ft.Row(
        [
            text(
                label,
                Type.TITLE if strong else Type.BODY,
                color=INK if strong else MUTED,
                scale=scale,
                expand=True,
            ),
            text(value, Type.HEADLINE if strong else Type.LABEL, scale=scale, no_wrap=True),
        ],
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def OpenRow(parts: list[ft.Control], *, key: str, on_click: Handler) -> ft.Control:
    """A row of a list that opens what it names: its parts, and the sign that says so."""
    arrow = ft.Icon(ft.Icons.CHEVRON_RIGHT, color=MUTED, size=TABLET.icon)
    return identified(
        key,
        ft.TextButton(
            content=ft.Row(
                [*parts, arrow], spacing=GRID * 2, vertical_alignment=ft.CrossAxisAlignment.CENTER
            ),
            key=key,
            on_click=on_click,
            style=ft.ButtonStyle(
                color=INK,
                padding=ft.Padding.symmetric(horizontal=12, vertical=14),
                shape=ft.RoundedRectangleBorder(radius=TABLET.radius - 4),
            ),
        ),
    )


def ListRow(
    title: str,
    *,
    subtitle: str = "",
    leading: ft.Control | None = None,
    trailing: ft.Control | None = None,
    key: str | None = None,
    on_click: Callable[..., Any] | None = None,
    title_lines: int = 1,
    padding: ft.PaddingValue | None = None,
    scale: Scale = TABLET,
) -> ft.Control:
    """A row of a list: something, two lines of words, a number. Pressable with `on_click`."""
    words: list[ft.Control] = [text(title, Type.LABEL, lines=title_lines, scale=scale)]
    if subtitle:
        words.append(text(subtitle, Type.CAPTION, color=MUTED, lines=2, scale=scale))
    parts: list[ft.Control] = [] if leading is None else [leading]
    parts.append(ft.Column(words, spacing=3, expand=True, tight=True))
    if trailing is not None:
        parts.append(trailing)
    body = ft.Row(parts, spacing=12, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    # A row of one line is still as high as a finger: 14 px of text, 15 above and below.
    inner = (
        padding
        if padding is not None
        else ft.Padding.symmetric(vertical=10 if subtitle or leading else 15, horizontal=12)
    )
    if on_click is None:
        return ft.Container(content=body, key=key, padding=inner)
    return identified(
        key or "",
        ft.TextButton(
            content=body,
            key=key,
            on_click=on_click,
            style=ft.ButtonStyle(
                padding=inner,
                shape=ft.RoundedRectangleBorder(radius=scale.radius - 4),
                color=INK,
            ),
        ),
    )
