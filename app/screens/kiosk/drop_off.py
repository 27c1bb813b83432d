"""Step 4: the return is on disk. Its number, where to leave the goods, and its receipt."""

from __future__ import annotations

from dataclasses import dataclass

import flet as ft

from app.components import Card, ErrorBanner, Loading, PrimaryButton, QuietButton, text
from app.screens.kiosk.frame import heading
from app.screens.kiosk.view import Action, Look
from app.theme import CARD, GREEN, GREEN_SOFT, GRID, INK, LINE, MUTED, ON_GREEN, Type
from app.usecases.returns.returns import Registered


@dataclass(frozen=True)
class ReceiptOption:
    """The return receipt: its picture, how the customer gets it, and what was said about that.

    `state` is a sentence on what was done, `problem` on what went wrong; `email` is the field for
    the address while it is asked for.
    """

    png: bytes | None
    state: str
    problem: str
    email: ft.Control | None
    on_print: Action
    on_email: Action
    on_send: Action


def drop_off_step(
    look: Look,
    registered: Registered,
    receipt: ReceiptOption,
) -> list[ft.Control]:
    """What to do with the goods now, and their receipt."""
    t = look.i18n.t
    sentences = [
        t("Put the articles together and keep this number with them."),
        t("Leave them on the returns shelf beside this screen."),
        t("We check them, then {amount} is on its way to you.", amount=registered.goods.refund),
    ]
    number = Card(
        ft.Column(
            [
                text(t("Your return"), color=MUTED, scale=look.scale),
                text(
                    str(registered.goods.number),
                    Type.DISPLAY,
                    scale=look.scale,
                    key="kiosk-return-number",
                    color=GREEN,
                ),
            ],
            spacing=GRID / 2,
        ),
        padding=look.scale.gap * 1.25,
        scale=look.scale,
        bgcolor=GREEN_SOFT,
        border_color=GREEN_SOFT,
    )
    what_now = Card(
        ft.Column(
            [_numbered(look, place, sentence) for place, sentence in enumerate(sentences, 1)],
            spacing=look.scale.gap,
        ),
        padding=look.scale.gap * 1.25,
        scale=look.scale,
    )
    return [
        heading(look, t("Thank you, leave your articles here")),
        number,
        what_now,
        _receipt_card(look, receipt),
    ]


def _numbered(look: Look, place: int, sentence: str) -> ft.Control:
    circle = ft.Container(
        ft.Text(str(place), style=ft.TextStyle(font_family="Inter Bold", size=20, color=ON_GREEN)),
        width=44,
        height=44,
        border_radius=22,
        bgcolor=GREEN,
        alignment=ft.Alignment.CENTER,
    )
    return ft.Row(
        [circle, text(sentence, Type.STRONG, scale=look.scale, expand=True, color=INK)],
        spacing=GRID * 2.5,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _receipt_card(look: Look, option: ReceiptOption) -> ft.Control:
    words = ft.Column(_receipt_words(look, option), spacing=GRID * 2, expand=3, tight=True)
    return Card(
        ft.Row(
            [words, ft.Container(_receipt_picture(look, option.png), expand=2)],
            spacing=look.scale.gap,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        padding=look.scale.gap * 1.25,
        scale=look.scale,
    )


def _receipt_picture(look: Look, png: bytes | None) -> ft.Control:
    height = 260 if look.narrow else 520
    picture: ft.Control = Loading(scale=look.scale)
    if png is not None:
        picture = ft.Image(
            src=png,
            height=height - 24,
            fit=ft.BoxFit.CONTAIN,
            semantics_label=look.i18n.t("Picture of your return receipt"),
            key="kiosk-receipt-picture",
        )
    return ft.Container(
        picture,
        height=height,
        padding=12,
        bgcolor=CARD,
        border=ft.Border.all(1, LINE),
        border_radius=GRID,
        alignment=ft.Alignment.CENTER,
    )


def _receipt_words(look: Look, option: ReceiptOption) -> list[ft.Control]:
    """What the receipt is for, how it is had, and what became of that."""
    t = look.i18n.t
    words: list[ft.Control] = [
        text(t("Your return receipt"), Type.SECTION, scale=look.scale),
        text(
            t("Print it, have it sent, or take a picture of it: keep it until the refund has "
              "arrived."),
            color=MUTED,
            scale=look.scale,
        ),
    ]  # fmt: skip
    if option.email is None:
        words.append(ft.Row(_choices(look, option), wrap=True, spacing=GRID, run_spacing=GRID))
    else:
        send = PrimaryButton(
            t("Send"),
            key="kiosk-email-send",
            icon=ft.Icons.SEND_OUTLINED,
            on_click=option.on_send,
            tonal=True,
            scale=look.scale,
        )
        words += [option.email, send]
    if option.problem:
        words.append(ErrorBanner(option.problem, key="kiosk-receipt-problem", scale=look.scale))
    elif option.state:
        said = text(
            option.state, Type.LABEL, color=GREEN, scale=look.scale, key="kiosk-print-state"
        )
        words.append(ft.Semantics(live_region=True, content=said))
    return words


def _choices(look: Look, option: ReceiptOption) -> list[ft.Control]:
    t = look.i18n.t
    return [
        QuietButton(
            t("Print it"),
            key="kiosk-print",
            icon=ft.Icons.PRINT_OUTLINED,
            on_click=option.on_print,
            outlined=True,
            scale=look.scale,
        ),
        QuietButton(
            t("Send it by e-mail"),
            key="kiosk-email",
            icon=ft.Icons.MAIL_OUTLINE,
            on_click=option.on_email,
            outlined=True,
            scale=look.scale,
        ),
    ]
