"""What services need beside their transaction; made once by the composition root."""

from __future__ import annotations

import threading
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sync.central.catalogue.reference import Reference
from sync.central.devices.devices import RateLimit
from sync.central.inventory.availability import StockView
from sync.central.storage.database import Database, RandomBytes
from sync.sourcing.scarcity.price_list import PriceList

PAIRINGS_PER_MINUTE_MAX = 20


@dataclass
class PriceBoard:
    """The newest prices of scarce stock, None while there are none; replaced as a whole."""

    newest: PriceList | None = None


@dataclass
class Progress:
    """How far each device has read, since this process started: bucket -> (cursor, when)."""

    cursors: dict[str, dict[str, tuple[int, datetime]]] = field(default_factory=dict)

    def note(self, device: str, bucket: str, cursor: int, at: datetime) -> None:
        """A device has asked for what comes after `cursor`."""
        self.cursors.setdefault(device, {})[bucket] = (cursor, at)

    def heard(self, device: str) -> datetime | None:
        """When the device last asked for anything; None since this process started."""
        return max((at for _, at in self.cursors.get(device, {}).values()), default=None)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the web shop and operations people show to be let in."""

    web_shop: str
    operations: str


@dataclass(frozen=True)
class Context:
    """The database, the reference data, the stock in memory and what scarce stock is worth.

    Long computations go to the `executor`.
    `batch_turn` is held by whoever asked for a batch: each is a copy of the stock in a process.
    """

    database: Database
    reference: Reference
    view: StockView
    executor: Executor
    random_bytes: RandomBytes
    prices: PriceBoard = field(default_factory=PriceBoard)
    batch_turn: threading.Lock = field(default_factory=threading.Lock)
    progress: Progress = field(default_factory=Progress)
    pairing_limit: RateLimit = field(
        default_factory=lambda: RateLimit(PAIRINGS_PER_MINUTE_MAX, timedelta(minutes=1))
    )
