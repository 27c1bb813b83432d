"""The demo's other locations: those without a Comptoir terminal do their work by the clock.

Warehouses and suppliers have their own systems in reality; here the clock stands in for them.
Not part of the product: an installation that is connected to real ones does not start it.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from sync.central.context import Context
from sync.central.fulfilment import fulfilments
from sync.central.jobs.queue import Job
from sync.central.jobs.workers import Done, Kind
from sync.central.records import order_records
from sync.central.storage import tables
from sync.central.storage.database import stamp
from sync.demo.company import DEMO_STORE
from sync.domain.fulfilment import FulfilmentState, Parcel
from sync.domain.identifiers import Sscc

ASSOCIATE = "simulated"
# Terminals number their parcels with extension digit 0 to 8.
EXTENSION = 9
FULFILMENTS_AT_ONCE = 20
PACKAGING_G = 150
ADVANCED_EVERY = timedelta(seconds=5)

_STEPS = (
    (FulfilmentState.ALLOCATED, timedelta(minutes=2)),
    (FulfilmentState.PICKING, timedelta(minutes=4)),
    (FulfilmentState.PACKED, timedelta(minutes=6)),
)


class SimulatedLocations:
    """Advances fulfilments of locations without a device: a state at a time, by their age.

    `spared` locations are left alone even before their first device is paired.
    """

    def __init__(self, ctx: Context, spared: tuple[str, ...] = (), speed: float = 1.0) -> None:
        self._ctx = ctx
        self._spared = spared
        self._speed = speed

    def advance(self) -> int:
        """Move what is old enough one state on; gives how many fulfilments moved."""
        now = self._ctx.database.clock()
        moved = 0
        for state, age in reversed(_STEPS):
            before = stamp(now - age / self._speed)
            for fulfilment_id, location in self._fulfilments(state, before):
                self._move(fulfilment_id, location, state)
                moved += 1
        return moved

    def _fulfilments(self, state: FulfilmentState, before: str) -> list[tuple[str, str]]:
        fulfilments = tables.fulfilment.c
        served = sa.select(tables.device.c.location)
        query = (
            sa.select(fulfilments.fulfilment_id, fulfilments.location)
            .where(
                fulfilments.state == state.value,
                fulfilments.created_at < before,
                fulfilments.location.not_in(served),
                fulfilments.location.not_in(self._spared),
            )
            .order_by(fulfilments.created_at, fulfilments.fulfilment_id)
            .limit(FULFILMENTS_AT_ONCE)
        )
        with self._ctx.database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def _move(self, fulfilment_id: str, location: str, state: FulfilmentState) -> None:
        ctx = self._ctx
        with ctx.database.write("simulated_locations") as tx:
            if state is FulfilmentState.ALLOCATED:
                fulfilments.start_picking(ctx, tx, location, fulfilment_id, ASSOCIATE)
            elif state is FulfilmentState.PICKING:
                record = order_records.load_of_fulfilment(tx, fulfilment_id)
                fulfilment = record.fulfilments[fulfilment_id].fulfilment
                newest = tx.connection.execute(
                    sa.select(sa.func.max(tables.parcel.c.parcel_id))
                ).scalar()
                prefix = ctx.reference.company.codes.gs1_company_prefix
                parcel = Parcel(
                    Sscc.build(EXTENSION, prefix, (newest or 0) + 1),
                    fulfilment.weight_g + PACKAGING_G,
                )
                fulfilments.pack(ctx, tx, location, fulfilment_id, ASSOCIATE, (parcel,))
            else:
                fulfilments.hand_over(ctx, tx, location, fulfilment_id, ASSOCIATE)


def simulated_jobs(ctx: Context) -> list[Kind]:
    """The jobs that the demo adds to those of the server."""
    locations = SimulatedLocations(ctx, (DEMO_STORE,))

    def run(_job: Job) -> Done:
        locations.advance()
        return Done(again_at=ctx.database.clock() + ADVANCED_EVERY)

    return [Kind("simulated_locations", run, scheduled=True)]
