"""Routes for whom nobody knows yet: the server's status, and the pairing of a device."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request

from sync.central.api.bodies import body_of, described
from sync.central.api.errors import TooMany, openapi_errors
from sync.central.context import Context
from sync.central.devices import devices, rate_limit
from sync.central.storage import schema
from sync.central.version import VERSION


@dataclass(frozen=True, slots=True)
class PairRequest:
    """`public_key`: the device's Ed25519 key in hexadecimal; `name`: what people call it."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    public_key: str
    name: str = ""


def routes(ctx: Context) -> APIRouter:
    """Status and pairing: no token is needed."""
    router = APIRouter(prefix="/v1", responses=openapi_errors())

    @router.get("/status")
    def status() -> dict[str, str]:
        """Who answers here; no token is needed."""
        with ctx.database.read() as connection:
            epoch = schema.read_meta(connection, schema.EPOCH)
        return {
            "name": "comptoir-central",
            "version": VERSION,
            "epoch": epoch,
            "time": ctx.database.clock().isoformat(),
        }

    @router.post("/pair", openapi_extra=described(PairRequest))
    def pair(
        wanted: Annotated[PairRequest, body_of(PairRequest)], request: Request
    ) -> dict[str, Any]:
        """Make a device of the one who has a pairing code; it is known by its key from then on."""
        address = request.client.host if request.client else ""
        tries = (f"pair:address:{address}", f"pair:key:{wanted.public_key}")
        if not rate_limit.allow(ctx.database, *tries):
            raise TooMany
        with ctx.database.write("pair") as tx:
            device = devices.pair(tx, wanted.code, wanted.public_key, wanted.name)
            epoch = schema.read_meta(tx.connection, schema.EPOCH)
        return {
            "device": device.code,
            "number": device.number,
            "kind": device.kind,
            "location": device.location,
            "epoch": epoch,
        }

    return router
