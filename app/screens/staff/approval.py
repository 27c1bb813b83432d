"""Somebody who may approves in place: their name, their PIN, for one thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import flet as ft

from app.components import (
    ErrorBanner,
    Loading,
    PrimaryButton,
    Stack,
    ToggleChip,
    component,
    text,
    use_attempt,
    use_loaded,
    use_typed,
)
from app.screens.staff.pin_field import PinField
from app.session import AppContext
from app.theme import MUTED, Type
from app.usecases.store.sign_in import Person
from sync.domain.associate import Right
from sync.protocol.sessions import Approval

Approved = Callable[[Approval], Awaitable[None]]


def ask_approval(ctx: AppContext, right: Right, subject: str, why: str, approved: Approved) -> None:
    """Ask for the PIN of somebody with the right; `why` is said above, `approved` done after."""
    ctx.open_sheet(
        ctx.i18n.t("Approval"),
        lambda c: ApprovalSheet(c, right, subject, why, approved),
        form=True,
    )


@component
def ApprovalSheet(
    ctx: AppContext, right: Right, subject: str, why: str, approved: Approved
) -> ft.Control:
    """Who may, and their PIN."""
    t, sign_in = ctx.i18n.t, ctx.device.sign_in
    may = use_loaded(ctx, lambda: sign_in.who_may(right))
    chosen, choose = ft.use_state("")
    typed, attempt = use_typed(), use_attempt(ctx)
    if may.error is not None:
        return ErrorBanner(ctx.i18n.error(may.error))
    if may.value is None:
        return Loading()
    if not may.value:
        return text(t("Nobody in this store may approve this. Call operations."), Type.BODY)
    person = next((p for p in may.value if p.code == chosen), may.value[0])

    async def approve(_: ft.Event[ft.BaseControl] | None = None) -> None:
        if not typed.value:
            return
        done = await attempt.run(sign_in.approve, right, subject, person.code, typed.value)
        typed.set("")
        if done is not None:
            ctx.close_sheet()
            await approved(done.value)

    parts: list[ft.Control] = [
        text(why, Type.BODY),
        ft.Row([_chip(p, p.code == person.code, choose) for p in may.value], wrap=True, spacing=8),
        typed.hold(PinField(t("PIN of {name}", name=person.name), approve)),
    ]
    if attempt.problem:
        parts.append(ErrorBanner(attempt.problem, key="approval-error"))
    parts += [
        PrimaryButton(
            t("Approve"), key="approve", on_click=approve, disabled=attempt.busy, expand=False
        ),
        text(t("It counts once, for this only, and is recorded."), Type.CAPTION, color=MUTED),
    ]
    return Stack(parts, spacing=14)


def _chip(person: Person, selected: bool, choose: Callable[[str], None]) -> ft.Control:
    async def pick(_: ft.Event[ft.TextButton]) -> None:
        choose(person.code)

    return ToggleChip(person.name, key=f"approver-{person.code}", selected=selected, on_click=pick)


async def may_or_ask(
    ctx: AppContext,
    right: Right,
    subject: str,
    why: str,
    go: Callable[[Approval | None], Awaitable[None]],
) -> None:
    """Do what only some may: at once for them, after an approval for others."""
    if ctx.person is not None and ctx.device.sign_in.may(ctx.person, right):
        await go(None)
    else:
        ask_approval(ctx, right, subject, why, go)
