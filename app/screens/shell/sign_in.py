"""Who stands at the till: a tile for each person, then their PIN."""

from __future__ import annotations

import flet as ft

from app.components import (
    Card,
    ErrorBanner,
    Loading,
    NumberPad,
    OptionCard,
    PrimaryButton,
    ToggleChip,
    component,
    identified,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.components.buttons import Handler
from app.components.entry import BACK, CLEAR
from app.screens.shell.marks import Mark
from app.screens.shell.profile import LANGUAGE_NAMES
from app.screens.staff.pin_field import PIN_LENGTH_MAX, PinField
from app.screens.staff.role import role_words
from app.session import AppContext
from app.theme import MUTED, Type, tile_tint
from app.usecases.store.sign_in import Person
from sync.i18n import LANGUAGES


@component
def SignInScreen(ctx: AppContext) -> ft.Control:
    """Tiles on the left, the PIN on the right; in portrait one above the other."""
    people = use_loaded(ctx, ctx.device.sign_in.people)
    chosen, choose = ft.use_state(ctx.locked)
    if people.error is not None:
        return ErrorBanner(ctx.i18n.error(people.error))
    if people.value is None:
        return Loading(ctx.i18n.t("One moment…"))
    person = next((p for p in people.value if p.code == chosen), people.value[0])

    def tile(candidate: Person) -> ft.Control:
        async def pick(_: ft.Event[ft.TextButton]) -> None:
            choose(candidate.code)

        return PersonTile(ctx, candidate, candidate.code == person.code, pick)

    tiles = ft.Row([tile(p) for p in people.value], wrap=True, spacing=12, run_spacing=12)
    welcome = ft.Column(
        [
            text(ctx.i18n.t("Who is at the counter?"), Type.HEADLINE),
            text(ctx.place, color=MUTED),
            ft.Container(height=12),
            tiles,
        ],
        spacing=6,
        tight=True,
    )
    pin = Card(PinEntry(ctx, person, key=f"pin-of-{person.code}"), padding=24, width=380)
    if ctx.portrait:
        middle: ft.Control = ft.Column(
            [welcome, pin], spacing=32, scroll=ft.ScrollMode.AUTO,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        )  # fmt: skip
    else:
        middle = ft.Row(
            [ft.Container(welcome, width=456), pin],
            spacing=48,
            alignment=ft.MainAxisAlignment.CENTER,
            vertical_alignment=ft.CrossAxisAlignment.CENTER,
        )
    return ft.Container(
        expand=True,
        padding=28,
        content=ft.Column(
            [TopLine(ctx), ft.Container(middle, expand=True, alignment=ft.Alignment.CENTER)],
            expand=True,
        ),
    )


def TopLine(ctx: AppContext) -> ft.Control:
    """The product's name, and the language switch."""

    def switch(language: str) -> ft.Control:
        async def speak(_: ft.Event[ft.TextButton]) -> None:
            ctx.set_language(language)

        return ToggleChip(
            LANGUAGE_NAMES[language],
            key=f"language-{language}",
            selected=ctx.i18n.language == language,
            on_click=speak,
        )

    return ft.Row(
        [
            Mark(),
            text("Comptoir", Type.TITLE, expand=True),
            *[switch(language) for language in LANGUAGES],
        ],
        spacing=12,
        vertical_alignment=ft.CrossAxisAlignment.CENTER,
    )


def PersonTile(ctx: AppContext, person: Person, selected: bool, pick: Handler) -> ft.Control:
    """Initials, name and role of one person."""
    ground, letter = tile_tint(person.name)
    role = role_words(person.role, ctx.i18n)
    return OptionCard(
        ft.Column(
            [
                ft.Container(
                    width=56,
                    height=56,
                    border_radius=28,
                    bgcolor=ground,
                    alignment=ft.Alignment.CENTER,
                    content=ft.Text(
                        person.initials,
                        style=ft.TextStyle(font_family="Inter Bold", size=19, color=letter),
                    ),
                ),
                text(person.name, Type.LABEL, lines=1, text_align=ft.TextAlign.CENTER),
                text(role, Type.CAPTION, color=MUTED),
            ],
            spacing=6,
            tight=True,
            alignment=ft.MainAxisAlignment.CENTER,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        key=f"person-{person.code}",
        selected=selected,
        on_click=pick,
        width=144,
        height=140,
        padding=8,
        alignment=ft.Alignment.CENTER,
    )


@component
def PinEntry(ctx: AppContext, person: Person) -> ft.Control:
    """The PIN, pressed on the pad or typed on the keyboard; Enter signs in."""
    typed = use_typed()
    attempt = use_attempt(ctx)
    hint = use_loaded(ctx, lambda: ctx.device.sign_in.demo_hint(person.code), [person.code])

    async def submit(_: ft.Event[ft.BaseControl] | None = None) -> None:
        if not typed.value or attempt.busy:
            return
        signed_in = await attempt.run(ctx.device.sign_in.sign_in, person.code, typed.value)
        if signed_in is not None:
            ctx.sign_in(signed_in.value)
            return
        typed.set("")
        await typed.focus()

    async def take_focus() -> None:
        # The tile that was pressed has the focus, and a new field's autofocus does not take it.
        await typed.focus()

    ft.use_effect(take_focus, [person.code])

    async def press(name: str) -> None:
        typed.set(_pressed(typed.value, name))

    t = ctx.i18n.t
    greeting = t("Hello {name}", name=person.name.split()[0])
    parts: list[ft.Control] = [
        text(greeting, Type.TITLE, text_align=ft.TextAlign.CENTER),
        typed.hold(PinField(t("PIN"), submit)),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="sign-in-error"))
    button = PrimaryButton(
        t("Sign in"),
        key="sign-in",
        trailing_icon=ft.Icons.ARROW_FORWARD,
        on_click=submit,
        disabled=attempt.busy,
        expand=True,
    )
    parts += [
        NumberPad(press, labels={BACK: t("Delete the last digit"), CLEAR: t("Clear")}),
        ft.Row([button]),
    ]
    if hint.value:
        parts.append(_demo_hint(t("Demo: the PIN is {pin}", pin=hint.value)))
    return ft.Column(
        parts,
        spacing=14,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _pressed(pin: str, name: str) -> str:
    """The PIN after a key of the pad was pressed."""
    if name == BACK:
        return pin[:-1]
    if name == CLEAR:
        return ""
    return (pin + name)[:PIN_LENGTH_MAX]


def _demo_hint(words: str) -> ft.Control:
    return identified(
        "demo-hint", text(words, Type.CAPTION, color=MUTED, text_align=ft.TextAlign.CENTER)
    )
