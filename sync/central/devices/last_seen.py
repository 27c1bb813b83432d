"""How far each device has read, and when it last asked: rows, so that every process knows.

A device asks each second; a row is written when it has read more, or every `WRITTEN_EVERY`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.devices.devices import DeviceState
from sync.central.storage import tables
from sync.central.storage.database import Database, stamp, unstamp
from sync.central.storage.dialect import upsert
from sync.domain.device import DeviceKind

WRITTEN_EVERY = timedelta(seconds=10)


@dataclass
class Seen:
    """What is known of a device: when it last asked, and its cursor in each bucket."""

    at: datetime
    cursors: dict[str, int] = field(default_factory=dict)


def note(database: Database, device: str, bucket: str, cursor: int) -> None:
    """A device has asked for what comes after `cursor`."""
    rows, now = tables.device_progress.c, database.clock()
    known = sa.select(rows.cursor, rows.seen_at).where(rows.device == device, rows.bucket == bucket)
    with database.read() as connection:
        row = connection.execute(known).one_or_none()
    if row and row.cursor == cursor and timedelta(0) <= now - unstamp(row.seen_at) < WRITTEN_EVERY:
        return
    with database.write("device:seen") as tx:
        seen = {"device": device, "bucket": bucket, "cursor": cursor, "seen_at": tx.at}
        upsert(tx.connection, tables.device_progress, [seen], ["device", "bucket"])


def of_devices(connection: Connection) -> dict[str, Seen]:
    """What is known of every device that has ever asked."""
    found: dict[str, Seen] = {}
    for row in connection.execute(sa.select(tables.device_progress)):
        at = unstamp(row.seen_at)
        seen = found.setdefault(row.device, Seen(at))
        seen.at = max(seen.at, at)
        seen.cursors[row.bucket] = row.cursor
    return found


def bucket_positions(connection: Connection) -> dict[str, int]:
    """The newest position of each bucket."""
    query = sa.select(tables.bucket_position.c.bucket, tables.bucket_position.c.position)
    return {row.bucket: row.position for row in connection.execute(query)}


def stores_out_of_touch(connection: Connection, since: datetime) -> set[str]:
    """Stores with a terminal that has not asked for anything after `since`."""
    devices, seen = tables.device.c, tables.device_progress.c
    query = (
        sa.select(devices.location)
        .outerjoin(tables.device_progress, seen.device == devices.code)
        .where(devices.kind == DeviceKind.TERMINAL.value, devices.state == DeviceState.ACTIVE.value)
        .group_by(devices.code, devices.location)
        .having(sa.func.coalesce(sa.func.max(seen.seen_at), "") < stamp(since))
    )
    return set(connection.execute(query).scalars())
