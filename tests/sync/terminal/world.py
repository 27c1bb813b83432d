"""A store, an outbox and a loop against the fake central server, with time in our hands."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sync.domain.identifiers import DocumentNumber, Gtin
from sync.domain.money import Money
from sync.domain.order import Channel, FulfilmentMode, Order, OrderLine
from sync.domain.payment import Tender, TenderKind
from sync.protocol.codec import to_wire
from sync.protocol.commands import (
    Command,
    PlaceOrder,
    StartPicking,
)
from sync.protocol.feed import LineState, OrderState
from sync.terminal.link.central_client import CentralClient
from sync.terminal.link.outbox import Outbox
from sync.terminal.link.pull import Puller
from sync.terminal.link.sync_loop import SyncLoop
from sync.terminal.store import overlays as documents
from sync.terminal.store.local_store import LocalStore
from tests.sync.terminal.fake_central import FakeCentral

NOW = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
STORE = "LYN2"
BUCKET = f"store:{STORE}"


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class World:
    """One device's half, and the server that it talks to."""

    store: LocalStore
    outbox: Outbox
    puller: Puller
    loop: SyncLoop
    central: FakeCentral
    clock: Clock

    def place(self, serial: int, *, sku: str = "A1") -> Command:
        """Take an order for one piece, as the checkout does."""
        order = an_order(serial, sku)
        with self.store.transaction() as tx:
            command = self.outbox.add(tx, PlaceOrder(order), str(order.number))
            state = OrderState(order, (LineState(1, handed_over=1),), Money(500), {})
            documents.put_overlay(
                tx, command.command_id, "order", str(order.number), to_wire(state)
            )
            documents.put_stock_overlay(tx, command.command_id, [(STORE, sku, -1)])
        return command

    def start(self, fulfilment_id: str) -> Command:
        """Queue a command about a fulfilment, behind those that it must not overtake."""
        with self.store.transaction() as tx:
            return self.outbox.add(
                tx,
                StartPicking(fulfilment_id, "A01"),
                fulfilment_id,
                self.outbox.builds_on(tx, fulfilment_id),
            )

    def state_of(self, command: Command) -> str:
        row = self.store.one(
            "SELECT state FROM outbox WHERE command_id = ?", (str(command.command_id),)
        )
        assert row is not None
        return str(row[0])

    def close(self) -> None:
        self.store.close()


def an_order(serial: int, sku: str = "A1") -> Order:
    """An order of one piece for five euros, carried out and paid in cash."""
    line = OrderLine(
        1, sku, Gtin("2000000000015"), "Bougie", 1, Money(500), 2000, FulfilmentMode.CARRY_OUT
    )
    return Order(
        DocumentNumber.build("C", 12, serial),
        Channel.STORE,
        STORE,
        "T1",
        "A01",
        NOW,
        (line,),
        (Tender(TenderKind.CASH, Money(500), given=Money(500)),),
    )


def make_world(
    folder: Path, central: FakeCentral | None = None, clock: Clock | None = None, seed: int = 1
) -> World:
    """Open the store in `folder` and connect it."""
    central, clock = central or FakeCentral(), clock or Clock()
    chance = random.Random(seed)
    store = LocalStore.open(folder, clock())
    client = CentralClient(central.client())
    outbox = Outbox(store, clock, lambda: UUID(int=chance.getrandbits(128), version=4))
    puller = Puller(store, client, outbox, STORE)
    loop = SyncLoop(store, client, outbox, puller, clock, chance)
    return World(store, outbox, puller, loop, central, clock)
