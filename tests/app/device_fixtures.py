"""A device with a small, realistic data set and no server: for tests of use cases and screens.

    make_device(tmp_path, kind="terminal") -> Device

It is the real `Device` over a real store in `tmp_path`, copied from a template that each test
process makes once; only the network is missing (every call fails as if the cable were pulled,
unless `http` makes a client for a server of the test's own).

The store is `LYN2`, "Comptoir Lyon Bellecour", with 24 articles, 8 locations, three people (A01
Claire Dubois, PIN 246810, manager; A02 Léo Martin, 135790; A03 Inès Bernard, 112358), two web
orders to prepare (`W-SHIP`, to be shipped home, and `W-BAG`, to be collected here) and a
simulated card terminal that approves. `clock` of the device is a `Clock`: it stands still at `NOW`
until a test moves it.
"""

from __future__ import annotations

import itertools
import json
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from argon2 import PasswordHasher
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.cli.demo import demo_ports
from app.device import Device, Ports, open_device
from sync.demo import company as demo_company
from sync.domain.associate import ASSOCIATE, MANAGER
from sync.domain.catalogue import Article
from sync.domain.company import CompanyFile, CompanySettings
from sync.domain.customer import Address, Customer
from sync.domain.device import DeviceKind
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState
from sync.domain.identifiers import WEB_ORDER, DocumentNumber, Gtin, gs1_check_digit
from sync.domain.location import Location, LocationKind
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.protocol.codec import to_wire
from sync.protocol.feed import Associate, Change, DeviceKey, LineSource, LineState, OrderState
from sync.terminal import identity
from sync.terminal.identity import Identity
from sync.terminal.link import apply
from sync.terminal.payment_terminal.simulated import SimulatedCardTerminal
from sync.terminal.store.local_store import LocalStore

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
HERE = "LYN2"
PINS = {"A01": "246810", "A02": "135790", "A03": "112358"}
COMPANY = CompanySettings(
    **{item.name: getattr(demo_company.load_company(), item.name) for item in fields(CompanyFile)},
    version=1,
    set_by="test",
    set_at=NOW,
)
DEVICES = {"terminal": ("T1", 12), "kiosk": ("K1", 13)}


_OPENED = itertools.count(1)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        """Let time pass: `clock.pass_(seconds=5)`."""
        self.now += timedelta(**time)


def _location(
    code: str, kind: LocationKind, name: str, postcode: str, lat: float, lon: float
) -> Location:
    return Location(code, kind, name, "1 rue du Port", postcode, name.split(" ", 1)[1], lat, lon)


LOCATIONS = (
    Location(
        HERE,
        LocationKind.STORE,
        "Comptoir Lyon Bellecour",
        "14 rue de la République",
        "69002",
        "Lyon",
        45.7640,
        4.8357,
    ),
    _location("VLB1", LocationKind.STORE, "Comptoir Villeurbanne", "69100", 45.7719, 4.8902),
    _location("BRN1", LocationKind.STORE, "Comptoir Bron", "69500", 45.7394, 4.9139),
    _location("STE1", LocationKind.STORE, "Comptoir Saint-Étienne", "42000", 45.4397, 4.3872),
    _location("GRE1", LocationKind.STORE, "Comptoir Grenoble", "38000", 45.1885, 5.7245),
    _location("PAR1", LocationKind.STORE, "Comptoir Paris", "75004", 48.8566, 2.3522),
    _location("SQF", LocationKind.WAREHOUSE, "Entrepôt Saint-Quentin", "38070", 45.6430, 5.1120),
    _location("K069", LocationKind.PICKUP_POINT, "Librairie Lyon", "69002", 45.7570, 4.8320),
    _location("K075", LocationKind.PICKUP_POINT, "Librairie Paris", "75011", 48.8590, 2.3780),
    _location("RET", LocationKind.RETURNS_CENTRE, "Retours Vénissieux", "69200", 45.6970, 4.8860),
)

_GOODS = (
    ("Théière en grès émaillé", "Cuisine", 3490, 1100),
    ("Tasse à café rayée", "Cuisine", 890, 280),
    ("Bougie figuier", "Maison", 1690, 420),
    ("Lanterne de jardin", "Jardin", 2990, 950),
    ("Boîte à goûter éléphant", "Enfants", 1290, 210),
    ("Puzzle des marées", "Enfants", 1990, 640),
    ("Nappe en lin lavé", "Maison", 4990, 720),
    ("Sac en coton imprimé", "Bagages", 1490, 130),
    ("Arrosoir en zinc", "Jardin", 2490, 880),
    ("Carnet à spirale", "Papeterie", 590, 180),
    ("Horloge murale œil-de-bœuf", "Maison", 5990, 1300),
    ("Planche à découper hêtre", "Cuisine", 2290, 1050),
)


def gtin(number: int) -> Gtin:
    """An internal GTIN-13 of prefix 20."""
    body = f"20{number:010d}"
    return Gtin(body + str(gs1_check_digit(body)))


ARTICLES = tuple(
    Article(
        f"A{number:04d}",
        gtin(number),
        name if number <= len(_GOODS) else f"{name}, petit modèle",
        category,
        Money(price if number <= len(_GOODS) else price * 6 // 10),
        2000,
        weight,
        guarantee=category == "Maison",
    )
    for number, (name, category, price, weight) in enumerate(
        itertools.islice(itertools.cycle(_GOODS), 2 * len(_GOODS)), start=1
    )
)


def stock_rows() -> Iterator[tuple[str, str, list[Any]]]:
    """(location, SKU, body): the first article is here once, the second is not here at all, the
    third is nowhere but expected; all others are in most places."""
    chance = random.Random(20261124)
    for number, article in enumerate(ARTICLES, start=1):
        for location in LOCATIONS:
            if location.kind is LocationKind.RETURNS_CENTRE:
                continue
            here = chance.choice((0, 1, 2, 3, 5, 8))
            if location.kind is LocationKind.WAREHOUSE:
                here = 40 + here
            if location.code == HERE:
                here = {1: 1, 2: 0}.get(number, 4 + number % 5)
            if number == 3:
                here = 0
            inbound = 12 if number == 3 and location.kind is LocationKind.WAREHOUSE else 0
            yield (
                location.code,
                article.sku,
                [
                    here,
                    here,
                    0,
                    inbound,
                    "2026-12-01" if inbound else None,
                ],
            )


TABLES: dict[str, Any] = {
    "tariffs": [
        {
            "carrier": "demo-post",
            "service": service,
            "destination": destination,
            "max_weight_g": grams,
            "price_minor": price,
            "transit_working_days": days,
            "source": "made up for tests",
        }
        for service, destination, days, base in (
            ("home", "home", 2, 495),
            ("point", "pickup_point", 3, 395),
            ("shuttle", "store", 2, 290),
        )
        for grams, price in ((1_000, base), (5_000, base + 400), (30_000, base + 1_500))
    ],
    "factors": [
        {"name": "trunk_truck", "kg_co2e": 0.11, "unit": "kg/t.km", "source": "made up"},
        {"name": "delivery_van", "kg_co2e": 0.25, "unit": "kg/km", "source": "made up"},
        {"name": "customer_trip", "kg_co2e": 0.144, "unit": "kg/km", "source": "made up"},
    ],
}


@cache
def people() -> tuple[Associate, ...]:
    """The people of the store; their PINs hashed cheaply, for tests only."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    names = {"A01": "Claire Dubois", "A02": "Léo Martin", "A03": "Inès Bernard"}
    return tuple(
        Associate(code, name, hasher.hash(PINS[code]), MANAGER if code == "A01" else ASSOCIATE)
        for code, name in names.items()
    )


def web_order(serial: int, article: Article, quantity: int, mode: FulfilmentMode) -> Order:
    """An order of the web shop for one article."""
    amount = article.price * quantity
    return Order(
        DocumentNumber.build(WEB_ORDER, 0, serial),
        Channel.WEB,
        "WEB",
        "WEB",
        "",
        NOW - timedelta(hours=serial),
        (
            OrderLine(
                1,
                article.sku,
                article.gtin,
                article.name,
                quantity,
                article.price,
                article.vat_rate_bp,
                mode,
                HERE if mode is FulfilmentMode.COLLECT else "",
            ),
        ),
        (Tender(TenderKind.ONLINE, amount, reference=f"web-{serial}"),),
        Customer("Camille Robert", "camille@example.fr", ""),
        Address("Camille Robert", "3 rue Mercière", "69002", "Lyon", 45.76, 4.83)
        if mode is FulfilmentMode.SHIP_HOME
        else None,
    )


def fulfilment_of(order: Order, fulfilment_id: str) -> Fulfilment:
    """The fulfilment of this store for the one line of `order`."""
    line = order.lines[0]
    article = next(a for a in ARTICLES if a.sku == line.sku)
    return Fulfilment(
        fulfilment_id,
        order.number,
        order.channel.value,
        HERE,
        line.mode,
        "demo-post:home" if line.mode is FulfilmentMode.SHIP_HOME else "shelf",
        (
            FulfilmentLine(
                line.line_id, line.sku, str(line.gtin), line.name, line.quantity, article.weight_g
            ),
        ),
        FulfilmentState.ALLOCATED,
        order.placed_at,
        NOW + timedelta(hours=3 if line.mode is FulfilmentMode.SHIP_HOME else 2),
        order.customer.name,
        order.ship_to,
        line.collect_at,
    )


def changes(kind: str, public_key: str) -> list[Change]:
    """The rows of the feed that a device of this store has loaded."""
    rows: list[tuple[str, str, Any]] = [("location", x.code, to_wire(x)) for x in LOCATIONS]
    rows += [("article", a.sku, to_wire(a)) for a in ARTICLES]
    rows += [("stock", f"{place}|{sku}", body) for place, sku, body in stock_rows()]
    rows += [("tables", "tables", TABLES), ("company", "company", to_wire(COMPANY))]
    rows += [("associate", person.code, to_wire(person)) for person in people()]
    code, number = DEVICES[kind]
    rows.append(("device", code, to_wire(DeviceKey(code, number, DeviceKind(kind), public_key))))
    orders = (
        ("W-SHIP", web_order(1, ARTICLES[4], 2, FulfilmentMode.SHIP_HOME)),
        ("W-BAG", web_order(2, ARTICLES[6], 1, FulfilmentMode.COLLECT)),
    )
    for fulfilment_id, order in orders:
        fulfilment = fulfilment_of(order, fulfilment_id)
        source = LineSource(HERE, fulfilment.quantity, fulfilment_id, fulfilment.state)
        state = OrderState(order, (LineState(1, (source,)),), Money(0), {})
        rows.append(("order", str(order.number), to_wire(state)))
        rows.append(("fulfilment", fulfilment_id, to_wire(fulfilment)))
    # Through JSON, as on the wire: tuples are lists there.
    return [
        Change(position, kind, key, json.loads(json.dumps(body)))
        for position, (kind, key, body) in enumerate(rows, start=1)
    ]


def no_network(request: httpx.Request) -> httpx.Response:
    """A pulled cable."""
    raise httpx.ConnectError("no network in this test", request=request)


def offline_http(url: str) -> httpx.Client:
    """A client whose every call fails."""
    return httpx.Client(base_url=url, transport=httpx.MockTransport(no_network))


def ports_of(
    clock: Clock, seed: int = 1, http: Callable[[str], httpx.Client] = offline_http
) -> Ports:
    """The world of a test: no network unless given, the clock given, ids and chance by seed."""
    ids = random.Random(seed)
    return Ports(
        http,
        clock,
        lambda: UUID(int=ids.getrandbits(128), version=4),
        random.Random(seed),
        random.Random(seed).randbytes,
    )


def fill(folder: Path, kind: str = "terminal") -> None:
    """Pair a device in `folder` without a server, and load its data."""
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    store = LocalStore.open(folder, NOW)
    code, number = DEVICES[kind]
    identity.save(store, Identity(code, number, DeviceKind(kind), HERE, key))
    store.set_meta("epoch", "test")
    store.set_meta("stock_as_of", (NOW - timedelta(minutes=4)).isoformat())
    with store.transaction() as tx:
        apply.apply_changes(tx, changes(kind, key.public_key().public_bytes_raw().hex()))
    store.close()


_TEMPLATES = tempfile.TemporaryDirectory(prefix="comptoir-device-")


@cache
def template(kind: str) -> Path:
    """A folder filled once by this process, to be copied."""
    folder = Path(_TEMPLATES.name) / kind
    fill(folder, kind)
    return folder


def make_device(
    tmp_path: Path,
    kind: str = "terminal",
    *,
    clock: Clock | None = None,
    demo: bool = True,
    language: str = "fr",
    card: str = "approve",
    http: Callable[[str], httpx.Client] = offline_http,
) -> Device:
    """A device with the data set above, in `tmp_path`; the second call opens it again.

    `card` is how the simulated card terminal behaves: "approve", "decline", "silent", or "ask".
    """
    folder = tmp_path / kind
    clock = clock or Clock()
    if not folder.exists():
        shutil.copytree(template(kind), folder)
    seed = next(_OPENED)  # other ids each time that a device is opened
    ports = ports_of(clock, seed, http)
    device = open_device(
        folder,
        "http://central.invalid",
        language=language,
        ports=demo_ports(ports) if demo else ports,
    )
    if demo:
        card_terminal(device).set_behaviour(card)
    return device


def card_terminal(device: Device) -> SimulatedCardTerminal:
    """The simulated card terminal of a device of the demo."""
    terminal = device.payment_terminal
    assert isinstance(terminal, SimulatedCardTerminal)
    return terminal
