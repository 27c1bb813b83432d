"""Routes of the tills' journals, for operations people and who audits."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Response

from sync.central.api.auth import Gate, guarded
from sync.central.context import Context
from sync.central.journal.archive import archive
from sync.central.journal.receive import HeldJournal, held_journals
from sync.central.keys.keys import Scope

ZIP = "application/zip"


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Which journals are held, and archives of them."""
    router = guarded(gate, gate.key(Scope.JOURNAL))

    @router.get("/journal")
    def held() -> list[HeldJournal]:
        """The tills whose journals are held, by code."""
        with ctx.database.read() as connection:
            return held_journals(connection)

    @router.get("/journal/{device}/archive", response_class=Response)
    def archived(device: str, first: date, last: date) -> Response:
        """A ZIP of the entries of these days, with its manifest: `comptoir journal audit` reads
        it."""
        return Response(archive(ctx, device, first, last), media_type=ZIP)

    return router
