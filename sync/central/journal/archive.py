"""The archive of what a till's journal says of a period, from what is held here."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa

from sync.central.context import Context
from sync.central.journal.receive import entries_of
from sync.central.storage import tables
from sync.central.version import VERSION
from sync.domain.errors import InvalidInput, NotFound
from sync.protocol.journal import Head
from sync.protocol.journal_archive import build


def archive(ctx: Context, device: str, first: date, last: date) -> bytes:
    """Entries made from the day `first` to the day `last`, where the company is.

    Raises NotFound for no such device, InvalidInput where there is nothing.
    """
    if last < first:
        raise InvalidInput("The period ends before it begins.", code="journal.period")
    zone = ctx.reference.zone
    with ctx.database.read() as connection:
        key = connection.execute(
            sa.select(tables.device.c.public_key).where(tables.device.c.code == device)
        ).scalar()
        if key is None:
            raise NotFound(
                "There is no device {device}.", code="device.unknown", device=device[:40]
            )
        entries = entries_of(connection, device)

    def day(at: str) -> date:
        return datetime.fromisoformat(at).astimezone(zone).date()

    wanted = [place for place, entry in enumerate(entries) if first <= day(entry.at) <= last]
    # Whole stretches: a clock that was set back does not make a hole.
    kept = entries[wanted[0] : wanted[-1] + 1] if wanted else []
    before = Head.of(entries[wanted[0] - 1]) if wanted and wanted[0] else Head()
    return build(kept, before, device, key, f"Comptoir {VERSION}")
