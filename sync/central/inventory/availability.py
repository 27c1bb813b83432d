"""Availability in memory: what may be promised of each SKU, where, as last committed.

Rebuilt from the balances at start and fed by each commit of this process. It may be a moment
behind another process's commits; the conditional update of an allocation decides, not this.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger as stock
from sync.central.storage import tables
from sync.central.storage.database import Changes, Database, stamp
from sync.domain.fulfilment import FulfilmentState
from sync.domain.stock import Balance
from sync.sourcing.network import Snapshot


class StockView:
    """Pieces that may be promised by SKU and location, and the day's fulfilments by location."""

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database = database
        self._reference = reference
        self._lock = threading.Lock()
        self._available: dict[str, dict[str, int]] = {}
        self._withheld: dict[str, dict[str, int]] = {}
        self._day = ""
        self._load: dict[str, int] = {}
        self.position = 0

    def rebuild(self) -> None:
        """Read all balances; call it before the first request and after `Reference.refresh`."""
        with self._database.read() as connection:
            found = stock.balances(connection)
            position = connection.execute(
                sa.select(sa.func.max(tables.movement.c.position))
            ).scalar()
            day = stamp(self._database.clock())[:10]
            fulfilments = sa.select(tables.fulfilment.c.location, sa.func.count())
            fulfilments = fulfilments.where(
                tables.fulfilment.c.created_at >= day,
                tables.fulfilment.c.state != FulfilmentState.REASSIGNED.value,
            )
            load = connection.execute(fulfilments.group_by(tables.fulfilment.c.location)).all()
        available: dict[str, dict[str, int]] = {}
        withheld: dict[str, dict[str, int]] = {}
        for (sku, location), balance in found.items():
            available.setdefault(sku, {})[location] = self.atp(location, balance)
            withheld.setdefault(sku, {})[location] = self.kept(location, balance)
        with self._lock:
            self._available, self._withheld = available, withheld
            self._day = day
            self._load = {row[0]: row[1] for row in load}
            self.position = position or 0

    def atp(self, location: str, balance: Balance) -> int:
        """Pieces that may be promised of `balance` at `location`."""
        place = self._reference.locations.get(location)
        if place is None or not place.holds_stock:
            return 0
        return balance.atp(safety_stock=place.safety_stock, threshold=place.threshold)

    def kept(self, location: str, balance: Balance) -> int:
        """Pieces of `balance` that only the safety stock of `location` withholds.

        A policy step may release them; what the threshold withholds may not be there at all.
        """
        place = self._reference.locations.get(location)
        if place is None or not place.holds_stock:
            return 0
        return balance.atp(threshold=place.threshold) - self.atp(location, balance)

    def rises(self, sku: str, location: str, balance: Balance) -> bool:
        """Whether `balance` makes more of the SKU available there than is known so far."""
        with self._lock:
            available = self._available.get(sku, {}).get(location, 0)
            withheld = self._withheld.get(sku, {}).get(location, 0)
        return self.atp(location, balance) > available or self.kept(location, balance) > withheld

    def apply(self, changes: Changes) -> None:
        """Take over what a transaction has committed."""
        with self._lock:
            for (sku, location), balance in changes.stock.items():
                self._available.setdefault(sku, {})[location] = self.atp(location, balance)
                self._withheld.setdefault(sku, {})[location] = self.kept(location, balance)
            if changes.day > self._day:
                self._day, self._load = changes.day, {}
            for location, more in changes.load.items():
                self._load[location] = self._load.get(location, 0) + more
            self.position = max(self.position, changes.position)

    def available(self, skus: Iterable[str]) -> dict[str, dict[str, int]]:
        """A copy of what may be promised, for `skus` only; locations in order of code."""
        with self._lock:
            return {sku: dict(sorted(self._available.get(sku, {}).items())) for sku in skus}

    def everything(self) -> Snapshot:
        """A copy of what may be promised of every SKU, with its position and nothing else."""
        with self._lock:
            position = self.position
            copied = [(sku, dict(where)) for sku, where in self._available.items()]
        return Snapshot(position, {sku: dict(sorted(where.items())) for sku, where in copied})

    def withheld(self, skus: Iterable[str]) -> dict[str, dict[str, int]]:
        """A copy of what only safety stock withholds, for `skus`; locations in order of code."""
        with self._lock:
            return {sku: dict(sorted(self._withheld.get(sku, {}).items())) for sku in skus}

    def load(self, day: str) -> Mapping[str, int]:
        """A copy of how many fulfilments each location was given on `day` (ISO date, UTC)."""
        with self._lock:
            return dict(self._load) if day == self._day else {}
