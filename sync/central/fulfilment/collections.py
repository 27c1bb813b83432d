"""Goods that wait for who collects them: a reminder first, then a person at the store is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.context import Context
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.notifications import mail_queue as mails
from sync.central.records import discrepancies, order_records
from sync.central.records.discrepancies import Discrepancy
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.order import FulfilmentMode
from sync.domain.stock import DiscrepancyKind

COLLECTIONS = "collections"
LOOKED_EVERY = timedelta(hours=1)
PAGE = 500
_ROWS = tables.fulfilment.c


@dataclass(frozen=True)
class Collections:
    """The job that looks after what waits at counters."""

    ctx: Context

    def run(self, _job: Job | None = None) -> Done:
        """Remind customers once, and list what has waited for longer than the company keeps it."""
        ctx, now = self.ctx, self.ctx.database.clock()
        if ctx.reference.has_company:
            rules = ctx.reference.company.collecting
            remind_before = now - timedelta(days=rules.remind_after_days)
            with ctx.database.read() as connection:
                waits = _waiting(connection, stamp(remind_before))
            listed_before = stamp(now - timedelta(days=rules.keep_days))
            for fulfilment_id, ready_at in waits:
                with ctx.database.write(f"collections:{fulfilment_id}") as tx:
                    self._look_after(tx, fulfilment_id, overdue=ready_at <= listed_before)
        return Done(again_at=now + LOOKED_EVERY)

    def _look_after(self, tx: Transaction, fulfilment_id: str, *, overdue: bool) -> None:
        record = order_records.load_of_fulfilment(tx, fulfilment_id)
        fulfilment = record.fulfilments[fulfilment_id].fulfilment
        if not _still_waits(record.fulfilments[fulfilment_id].at_store(fulfilment.collect_at)):
            return
        place = self.ctx.reference.locations.get(fulfilment.collect_at)
        rules = self.ctx.reference.company.collecting
        mails.queue(
            tx,
            record.order,
            mails.REMINDER,
            f"reminder:{fulfilment_id}",
            location=place.name if place else fulfilment.collect_at,
            days=rules.keep_days,
        )
        open_ones = discrepancies.about(tx.connection, record.number)
        known = any(
            found.kind is DiscrepancyKind.NOT_COLLECTED and found.location == fulfilment.collect_at
            for found in open_ones
        )
        if overdue and not known:
            discrepancies.record(
                tx,
                Discrepancy(
                    DiscrepancyKind.NOT_COLLECTED,
                    fulfilment.collect_at,
                    tx.cause,
                    document=record.number,
                    missing=fulfilment.quantity,
                ),
            )


def _waiting(connection: Connection, ready_before: str) -> list[tuple[str, str]]:
    query = (
        sa.select(_ROWS.fulfilment_id, _ROWS.ready_at)
        .where(
            _ROWS.mode == FulfilmentMode.COLLECT.value,
            _ROWS.ready_at <= ready_before,
            _ROWS.collected_at.is_(None),
            sa.or_(
                _ROWS.state == FulfilmentState.PACKED.value,
                sa.and_(
                    _ROWS.state == FulfilmentState.HANDED_OVER.value,
                    _ROWS.location != _ROWS.collect_at,
                ),
            ),
        )
        .order_by(_ROWS.ready_at, _ROWS.fulfilment_id)
        .limit(PAGE)
    )
    return [(row.fulfilment_id, row.ready_at) for row in connection.execute(query)]


def _still_waits(seen: Fulfilment | None) -> bool:
    return seen is not None and seen.state is FulfilmentState.PACKED


def has_gone(tx: Transaction, number: str) -> None:
    """The goods of the order were collected, or put back: nobody has to ask after them."""
    discrepancies.resolve_about(tx, DiscrepancyKind.NOT_COLLECTED, number, tx.cause)
