"""How late parcels were, learnt from those that were delivered; and the share of promises kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.allocation.allocate import calendar
from sync.central.context import Context
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done
from sync.central.storage import tables
from sync.central.storage.database import stamp, unstamp
from sync.domain.fulfilment import ParcelStatus
from sync.domain.order import Order
from sync.protocol.codec import parse_json
from sync.sourcing.rates.lateness import Lateness, Sample, working_position

LEAD_TIMES = "lead_times"
LEARNT_FROM = timedelta(days=180)
LEARNT_EVERY = timedelta(hours=6)
SAMPLES_MAX = 200_000


class LeadTimes:
    """Learns them anew, in each process by itself: what is learnt is in memory."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._learnt_at: datetime | None = None

    def run(self, _job: Job | None = None) -> Done:
        """Learn from what was delivered lately, unless this process has just done so."""
        self.keep_fresh()
        return Done(again_at=self._ctx.database.clock() + LEARNT_EVERY)

    def keep_fresh(self) -> None:
        """Learn when this process has not yet, as after its start, or long ago."""
        ctx, now = self._ctx, self._ctx.database.clock()
        fresh = self._learnt_at is not None and now - self._learnt_at < LEARNT_EVERY
        if fresh or not ctx.reference.has_company:
            return
        with ctx.database.read() as connection:
            ctx.lateness.newest = Lateness(samples(ctx, connection, now))
        self._learnt_at = now


def samples(ctx: Context, connection: Connection, now: datetime) -> Iterator[Sample]:
    """Each parcel that was delivered lately, against the plan of its decision."""
    boxes, works = tables.parcel.c, tables.fulfilment.c
    query = (
        sa.select(works.location, works.service, works.zone, works.arrives_at, boxes.status_at)
        .join(tables.fulfilment, works.fulfilment_id == boxes.fulfilment_id)
        .where(
            boxes.status == ParcelStatus.DELIVERED.value,
            boxes.status_at >= stamp(now - LEARNT_FROM),
            works.arrives_at.is_not(None),
        )
        .order_by(boxes.status_at.desc())
        .limit(SAMPLES_MAX)
    )
    days = calendar(ctx.reference, now.year)
    for row in connection.execute(query):
        planned, came = unstamp(row.arrives_at), unstamp(row.status_at)
        late = working_position(days, came) - working_position(days, planned)
        yield Sample(row.location, row.service, row.zone, late)


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `parcels` that were delivered with a promise, `kept` came by it."""

    parcels: int
    kept: int

    @property
    def share(self) -> float | None:
        """None while there are none."""
        return self.kept / self.parcels if self.parcels else None


def promises_kept(connection: Connection, since: date) -> dict[str, Kept]:
    """By service, of the parcels delivered since the start of that day (UTC)."""
    boxes, works, orders = tables.parcel.c, tables.fulfilment.c, tables.order_document.c
    query = (
        sa.select(works.service, works.lines, boxes.status_at, orders.body)
        .select_from(tables.parcel)
        .join(tables.fulfilment, works.fulfilment_id == boxes.fulfilment_id)
        .join(tables.order_document, orders.number == works.order_number)
        .where(boxes.status == ParcelStatus.DELIVERED.value, boxes.status_at >= since.isoformat())
    )
    told, kept = Counter[str](), Counter[str]()
    for row in connection.execute(query):
        order: Order = parse_json(Order, row.body)
        promised = [line.promised_at for line in order.lines if line.promised_at is not None]
        if promised:
            told[row.service] += 1
            kept[row.service] += unstamp(row.status_at) <= max(promised)
    return {service: Kept(told[service], kept[service]) for service in sorted(told)}
