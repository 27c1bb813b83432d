"""The people of the store, for who may give them a new PIN."""

from __future__ import annotations

from collections.abc import Callable

import flet as ft

from app.components import (
    ErrorBanner,
    Loading,
    PrimaryButton,
    QuietButton,
    Stack,
    component,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.screens.staff.pin_field import PinField
from app.screens.staff.role import role_words
from app.session import AppContext
from app.theme import MUTED, Type
from app.usecases.store.sign_in import Person

NOBODY = ""


def open_team(ctx: AppContext) -> None:
    """Show the people of the store over the screen."""
    ctx.open_sheet(ctx.i18n.t("People of the store"), TeamSheet, form=True)


@component
def TeamSheet(ctx: AppContext) -> ft.Control:
    """Each person with a button; then the new PIN of the one who was chosen."""
    people = use_loaded(ctx, ctx.device.sign_in.people)
    chosen, choose = ft.use_state(NOBODY)
    if people.error is not None:
        return ErrorBanner(ctx.i18n.error(people.error))
    if people.value is None:
        return Loading()
    if chosen:
        person = next(p for p in people.value if p.code == chosen)
        return NewPinForm(ctx, person, lambda: choose(NOBODY))
    return Stack([_row(ctx, person, choose) for person in people.value], spacing=8)


def _row(ctx: AppContext, person: Person, choose: Callable[[str], None]) -> ft.Control:
    async def pick(_: ft.Event[ft.BaseControl] | None = None) -> None:
        choose(person.code)

    names = ft.Column(
        [
            text(person.name, Type.STRONG, lines=1),
            text(role_words(person.role, ctx.i18n), Type.CAPTION, color=MUTED),
        ],
        spacing=2,
        tight=True,
        expand=True,
    )
    button = QuietButton(
        ctx.i18n.t("New PIN"), key=f"new-pin-{person.code}", on_click=pick, outlined=True
    )
    return ft.Row([names, button], spacing=12)


@component
def NewPinForm(ctx: AppContext, person: Person, back: Callable[[], None]) -> ft.Control:
    """The person types the new PIN themselves; the manager looks away."""
    t = ctx.i18n.t
    typed, attempt = use_typed(), use_attempt(ctx)

    async def save(_: ft.Event[ft.BaseControl] | None = None) -> None:
        if not typed.value or ctx.person is None:
            return
        done = await attempt.run(ctx.device.sign_in.reset_pin, ctx.person, person.code, typed.value)
        typed.set("")
        if done is not None:
            ctx.close_sheet()
            ctx.toast(t("{name} has a new PIN.", name=person.name))

    async def leave(_: ft.Event[ft.BaseControl] | None = None) -> None:
        back()

    parts: list[ft.Control] = [
        text(t("{name} types a new PIN of six to eight digits.", name=person.name), Type.BODY),
        typed.hold(PinField(t("New PIN"), save, key="new-pin")),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="new-pin-error"))
    parts.append(
        ft.Row(
            [
                QuietButton(t("Back"), key="new-pin-back", on_click=leave, outlined=True),
                PrimaryButton(
                    t("Save"), key="new-pin-save", on_click=save, disabled=attempt.busy, expand=True
                ),
            ],
            spacing=12,
        )
    )
    return Stack(parts, spacing=14)
