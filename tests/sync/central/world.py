"""A server on a small network, and shorthands to use it as devices do.

Time stands still until a test moves it; randomness is a counter.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.central.allocation.explanation import Explained, explained
from sync.central.allocation.fill import BACKORDER
from sync.central.catalogue import people, reference
from sync.central.check import Finding, check
from sync.central.composition import Central
from sync.central.context import Ports
from sync.central.device_sync import handle_command as commands
from sync.central.devices import devices
from sync.central.devices.devices import Device
from sync.central.inventory import ledger as stock
from sync.central.jobs.workers import Workers
from sync.central.orders.backorders import Backorders
from sync.central.records import order_records as projection
from sync.central.storage import tables
from sync.central.storage.database import Transaction
from sync.demo import company as demo_company
from sync.demo.folder_mail import FolderMail
from sync.demo.simulated_carrier import SimulatedCarrier
from sync.demo.simulated_provider import SimulatedProvider
from sync.domain.associate import ASSOCIATE, MANAGER
from sync.domain.carrier import Carrier
from sync.domain.customer import Address, Customer
from sync.domain.device import DeviceKind
from sync.domain.fulfilment import Fulfilment, FulfilmentState, Parcel, RejectionReason
from sync.domain.identifiers import DocumentNumber, Sscc
from sync.domain.money import Money, total
from sync.domain.order import QUANTITY_MAX, Channel, FulfilmentMode, Order, OrderLine
from sync.domain.order_change import (
    Cancellation,
    CancelReason,
    LineCount,
    LineStanding,
    cancellation,
)
from sync.domain.order_status import GIVEN_UP
from sync.domain.payment import Tender, TenderKind
from sync.domain.returns import (
    Disposition,
    InspectedLine,
    Return,
    ReturnReason,
    return_line,
)
from sync.domain.stock import Balance, Movement, MovementKind
from sync.domain.stock_rules import Limits
from sync.protocol.commands import (
    Answer,
    Command,
    HandOver,
    InspectReturn,
    Outcome,
    PackFulfilment,
    Payload,
    PlaceOrder,
    RegisterReturn,
    RejectFulfilment,
    StartPicking,
)
from sync.protocol.feed import Associate, OrderState
from sync.protocol.receipt_code import ReceiptCode
from sync.protocol.sessions import Approval, Session
from sync.terminal.link.signed_requests import SignedRequests
from tests.sync.central.inline import Inline
from tests.sync.central.network import ARTICLES, LOCATIONS, STOCK, one_carrier, policy_text

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CARRY, SHIP = FulfilmentMode.CARRY_OUT, FulfilmentMode.SHIP_HOME
COLLECT, POINT = FulfilmentMode.COLLECT, FulfilmentMode.PICKUP_POINT
HOME = Address("Zoé Petit", "3 rue du Bac", "69002", "Lyon", 45.75, 4.83)
PEOPLE = "A01"
COMPANY = demo_company.load_company()


@dataclass
class Till:
    """A paired device with its key and the numbers it has given out."""

    device: Device
    key: Ed25519PrivateKey
    clock: Callable[[], datetime]
    serials: dict[str, int] = field(default_factory=dict)
    requests: int = 0

    def count(self) -> int:
        self.requests += 1
        return self.requests

    @property
    def auth(self) -> SignedRequests:
        return SignedRequests(self.key, self.device.code, self.count, self.clock)

    def in_session(self, command: Command) -> Command:
        """As the person who works everywhere sends it, who has just signed in; a kiosk has none."""
        if command.session is not None or self.device.kind is DeviceKind.KIOSK:
            return command
        since = command.created_at
        return replace(command, session=Session.begin(self.key, self.device.code, PEOPLE, since))

    def number(self, letter: str) -> DocumentNumber:
        self.serials[letter] = self.serials.get(letter, 0) + 1
        return DocumentNumber.build(letter, self.device.number, self.serials[letter])


def receive(tx: Transaction, location: str, sku: str, pieces: int) -> None:
    """Goods that nobody announced."""
    stock.move(tx, Movement(location, sku, MovementKind.RECEIPT, "delivery", on_hand=pieces))


class World:
    """A server with the small network, and shorthands to use it as devices do."""

    def __init__(
        self,
        folder: Path,
        stock_rows: Iterable[tuple[str, str, int]] = STOCK,
        executor: Executor | None = None,
        *,
        database_url: str = "",
    ) -> None:
        self.now = MONDAY
        self._random = 1_000 if (folder / "api-key.txt").exists() else 0
        self._ids = 0
        self._parcels = 0
        self.mail_folder = folder / "mail"
        self.provider = SimulatedProvider()
        self.ports = Ports(SimulatedCarrier(), FolderMail(self.mail_folder), self.provider)
        self.central = Central(
            folder,
            lambda: self.now,
            self.random_bytes,
            database_url=database_url,
            executor=executor or Inline(),
            ports=self.ports,
        )
        if not self.central.reference.locations:
            self._load(list(stock_rows))
        self.tills: dict[str, Till] = {}

    def _load(self, rows: list[tuple[str, str, int]]) -> None:
        central = self.central
        with central.database.write("test") as tx:
            reference.load_company(tx, COMPANY, "test")
            reference.load_locations(tx, LOCATIONS)
            reference.load_articles(tx, ARTICLES)
            reference.load_policy(tx, "default", policy_text())
            reference.load_setting(tx, reference.TARIFFS, reference.TARIFFS, one_carrier())
            for store in ("S1", "S2", "S3"):
                people.load(tx, store, [Associate(PEOPLE, "Zoé", "", MANAGER)])
            warehouses = [{"code": PEOPLE, "location": place} for place in ("W1", "W2")]
            tx.connection.execute(tables.associate_location.insert(), warehouses)
        central.refresh()
        with central.database.write("test") as tx:
            stock.load_opening(tx, rows, "test")

    def close(self) -> None:
        self.central.close()

    def random_bytes(self, count: int) -> bytes:
        self._random += 1
        return self._random.to_bytes(count, "big")

    def next_id(self) -> uuid.UUID:
        self._ids += 1
        return uuid.UUID(int=self._ids)

    def pass_time(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    # ---- devices -------------------------------------------------------------------------

    def till(self, store: str = "S1", kind: str = "terminal", *, second: bool = False) -> Till:
        """The device of that kind in a store, paired when first asked for; or the second one."""
        name = f"{store}/{kind}" + "/2" * second
        if name not in self.tills:
            code = self.central.create_pairing_code(store, kind)
            key = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"."))
            public = key.public_key().public_bytes_raw().hex()
            with self.central.database.write("pair") as tx:
                device = devices.pair(tx, code, public, name)
            self.tills[name] = Till(device, key, lambda: self.now)
        return self.tills[name]

    def command(self, payload: Payload, depends_on: tuple[uuid.UUID, ...] = ()) -> Command:
        return Command.of(self.next_id(), self.now, payload, depends_on)

    def send(self, till: Till, command: Command) -> Answer:
        """The command as it is, or in the session of the person who works everywhere."""
        return self.send_as_it_is(till, till.in_session(command))

    def send_as_it_is(self, till: Till, command: Command) -> Answer:
        return commands.handle(self.central.context, till.device, command)

    def do(self, payload: Payload, till: Till | None = None) -> Answer:
        return self.send(till or self.till(), self.command(payload))

    def applied(self, payload: Payload, till: Till | None = None) -> Answer:
        answer = self.do(payload, till)
        assert answer.outcome is Outcome.APPLIED, answer
        return answer

    def hire(self, code: str, role: str = ASSOCIATE, *stores: str) -> None:
        """Somebody works in these stores, in S1 if none is said."""
        with self.central.database.write("staff") as tx:
            for store in stores or ("S1",):
                people.load(tx, store, [Associate(code, f"Person {code}", "", role)])
        self.central.reference.refresh()

    def by(
        self,
        code: str,
        payload: Payload,
        *approvals: Approval,
        till: Till | None = None,
    ) -> Answer:
        """What `code`, who has just signed in, does."""
        till = till or self.till()
        session = Session.begin(till.key, till.device.code, code, self.now)
        command = replace(self.command(payload), session=session, approvals=approvals)
        return self.send_as_it_is(till, command)

    # ---- documents -----------------------------------------------------------------------

    def order(
        self,
        *lines: tuple[str, int, FulfilmentMode] | tuple[str, int, FulfilmentMode, str],
        till: Till | None = None,
        tenders: tuple[Tender, ...] | None = None,
        fee: int = 0,
        email: str = "zoe@example.com",
    ) -> Order:
        till = till or self.till()
        by_sku = {article.sku: article for article in ARTICLES}
        made = tuple(
            OrderLine(
                line_id,
                sku,
                by_sku[sku].gtin,
                by_sku[sku].name,
                quantity,
                by_sku[sku].price,
                by_sku[sku].vat_rate_bp,
                mode,
                collect_at=place[0] if place else "",
            )
            for line_id, (sku, quantity, mode, *place) in enumerate(lines, start=1)
        )
        due = total(line.amount for line in made) + Money(fee)
        paid = Tender(TenderKind.CARD, due, reference="T1", authorisation_code="A1")
        return Order(
            till.number("C"),
            Channel.STORE,
            till.device.location,
            till.device.code,
            PEOPLE,
            self.now,
            made,
            (paid,) if tenders is None else tenders,
            Customer("Zoé Petit", email),
            HOME if any(line.mode is SHIP for line in made) else None,
            Money(fee),
        )

    def placed(self, *lines: Any, **more: Any) -> Order:
        order = self.order(*lines, **more)
        self.applied(PlaceOrder(order), more.get("till"))
        return order

    def parcel(self) -> Parcel:
        self._parcels += 1
        return Parcel(Sscc.build(0, COMPANY.codes.gs1_company_prefix, self._parcels), 500)

    def goods_back(
        self,
        order: Order,
        lines: Mapping[int, int],
        till: Till | None = None,
        returned_before: Mapping[int, int] | None = None,
    ) -> Return:
        till = till or self.till()
        before = returned_before or {}
        made = tuple(
            return_line(order, line_id, before.get(line_id, 0), quantity, ReturnReason.OTHER)
            for line_id, quantity in lines.items()
        )
        return Return(
            till.number("R"),
            order.number,
            till.device.location,
            till.device.code,
            self.now,
            made,
        )

    def cancelling(
        self,
        order: Order,
        *lines: tuple[int, int],
        till: Till | None = None,
        reason: CancelReason = CancelReason.CUSTOMER,
        fulfilment_id: str = "",
    ) -> Cancellation:
        """The document as a till makes it from what it knows of the order, (line, pieces)."""
        till = till or self.till()
        known = {
            line.line_id: LineStanding(line.cancelled, line.returning + line.returned, QUANTITY_MAX)
            for line in self.state(order).lines
        }
        return cancellation(
            order,
            known,
            tuple(LineCount(*line) for line in lines),
            number=till.number("R").value,
            location=till.device.location,
            device=till.device.code,
            created_at=self.now,
            reason=reason,
            by=PEOPLE,
            fulfilment_id=fulfilment_id,
        )

    def receipt(self, order: Order, till: Till | None = None) -> str:
        return ReceiptCode(order.number, order.total, order.placed_at).sign(
            (till or self.till()).key
        )

    def inspected(
        self, goods: Return, *, accepted: bool = True, how: Disposition = Disposition.RESTOCK
    ) -> InspectReturn:
        lines = tuple(InspectedLine(line.line_id, how, accepted) for line in goods.lines)
        return InspectReturn(goods.number, PEOPLE, lines)

    # ---- what is known ---------------------------------------------------------------------

    def state(self, order: Order) -> OrderState:
        with self.central.database.read() as connection:
            return projection.order_state(connection, order.number.value)

    def explained(self, order: Order) -> list[Explained]:
        """The decisions of the order with their reasons, the first one first."""
        with self.central.database.read() as connection:
            return list(explained(connection, order.number.value))

    def state_of(self, fulfilment: Fulfilment) -> OrderState:
        with self.central.database.read() as connection:
            return projection.order_state(connection, fulfilment.order_number.value)

    def fulfilments(self, order: Order) -> list[Fulfilment]:
        return self.fulfilments_of(order.number.value)

    def fulfilments_of(self, number: str) -> list[Fulfilment]:
        with self.central.database.read() as connection:
            return projection.fulfilments_of(connection, number)

    def fulfilment(self, order: Order) -> Fulfilment:
        (only,) = [found for found in self.fulfilments(order) if found.state not in GIVEN_UP]
        return only

    def balance(self, location: str, sku: str) -> Balance:
        with self.central.database.read() as connection:
            return stock.balances(connection, [sku]).get((sku, location), Balance())

    def limits(self, sku: str, location: str, channel: str = "store") -> Limits:
        return self.central.reference.limits(sku, location, channel)

    def available(self, location: str, sku: str) -> int:
        return self.central.view.available([sku])[sku].get(location, 0)

    def withheld(self, location: str, sku: str) -> int:
        return self.central.view.withheld([sku])[sku].get(location, 0)

    def everywhere(self, sku: str) -> int:
        """Pieces that orders can have, down to the last step of the policy."""
        codes = [place.code for place in LOCATIONS]
        return sum(self.available(code, sku) + self.withheld(code, sku) for code in codes)

    def use_policy(self, text: str, name: str = "test") -> None:
        """Orders from now on are sourced by this policy."""
        with self.central.database.write("test") as tx:
            tx.connection.execute(tables.policy.delete())  # each test's text may be any version's
            reference.load_policy(tx, name, text)
        self.central.refresh()

    # ---- jobs ----------------------------------------------------------------------------

    def workers(self, carrier: Carrier | None = None) -> Workers:
        """The server's workers, which run when they are asked."""
        self.ports.carrier = carrier or SimulatedCarrier()
        return self.central.workers()

    def run(self, kind: str, carrier: Carrier | None = None) -> int:
        """Do every job of that kind that is due; gives how many were done."""
        return self.workers(carrier).run_due(kind)

    def fill_backorders(self) -> int:
        """Source again every order that waits; gives how many got something."""
        before = self._waiting()
        Backorders(self.central.context).sweep()
        self.run(BACKORDER)
        after = self._waiting()
        return sum(after.get(number, 0) < pieces for number, pieces in before.items())

    def _waiting(self) -> dict[str, int]:
        lines = tables.order_line.c
        query = sa.select(lines.order_number, sa.func.sum(lines.unfilled)).group_by(
            lines.order_number
        )
        with self.central.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}

    def waits(self) -> int:
        """Pieces that orders wait for."""
        return sum(self._waiting().values())

    def check(self) -> list[Finding]:
        return check(self.central.context)

    # ---- fulfilments of a location: by its till, or by the warehouse's own system --------------

    def ready_at(self, location: str) -> None:
        """A terminal is there, so that what follows is nothing but what follows."""
        _ = self.till(location) if location.startswith("S") else self._warehouse(location)

    def at(self, location: str, payload: Payload) -> Answer:
        if location.startswith("S"):
            return self.do(payload, self.till(location))
        return self.do(payload, self._warehouse(location))

    def _warehouse(self, location: str) -> Till:
        """A terminal in a warehouse, where devices are not paired by a code."""
        if location not in self.tills:
            key = Ed25519PrivateKey.from_private_bytes(location.encode().ljust(32, b"."))
            device = Device(f"WMS-{location}", -len(self.tills) - 1, DeviceKind.TERMINAL, location)
            with self.central.database.write("warehouse") as tx:
                tx.connection.execute(
                    tables.device.insert().values(
                        code=device.code,
                        number=device.number,
                        kind=device.kind.value,
                        name="",
                        location=location,
                        public_key=key.public_key().public_bytes_raw().hex(),
                        paired_at=tx.at,
                        state=devices.DeviceState.ACTIVE.value,
                        state_at=tx.at,
                    )
                )
            self.tills[location] = Till(device, key, lambda: self.now)
            self.central.context.device_keys[device.code] = key.public_key()
        return self.tills[location]

    def pick(self, fulfilment: Fulfilment) -> Answer:
        return self.at(fulfilment.location, StartPicking(fulfilment.fulfilment_id, PEOPLE))

    def pack(self, fulfilment: Fulfilment) -> Answer:
        boxes = (self.parcel(),) if fulfilment.leaves_by_carrier else ()
        return self.at(fulfilment.location, PackFulfilment(fulfilment.fulfilment_id, PEOPLE, boxes))

    def hand_over(self, fulfilment: Fulfilment) -> Answer:
        return self.at(fulfilment.location, HandOver(fulfilment.fulfilment_id, PEOPLE))

    def fulfil(self, order: Order) -> None:
        """Pack and hand over every open fulfilment of the order."""
        for fulfilment in self.fulfilments(order):
            if fulfilment.state in (FulfilmentState.ALLOCATED, FulfilmentState.PICKING):
                assert self.pack(fulfilment).outcome is Outcome.APPLIED
                assert self.hand_over(fulfilment).outcome is Outcome.APPLIED

    def reject(self, fulfilment: Fulfilment, reason: RejectionReason) -> Answer:
        return self.at(
            fulfilment.location, RejectFulfilment(fulfilment.fulfilment_id, PEOPLE, reason)
        )

    def deposit(self, goods: Return, code: str = "", till: Till | None = None) -> Answer:
        return self.do(RegisterReturn(goods, code), till)


def copy_of(template: Path, folder: Path, executor: Executor | None = None) -> World:
    """A world that starts from a prepared folder, which is quicker than to load it again."""
    shutil.copytree(template, folder, dirs_exist_ok=True)
    return World(folder, executor=executor)
