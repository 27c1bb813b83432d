"""One place to start: whatever is scanned or typed here finds its screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

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
from app.scans import ScanStream
from app.screens.shell.connection_status import ConnectionSheet, connection_words
from app.screens.shell.profile import ProfileMenu
from app.screens.shell.routes import screen_for
from app.session import AppContext
from app.usecases.selling.catalogue import Recognised
from sync.domain.errors import ComptoirError

FieldHandler = Callable[[ft.Event[ft.TextField]], Awaitable[None]]

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
    stream = use_box(ScanStream()).value

    async def fill() -> None:
        while stream.begin_fill():
            await typed.put(stream.filling)
            stream.end_fill()

    def tidy() -> None:
        # A task of its own: no scan waits for the browser, and no change of the route ends it.
        ctx.page.run_task(fill)

    async def handle(words: str) -> None:
        set_problem(("", ""))
        try:
            if ctx.on_scan is None or not await ctx.on_scan(words):
                await go(ctx, words, stream)
        except ComptoirError as error:
            set_problem((ctx.route, ctx.i18n.error(error)))
        tidy()

    async def submit(_: ft.Event[ft.TextField]) -> None:
        keystrokes.value += 1
        if words := stream.submit():
            await ctx.scans.put(words)

    async def change(event: ft.Event[ft.TextField]) -> None:
        keystrokes.value = mine = keystrokes.value + 1
        for line in stream.report(str(event.data or "")):
            await ctx.scans.put(line)
        await asyncio.sleep(SEARCH_DELAY_S)
        if mine != keystrokes.value:
            return
        if not ctx.scans.busy:
            tidy()
        if ctx.on_scan is not None:
            return
        set_problem(("", ""))
        if stream.words or ctx.route == "/articles":
            ctx.search(stream.words)

    route = ctx.route

    async def follow_route() -> None:
        # Words belong to the search: they go with it, and are there again when it is.
        if route == "/articles":
            # What is being looked up may be the words that were searched for until its Enter came.
            if ctx.query and not stream.words and not ctx.scans.busy:
                stream.show(ctx.query)
                tidy()
        elif ctx.query and stream.words == ctx.query:
            keystrokes.value += 1
            stream.drop()
            tidy()

    ft.use_effect(follow_route, [route])

    ctx.scans.handler = handle
    field = typed.hold(_scan_field(ctx, submit, change))
    ctx.scan_focus = typed.focus
    where, sentence = problem
    return _bar(ctx, field, sentence if where == ctx.route else "")


def _scan_field(ctx: AppContext, submit: FieldHandler, change: FieldHandler) -> ft.TextField:
    return ScanField(
        ctx.i18n.t("Scan, or search for an article, an order, a receipt…"),
        on_submit=submit,
        on_change=change,
        expand=True,
        shortcut="F2" if ctx.width >= 1200 else "",
    )


def _bar(ctx: AppContext, field: ft.Control, problem: str) -> ft.Control:
    row: list[ft.Control] = [field, ConnectionStatus(ctx)]
    if ctx.portrait:
        row.append(ProfileMenu(ctx))
    parts: list[ft.Control] = [
        ft.Row(row, spacing=14, vertical_alignment=ft.CrossAxisAlignment.CENTER)
    ]
    if problem:
        parts.append(ErrorBanner(problem, key="scan-error"))
    return ft.Column(parts, spacing=10, tight=True)


async def go(ctx: AppContext, words: str, stream: ScanStream) -> None:
    """Put an article into the basket, or show what else was scanned, or search for the words."""
    found = await ctx.background.run(ctx.device.catalogue.recognise, words)
    if found.kind == "receipt":  # its signature is checked before its order is shown
        sold = await ctx.background.run(ctx.device.returns.find, found.key)
        found = Recognised("order", str(sold.order.number))
    if found.kind == "article":
        await add_scanned(ctx, found.key)
    if found.kind not in DESTINATIONS:
        stream.keep(words)
        ctx.search(found.key)
    elif found.kind != "article" or screen_for(ctx.route).with_basket:
        ctx.query = ""
        ctx.navigate(DESTINATIONS[found.kind].format(key=found.key))


async def add_scanned(ctx: AppContext, sku: str) -> None:
    """The piece is at the counter: it is in the basket at once, and can be taken out again."""
    t = ctx.i18n.t
    line = await ctx.background.run(ctx.device.basket.add_scanned, sku)
    ctx.changes.tell("basket")

    async def undo() -> None:
        await ctx.attempt(ctx.device.basket.undo)
        ctx.changes.tell("basket")

    ctx.toast(
        t("“{name}”: {quantity} in the basket", name=line.article.name, quantity=line.quantity),
        action=t("Undo"),
        on_action=undo,
    )


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
