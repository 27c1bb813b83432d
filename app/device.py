"""The composition root of a device: everything is made and wired here, and nowhere else."""

from __future__ import annotations

import random
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import uuid_utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.usecases.closing.day_closing import DayClosing
from app.usecases.context import Context
from app.usecases.documents.build_documents import DocumentBuilder
from app.usecases.documents.email_documents import DocumentEmail
from app.usecases.documents.print_documents import Documents
from app.usecases.documents.printers import Printers
from app.usecases.fulfilment.fulfilment import Fulfilments
from app.usecases.orders.changes import OrderChanges
from app.usecases.orders.orders import Orders
from app.usecases.reference import Reference
from app.usecases.returns.payouts import Payouts
from app.usecases.returns.returns import Returns
from app.usecases.selling.basket import Basket
from app.usecases.selling.catalogue import Catalogue
from app.usecases.selling.checkout import Checkout
from app.usecases.selling.delivery_options import DeliveryOptions
from app.usecases.selling.reservations import Reservations
from app.usecases.store.sign_in import SignIn
from app.usecases.store.status import StatusBoard
from sync.domain.company import CompanySettings, missing
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput, Unavailable
from sync.domain.location import Location
from sync.domain.payment_terminal import PaymentTerminal
from sync.i18n import I18n
from sync.terminal import identity
from sync.terminal.check import check as check_store
from sync.terminal.identity import Identity
from sync.terminal.journal import Journal
from sync.terminal.link.central_client import TIMEOUT_S, CentralClient
from sync.terminal.link.outbox import Outbox
from sync.terminal.link.pull import Puller
from sync.terminal.link.signed_requests import RequestCounter, SignedRequests
from sync.terminal.link.sync_loop import Link, SyncLoop
from sync.terminal.store import network_queries
from sync.terminal.store.keystore import Keystore, system_keystore
from sync.terminal.store.local_store import ERASED, LocalStore

Clock = Callable[[], datetime]
TOPICS = frozenset(
    {
        "stock",
        "orders",
        "fulfilments",
        "returns",
        "reservations",
        "basket",
        "status",
        "documents",
        "card",
    }
)
PINNED = "ca.pem"  # the authority that this device believes, beside its store
KEY_BYTES = 32  # of an Ed25519 private key, RFC 8032


def system_clock() -> datetime:
    """The time now, UTC."""
    return datetime.now(UTC)


def time_ordered_id() -> UUID:
    """A UUID of version 7 (RFC 9562): ids made later sort later."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


@dataclass(frozen=True)
class Ports:
    """What a device gets from the world around it; tests and the demo pass their own.

    `http` makes the client for the central server; its base URL is the server's. `random_bytes`
    makes the keys of the store and of the device, `chance` the pauses of the link. Without a
    `payment_terminal` cards are refused. `demo_pins`: those of the demo's people, hinted at only
    where one really opens the door. The key of the store lies in
    the `keystore` where there is one, else in a file of its user.
    """

    http: Callable[[str], httpx.Client]
    clock: Clock = system_clock
    new_id: Callable[[], UUID] = time_ordered_id
    chance: random.Random = field(default_factory=random.Random)
    random_bytes: Callable[[int], bytes] = secrets.token_bytes
    payment_terminal: PaymentTerminal | None = None
    keystore: Keystore | None = None
    demo_pins: tuple[str, ...] = ()


def real_http(central_url: str) -> httpx.Client:
    """A client over the network. Nothing is cached, no proxy of the environment is asked."""
    return httpx.Client(base_url=central_url, timeout=TIMEOUT_S, trust_env=False)


WORLD = Ports(real_http)


def world_of(folder: Path, pin: Path | None = None) -> Ports:
    """The real world of the device in `folder`, which believes one authority if it has one.

    `pin`: keep that authority's certificate from now on. Raises InvalidInput for what is none.
    """
    kept = folder / PINNED
    if pin is not None:
        trust = _trust(pin)
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pin.read_bytes())
    elif kept.exists():
        trust = _trust(kept)
    else:
        return replace(WORLD, keystore=system_keystore())
    return Ports(
        lambda url: httpx.Client(base_url=url, timeout=TIMEOUT_S, trust_env=False, verify=trust),
        keystore=system_keystore(),
    )


def _trust(file: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=file)
    except OSError as error:
        raise InvalidInput(
            "{file} is no certificate of an authority: {problem}. Nothing was changed.",
            code="device.ca",
            file=str(file),
            problem=str(error.strerror or error),
        ) from error


class ServerLink:
    """The way of a paired device to its server: the outbox, and the loop that empties it."""

    def __init__(self, store: LocalStore, http: httpx.Client, ports: Ports) -> None:
        who = identity.load(store)
        self.http = http
        self.client = CentralClient(
            http, SignedRequests(who.key, who.code, RequestCounter(store), ports.clock)
        )
        self.outbox = Outbox(store, ports.clock, ports.new_id)
        self.loop = SyncLoop(
            store,
            self.client,
            self.outbox,
            Puller(store, self.client, self.outbox, who.location),
            ports.clock,
            ports.chance,
        )


class Device:
    """A paired terminal or kiosk: its use cases, and the link that keeps it up to date."""

    def __init__(
        self,
        folder: Path,
        store: LocalStore,
        server: ServerLink,
        ports: Ports,
        language: str = "",
    ) -> None:
        who = identity.load(store)
        self.code, self.number, self.kind = who.code, who.number, who.kind
        self.clock = ports.clock
        self._store, self._http = store, server.http
        self._sync, outbox = server.loop, server.outbox
        self._reference = Reference(store)
        company = self._reference.company()
        i18n = I18n(language or company.region.languages[0], company.zone)
        context = Context(
            store,
            outbox,
            who,
            Journal(who, ports.clock, lambda: self._reference.company().zone),
            self._reference,
            i18n,
            ports.clock,
            ports.new_id,
            self.link,
            self._sync.kick,
            server.client.order,
            server.client.why_not_others,
        )
        delivery_options = DeliveryOptions(
            store, self._reference, who.location, ports.clock, lambda: self.link().online
        )
        self.payment_terminal = ports.payment_terminal
        if self.payment_terminal is not None:
            self.payment_terminal.watch(lambda: store.tell("card"))
        self.sign_in = SignIn(context, ports.demo_pins)
        self.basket = Basket(context, delivery_options)
        self.catalogue = Catalogue(context, delivery_options, lambda: self.basket.state().ship_to)
        self.checkout = Checkout(context, self.basket, self.payment_terminal)
        self.reservations = Reservations(context, self.basket)
        self.orders = Orders(context)
        self.order_changes = OrderChanges(context)
        documents = DocumentBuilder(context)
        self.printers = Printers(context, folder / "spool")
        self.documents = Documents(context, documents, self.printers, folder / "spool")
        self.day_closing = DayClosing(context, self.documents)
        self.document_email = DocumentEmail(context, documents)
        self.fulfilments = Fulfilments(context, self.documents)
        self.returns = Returns(context)
        outbox.on_refused = self.returns.take_back_refund
        self.payouts = Payouts(context)
        self.status = StatusBoard(context)
        store.subscribe(self._erased)

    @property
    def company(self) -> CompanySettings:
        """The settings of the company in force on this device."""
        return self._reference.company()

    @property
    def location(self) -> Location:
        """The store that the device stands in; raises NotFound before the first load."""
        return self._reference.location(identity.load(self._store).location)

    def link(self) -> Link:
        """What is known of the link to the central server."""
        return self._sync.link

    def subscribe(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Call `callback(topic)`, from any thread, when something changed; gives the way out.

        Topics: "stock", "orders", "fulfilments", "returns", "reservations", "basket", "status",
        "documents",
        "card" (the card terminal asks for something, or has answered).
        """

        def only_public(topic: str) -> None:
            if topic in TOPICS:
                callback(topic)

        return self._store.subscribe(only_public)

    def _erased(self, topic: str) -> None:
        if topic == ERASED:
            self.printers.erase()

    def start(self) -> None:
        """Start the thread that pushes and pulls, and those that print."""
        self.printers.start()
        self._sync.start()

    def sync_once(self) -> None:
        """Push and pull now, in this thread; a server that does not answer is no error."""
        self._sync.cycle()

    def stop(self) -> None:
        """Stop the thread and close the store."""
        self._sync.stop()
        self._http.close()
        self.printers.close()
        self._store.close()


def pair(
    folder: Path,
    central_url: str,
    code: str,
    kind: DeviceKind = DeviceKind.TERMINAL,
    *,
    name: str = "",
    ports: Ports = WORLD,
) -> None:
    """Register a new device with the server by a pairing code, and load its data once.

    Raises Refused when the server does not take the code, Unavailable when it does not answer.
    """
    store = LocalStore.open(folder, ports.clock(), ports.random_bytes, ports.keystore)
    http = ports.http(central_url)
    try:
        key = Ed25519PrivateKey.from_private_bytes(ports.random_bytes(KEY_BYTES))
        public = key.public_key().public_bytes_raw().hex()
        given = CentralClient(http).pair(code, public, name or kind)
        identity.save(
            store,
            Identity(given.device, given.number, given.kind, given.location, key),
        )
        store.set_meta("epoch", given.epoch)
    finally:
        http.close()
        store.close()


def open_device(
    folder: Path,
    central_url: str,
    *,
    language: str = "",
    ports: Ports = WORLD,
) -> Device:
    """Open a paired device; `language` is the company's first when it is not said.

    Raises Unavailable when it was never paired, or was paired but has never had the data of its
    store and the server does not answer, or the server has no company yet.
    """
    store = LocalStore.open(folder, ports.clock(), ports.random_bytes, ports.keystore)
    http = ports.http(central_url)
    try:
        server = ServerLink(store, http, ports)
        _first_load(store, server.loop)
        return Device(folder, store, server, ports, language)
    except BaseException:
        http.close()
        store.close()
        raise


def _first_load(store: LocalStore, loop: SyncLoop) -> None:
    """Load the data of the store when the device has none; raises Unavailable without it."""
    if not network_queries.has_locations(store) or network_queries.company(store) is None:
        loop.cycle()
    if not network_queries.has_locations(store):
        raise Unavailable(
            "This device has no data of its store yet, and the central server does not answer. "
            "Start it when the server can be reached.",
            code="device.no_data",
        )
    if network_queries.company(store) is None:
        raise missing()


def check_device(folder: Path, clock: Clock = system_clock) -> list[str]:
    """What does not add up in a stopped device's folder, a sentence each; none when all is well."""
    store = LocalStore.open(folder, clock(), keystore=system_keystore())
    try:
        return check_store(store, clock())
    finally:
        store.close()
