"""A till's promise against what the server then did: the demo company, a till of its store and a
server in one process, over a cable that can be unplugged.

Up to date, both ask the same engine the same: that there is enough, the time, what the customer
pays and the service have to be equal. Unplugged, the till rests on an old copy while another till
sells on: what it promised may turn out worse, but then it has said so (`sure` is False).
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np

from app.cli.demo import demo_server_ports
from app.device import Device, Ports, open_device, pair
from app.usecases.selling.addresses import Place
from app.usecases.store.sign_in import Person
from sync.central.composition import Central
from sync.central.promises.basket import AskedLine, PromiseRequest, Where, promise
from sync.central.records import order_records
from sync.central.server import create_application
from sync.demo import company as demo_company
from sync.demo.load import load_demo
from sync.domain.customer import Customer
from sync.domain.device import DeviceKind
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode
from sync.domain.promise import Promise
from tools.benchmarks.figure import Figure

SEED = 20261127
BEGINS = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
MANAGER, PIN = "A01", "246810"
CUSTOMER = Customer("Zoé Petit", "zoe@example.com")
UNPLUGGED_SHARE, SOLD_MEANWHILE = 0.5, 3


class Cable(httpx.BaseTransport):
    """The way to the server, unless it is `down`."""

    def __init__(self, central: Central) -> None:
        self._app = httpx.ASGITransport(create_application(central))
        self.down = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """What the server answers."""
        if self.down:
            raise httpx.ConnectError("unplugged", request=request)
        return asyncio.run(self._asked(request))

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self._app.handle_async_request(sent)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


@dataclass
class _World:
    """The server, two tills, and their one clock; the second till sells what the first wants."""

    folder: Path
    now: datetime = BEGINS
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))

    def __post_init__(self) -> None:
        self.central = Central(
            self.folder / "central", lambda: self.now, ports=demo_server_ports(self.folder)
        )
        load_demo(self.central)
        self.cable = Cable(self.central)
        self.till, self.other = self._open("T1", self.cable), self._open("T2", Cable(self.central))
        self.homes = demo_company.load_destinations()
        self.skus = sorted(self.central.reference.articles)

    def _open(self, name: str, cable: Cable) -> Device:
        ids = random.Random(name)
        ports = Ports(
            lambda url: httpx.Client(base_url=url, transport=cable),
            lambda: self.now,
            lambda: uuid.UUID(int=ids.getrandbits(128), version=4),
            ids,
        )
        code = self.central.create_pairing_code(demo_company.DEMO_STORE, "terminal")
        folder, url = self.folder / name, "http://central"
        pair(folder, url, code, DeviceKind.TERMINAL, name=name, ports=ports)
        device = open_device(folder, url, language="en", ports=ports)
        device.sync_once()
        return device

    def close(self) -> None:
        for device in (self.till, self.other):
            device.stop()
        self.central.close()


@dataclass(frozen=True, slots=True)
class Case:
    """What was promised, whether the till was up to date, and how the server's answer differs:
    in nothing (""), in "pieces" that it has not, the "time", the "price", the "service" or only
    the "place" that sends; with how much `later` the customer has it than promised."""

    promise: Promise
    up_to_date: bool
    differs: str
    later: timedelta = timedelta()
    priced: bool = False  # the server offered the same way, with a price of its own

    @property
    def worse(self) -> bool:
        """Whether the customer has it later than promised, or not at all."""
        return self.differs == "pieces" or self.later > timedelta()

    @property
    def broken(self) -> bool:
        """Whether the till promised better than it marked."""
        return self.worse and self.promise.sure


def till_figures(cases: int) -> list[Figure]:
    """The share that is equal up to date, and the promises that were better than marked."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as folder:
        world = _World(Path(folder))
        try:
            found = list(_cases(world, cases))
        finally:
            world.close()
    fresh = [case for case in found if case.up_to_date]
    stale = [case for case in found if not case.up_to_date]
    modes = Counter(case.promise.mode.value for case in fresh)
    why = Counter(case.differs for case in fresh if case.differs)
    ways = ", ".join(f"{count:,} {mode}" for mode, count in sorted(modes.items()))
    told = ", ".join(f"{count} {name}" for name, count in sorted(why.items())) or "nothing"
    how = (
        f"{len(fresh):,} orders of the demo's till, seeded: {ways}; differs: {told}; the "
        f"server was asked for the price, too, and offered the way in {_priced(fresh):,}"
    )
    old = (
        f"{len(stale):,} orders of an unplugged till while {SOLD_MEANWHILE} others buy the same "
        f"article: {sum(case.worse for case in stale)} turned out worse"
    )
    as_told = sum(case.differs in ("", "place") for case in fresh) / len(fresh)
    same_place = sum(not case.differs for case in fresh) / len(fresh)
    broken = float(sum(case.broken for case in found))
    return [
        Figure("till's promise kept: pieces, time, price, service", as_told, 1.0, "higher",
               "share", how),
        Figure("and from the same place", same_place, -np.inf, "higher", "share",
               "which the customer is not told; the server knows how busy each place is"),
        Figure("till's promises better than marked", broken, 0.0, "lower", "of all", old),
    ]  # fmt: skip


def _priced(cases: Iterable[Case]) -> int:
    return sum(case.priced for case in cases)


def _cases(world: _World, count: int) -> Iterator[Case]:
    for number in range(count):
        if number % 40 == 0:
            for device in (world.till, world.other):
                person = device.sign_in.sign_in(MANAGER, PIN)
        world.now += timedelta(minutes=world.chance.randint(1, 20))
        yield _case(world, person, up_to_date=world.chance.random() > UNPLUGGED_SHARE)


def _case(world: _World, person: Person, *, up_to_date: bool) -> Case:
    world.till.sync_once()
    chosen = None
    while chosen is None:
        sku, quantity = world.chance.choice(world.skus), world.chance.choice((1, 1, 1, 2, 3))
        home = world.chance.choice(world.homes)
        if not up_to_date:
            _others_buy(world, person, sku)
        place = Place(home.postcode, home.commune, home.lat, home.lon)
        world.till.basket.set_customer(CUSTOMER, "3 rue du Bac", place)
        ways = world.till.catalogue.promises(sku, quantity)
        sent = [way for way in ways if way.mode is not FulfilmentMode.CARRY_OUT]
        chosen = world.chance.choice(sent) if sent else None
    asked = PromiseRequest(
        (AskedLine(1, sku, quantity),),
        Where(home.lat, home.lon, postcode=home.postcode),
        chosen.collect_at,
        Channel.STORE,
    )
    fees = _fees(world, asked, chosen) if up_to_date else set()
    world.till.basket.add(sku, quantity, chosen)
    sold = world.till.checkout.pay_cash(world.till.basket.view().total, person)
    world.cable.down = False
    world.till.sync_once()
    return _judged(world, chosen, sold.order.number.value, fees, up_to_date=up_to_date)


def _fees(world: _World, asked: PromiseRequest, chosen: Promise) -> set[Money]:
    """What the server asks for the same way; empty where it offers a better one instead."""
    told = promise(world.central.context, asked)
    same = (chosen.mode, chosen.collect_at, chosen.asked_service)
    return {each.fee for each in told.options if (each.mode, each.collect_at, each.service) == same}


def _others_buy(world: _World, person: Person, sku: str) -> None:
    """Unplug the till; others buy the article, which it cannot know."""
    world.cable.down = True
    world.till.sync_once()
    world.other.sync_once()
    for _ in range(SOLD_MEANWHILE):
        home = world.chance.choice(world.homes)
        place = Place(home.postcode, home.commune, home.lat, home.lon)
        world.other.basket.set_customer(CUSTOMER, "3 rue du Bac", place)
        ways = world.other.catalogue.promises(sku, 1)
        world.other.basket.add(sku, 1, ways[0])
        world.other.checkout.pay_cash(world.other.basket.view().total, person)
    world.other.sync_once()


def _judged(
    world: _World, told: Promise, number: str, fees: set[Money], *, up_to_date: bool
) -> Case:
    with world.central.database.read() as connection:
        state = order_records.order_state(connection, number)
    if any(line.unfilled for line in state.lines) or not state.decisions:
        return Case(told, up_to_date, "pieces")
    shipments = state.decisions[-1]["shipments"]
    arrives = max(datetime.fromisoformat(each["arrives_at"]) for each in shipments)
    first = shipments[0]
    charged = fees or {told.fee}
    differs = (
        "time" if arrives != told.at
        else "price" if told.fee not in charged or state.order.shipping_fee != told.fee
        else "service" if first["service"] != told.service
        else "place" if first["location"] != told.source
        else ""
    )  # fmt: skip
    return Case(told, up_to_date, differs, max(timedelta(), arrives - told.at), bool(fees))
