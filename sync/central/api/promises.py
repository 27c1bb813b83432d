"""Routes of promises: how a basket can be had, and how many promises were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import JSON, body_of, described
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.central.promises.basket import PromiseRequest, hold, promise
from sync.central.promises.lead_times import promises_kept
from sync.protocol.codec import to_json

KEPT_DAYS, KEPT_DAYS_MAX = 28, 366


@dataclass(frozen=True, slots=True)
class KeptByService:
    """Of `parcels` of a service that were delivered with a promise, the share that came by it."""

    service: str
    parcels: int
    kept: int
    share: float


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Promises, for the web shop and for who looks after them."""
    router = APIRouter()
    router.include_router(_asking(ctx, gate))
    router.include_router(_kept(ctx, gate))
    return router


def _asking(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.WEB_ORDERS))

    @router.post("/promises", openapi_extra=described(PromiseRequest))
    def ask(
        asked: Annotated[PromiseRequest, body_of(PromiseRequest)], holder: Holder = caller
    ) -> Response:
        """How a basket can be had, when and for how much, or why not; and hold it for a while."""
        told = promise(ctx, asked)
        if asked.hold is not None:
            with ctx.database.write(f"promise:{asked.hold.number}") as tx:
                told = hold(ctx, tx, asked, told, holder.name)
        return Response(to_json(told), media_type=JSON)

    return router


def _kept(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.ORDERS))

    @router.get("/promises/kept")
    def kept(
        days: Annotated[int, Query(ge=1, le=KEPT_DAYS_MAX)] = KEPT_DAYS,
    ) -> list[KeptByService]:
        """The share of the parcels delivered in the last days that came by their promise."""
        since = (ctx.database.clock() - timedelta(days=days)).date()
        with ctx.database.read() as connection:
            found = promises_kept(connection, since)
        return [
            KeptByService(service, one.parcels, one.kept, round(one.share or 0.0, 4))
            for service, one in found.items()
        ]

    return router
