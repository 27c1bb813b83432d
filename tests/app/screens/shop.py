"""Opens a screen of the store on a device in memory, signed in, for the tests of screens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

import flet as ft

from app.session import AppContext
from sync.i18n import I18n
from tests.app.screens.fake_device import FakeDevice
from tests.app.screens.shop_data import CLAIRE, NOW
from tests.headless import Screen


class Shop:
    """A screen, the device behind it, and the context between them."""

    def __init__(self, screen: Screen, device: FakeDevice, ctx: AppContext) -> None:
        self.screen, self.device, self.ctx = screen, device, ctx

    def greyed(self, key: str) -> bool:
        """Whether the button is there but cannot be pressed."""
        return bool(self.screen.one(key).disabled)

    @property
    def told(self) -> str:
        """The sentence at the bottom of the screen, which passes by."""
        return self.ctx.notice.text if self.ctx.notice is not None else ""

    def done(self, part: Any, method: str) -> list[tuple[object, ...]]:
        """The arguments of each call of `method` so far."""
        return [args for name, *args in part.calls if name == method]

    async def scan(self, text: str) -> bool:
        """What the scan field does with a scan: it asks the screen first."""
        assert self.ctx.on_scan is not None, "this screen takes no scans"
        taken = await self.ctx.on_scan(text)
        await self.screen.settle()
        return taken


async def open_screen(
    component: Callable[[AppContext], ft.Control],
    route: str,
    device: FakeDevice | None = None,
    *,
    width: int = 1280,
    height: int = 800,
) -> Shop:
    """Open `component` at `route`, in English, with Claire signed in."""
    shown = device or FakeDevice()
    contexts: list[AppContext] = []

    def ctx_for(page: ft.Page) -> AppContext:
        ctx = AppContext(
            device=shown,
            page=page,
            i18n=I18n("en"),
            person=CLAIRE,
            route=route,
            width=width,
            height=height,
            clock=lambda: NOW,
        )
        contexts.append(ctx)

        async def tell(topic: str) -> None:
            ctx.changes.tell(topic)

        shown.subscribe(lambda topic: page.run_task(tell, topic))
        return ctx

    # The route is a key of its own, as in the shell: another route is another screen.
    def routed(ctx: AppContext) -> ft.Control:
        return ft.Container(component(ctx), key=ctx.route)

    screen = await Screen.show(routed, ctx_for, width=width, height=height)
    return Shop(screen, shown, contexts[0])


def on_loop(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Run an async test on a loop of its own."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run
