"""A till of the small store for tests of screens: the real device, and a server that does as told.

    shop = await till.show(OrdersScreen, "/orders")
    await shop.screen.press("order-C0012-000345-5")

`till` is a fixture (conftest.py). What only a server knows comes by `till.arrives(...)`; what the
device did is read from its own use cases, or from `till.server.applied` after `till.sync()`.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

import flet as ft
import pytest

from app.device import Device
from app.session import AppContext
from app.usecases.orders.order_store import just_placed
from app.usecases.store.sign_in import Person
from printing.spool.spool import Job
from sync.i18n import I18n
from sync.protocol.codec import to_wire
from sync.protocol.commands import Command, Payload, PlaceOrder, RegisterReturn
from sync.protocol.feed import CATALOGUE, NETWORK, ReturnRecord, store_bucket
from sync.terminal.store.local_store import LocalStore, Row
from tests.app.device_fixtures import HERE, Clock, make_device
from tests.headless import Screen
from tests.sync.terminal.fake_central import FakeCentral

P = ParamSpec("P")
BUCKETS = {"article": CATALOGUE, "location": CATALOGUE, "stock": NETWORK}
CLAIRE = Person("A01", "Claire Dubois", "manager", "CD")


class Shop:
    """A screen, the till behind it, and the context between them."""

    def __init__(self, screen: Screen, till: Till, ctx: AppContext) -> None:
        self.screen, self.till, self.ctx = screen, till, ctx

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


class Till:
    """The device of a store with its server; `kind` "terminal" or "kiosk"."""

    def __init__(self, folder: Path, kind: str = "terminal", card: str = "ask") -> None:
        self._folder, self._kind, self._card = folder, kind, card
        self.clock, self.server = Clock(), FakeCentral()
        self.server.epoch = "test"  # the one that the template was loaded from
        self.server.on_applied = self._tell_of
        self.device = self._open()

    def _open(self) -> Device:
        device = make_device(
            self._folder,
            self._kind,
            clock=self.clock,
            language="en",
            card=self._card,
            http=lambda _url: self.server.client(),
        )
        device.sync_once()
        return device

    def _tell_of(self, command: Command) -> None:
        """The server's own row of what was placed or left here, as it is right after."""
        payload = command.body()
        if isinstance(payload, PlaceOrder):
            self.publish("order", payload.order.number, just_placed(payload.order))
        elif isinstance(payload, RegisterReturn):
            self.publish("return", payload.goods.number, ReturnRecord(payload.goods))

    def reopen(self) -> None:
        """The device is switched off and on again."""
        self.device.stop()
        self.device = self._open()

    def sync(self) -> None:
        """Push and pull once."""
        self.device.sync_once()

    def unplug(self) -> None:
        """The network is gone, and the device knows."""
        self.server.down = True
        self.sync()

    def plug_in(self) -> None:
        """The network is back, and the device knows."""
        self.server.down = False
        self.sync()

    def publish(self, kind: str, key: object, body: object) -> None:
        """The server says what there is (None: it is gone); the device does not know yet."""
        wire = None if body is None else json.loads(json.dumps(to_wire(body)))
        self.server.publish(BUCKETS.get(kind, store_bucket(HERE)), kind, str(key), wire)

    def arrives(self, kind: str, key: object, body: object) -> None:
        """The server says what there is, and the device hears it."""
        self.publish(kind, key, body)
        self.sync()

    def sent(self) -> list[Payload]:
        """What the server has been asked for and has done, in order, after a push."""
        self.sync()
        return [command.body() for command in self.server.applied]

    def printed(self) -> list[tuple[str, str]]:
        """What was printed: type of document and what it is about, the earliest first."""
        jobs = sorted(self.jobs(), key=lambda job: job.number)
        return [(job.document_type, job.key.split("/")[1]) for job in jobs]

    def jobs(self) -> list[Job]:
        """All documents that were asked for, the latest first."""
        return self.device.documents.jobs(1000)

    async def show(
        self,
        component: Callable[[AppContext], ft.Control],
        route: str,
        *,
        width: int = 1280,
        height: int = 800,
    ) -> Shop:
        """Open `component` at `route`, in English, with Claire signed in."""
        contexts: list[AppContext] = []

        def ctx_for(page: ft.Page) -> AppContext:
            contexts.append(context_of(self, page, width, height))
            contexts[0].person, contexts[0].route = CLAIRE, route
            return contexts[0]

        # The route is a key of its own, as in the shell: another route is another screen.
        def routed(ctx: AppContext) -> ft.Control:
            return ft.Container(component(ctx), key=ctx.route)

        screen = await Screen.show(routed, ctx_for, width=width, height=height)
        return Shop(screen, self, contexts[0])


def context_of(
    till: Till, page: ft.Page, width: int, height: int, language: str = "en"
) -> AppContext:
    """The context of a session on this till that hears what changes on the device."""
    ctx = AppContext(
        device=till.device,
        page=page,
        i18n=I18n(language),
        width=width,
        height=height,
        clock=till.clock,
    )

    async def tell(topic: str) -> None:
        ctx.changes.tell(topic)

    def hear(topic: str) -> None:
        page.run_task(tell, topic)

    till.device.subscribe(hear)
    return ctx


def break_next_read(monkeypatch: pytest.MonkeyPatch, about: str) -> None:
    """The disk fails once, at the next query that names `about`."""
    read = LocalStore.all

    def fails_once(store: LocalStore, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        if about not in sql:
            return read(store, sql, parameters)
        monkeypatch.setattr(LocalStore, "all", read)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(LocalStore, "all", fails_once)


def on_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an async test on a loop of its own."""

    @wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def whole() -> None:
            await test(*args, **kwargs)

        asyncio.run(whole())

    return run
