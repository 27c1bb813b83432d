"""A till of the small store for tests of screens: the real device, and a server that does as told.

    shop = await till.show(OrdersScreen, "/orders")
    await shop.screen.press("order-C0012-000345-5")

`till` is a fixture (conftest.py). What only a server knows comes by `till.arrives(...)`; what the
device did is read from its own use cases, or from `till.server.applied` after `till.sync()`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import flet as ft
import pytest

from app.device import Device
from app.session import AppContext
from app.usecases.orders.order_store import just_placed
from printing.spool.spool import Job
from sync.protocol.codec import to_wire
from sync.protocol.commands import Command, InspectReturn, Payload, PlaceOrder, RegisterReturn
from sync.protocol.feed import CATALOGUE, NETWORK, ReturnRecord, store_bucket
from sync.terminal.store.local_store import LocalStore, Row
from tests.app.device_fixtures import HERE, Clock, make_device
from tests.app.screens.shop import Shop, open_screen
from tests.sync.terminal.fake_central import FakeCentral

BUCKETS = {"article": CATALOGUE, "location": CATALOGUE, "stock": NETWORK}


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
        elif isinstance(payload, InspectReturn):
            number = str(payload.number)
            self.publish("return", number, self.device.returns.get(number))

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
        return await open_screen(component, route, self.device, width=width, height=height)


def break_next_read(monkeypatch: pytest.MonkeyPatch, about: str) -> None:
    """The disk fails once, at the next query that names `about`."""
    read = LocalStore.all

    def fails_once(store: LocalStore, sql: str, parameters: Sequence[Any] = ()) -> list[Row]:
        if about not in sql:
            return read(store, sql, parameters)
        monkeypatch.setattr(LocalStore, "all", read)
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(LocalStore, "all", fails_once)
