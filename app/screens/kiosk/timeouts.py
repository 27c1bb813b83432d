"""What interrupts the steps: help, and the question whether anybody is still there."""

from __future__ import annotations

import flet as ft

from app.components import PrimaryButton, QuietButton, text
from app.screens.kiosk.view import Action, Look
from app.theme import CARD, GRID, MUTED, Type


def help_dialog(look: Look, on_close: Action) -> ft.AlertDialog:
    """How the kiosk works, and where to find a person."""
    t = look.i18n.t
    sentences = [
        t("Hold the square code of your receipt under the scanner, or type the order number."),
        t("You have 30 days. The money goes back to the means of payment that you used."),
        t("No receipt, or something is not right? The counter can look up your purchase."),
    ]
    body = ft.Column(
        [text(sentence, scale=look.scale) for sentence in sentences], spacing=GRID * 2, tight=True
    )
    close = PrimaryButton(
        t("Back to my return"), key="kiosk-help-close", on_click=on_close, scale=look.scale
    )
    return _dialog(look, t("How to return an article"), body, [close], on_close)


def still_there_dialog(
    look: Look, seconds_left: int, *, on_stay: Action, on_leave: Action
) -> ft.AlertDialog:
    """Nobody has touched the screen for a while; one press gives all the time again."""
    t = look.i18n.t
    body = ft.Column(
        [
            text(
                look.i18n.n(
                    "This screen starts over in {count} second, to keep your purchase private.",
                    "This screen starts over in {count} seconds, to keep your purchase private.",
                    seconds_left,
                ),
                scale=look.scale,
                key="kiosk-seconds-left",
            ),
            text(t("Nothing was returned yet."), color=MUTED, scale=look.scale),
        ],
        spacing=GRID * 2,
        tight=True,
    )
    actions: list[ft.Control] = [
        QuietButton(t("Start over"), key="kiosk-leave", on_click=on_leave, scale=look.scale),
        PrimaryButton(t("I need more time"), key="kiosk-stay", on_click=on_stay, scale=look.scale),
    ]
    return _dialog(look, t("Are you still there?"), body, actions, on_stay)


def _dialog(
    look: Look, title: str, body: ft.Control, actions: list[ft.Control], on_dismiss: Action
) -> ft.AlertDialog:
    return ft.AlertDialog(
        modal=False,
        title=text(title, Type.TITLE, scale=look.scale),
        content=ft.Container(body, width=min(720, look.width - 120)),
        actions=actions,
        actions_overflow_button_spacing=GRID,
        bgcolor=CARD,
        shape=ft.RoundedRectangleBorder(radius=look.scale.radius),
        title_padding=ft.Padding.only(left=40, right=40, top=36, bottom=GRID * 2),
        content_padding=ft.Padding.symmetric(horizontal=40, vertical=GRID),
        actions_padding=ft.Padding.only(left=40, right=40, top=GRID * 3, bottom=36),
        on_dismiss=on_dismiss,
    )
