"""A central server to measure: a network of any size, eighty articles on part of its shelves."""

from __future__ import annotations

import socket
import uuid
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.central.catalogue import people, reference
from sync.central.composition import Central
from sync.central.devices import devices
from sync.central.devices.devices import Device
from sync.central.inventory import ledger as stock
from sync.central.server import serve
from sync.demo import company as demo_company
from sync.demo.carriage import carriers_body
from sync.domain.catalogue import Article
from sync.domain.customer import Address, Customer
from sync.domain.identifiers import WEB_ORDER, DocumentNumber, Gtin, gs1_check_digit
from sync.domain.location import Location, LocationKind
from sync.domain.money import Money, total
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.protocol.commands import Command, PlaceOrder
from sync.protocol.feed import Associate
from sync.protocol.sessions import Session

ARTICLES, WAREHOUSES = 80, 5
SHARE = 0.3  # of stores that have an article on the shelf
SEED = 20261126
STORE, PERSON = "L0010", "A01"
KEY = Ed25519PrivateKey.from_private_bytes(b"b" * 32)  # of the till
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def articles() -> list[Article]:
    """A to the eightieth, each with a number and a weight of its own."""
    made = []
    for number in range(ARTICLES):
        body = f"20{number:010d}"
        gtin = Gtin(body + str(gs1_check_digit(body)))
        weight_g = 100 + 37 * number % 900
        made.append(
            Article(
                f"A{number:02}", gtin, f"Article {number}", "things", Money(1990), 2000, weight_g
            )
        )
    return made


def locations(count: int) -> list[Location]:
    """Warehouses and stores spread over France."""
    rng = np.random.default_rng(SEED)
    return [
        Location(
            f"L{number:04}",
            LocationKind.WAREHOUSE if number < WAREHOUSES else LocationKind.STORE,
            f"Place {number}",
            "1 rue",
            "69001",
            "Lyon",
            float(43 + 6 * rng.random()),
            float(5 * rng.random()),
            capacity_orders_per_day=10_000,
            safety_stock=0 if number < WAREHOUSES else 1,
        )
        for number in range(count)
    ]


def fill(central: Central, count: int) -> None:
    """Load everything that a decision needs, with stock for thousands of small orders."""
    rng = np.random.default_rng(SEED)
    places = locations(count)
    with central.database.write("bench") as tx:
        reference.load_company(tx, demo_company.load_company(), "bench")
        reference.load_locations(tx, places)
        reference.load_articles(tx, articles())
        people.load(tx, STORE, [Associate(PERSON, "A colleague", "")])
        text = (files("assets") / "policies" / "default.toml").read_text("utf-8")
        reference.load_policy(tx, "default", text)
        reference.load_setting(tx, reference.TARIFFS, reference.TARIFFS, carriers_body())
    central.refresh()
    with central.database.write("bench") as tx:
        shelves = [
            (
                place.code,
                article.sku,
                int(rng.integers(2, 12)) * (1 if place.kind is LocationKind.STORE else 100),
            )
            for article in articles()
            for place in places
            if place.kind is LocationKind.WAREHOUSE or rng.random() < SHARE
        ]
        stock.load_opening(tx, shelves, "bench")


def _depth(place: Location) -> int:
    return 100 if place.kind is LocationKind.WAREHOUSE else 1


@dataclass
class Orders:
    """Makes orders, each with a number of its own: of a till of `device`, or of the web shop."""

    device: Device | None = None
    by_sku: dict[str, Article] = field(default_factory=lambda: {a.sku: a for a in articles()})
    serial: int = 0

    def make(self, *lines: tuple[str, int, FulfilmentMode]) -> Order:
        """An order that is paid, shipped to Lyon or collected at the store that takes it."""
        self.serial += 1
        made = tuple(
            OrderLine(
                line_id,
                sku,
                self.by_sku[sku].gtin,
                self.by_sku[sku].name,
                quantity,
                self.by_sku[sku].price,
                self.by_sku[sku].vat_rate_bp,
                mode,
                collect_at=STORE if mode is FulfilmentMode.COLLECT else "",
            )
            for line_id, (sku, quantity, mode) in enumerate(lines, start=1)
        )
        device, due = self.device, total(line.amount for line in made)
        paid = Tender(TenderKind.CARD, due, reference="T1", authorisation_code="A1")
        return Order(
            DocumentNumber.build("C", device.number, self.serial)
            if device
            else DocumentNumber.build(WEB_ORDER, 0, self.serial),
            Channel.STORE if device else Channel.WEB,
            device.location if device else "WEB",
            device.code if device else "WEB",
            PERSON,
            NOW,
            made,
            (paid,),
            Customer("Zoé Petit", "zoe@example.com"),
            Address("Zoé Petit", "3 rue du Bac", "69002", "Lyon", 45.75, 4.83),
        )

    def shipped(self, first: int, lines: int, quantity: int = 1) -> Order:
        """`lines` lines of `quantity` pieces shipped home, from the article of number `first`."""
        skus = [f"A{(first + n) % ARTICLES:02}" for n in range(lines)]
        return self.make(*((sku, quantity, FulfilmentMode.SHIP_HOME) for sku in skus))


def command(order: Order) -> Command:
    """The command that places it, by a person who is signed in at the till."""
    session = Session.begin(KEY, order.device, PERSON, NOW)
    return Command.of(uuid.uuid4(), NOW, PlaceOrder(order), session=session)


def till(central: Central) -> Device:
    """A device of the store, paired."""
    code = central.create_pairing_code(STORE, "terminal")
    with central.database.write("bench") as tx:
        return devices.pair(tx, code, KEY.public_key().public_bytes_raw().hex(), "bench")


def open_central(folder: Path, executor: Executor | None = None) -> Central:
    """A server whose clock stands still, so that no decision depends on when it was measured."""
    return Central(folder, lambda: NOW, executor=executor)


def serve_folder(folder: Path, tell: Connection) -> None:
    """Serve what is in `folder` until the process is ended; tells its port and the shop's key."""
    central = open_central(folder)
    listener = socket.create_server(("127.0.0.1", 0))
    ready = (listener.getsockname()[1], central.keys.web_shop)
    serve(central, listener, ready=lambda: tell.send(ready))
