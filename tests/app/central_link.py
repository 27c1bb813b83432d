"""Devices that talk to a real central server in this process, over a network that can fail."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from pathlib import Path
from uuid import UUID

import httpx
from argon2 import PasswordHasher

from app.device import Device, Ports, open_device, pair
from app.usecases.store.sign_in import Person
from sync.central.catalogue import people
from sync.central.server import create_application
from sync.domain.associate import MANAGER
from sync.domain.device import DeviceKind
from sync.protocol.feed import Associate
from tests.sync.central.world import World

LEO = Person("A01", "Léo Martin", MANAGER, "LM")
PIN = "135790"
STORES = ("S1", "S2", "S3")


class Cable(httpx.BaseTransport):
    """The way to the server. `faults` are used up in turn: "cut" (nothing arrives), "lost" (the
    answer does not come back). `down`: unplugged until it is set back."""

    def __init__(self, world: World) -> None:
        self._app = httpx.ASGITransport(
            create_application(world.central), raise_app_exceptions=False
        )
        self.faults: deque[str] = deque()
        self.down = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.popleft() if self.faults else ""
        if self.down or fault == "cut":
            raise httpx.ConnectError("unplugged", request=request)

        async def go() -> tuple[httpx.Response, bytes]:
            answer = await self._app.handle_async_request(
                httpx.Request(
                    request.method, request.url, headers=request.headers, content=request.read()
                )
            )
            return answer, await answer.aread()

        answer, content = asyncio.run(go())
        if fault == "lost":
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


class Shops:
    """The devices of the small network of the central server's tests."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder, self.world = folder, world
        self.cables: dict[str, Cable] = {}
        self.devices: dict[str, Device] = {}
        self._opened = 0
        hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        person = Associate(LEO.code, LEO.name, hasher.hash(PIN), MANAGER)
        with world.central.database.write("test") as tx:
            for store in STORES:
                people.load(tx, store, [person])

    def open(self, store: str = "S1", kind: str = "terminal", nth: int = 1) -> Device:
        """The `nth` device of that kind in that store; paired when first asked for, else
        reopened."""
        name = f"{store}-{kind}" + (f"-{nth}" if nth > 1 else "")
        self._opened += 1
        cable = self.cables.setdefault(name, Cable(self.world))
        ids = random.Random(f"{name} {self._opened}")
        ports = Ports(
            lambda url: httpx.Client(base_url=url, transport=cable),
            lambda: self.world.now,
            lambda: UUID(int=ids.getrandbits(128), version=4),
            ids,
        )
        url, folder = "http://central.test", self.folder / name
        if not folder.exists():
            code = self.world.central.create_pairing_code(store, kind)
            pair(folder, url, code, DeviceKind(kind), name=name, ports=ports)
        device = open_device(folder, url, language="en", ports=ports)
        device.sync_once()
        if kind == "terminal":
            device.sign_in.sign_in(LEO.code, PIN)
        self.devices[name] = device
        return device

    def cable(self, device: Device) -> Cable:
        """The way of a device to the server."""
        name = next(name for name, known in self.devices.items() if known is device)
        return self.cables[name]

    def sync_all(self) -> None:
        """Everybody pushes and pulls until nobody has anything to tell, over a good network."""
        for cable in self.cables.values():
            cable.down = False
            cable.faults.clear()
        for _ in range(3):
            for device in self.devices.values():
                device.sync_once()
            self.world.pass_time(seconds=10)

    def close(self) -> None:
        for device in self.devices.values():
            device.stop()


def stock_shown(device: Device) -> dict[tuple[str, str], int]:
    """What a device believes can be promised, by (location, SKU)."""
    rows = device._store.all("SELECT location, sku, available FROM current_stock")
    return {(location, sku): available for location, sku, available in rows}


def stock_of(world: World) -> dict[tuple[str, str], int]:
    """What the server says can be promised."""
    skus = list(world.central.reference.articles)
    found = world.central.view.available(skus)
    return {(place, sku): count for sku in skus for place, count in found[sku].items()}
