"""Availability in memory: what may be promised of each SKU, where, as last committed.

Rebuilt from the balances at start and fed by each commit of this process. It may be a moment
behind another process's commits; the conditional update of an allocation decides, not this.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import numpy as np
import sqlalchemy as sa

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger as stock
from sync.central.inventory.limits import LimitTable
from sync.central.inventory.stock_copy import FreePieces, Shelves, StockCopy
from sync.central.storage import tables
from sync.central.storage.database import Changes, Database, stamp, unstamp
from sync.domain.fulfilment import FulfilmentState
from sync.domain.order import Channel
from sync.domain.stock import Balance
from sync.sourcing.arrays import Ints
from sync.sourcing.network import Snapshot, Work

# Taken from a location before anybody had begun it: no work of its day.
NOBODYS = (FulfilmentState.REASSIGNED.value, FulfilmentState.CANCELLED.value)
Balances = Mapping[tuple[str, str], Balance]


class StockView:
    """Pieces that may be promised by SKU and location, and by day what is to be ready where.

    Only locations that hold stock are in it, in order of their codes.
    """

    def __init__(self, database: Database, reference: Reference) -> None:
        self._database = database
        self._reference = reference
        self._lock = threading.Lock()
        self._codes: tuple[str, ...] = ()
        self._index: dict[str, int] = {}
        self._free: dict[str, FreePieces] = {}
        self._limits = LimitTable(reference, self._codes)
        self._load: dict[date, Ints] = {}
        self.position = 0
        self._known_at: dict[tuple[str, str], int] = {}

    def rebuild(self) -> None:
        """Read all balances; call it before the first request and after `Reference.refresh`."""
        with self._database.read() as connection:
            found = stock.balances(connection)
            position = connection.execute(
                sa.select(sa.func.max(tables.movement.c.position))
            ).scalar()
            work = tables.fulfilment.c
            given = connection.execute(
                sa.select(work.location, work.due_at, work.lines).where(
                    work.due_at >= stamp(self._database.clock() - timedelta(days=1)),
                    work.state.not_in(NOBODYS),
                )
            ).all()
        places = self._reference.locations.values()
        codes = tuple(sorted(place.code for place in places if place.holds_stock))
        index = {code: place for place, code in enumerate(codes)}
        free = _read(found, index)
        with self._lock:
            self._codes, self._index, self._free = codes, index, free
            self._known_at.clear()
            self._load = {}
            for location, due_at, lines in given:
                pieces = sum(line["quantity"] for line in json.loads(lines))
                self._count(self.day_of(unstamp(due_at)), location, (1, pieces))
            self.position = position or 0

    def atp(
        self, sku: str, location: str, balance: Balance, channel: str = Channel.STORE.value
    ) -> int:
        """Pieces that may be promised of `balance` to orders of `channel`."""
        return self._reference.limits(sku, location, channel).available(balance.free)

    def rises(self, sku: str, location: str, balance: Balance) -> bool:
        """Whether `balance` leaves more of the SKU free there than is known so far."""
        with self._lock:
            free, place = self._free.get(sku), self._index.get(location)
            known = 0 if free is None or place is None else free.at(place)
        return place is not None and balance.free > max(0, known)

    def apply(self, changes: Changes) -> None:
        """Take over what a transaction has committed.

        Two that were committed one after the other may come here the other way round: a balance
        that is older than the one known is not taken over. Who changes a balance later has a later
        position in the ledger.
        """
        with self._lock:
            for (sku, location), balance in changes.stock.items():
                if self._known_at.get((sku, location), 0) > changes.position:
                    continue
                self._known_at[sku, location] = changes.position
                place = self._index.get(location)
                if place is not None:
                    self._free.setdefault(sku, FreePieces()).put(place, balance.free)
            for (location, day), more in changes.load.items():
                self._count(day, location, more)
            if changes.load:
                first = min(day for _, day in changes.load) - timedelta(days=1)
                for day in [day for day in self._load if day < first]:
                    del self._load[day]
            self.position = max(self.position, changes.position)

    def copy(
        self,
        skus: Iterable[str],
        fresh: Balances | None = None,
        *,
        channel: str = Channel.STORE.value,
    ) -> StockCopy:
        """A copy of what may be promised of `skus` to orders of `channel`, and of what is to be
        ready on which day.

        `fresh`: all balances of `skus`, read just now, to be used in place of those in memory.
        """
        with self._lock:
            free = {sku: self._free[sku] for sku in skus if sku in self._free}
            if fresh is not None:
                free = _read(fresh, self._index)
            known = {sku: self._shelves(sku, pieces, channel) for sku, pieces in free.items()}
            load = {day: given.copy() for day, given in self._load.items()}
            return StockCopy(self.position, self._codes, self._index, known, load)

    def available(
        self, skus: Iterable[str], channel: str = Channel.STORE.value
    ) -> dict[str, dict[str, int]]:
        """A copy of what may be promised, for `skus` only; locations in order of code."""
        with self._lock:
            return {sku: self._by_code(sku, channel)[0] for sku in skus}

    def withheld(
        self, skus: Iterable[str], channel: str = Channel.STORE.value
    ) -> dict[str, dict[str, int]]:
        """A copy of what only safety stock withholds, for `skus`; locations in order of code."""
        with self._lock:
            return {sku: self._by_code(sku, channel)[1] for sku in skus}

    def everything(self, channel: str = Channel.STORE.value) -> Snapshot:
        """A copy of what may be promised of every SKU, with its position and nothing else."""
        with self._lock:
            return Snapshot(
                self.position, {sku: self._by_code(sku, channel)[0] for sku in self._free}
            )

    def day_of(self, due_at: datetime) -> date:
        """The day, where the company is, in whose work something counts that is due then."""
        return due_at.astimezone(self._reference.company.zone).date()

    def load(self) -> dict[date, dict[str, Work]]:
        """A copy of the orders and pieces that locations are to have ready, by day."""
        with self._lock:
            return {
                day: {
                    self._codes[place]: (int(given[0, place]), int(given[1, place]))
                    for place in np.flatnonzero(given[0]).tolist()
                }
                for day, given in sorted(self._load.items())
            }

    def _shelves(self, sku: str, free: FreePieces, channel: str) -> Shelves:
        if not self._limits.is_of(self._codes):
            self._limits = LimitTable(self._reference, self._codes)
        may = self._limits.of(sku, channel).available(free.pieces, free.place)
        return Shelves(free.place.copy(), *may)

    def _by_code(self, sku: str, channel: str) -> tuple[dict[str, int], dict[str, int]]:
        shelves = self._shelves(sku, self._free.get(sku, FreePieces()), channel)
        codes = [self._codes[place] for place in shelves.place.tolist()]
        return (
            dict(zip(codes, shelves.available.tolist(), strict=True)),
            dict(zip(codes, shelves.withheld.tolist(), strict=True)),
        )

    def _count(self, day: date, location: str, more: Work) -> None:
        place = self._index.get(location)
        if place is not None:
            if day not in self._load:
                self._load[day] = np.zeros((2, len(self._codes)), np.int64)
            self._load[day][:, place] += more


def _read(balances: Balances, index: Mapping[str, int]) -> dict[str, FreePieces]:
    rows: dict[str, list[tuple[int, int]]] = {}
    for (sku, location), balance in balances.items():
        if location in index:
            rows.setdefault(sku, []).append((index[location], balance.free))
    return {sku: FreePieces(*np.array(sorted(of), np.int64).T.copy()) for sku, of in rows.items()}
