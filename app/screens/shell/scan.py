"""One place to start: whatever is scanned or typed here finds its screen."""

from __future__ import annotations

import asyncio

import flet as ft

from app.components import (
    ErrorBanner,
    ScanField,
    StatePill,
    component,
    use_box,
    use_loaded,
    use_typed,
)
from app.screens.shell.connection_status import ConnectionSheet, connection_words
from app.screens.shell.profile import ProfileMenu
from app.session import AppContext
from app.usecases.selling.catalogue import Recognised
from sync.domain.errors import ComptoirError

SEARCH_DELAY_S = 0.25  # long enough that a scanner's Enter comes first

DESTINATIONS = {
    "article": "/article/{key}",
    "order": "/orders/{key}",
    "return": "/returns/{key}",
    "fulfilment": "/fulfilments/{key}",
}


@component
def ScanBar(ctx: AppContext) -> ft.Control:
    """The scan field and the state of the link; below them what could not be read, and why."""
    problem, set_problem = ft.use_state(("", ""))  # (route where it was met, sentence)
    keystrokes = use_box(0)
    typed = use_typed()

    async def submit(event: ft.Event[ft.TextField]) -> None:
        keystrokes.value += 1
        words = (event.control.value or "").strip()
        if not words:
            return
        set_problem(("", ""))
        typed.set("")
        try:
            if ctx.on_scan is not None and await ctx.on_scan(words):
                await typed.focus()
                return
            await go(words)
        except ComptoirError as error:
            set_problem((ctx.route, ctx.i18n.error(error)))
        await typed.focus()

    async def go(words: str) -> None:
        found = await ctx.background.run(ctx.device.catalogue.recognise, words)
        if found.kind == "receipt":  # its signature is checked before its order is shown
            sold = await ctx.background.run(ctx.device.returns.find, found.key)
            found = Recognised("order", str(sold.order.number))
        if found.kind in DESTINATIONS:
            ctx.query = ""
            ctx.navigate(DESTINATIONS[found.kind].format(key=found.key))
        else:
            typed.set(found.key)
            ctx.search(found.key)

    async def change(event: ft.Event[ft.TextField]) -> None:
        keystrokes.value = mine = keystrokes.value + 1
        words = (event.control.value or "").strip()
        await asyncio.sleep(SEARCH_DELAY_S)
        if mine != keystrokes.value or ctx.on_scan is not None:
            return
        set_problem(("", ""))
        if words or ctx.route == "/articles":
            ctx.search(words)

    route = ctx.route

    def follow_route() -> None:
        # Words belong to the search: they go with it, and are there again when it is.
        searching = route == "/articles"
        if searching and ctx.query and not typed.value:
            typed.set(ctx.query)
        elif not searching and typed.value:
            keystrokes.value += 1
            typed.set("")

    ft.use_effect(follow_route, [route])

    field = typed.hold(
        ScanField(
            ctx.i18n.t("Scan, or search for an article, an order, a receipt…"),
            on_submit=submit,
            on_change=change,
            expand=True,
            shortcut="F2" if ctx.width >= 1200 else "",
        )
    )
    ctx.scan_focus = typed.focus

    row: list[ft.Control] = [field, ConnectionStatus(ctx)]
    if ctx.portrait:
        row.append(ProfileMenu(ctx))
    parts: list[ft.Control] = [
        ft.Row(row, spacing=14, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    ]
    where, sentence = problem
    if sentence and where == ctx.route:
        parts.append(ErrorBanner(sentence, key="scan-error"))
    return ft.Column(parts, spacing=10, tight=True)


@component
def ConnectionStatus(ctx: AppContext) -> ft.Control:
    """Online, or offline with what waits to be sent: calm words; a press tells more."""
    status = use_loaded(ctx, ctx.device.status.now, topics=("status",))
    if status.value is None:
        return ft.Container(width=1)
    label, tone, icon = connection_words(ctx, status.value)

    async def tell(_: ft.Event[ft.TextButton]) -> None:
        ctx.open_sheet(ctx.i18n.t("Where things stand"), ConnectionSheet)

    return StatePill(label, tone=tone, icon=icon, key="status", on_click=tell)
