"""Screens without a browser: Flet's real session, diff and event dispatch, on a fake connection.

What a browser would be sent is serialised as it would be, so that a property that cannot travel
fails the test; what a person does arrives by the same entry points as from the browser.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

import flet as ft
import msgpack
from flet.components.component import Component
from flet.controls.base_control import BaseControl
from flet.controls.context import _context_page, context
from flet.messaging.connection import Connection
from flet.messaging.protocol import MessageAction, configure_encode_object_for_msgpack
from flet.messaging.session import Session
from flet.pubsub.pubsub_hub import PubSubHub

from app.screens.shell.sheet import Layers
from app.session import AppContext

ROUNDS_MAX = 200  # of the event loop, before a screen that never settles fails the test


class FakeConnection(Connection):
    """Takes what would go to the browser; keeps crashes and the methods called on the client."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.loop = asyncio.get_running_loop()
        self.executor = ThreadPoolExecutor(2)
        self.pubsubhub = PubSubHub(loop=self.loop, executor=self.executor)
        self.page_url = "http://headless"
        self.crashes: list[str] = []
        self.calls: list[tuple[str, Any]] = []
        self.messages = 0
        self.answers: list[Callable[[], None]] | None = None  # kept here, unless None
        self.session: Session

    def send_message(self, message: Any) -> None:
        msgpack.packb(
            [message.action, message.body],
            default=configure_encode_object_for_msgpack(BaseControl),
        )
        self.messages += 1
        if message.action == MessageAction.SESSION_CRASHED:
            self.crashes.append(message.body.message)
        elif message.action == MessageAction.INVOKE_METHOD:
            body = message.body
            self.calls.append((body.name, body.args))
            answer = partial(
                self.session.handle_invoke_method_results, body.control_id, body.call_id, None, None
            )
            if self.answers is None:
                self.loop.call_soon(answer)
            else:
                self.answers.append(answer)

    def answer(self) -> None:
        """Let the browser answer what it was asked since `answers` was a list, and from now on."""
        waiting, self.answers = self.answers or [], None
        for answer in waiting:
            answer()


class Screen:
    """One browser session: find controls by key or text, press, type, scan, look."""

    def __init__(self, connection: FakeConnection) -> None:
        self.connection = connection
        self.session = connection.session
        self.page = connection.session.page

    @classmethod
    async def open(
        cls,
        main: Callable[[ft.Page], Any],
        *,
        width: int = 1280,
        height: int = 800,
        route: str = "/",
        settle: bool = True,
    ) -> Screen:
        """Open a browser of that size on `main`, an application's function for a new session.

        Without `settle` it is given back while the first jobs are still running.
        """
        connection = FakeConnection()
        session = Session(connection)
        connection.session = session
        _context_page.set(session.page)
        screen = cls(connection)
        session.apply_page_patch(
            {
                "width": width,
                "height": height,
                "route": route,
                "web": True,
                "platform": ft.PagePlatform.LINUX.value,
            }
        )
        # Packing the page is what starts the tracking of its changes.
        msgpack.packb(
            session.get_page_patch(), default=configure_encode_object_for_msgpack(BaseControl)
        )
        context.reset_auto_update()
        await main(session.page)
        await session.after_event(session.page)
        if settle:
            await screen.settle()
        return screen

    @classmethod
    async def show(
        cls,
        component: Callable[[AppContext], ft.Control],
        ctx_for: Callable[[ft.Page], AppContext],
        **size: Any,
    ) -> Screen:
        """Open one component on the context that `ctx_for` makes, with its sheets and notices."""

        async def main(page: ft.Page) -> None:
            ctx = ctx_for(page)
            page.data = ctx

            @ft.component
            def Root() -> ft.Control:
                _, set_tick = ft.use_state(0)
                ctx.bind(lambda: set_tick(lambda n: n + 1))
                return Layers(ctx, component(ctx))

            page.render(Root)

        return await cls.open(main, **size)

    async def settle(self) -> None:
        """Wait until no job runs and nothing more is sent to the browser."""
        quiet = 0
        for _ in range(ROUNDS_MAX):
            before = self.connection.messages
            for _ in range(4):
                await asyncio.sleep(0)
            ctx = self.page.data
            if isinstance(ctx, AppContext) and ctx.background.busy:
                await ctx.background.idle()
                quiet = 0
            elif self.connection.messages != before:
                quiet = 0
            else:
                quiet += 1
            if quiet > 3:
                break
        else:
            raise AssertionError("the screen does not settle")
        assert not self.connection.crashes, self.connection.crashes[-1]
        assert "render-error" not in self.shown(), "a component failed to render; see the log"

    def walk(self, node: Any = None, seen: set[int] | None = None) -> Iterator[BaseControl]:
        """Every control that a person could see."""
        node = self.page if node is None else node
        seen = set() if seen is None else seen
        if isinstance(node, (list, tuple)):
            for item in node:
                yield from self.walk(item, seen)
        elif isinstance(node, dict):
            for item in node.values():
                yield from self.walk(item, seen)
        elif is_dataclass(node) and not isinstance(node, type):
            if id(node) in seen:
                return
            seen.add(id(node))
            if isinstance(node, BaseControl):
                own = isinstance(node, ft.Control) and not isinstance(node, Component)
                if own and getattr(node, "visible", True) is False:
                    return
                if isinstance(node, ft.DialogControl) and not node.open:
                    return
                yield node
            for field in fields(node):
                private = field.name.startswith("_")
                if (private and field.name not in ("_b", "_dialogs", "_overlay")) or (
                    field.metadata.get("skip")
                ):
                    continue
                yield from self.walk(getattr(node, field.name, None), seen)

    def texts(self) -> list[str]:
        """Every word on the screen, in order."""
        found: list[str] = []
        for control in self.walk():
            for name in ("value", "label", "hint_text", "tooltip", "content", "title"):
                value = getattr(control, name, None)
                if isinstance(value, str) and value:
                    found.append(value)
        return found

    def says(self, words: str) -> bool:
        """Whether `words` stand somewhere on the screen."""
        return any(words in text for text in self.texts())

    def shown(self) -> list[str]:
        """The keys of all controls on the screen."""
        return [key for control in self.walk() if (key := _key(control))]

    def all(self, key: str) -> list[BaseControl]:
        """Controls with that key, those only that a person can act on."""
        return [c for c in self.walk() if _key(c) == key]

    def one(self, key: str) -> Any:
        """The control with that key; fails when there is not exactly one."""
        hits = self.all(key)
        assert len(hits) == 1, f"{key}: {len(hits)} controls; there are {sorted(self.shown())}"
        return hits[0]

    async def fire(self, control: Any, event: str, data: Any = None) -> None:
        """An event from the browser."""
        await self.session.dispatch_event(control._i, event, data)
        await self.settle()

    async def press(self, key: str) -> None:
        """Press the button with that key; fails when it is greyed."""
        control = self.one(key)
        assert control.on_click is not None, f"{key} does nothing"
        assert not getattr(control, "disabled", False), f"{key} is greyed"
        await self.fire(control, "click")

    async def start(self, key: str) -> asyncio.Task[None]:
        """Press a button whose job lasts until something else is done (a card terminal)."""
        control = self.one(key)
        task = asyncio.create_task(self.session.dispatch_event(control._i, "click", None))
        for _ in range(20):
            await asyncio.sleep(0)
        return task

    async def type(self, key: str, text: str, *, enter: bool = False) -> None:
        """Type into a field, as a person or a scanner would."""
        field = self.one(key)
        self.session.apply_patch(field._i, {"value": text})
        if field.on_change is not None:
            await self.fire(field, "change", text)
        if enter:
            await self.fire(field, "submit", text)
        await self.settle()

    async def key(self, label: str) -> None:
        """Press a key of the keyboard outside any field."""
        keys = {"key": label, "shift": False, "ctrl": False, "alt": False, "meta": False}
        await self.fire(self.page, "keyboard_event", keys)

    async def wait_for(self, words: str) -> None:
        """Wait until `words` stand on the screen, while other jobs may still be running."""
        async with asyncio.timeout(10):
            while not self.says(words):
                await asyncio.sleep(0)

    async def go(self, route: str) -> None:
        """The browser moves to `route`."""
        self.session.apply_page_patch({"route": route})
        await self.fire(self.page, "route_change", {"route": route})

    async def close(self) -> None:
        """The browser goes away."""
        self.session.close()
        for _ in range(8):
            await asyncio.sleep(0)
        self.connection.executor.shutdown(wait=False)


def _key(control: BaseControl) -> str:
    key = getattr(control, "key", None)
    return "" if key is None or isinstance(control, Component) else str(getattr(key, "value", key))
