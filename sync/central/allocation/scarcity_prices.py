"""Prices of scarce stock, kept fresh: on schedule, and sooner when much stock has moved.

Computed in a process of their own from a copy of the stock; kept with their time and the stock's
position, so that the ledger can say again what they were computed from. Decisions name the list
that they used. A computation that fails leaves the list that is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
import zstandard

from sync.central.allocation import allocate as orchestration
from sync.central.context import Context
from sync.central.inventory import demand
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.storage import tables
from sync.central.storage.database import stamp, unstamp
from sync.domain.errors import ComptoirError
from sync.sourcing.network import Snapshot
from sync.sourcing.policy.policy import Policy
from sync.sourcing.scarcity.price_list import PriceInputs, PriceList, price_bytes, read_prices

log = structlog.get_logger(__name__)
PRICES = "prices"
KEPT = timedelta(days=90)
LOOK_AGAIN = timedelta(seconds=30)  # counting what has moved reads the ledger


@dataclass(frozen=True)
class _Started:
    """A computation under way."""

    at: datetime
    position: int
    policy: str
    until: str
    pieces: int
    answer: Future[bytes]


class ScarcityPrices:
    """The job that renews prices; `refresh` never waits for the computation."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._started: _Started | None = None
        self._newest_id = 0
        self._next_look: datetime | None = None
        self._not_before: datetime | None = None

    def run(self, _job: Job) -> Done:
        """Renew the list when it is due; `refresh` says when that is."""
        self.refresh()
        if self._started is not None:
            wait([self._started.answer])
            self.refresh()
        return Done(again_at=self._ctx.database.clock() + LOOK_AGAIN)

    def refresh(self) -> int:
        """One look: take over a list that is ready, or start one that is due; 1 for a new list."""
        if self._started is not None:
            return self._harvest(self._started) if self._started.answer.done() else 0
        self.take_over()
        now = self._ctx.database.clock()
        if self._next_look is not None and now < self._next_look:
            return 0
        self._next_look = now + LOOK_AGAIN
        if orchestration.has_policy(self._ctx) and self._is_due(now):
            self._start(now)
        return 0

    def _is_due(self, now: datetime) -> bool:
        rules = orchestration.inputs_of(self._ctx).policy.scarcity
        if not rules.refresh_minutes or (self._not_before and now < self._not_before):
            return False
        newest = self._ctx.prices.newest
        if newest is None or now - newest.at >= timedelta(minutes=rules.refresh_minutes):
            return True
        return self._moved_share() >= rules.changed_share

    def _moved_share(self) -> float:
        """Pieces that came or went since the newest list, as a share of those there were then."""
        rows, lists = tables.movement.c, tables.price_list.c
        with self._ctx.database.read() as connection:
            newest = connection.execute(
                sa.select(lists.snapshot_position, lists.stock_pieces)
                .order_by(lists.id.desc())
                .limit(1)
            ).one()
            moved = connection.execute(
                sa.select(sa.func.sum(sa.func.abs(rows.on_hand - rows.allocated))).where(
                    rows.position > newest.snapshot_position
                )
            ).scalar()
        return int(moved or 0) / max(1, int(newest.stock_pieces))

    def _start(self, now: datetime) -> None:
        ctx = self._ctx
        engine = orchestration.inputs_of(ctx)
        everything = ctx.view.everything()
        with ctx.database.read() as connection:
            found = demand.forecast(
                ctx.reference, connection, everything.available, engine.policy.scarcity, now
            )
        if not found.expected:
            return
        skus = [article.sku for article in found.expected]
        stock = Snapshot(
            everything.position, {sku: dict(everything.available[sku]) for sku in skus}
        )
        inputs = PriceInputs(
            found.expected,
            engine.network,
            stock,
            engine.policy,
            engine.tables,
            now,
            orchestration.calendar(ctx.reference, now.year),
        )
        self._started = _Started(
            now,
            everything.position,
            engine.policy.label,
            found.until,
            _pieces(everything.available),
            self._ctx.executor.submit(price_bytes, inputs),
        )

    def _harvest(self, started: _Started) -> int:
        self._started = None
        try:
            body = started.answer.result()
        except Exception as error:
            self._not_before = started.at + _pause(orchestration.inputs_of(self._ctx).policy)
            code = error.code if isinstance(error, ComptoirError) else type(error).__name__
            log.warning("prices_not_renewed", code=code, reason=str(error))
            return 0
        with self._ctx.database.write("worker:prices") as tx:
            tx.connection.execute(
                sa.insert(tables.price_list).values(
                    at=stamp(started.at),
                    snapshot_position=started.position,
                    policy=started.policy,
                    demand_until=started.until,
                    stock_pieces=started.pieces,
                    body=zstandard.compress(body),
                )
            )
            old = tables.price_list.c.at < stamp(started.at - KEPT)
            tx.connection.execute(sa.delete(tables.price_list).where(old))
        self.take_over()
        return 1

    def take_over(self) -> None:
        """Take over the newest list, whichever process computed it."""
        lists = tables.price_list.c
        with self._ctx.database.read() as connection:
            newest = connection.execute(sa.select(sa.func.max(lists.id))).scalar() or 0
            if newest == self._newest_id:
                return
            row = connection.execute(
                sa.select(tables.price_list).where(lists.id == newest)
            ).one_or_none()
        if row is not None:
            prices = read_prices(zstandard.decompress(row.body))
            self._ctx.prices.newest = PriceList(unstamp(row.at), row.snapshot_position, prices)
        self._newest_id = newest


def _pause(policy: Policy) -> timedelta:
    """After a failure: as long as between two lists, so that it is not tried in a loop."""
    return timedelta(minutes=policy.scarcity.refresh_minutes)


def _pieces(available: Mapping[str, Mapping[str, int]]) -> int:
    return sum(sum(where.values()) for where in available.values())
