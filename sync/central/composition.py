"""The composition root of the central server: what is made, and in which order.

`Central` is the server without its HTTP. The clock, the randomness, the executor of long
computations and the ports to the world are handed in, so that a test or the demo hands in its own.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sync.central.allocation.explanation import DATABASE_FILE
from sync.central.allocation.fill import BACKORDER
from sync.central.allocation.reallocate import LEASE, REALLOCATION, Reallocation
from sync.central.allocation.scarcity_prices import PRICES, ScarcityPrices
from sync.central.catalogue.reference import Reference
from sync.central.context import Context, Keys, Ports
from sync.central.device_sync.publish_feed import Publisher
from sync.central.devices import pairing_codes
from sync.central.fulfilment.collections import COLLECTIONS, Collections
from sync.central.fulfilment.fulfilments import BOOKING
from sync.central.fulfilment.parcels import TRACKING, Parcels
from sync.central.inventory.availability import StockView
from sync.central.inventory.demand import DEMAND, DemandCount
from sync.central.inventory.reservations import EXPIRY, Expiry
from sync.central.jobs.queue import write_queued
from sync.central.jobs.subprocess_executor import SideProcess
from sync.central.jobs.workers import Kind, Workers
from sync.central.keys.keys import Scope, adopt
from sync.central.notifications.mail_queue import MAIL
from sync.central.notifications.send_mails import Mails
from sync.central.orders.backorders import SWEEP, Backorders, StockArrivals
from sync.central.payments.refunds import REFUND, Refunds
from sync.central.privacy.clients import SECRET
from sync.central.privacy.erase import RETENTION, Retention, replay
from sync.central.promises.lead_times import LEAD_TIMES, LeadTimes
from sync.central.storage import schema
from sync.central.storage.database import Changes, Clock, Database, RandomBytes
from sync.central.storage.dialect import open_engine

FIRST_MOVES = timedelta(minutes=10)  # until terminals have been heard of
FIRST_RETENTION = timedelta(hours=1)
KEY_FILE, OPERATIONS_KEY_FILE = "api-key.txt", "operations-key.txt"


def utc_now() -> datetime:
    """The server's clock."""
    return datetime.now(UTC)


class Central:
    """The server: its database in `folder` or at `database_url`, and all that stands on it.

    What `ports` lacks waits: parcels to be booked, mails and refunds stay queued.
    """

    def __init__(
        self,
        folder: Path,
        clock: Clock = utc_now,
        random_bytes: RandomBytes = secrets.token_bytes,
        *,
        database_url: str = "",
        executor: Executor | None = None,
        ports: Ports | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = clock
        self.random_bytes = random_bytes
        self.executor = executor or SideProcess()
        self.database = Database(open_engine(database_url or folder / DATABASE_FILE), clock)
        schema.migrate(self.database.engine)
        self.reference = Reference(self.database)
        self.view = StockView(self.database, self.reference)
        self.context = Context(
            self.database,
            self.reference,
            self.view,
            self.executor,
            random_bytes,
            ports=ports or Ports(),
        )
        self.keys = Keys(self._key(KEY_FILE), self._key(OPERATIONS_KEY_FILE))
        with self.database.write("start") as tx:
            schema.ensure_meta(tx.connection, schema.EPOCH, random_bytes(16).hex())
            schema.ensure_meta(tx.connection, SECRET, random_bytes(32).hex())
            adopt(tx, "web-shop", self.keys.web_shop, [Scope.WEB_ORDERS])
            adopt(tx, "operations", self.keys.operations, [Scope.OPERATIONS])
        self.refresh()
        self.database.before_commit.append(StockArrivals(self.view).queue)
        self.database.before_commit.append(write_queued)
        self.database.before_commit.append(Publisher(self.reference, self.view).publish)
        self.database.after_commit.append(self.view.apply)
        kept = self.context.references_kept
        self.database.after_commit.append(lambda changes: kept.update(changes.references))
        self.database.after_commit.append(self._note_orders)
        replay(self.context, self.folder)

    def _note_orders(self, changes: Changes) -> None:
        """Which orders there are, so that the next one of a till need not ask for the last."""
        newest = self.context.newest_orders
        for device, serial in changes.placed.items():
            newest[device] = max(newest.get(device, 0), serial)

    @property
    def epoch(self) -> str:
        """The server's incarnation."""
        with self.database.read() as connection:
            return schema.read_meta(connection, schema.EPOCH)

    def refresh(self) -> None:
        """Read articles, locations, settings and stock again, after they were loaded."""
        self.reference.refresh()
        self.view.rebuild()

    def create_pairing_code(self, location: str, kind: str) -> str:
        """A code for one new `terminal` or `kiosk` of a store, good for ten minutes, once."""
        return pairing_codes.issue(self.context, location, kind)

    def new_epoch(self) -> str:
        """Call it after a restore from a backup: devices read and push again what they hold."""
        epoch = self.random_bytes(16).hex()
        with self.database.write("new_epoch") as tx:
            schema.write_meta(tx.connection, schema.EPOCH, epoch)
        return epoch

    def workers(self, more: Sequence[Kind] = ()) -> Workers:
        """What the server does by itself, and `more`; nothing runs until they are started."""
        ctx, scheduled = self.context, True
        parcels, backorders = Parcels(ctx), Backorders(ctx)
        mails, refunds = Mails(ctx), Refunds(ctx)
        prices, moves, late = ScarcityPrices(ctx), Reallocation(ctx), LeadTimes(ctx)
        count = DemandCount(self.database, self.reference)
        kinds = [
            Kind(BACKORDER, backorders.fill),
            Kind(SWEEP, backorders.sweep, scheduled=scheduled),
            Kind(BOOKING, parcels.book),
            Kind(TRACKING, parcels.follow),
            Kind(MAIL, mails.send, on_give_up=mails.refuse),
            Kind(REFUND, refunds.give_back),
            Kind(EXPIRY, Expiry(self.database).run, scheduled=scheduled),
            Kind(DEMAND, count.run, scheduled=scheduled),
            Kind(COLLECTIONS, Collections(ctx).run, scheduled=scheduled),
            Kind(LEAD_TIMES, late.run, scheduled=scheduled, each_look=late.keep_fresh),
            Kind(RETENTION, Retention(ctx).run, scheduled=scheduled, first_after=FIRST_RETENTION),
            Kind(PRICES, prices.run, LEASE, scheduled=scheduled, each_look=prices.take_over),
            Kind(REALLOCATION, moves.run, LEASE, scheduled=scheduled, first_after=FIRST_MOVES),
            *more,
        ]
        return Workers(self.database, kinds, self.random_bytes(8).hex())

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
