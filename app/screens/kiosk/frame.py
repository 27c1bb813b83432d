"""What stays around every step of the kiosk: the head, the four steps, the foot."""

from __future__ import annotations

import flet as ft

from app.components import QuietButton, ToggleChip, text
from app.screens.kiosk.view import Action, Look
from app.screens.kiosk.visit import Step
from app.theme import GREEN, GREEN_SOFT, GRID, INK, LINE, MUTED, ON_GREEN, Type


def head(look: Look, *, on_language: Action, on_larger: Action) -> ft.Control:
    """The sign and name of the service, the other language, and larger text."""
    other = "English" if look.i18n.language == "fr" else "Français"
    return ft.Row(
        [
            ft.Container(
                ft.Text("C", style=ft.TextStyle(font_family="Inter Bold", size=34, color=ON_GREEN)),
                width=68,
                height=68,
                border_radius=18,
                bgcolor=GREEN,
                alignment=ft.Alignment.CENTER,
            ),
            text(look.i18n.t("Returns"), Type.TITLE, scale=look.scale, expand=True, lines=1),
            ToggleChip(other, key="kiosk-language", on_click=on_language, scale=look.scale),
            ft.Semantics(
                content=ToggleChip(
                    "Aa",
                    key="kiosk-larger",
                    icon=ft.Icons.ACCESSIBILITY_NEW,
                    selected=look.larger,
                    on_click=on_larger,
                    scale=look.scale,
                ),
                label=look.i18n.t("Larger text"),
            ),
        ],
        spacing=GRID * 2,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def steps(look: Look, current: Step) -> ft.Control:
    """Where the customer is among the four steps.

    Where room is short only the present step is spelled out.
    """
    names = {
        Step.RECEIPT: look.i18n.t("Receipt"),
        Step.ARTICLES: look.i18n.t("Articles"),
        Step.REFUND: look.i18n.t("Refund"),
        Step.DROP_OFF: look.i18n.t("Drop-off"),
    }
    terse = look.larger or look.narrow
    pieces: list[ft.Control] = []
    for step, name in names.items():
        if pieces:
            pieces.append(ft.Container(height=2, bgcolor=LINE, expand=True))
        pieces.append(_step(look, step, current, name if step is current or not terse else ""))
    return ft.Semantics(
        content=ft.Row(pieces, spacing=GRID * 2, vertical_alignment=ft.CrossAxisAlignment.CENTER),
        label=look.i18n.t(
            "Step {number} of {count}: {name}",
            number=int(current),
            count=len(names),
            name=names[current],
        ),
        container=True,
        exclude_semantics=True,
        identifier="kiosk-steps",
    )


def _step(look: Look, step: Step, current: Step, name: str) -> ft.Control:
    done, here = step < current, step is current
    face: ft.Control = ft.Text(
        str(int(step)),
        style=ft.TextStyle(font_family="Inter Bold", size=20, color=ON_GREEN if here else MUTED),
    )
    if done:
        face = ft.Icon(ft.Icons.CHECK, size=24, color=GREEN)
    circle = ft.Container(
        face,
        width=42,
        height=42,
        border_radius=21,
        bgcolor=GREEN if here else GREEN_SOFT if done else LINE,
        alignment=ft.Alignment.CENTER,
    )
    row: list[ft.Control] = [circle]
    if name:
        row.append(text(name, Type.LABEL, color=INK if here else MUTED, scale=look.scale))
    return ft.Row(row, spacing=GRID + 4, tight=True)


def foot(look: Look, *, on_restart: Action | None, on_help: Action) -> ft.Control:
    """Start over, where there is something to start over from, and help."""
    t = look.i18n.t
    restart: ft.Control = ft.Container()
    if on_restart is not None:
        restart = QuietButton(
            t("Start over"),
            key="kiosk-restart",
            icon=ft.Icons.RESTART_ALT,
            on_click=on_restart,
            scale=look.scale,
        )
    helper = QuietButton(
        t("Need help?"),
        key="kiosk-help",
        icon=ft.Icons.HELP_OUTLINE,
        on_click=on_help,
        scale=look.scale,
    )
    return ft.Row([restart, helper], alignment=ft.MainAxisAlignment.SPACE_BETWEEN)


def heading(look: Look, title: str, below: str = "") -> ft.Control:
    """The question of a step, and a sentence below it."""
    title_text = text(title, Type.HEADLINE, scale=look.scale, key="kiosk-title")
    lines: list[ft.Control] = [ft.Semantics(header=True, content=title_text)]
    if below:
        lines.append(text(below, color=MUTED, scale=look.scale))
    return ft.Column(lines, spacing=GRID * 2)
