"""Orders that wait for stock: sourced again when some came in, each as a job of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.fill import BACKORDER
from sync.central.context import Context
from sync.central.inventory.availability import StockView
from sync.central.jobs.queue import Job, enqueue
from sync.central.jobs.workers import Done
from sync.central.orders import place_order
from sync.central.storage import tables
from sync.central.storage.database import Transaction

SWEEP = "backorders"
SWEPT_EVERY = timedelta(minutes=10)
PAGE = 500  # orders that are queued in one transaction


@dataclass(frozen=True)
class StockArrivals:
    """Queues the orders that wait for a SKU, in the transaction that makes more of it available."""

    view: StockView

    def queue(self, tx: Transaction) -> None:
        """Call it before the commit. Of a SKU at most `PAGE` orders; the sweep queues the rest."""
        rose = sorted(
            {
                sku
                for (sku, location), balance in tx.changes.stock.items()
                if self.view.rises(sku, location, balance)
            }
        )
        for start in range(0, len(rose), PAGE):
            for number, _ in waiting_orders(tx.connection, skus=rose[start : start + PAGE]):
                enqueue(tx, BACKORDER, number)


@dataclass(frozen=True)
class Backorders:
    """The two kinds of job about orders that wait."""

    ctx: Context

    def fill(self, job: Job) -> Done:
        """Source again what the order (the key) waits for."""
        decisions = Decisions(self.ctx)
        return Done(lambda tx: _retry(self.ctx, tx, job.key, decisions))

    def sweep(self, _job: Job | None = None) -> Done:
        """Queue every order that waits, the oldest promise first: nothing that came in unseen is
        missed."""
        after = ("", "")
        while True:
            with self.ctx.database.write("job:backorders") as tx:
                found = waiting_orders(tx.connection, after=after)
                for number, _ in found:
                    enqueue(tx, BACKORDER, number)
            if len(found) < PAGE:
                return Done(again_at=self.ctx.database.clock() + SWEPT_EVERY)
            number, due = found[-1]
            after = (due, number)


def waiting_orders(
    connection: Connection,
    *,
    skus: list[str] | None = None,
    after: tuple[str, str] = ("", ""),
) -> list[tuple[str, str]]:
    """At most `PAGE` orders with pieces that wait and when each is due, the oldest promise first.

    An order that was promised nothing is due when it was received. Only those that wait for one
    of `skus`, when they are given; only those beyond `after` (due, number).
    """
    documents, lines = tables.order_document.c, tables.order_line.c
    due = sa.func.min(sa.func.coalesce(lines.promised_at, documents.received_at))
    query = (
        sa.select(documents.number, due.label("due"))
        .join(tables.order_line, lines.order_number == documents.number)
        .where(lines.unfilled > 0)
        .group_by(documents.number)
        .having(sa.tuple_(due, documents.number) > sa.tuple_(*after))
    )
    if skus is not None:
        query = query.where(lines.sku.in_(skus))
    query = query.order_by(due, documents.number).limit(PAGE)
    return [(row.number, row.due) for row in connection.execute(query)]


def _retry(ctx: Context, tx: Transaction, number: str, decisions: Decisions) -> None:
    place_order.retry_backorder(ctx, tx, number, decisions)
