"""Opens a screen of the store on a device, signed in, for the tests of screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

import flet as ft

from app.device import Device
from app.session import AppContext
from app.usecases.store.sign_in import Person
from sync.domain.associate import MANAGER
from sync.i18n import I18n
from tests.headless import Screen

P = ParamSpec("P")
CLAIRE = Person("A01", "Claire Dubois", MANAGER, "CD")


class Shop:
    """A screen on a device, and the context between them."""

    def __init__(self, screen: Screen, ctx: AppContext) -> None:
        self.screen, self.ctx = screen, ctx

    def greyed(self, key: str) -> bool:
        """Whether the button is there but cannot be pressed."""
        return bool(self.screen.one(key).disabled)

    @property
    def told(self) -> str:
        """The sentence at the bottom of the screen, which passes by."""
        return self.ctx.notice.text if self.ctx.notice is not None else ""

    def rows(self, prefix: str) -> list[str]:
        """The keys on the screen that begin so, in order."""
        return [key for key in self.screen.shown() if key.startswith(prefix)]

    async def scan(self, text: str) -> bool:
        """What the scan field does with a scan: it asks the screen first."""
        assert self.ctx.on_scan is not None, "this screen takes no scans"
        taken = await self.ctx.on_scan(text)
        await self.screen.settle()
        return taken


async def open_screen(
    component: Callable[[AppContext], ft.Control],
    route: str,
    device: Device,
    *,
    width: int = 1280,
    height: int = 800,
) -> Shop:
    """Open `component` at `route`, in English, with Claire signed in."""
    contexts: list[AppContext] = []

    def ctx_for(page: ft.Page) -> AppContext:
        ctx = context_of(device, page, width, height)
        ctx.person, ctx.route = CLAIRE, route
        contexts.append(ctx)
        return ctx

    # The route is a key of its own, as in the shell: another route is another screen.
    def routed(ctx: AppContext) -> ft.Control:
        return ft.Container(component(ctx), key=ctx.route)

    screen = await Screen.show(routed, ctx_for, width=width, height=height)
    return Shop(screen, contexts[0])


def context_of(
    device: Device, page: ft.Page, width: int, height: int, language: str = "en"
) -> AppContext:
    """The context of a session on this device, which hears what changes there."""
    ctx = AppContext(
        device=device,
        page=page,
        i18n=I18n(language, device.company.zone),
        width=width,
        height=height,
        clock=device.clock,
    )

    def hear(topic: str) -> None:
        # A plain call, and no coroutine that nobody awaits when the test's loop ends meanwhile.
        page.session.connection.loop.call_soon_threadsafe(ctx.changes.tell, topic)

    device.subscribe(hear)
    return ctx


def on_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an async test on a loop of its own."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def whole() -> None:
            await test(*args, **kwargs)

        asyncio.run(whole())

    return run
