"""Routes of the tills' journals, for operations people and who audits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from fastapi import APIRouter, Response

from sync.central.api.auth import Gate, guarded
from sync.central.context import Context
from sync.central.journal.archive import archive
from sync.central.storage import tables

ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class HeldJournal:
    """How far a till's journal is held: `entries`, and since when none came."""

    device: str
    entries: int
    received_at: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Which journals are held, and archives of them."""
    router = guarded(gate.operations)

    @router.get("/journal")
    def held() -> list[HeldJournal]:
        """The tills whose journals are held, by code."""
        rows = tables.journal_entry.c
        query = sa.select(rows.device, sa.func.max(rows.seq), sa.func.max(rows.received_at))
        with ctx.database.read() as connection:
            found = connection.execute(query.group_by(rows.device).order_by(rows.device)).all()
        return [HeldJournal(*row) for row in found]

    @router.get("/journal/{device}/archive", response_class=Response)
    def archived(device: str, first: date, last: date) -> Response:
        """A ZIP of the entries of these days, with its manifest: `comptoir journal audit` reads
        it."""
        return Response(archive(ctx, device, first, last), media_type=ZIP)

    return router
