"""Who is at the counter: the menu behind the initials."""

from __future__ import annotations

import flet as ft

from app.components import component, identified, text
from app.screens.staff.closing import open_closing
from app.screens.staff.team import open_team
from app.session import AppContext
from app.theme import CARD, INK, MUTED, TABLET, Type
from app.usecases.store.sign_in import Person
from sync.domain.associate import Right
from sync.i18n import LANGUAGES

LANGUAGE_NAMES = {"fr": "Français", "en": "English"}  # each in its own language, everywhere


@component
def ProfileMenu(ctx: AppContext) -> ft.Control:
    """Name, language, the printers and signing out."""
    person = ctx.person
    if person is None:
        return ft.Container()

    async def leave(_: ft.Event[ft.PopupMenuItem]) -> None:
        ctx.sign_out()

    async def printers(_: ft.Event[ft.PopupMenuItem]) -> None:
        ctx.navigate("/printers")

    return identified(
        "profile",
        ft.PopupMenuButton(
            key="profile",
            tooltip=person.name,
            bgcolor=CARD,
            padding=0,
            content=_initials(person),
            items=[
                ft.PopupMenuItem(
                    height=TABLET.target,
                    disabled=True,
                    content=ft.Column(
                        [
                            text(person.name, Type.STRONG),
                            text(ctx.place, Type.CAPTION, color=MUTED),
                        ],
                        spacing=2,
                        tight=True,
                    ),
                ),
                *[_language_item(ctx, language) for language in LANGUAGES],
                ft.PopupMenuItem(
                    key="menu-printers",
                    content=ctx.i18n.t("Printers"),
                    icon=ft.Icons.PRINT_OUTLINED,
                    height=TABLET.target,
                    on_click=printers,
                ),
                _closing_item(ctx),
                *([_team_item(ctx)] if ctx.device.sign_in.may(person, Right.MANAGE_STAFF) else []),
                ft.PopupMenuItem(
                    key="sign-out",
                    content=ctx.i18n.t("Sign out"),
                    icon=ft.Icons.LOGOUT,
                    height=TABLET.target,
                    on_click=leave,
                ),
            ],
        ),
    )


def _closing_item(ctx: AppContext) -> ft.PopupMenuItem:
    async def closing(_: ft.Event[ft.PopupMenuItem]) -> None:
        open_closing(ctx)

    return ft.PopupMenuItem(
        key="menu-closing",
        content=ctx.i18n.t("The day of this till"),
        icon=ft.Icons.POINT_OF_SALE,
        height=TABLET.target,
        on_click=closing,
    )


def _team_item(ctx: AppContext) -> ft.PopupMenuItem:
    async def team(_: ft.Event[ft.PopupMenuItem]) -> None:
        open_team(ctx)

    return ft.PopupMenuItem(
        key="menu-team",
        content=ctx.i18n.t("People of the store"),
        icon=ft.Icons.GROUP_OUTLINED,
        height=TABLET.target,
        on_click=team,
    )


def _initials(person: Person) -> ft.Control:
    return ft.Container(
        width=TABLET.target,
        height=TABLET.target,
        alignment=ft.Alignment.CENTER,
        content=ft.Container(
            width=40,
            height=40,
            bgcolor=INK,
            border_radius=20,
            alignment=ft.Alignment.CENTER,
            content=ft.Text(
                person.initials,
                style=ft.TextStyle(font_family="Inter Bold", size=14, color=CARD),
            ),
        ),
    )


def _language_item(ctx: AppContext, language: str) -> ft.PopupMenuItem:
    async def chosen(_: ft.Event[ft.PopupMenuItem]) -> None:
        ctx.set_language(language)

    return ft.PopupMenuItem(
        key=f"language-{language}",
        content=LANGUAGE_NAMES[language],
        checked=ctx.i18n.language == language,
        height=TABLET.target,
        on_click=chosen,
    )
