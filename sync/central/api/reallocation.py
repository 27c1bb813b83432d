"""The route of the reallocation: look together at what nobody has begun, and move it."""

from __future__ import annotations

from fastapi import APIRouter

from sync.central.allocation import reallocate
from sync.central.allocation.reallocate import ReallocationReport
from sync.central.api.auth import Gate, guarded
from sync.central.context import Context
from sync.central.keys.keys import Scope


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """The batch, for operations people."""
    router = guarded(gate, gate.key(Scope.ORDERS))

    @router.post("/batch")
    def batch(dry_run: bool = True) -> ReallocationReport:
        """Look at what nobody has begun; move it only when `dry_run` is false."""
        return reallocate.on_demand(ctx, dry_run=dry_run)

    return router
