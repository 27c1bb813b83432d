"""The terminal's screens in a browser: wiring only.

One web server on this machine serves Flet's browser client, the bundled fonts, and one session
for each browser. Everything comes from this process: nothing is asked of the internet.
"""

from __future__ import annotations

import asyncio
import contextvars
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import flet as ft
import flet_web.fastapi as flet_fastapi
import uvicorn
from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from app import theme
from app.components import component
from app.device import Device
from app.screens.shell.sheet import Layers
from app.screens.shell.shell import Shell
from app.screens.shell.sign_in import SignInScreen
from app.session import AppContext
from sync.i18n import I18n
from sync.protocol.doors import Doors, hosts_of

Root = Callable[[AppContext], ft.Control]


@component
def Terminal(ctx: AppContext) -> ft.Control:
    """The whole application: signing in first, then the screen of the route."""
    _, set_tick = ft.use_state(0)
    ctx.bind(lambda: set_tick(lambda n: n + 1))
    content = SignInScreen(ctx) if ctx.person is None else Shell(ctx)
    return ft.Container(Layers(ctx, content), expand=True, bgcolor=theme.PAPER)


LOOK_S = 20  # how often it is looked whether somebody is still there


def session(
    device: Device, root: Root, *, title: str, language: str = ""
) -> Callable[[ft.Page], Awaitable[None]]:
    """The `main` of a Flet app that shows `root` on `device`: one call for each browser.

    `language`: the company's first when it is not said.
    """

    async def main(page: ft.Page) -> None:
        page.title = title
        page.fonts = theme.page_fonts()
        page.theme = theme.material_theme()
        page.theme_mode = ft.ThemeMode.LIGHT
        page.padding = 0
        page.spacing = 0
        page.bgcolor = theme.PAPER
        page.data = ctx = await _context(device, page, language)
        _listen_to_page(page, ctx)
        loop, page_context = asyncio.get_running_loop(), contextvars.copy_context()

        def changed(topic: str) -> None:
            # From any thread of the device. A loop that has ended has no screen to tell; a
            # browser that is away is shown everything anew when it comes back.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(ctx.changes.tell, topic, context=page_context)

        async def connected(_: ft.Event[ft.Page]) -> None:
            # What changed while the browser was away is not sent to it: show everything anew.
            page.render(root, ctx)

        unsubscribe = device.subscribe(changed)

        guard = asyncio.create_task(_lock_when_idle(ctx))

        async def closed(_: ft.Event[ft.Page]) -> None:
            guard.cancel()
            unsubscribe()

        page.on_connect = connected
        page.on_close = closed
        page.render(root, ctx)

    return main


async def _context(device: Device, page: ft.Page, language: str) -> AppContext:
    company = await asyncio.to_thread(lambda: device.company)
    return AppContext(
        device=device,
        page=page,
        i18n=I18n(language or company.region.languages[0], company.zone),
        route=page.route or "/",
        width=page.width or 1280,
        height=page.height or 800,
        clock=device.clock,
        location=await asyncio.to_thread(lambda: device.location),
    )


async def _lock_when_idle(ctx: AppContext) -> None:
    """Lock the screen when nobody has touched it for as long as the company says."""
    while True:
        await asyncio.sleep(LOOK_S)
        company = await asyncio.to_thread(lambda: ctx.device.company)
        ctx.lock_if_idle(company.staff.lock_after_minutes)


def _listen_to_page(page: ft.Page, ctx: AppContext) -> None:
    """Tell `ctx` of keys that no field takes, of the window's size and of the route."""

    async def key_pressed(event: ft.KeyboardEvent) -> None:
        ctx.touch()
        if event.key == "F2":
            await ctx.focus_scan()
        elif event.key == "Escape":
            ctx.close_sheet()
        elif ctx.on_key is not None and ctx.sheet is None:
            await ctx.on_key(event.key.removeprefix("Numpad "))

    async def resized(event: ft.PageResizeEvent) -> None:
        ctx.resize(event.width, event.height)

    async def moved(event: ft.RouteChangeEvent) -> None:
        ctx.follow(event.route)

    page.on_keyboard_event = key_pressed
    page.on_resize = resized
    page.on_route_change = moved


def web_app(main: Callable[[ft.Page], Awaitable[None]], *, name: str) -> FastAPI:
    """The ASGI application: the bundled fonts, and Flet below them."""
    app: FastAPI = flet_fastapi.FastAPI()
    fonts = Path(str(files("assets").joinpath("fonts")))
    app.mount(theme.FONTS_URL, StaticFiles(directory=fonts))
    app.mount(
        "/",
        flet_fastapi.app(
            main,
            app_name=name,
            app_short_name=name,
            assets_dir=str(files("assets").joinpath("icons")),
            no_cdn=True,
        ),
    )
    return app


def run_terminal(
    device: Device, listener: socket.socket, *, on_ready: Callable[[], None] | None = None
) -> None:
    """Serve the terminal's screens to who comes to `listener` until the process is told to stop."""
    main = session(device, Terminal, title="Comptoir")
    serve(web_app(main, name="Comptoir"), listener, on_ready=on_ready)


def serve(
    app: FastAPI, listener: socket.socket, *, on_ready: Callable[[], None] | None = None
) -> None:
    """Run `app` until SIGINT or SIGTERM, for browsers on this machine and its own pages only.

    `on_ready` is called once the port is open.
    """
    config = uvicorn.Config(
        Doors(app, hosts_of(*listener.getsockname()[:2])),
        proxy_headers=False,
        log_level="warning",
        ws="websockets-sansio",
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)

    async def run() -> None:
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.02)
        if server.started and on_ready is not None:
            on_ready()
        await serving

    asyncio.run(run())
