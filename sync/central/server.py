"""The composition root of the central server: what is made, and in which order.

`Central` is the server without its HTTP; `serve` runs it until it is told to stop.
"""

from __future__ import annotations

import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from sync.central import logs
from sync.central.allocation.explanation import DATABASE_FILE
from sync.central.allocation.reallocate import Reallocation
from sync.central.allocation.scarcity_prices import ScarcityPrices
from sync.central.catalogue.reference import Reference
from sync.central.context import Context
from sync.central.device_sync.publish_feed import Publisher
from sync.central.devices import devices
from sync.central.devices.devices import RandomBytes, RateLimit
from sync.central.fulfilment.carriers import Carrier, DemoCarrier
from sync.central.inventory import demand
from sync.central.inventory.availability import StockView
from sync.central.jobs import runner as workers
from sync.central.jobs.runner import Named, Workers
from sync.central.jobs.subprocess_executor import SideProcess
from sync.central.storage import schema
from sync.central.storage.database import Changes, Clock, Database
from sync.central.storage.dialect import open_engine
from sync.demo.company import DEMO_STORE
from sync.demo.simulated_locations import Outside
from sync.domain.errors import InvalidInput
from sync.domain.location import LocationKind

PAIRINGS_PER_MINUTE_MAX = 20
GRACE_SECONDS = 5
MAIL_FOLDER = "mail"
KEY_FILE, OPERATIONS_KEY_FILE = "api-key.txt", "operations-key.txt"


def utc_now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


class Central:
    """The server: its database in `folder`, its clock and its source of randomness."""

    def __init__(
        self,
        folder: Path,
        clock: Clock = utc_now,
        random_bytes: RandomBytes = secrets.token_bytes,
        database_url: str = "",
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock
        self.random_bytes = random_bytes
        self.database = Database(open_engine(database_url or folder / DATABASE_FILE), clock)
        schema.migrate(self.database.engine)
        self.reference = Reference(self.database)
        self.view = StockView(self.database, self.reference)
        self.publisher = Publisher(self.reference, self.view)
        self.context = Context(self.database, self.reference, self.view)
        self.something_happened = threading.Event()
        self.pairing_limit = RateLimit(PAIRINGS_PER_MINUTE_MAX, timedelta(minutes=1))
        self.progress = self.context.progress
        self.carrier: Carrier = DemoCarrier()
        self.long_work: Executor = SideProcess()
        self.api_key = self._key(KEY_FILE)
        self.operations_key = self._key(OPERATIONS_KEY_FILE)
        with self.database.write("start") as tx:
            self.epoch = schema.ensure_meta(tx.connection, schema.EPOCH, random_bytes(16).hex())
        self.refresh()
        self.database.before_commit.append(self.publisher.publish)
        self.database.after_commit.append(self.view.apply)
        self.database.after_commit.append(self._wake)

    def _wake(self, changes: Changes) -> None:
        if changes.stock or changes.orders:
            self.something_happened.set()

    @property
    def mail_folder(self) -> Path:
        """Where e-mails are put, one file each."""
        return self.folder / MAIL_FOLDER

    def refresh(self) -> None:
        """Read articles, locations, settings and stock again, after they were loaded."""
        self.reference.refresh()
        self.view.rebuild()

    def create_pairing_code(self, location: str, kind: str) -> str:
        """A code for one new `terminal` or `kiosk` of a store, good for ten minutes, once."""
        place = self.reference.location(
            location, "There is no store {location}.", "pairing.location"
        )
        if place.kind is not LocationKind.STORE:
            raise InvalidInput(
                "There is no store {location}.", code="pairing.location", location=place.code
            )
        with self.database.write("pairing") as tx:
            return devices.create_pairing_code(tx, self.random_bytes, location, kind)

    def new_epoch(self) -> str:
        """Call it after a restore from a backup: devices read and push again what they hold."""
        with self.database.write("new_epoch") as tx:
            self.epoch = self.random_bytes(16).hex()
            schema.write_meta(tx.connection, schema.EPOCH, self.epoch)
        return self.epoch

    def workers(self, *, outside: bool = False) -> Workers:
        """What the server does by itself; with `outside`, the demo's other locations work too."""
        ctx = self.context
        prices, batch = ScarcityPrices(ctx, self.long_work), Reallocation(ctx, self.long_work)
        booking, tracking = workers.Turn(), workers.Turn()
        jobs = [
            Named("waiting", workers.Backorders(ctx).fill),
            Named("booking", lambda: workers.book_parcels(ctx, self.carrier, booking)),
            Named("tracking", lambda: workers.follow_parcels(ctx, self.carrier, tracking)),
            Named("mail", lambda: workers.send_mails(ctx, self.mail_folder)),
            Named("demand", lambda: demand.count_days(ctx)),
            Named("prices", prices.refresh),
            Named("batch", batch.look),
        ]
        if outside:
            jobs.insert(0, Named("outside", Outside(ctx, (DEMO_STORE,)).advance))
        return Workers(jobs, self.something_happened)

    def close(self) -> None:
        """Let go of the database; everything acknowledged is on disk already."""
        self.long_work.shutdown()
        self.database.close()

    def _key(self, file: str) -> str:
        """The key of the web shop, or that of operations people, made at the first start."""
        path = self.folder / file
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(self.random_bytes(24).hex(), encoding="ascii")
        return path.read_text(encoding="ascii").strip()


LOOPBACK = ("127.0.0.1", "::1", "localhost")


def serve(
    folder: Path,
    host: str = "127.0.0.1",
    port: int = 8400,
    *,
    outside: bool = False,
    ready: Callable[[], None] | None = None,
) -> None:
    """Run the server until SIGINT or SIGTERM: requests and jobs under way are finished first.

    `outside`: the demo's other locations work by the clock. `ready` is called once it listens.
    On a host that others can reach, the pages ask for the key in `operations-key.txt`.
    """
    from sync.central.api.app import create_app

    logs.configure()
    central = Central(folder)
    work = central.workers(outside=outside)
    app = create_app(central, overview_open=host in LOOPBACK)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        server_header=False,
    )
    work.start()
    try:
        with _signals_end_quietly():
            _Server(config, ready).run()
    finally:
        work.stop()
        central.close()


@contextmanager
def _signals_end_quietly() -> Iterator[None]:
    """uvicorn raises the signal that stopped it once more; by then there is nothing to stop."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kept = {
        number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self._ready is not None:
            self._ready()
