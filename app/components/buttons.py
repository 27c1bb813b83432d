"""What is pressed: one main action a screen, quiet ones beside it, choices and toggles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flet as ft

from app.theme import (
    CARD,
    DISABLED,
    GREEN,
    GREEN_DARK,
    GREEN_SOFT,
    INK,
    LINE,
    MUTED,
    ON_GREEN,
    OUTLINE,
    RED,
    TABLET,
    Scale,
    Type,
    text_style,
)

Handler = Callable[..., Any]


def identified(key: str, control: ft.Control) -> ft.Control:
    """`control` under the name `key` in the accessibility tree, where a browser test finds it."""
    if not key:
        return control
    return ft.Semantics(
        identifier=key, content=control, expand=control.expand, visible=control.visible
    )


def _label(
    label: str, icon: ft.IconData | None, trailing: ft.IconData | None, size: float, scale: Scale
) -> ft.Row:
    parts: list[ft.Control] = []
    if icon is not None:
        parts.append(ft.Icon(icon, size=scale.icon))
    parts.append(
        ft.Text(
            label,
            style=ft.TextStyle(font_family="Inter SemiBold", size=size, letter_spacing=0),
            text_align=ft.TextAlign.CENTER,
        )
    )
    if trailing is not None:
        parts.append(ft.Icon(trailing, size=scale.icon + 2))
    return ft.Row(
        parts,
        spacing=10,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def PrimaryButton(
    label: str,
    *,
    key: str,
    on_click: Handler | None,
    icon: ft.IconData | None = None,
    trailing_icon: ft.IconData | None = None,
    disabled: bool = False,
    expand: bool | int | None = None,
    width: float | None = None,
    tonal: bool = False,
    scale: Scale = TABLET,
) -> ft.Control:
    """The one main action of a screen, named by its verb; `tonal` for a step on the way to it."""
    ground = GREEN_SOFT if tonal else GREEN
    color = GREEN if tonal else ON_GREEN
    return identified(
        key,
        ft.FilledButton(
            content=_label(label, icon, trailing_icon, scale.strong + 1, scale),
            key=key,
            on_click=on_click,
            disabled=disabled,
            height=scale.action,
            width=width,
            expand=expand,
            style=ft.ButtonStyle(
                bgcolor={
                    ft.ControlState.DISABLED: DISABLED,
                    ft.ControlState.HOVERED: GREEN_SOFT if tonal else GREEN_DARK,
                    ft.ControlState.DEFAULT: ground,
                },
                color={ft.ControlState.DISABLED: MUTED, ft.ControlState.DEFAULT: color},
                icon_color={ft.ControlState.DISABLED: MUTED, ft.ControlState.DEFAULT: color},
                side=ft.BorderSide(1, GREEN) if tonal else None,
                shape=ft.RoundedRectangleBorder(radius=scale.radius),
                elevation=0,
                padding=ft.Padding.symmetric(horizontal=scale.gap + 8),
            ),
        ),
    )


def QuietButton(
    label: str,
    *,
    key: str,
    on_click: Handler | None,
    icon: ft.IconData | None = None,
    trailing_icon: ft.IconData | None = None,
    outlined: bool = False,
    danger: bool = False,
    disabled: bool = False,
    expand: bool | int | None = None,
    scale: Scale = TABLET,
) -> ft.Control:
    """A secondary action; `outlined` when it stands alone, `danger` when something is lost."""
    color = RED if danger else GREEN
    return identified(
        key,
        ft.TextButton(
            content=_label(label, icon, trailing_icon, scale.body, scale),
            key=key,
            on_click=on_click,
            disabled=disabled,
            height=scale.target,
            expand=expand,
            style=ft.ButtonStyle(
                color={ft.ControlState.DISABLED: MUTED, ft.ControlState.DEFAULT: color},
                icon_color={ft.ControlState.DISABLED: MUTED, ft.ControlState.DEFAULT: color},
                bgcolor=CARD if outlined else None,
                side={
                    ft.ControlState.DISABLED: ft.BorderSide(1, LINE),
                    ft.ControlState.DEFAULT: ft.BorderSide(1, OUTLINE),
                }
                if outlined
                else None,
                shape=ft.RoundedRectangleBorder(radius=scale.radius),
                padding=ft.Padding.symmetric(horizontal=14),
            ),
        ),
    )


def IconAction(
    icon: ft.IconData,
    label: str,
    *,
    key: str,
    on_click: Handler | None,
    color: str = MUTED,
    disabled: bool = False,
    outlined: bool = False,
    scale: Scale = TABLET,
) -> ft.Control:
    """An icon of full touch size whose name, `label`, is read out and shown on hovering."""
    return identified(
        key,
        ft.IconButton(
            icon=icon,
            key=key,
            tooltip=label,
            icon_size=scale.icon,
            icon_color=color,
            disabled_color=LINE,
            disabled=disabled,
            on_click=on_click,
            width=scale.target,
            height=scale.target,
            style=ft.ButtonStyle(
                side=ft.BorderSide(1, LINE) if outlined else None,
                bgcolor=CARD if outlined else None,
                shape=ft.RoundedRectangleBorder(radius=scale.radius - 2),
                padding=0,
            ),
        ),
    )


def OptionCard(
    content: ft.Control,
    *,
    key: str,
    on_click: Handler | None,
    selected: bool = False,
    disabled: bool = False,
    padding: ft.PaddingValue = 16,
    alignment: ft.Alignment = ft.Alignment.CENTER_LEFT,
    scale: Scale = TABLET,
    **props: Any,
) -> ft.Control:
    """One of several choices, as a card; the chosen one is green and edged."""
    side = ft.BorderSide(2, GREEN) if selected else ft.BorderSide(1, LINE)
    card = ft.TextButton(
        content=content,
        key=key,
        on_click=on_click,
        disabled=disabled,
        style=ft.ButtonStyle(
            bgcolor=DISABLED if disabled else GREEN_SOFT if selected else CARD,
            side=side,
            shape=ft.RoundedRectangleBorder(radius=scale.radius - 2),
            padding=padding,
            color=INK,
            alignment=alignment,
        ),
        **props,
    )
    return ft.Semantics(
        identifier=key, selected=selected, content=card, expand=card.expand, visible=card.visible
    )


def ToggleChip(
    label: str,
    *,
    key: str,
    on_click: Handler | None,
    selected: bool = False,
    icon: ft.IconData | None = None,
    scale: Scale = TABLET,
) -> ft.Control:
    """A small choice among a few (a reason, a quick note): filled green when chosen."""
    color = ON_GREEN if selected else INK
    parts: list[ft.Control] = []
    if icon is not None:
        parts.append(ft.Icon(icon, size=scale.icon - 2, color=color))
    parts.append(ft.Text(label, style=text_style(Type.LABEL, color=color, scale=scale)))
    chip = ft.TextButton(
        content=ft.Row(parts, spacing=8, tight=True),
        key=key,
        on_click=on_click,
        height=scale.target,
        style=ft.ButtonStyle(
            bgcolor=GREEN if selected else CARD,
            side=ft.BorderSide(1, GREEN if selected else OUTLINE),
            shape=ft.StadiumBorder(),
            padding=ft.Padding.symmetric(horizontal=18),
        ),
    )
    return ft.Semantics(identifier=key, selected=selected, content=chip)
