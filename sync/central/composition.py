"""The composition root of the central server: what is made, and in which order.

`Central` is the server without its HTTP. The clock, the randomness, the executor of long
computations and the carrier are handed in, so that a test or the demo hands in its own.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from pathlib import Path

from sync.central.allocation.explanation import DATABASE_FILE
from sync.central.allocation.reallocate import Reallocation
from sync.central.allocation.scarcity_prices import ScarcityPrices
from sync.central.catalogue.reference import Reference
from sync.central.context import Context, Keys
from sync.central.device_sync.publish_feed import Publisher
from sync.central.devices import devices
from sync.central.fulfilment.carriers import Carrier, NoCarrier
from sync.central.inventory import demand
from sync.central.inventory.availability import StockView
from sync.central.jobs import runner as workers
from sync.central.jobs.runner import Named, Workers
from sync.central.jobs.subprocess_executor import SideProcess
from sync.central.storage import schema
from sync.central.storage.database import Changes, Clock, Database, RandomBytes
from sync.central.storage.dialect import open_engine
from sync.domain.errors import InvalidInput
from sync.domain.location import LocationKind

MAIL_FOLDER = "mail"
KEY_FILE, OPERATIONS_KEY_FILE = "api-key.txt", "operations-key.txt"


def utc_now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


class Central:
    """The server: its database in `folder` or at `database_url`, and all that stands on it.

    Without a `carrier` no parcel is booked: parcels stay on the list until one is set up.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock = utc_now,
        random_bytes: RandomBytes = secrets.token_bytes,
        *,
        database_url: str = "",
        executor: Executor | None = None,
        carrier: Carrier | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock
        self.random_bytes = random_bytes
        self.executor = executor or SideProcess()
        self.carrier: Carrier = carrier or NoCarrier()
        self.database = Database(open_engine(database_url or folder / DATABASE_FILE), clock)
        schema.migrate(self.database.engine)
        self.reference = Reference(self.database)
        self.view = StockView(self.database, self.reference)
        self.context = Context(
            self.database, self.reference, self.view, self.executor, random_bytes
        )
        self.something_happened = threading.Event()
        self.keys = Keys(self._key(KEY_FILE), self._key(OPERATIONS_KEY_FILE))
        with self.database.write("start") as tx:
            schema.ensure_meta(tx.connection, schema.EPOCH, random_bytes(16).hex())
        self.refresh()
        self.database.before_commit.append(Publisher(self.reference, self.view).publish)
        self.database.after_commit.append(self.view.apply)
        self.database.after_commit.append(self._wake)

    def _wake(self, changes: Changes) -> None:
        if changes.stock or changes.orders:
            self.something_happened.set()

    @property
    def epoch(self) -> str:
        """The server's incarnation."""
        with self.database.read() as connection:
            return schema.read_meta(connection, schema.EPOCH)

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
        epoch = self.random_bytes(16).hex()
        with self.database.write("new_epoch") as tx:
            schema.write_meta(tx.connection, schema.EPOCH, epoch)
        return epoch

    def workers(self, more: Sequence[Named] = ()) -> Workers:
        """What the server does by itself, and `more` before it."""
        ctx = self.context
        prices, batch = ScarcityPrices(ctx), Reallocation(ctx)
        booking, tracking = workers.Turn(), workers.Turn()
        jobs = [
            *more,
            Named("backorders", workers.Backorders(ctx).fill),
            Named("booking", lambda: workers.book_parcels(ctx, self.carrier, booking)),
            Named("tracking", lambda: workers.follow_parcels(ctx, self.carrier, tracking)),
            Named("mail", lambda: workers.send_mails(ctx, self.mail_folder)),
            Named("demand", lambda: demand.count_days(self.database, self.reference)),
            Named("prices", prices.refresh),
            Named("batch", batch.look),
        ]
        return Workers(jobs, self.something_happened)

    def close(self) -> None:
        """Let go of the database; everything acknowledged is on disk already."""
        self.executor.shutdown()
        self.database.close()

    def _key(self, file: str) -> str:
        """The key of the web shop, or that of operations people, made at the first start."""
        path = self.folder / file
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(self.random_bytes(24).hex(), encoding="ascii")
        return path.read_text(encoding="ascii").strip()
