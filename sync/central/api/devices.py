"""Routes for who looks after devices: which there are, a code for a new one, and out of service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter

from sync.central.api.auth import Gate, guarded
from sync.central.api.bodies import body_of, described
from sync.central.context import Context
from sync.central.devices import devices, last_seen, pairing_codes
from sync.central.devices.devices import PAIRING_CODE_MINUTES
from sync.central.keys.keys import Scope
from sync.central.storage.database import stamp


@dataclass(frozen=True, slots=True)
class NewDevice:
    """The store and the kind (`terminal` or `kiosk`) of a device to be paired."""

    __pydantic_config__ = {"extra": "forbid"}

    location: str
    kind: str


@dataclass(frozen=True, slots=True)
class PairingCode:
    """What a person types on the new device."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device; `seen_at` is empty for one that never asked, `state` is since `state_at`."""

    device: str
    name: str
    kind: str
    location: str
    state: str
    state_at: str
    seen_at: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Devices, for operations people."""
    router = guarded(gate, gate.key(Scope.DEVICES))

    @router.get("/devices")
    def listed() -> list[ListedDevice]:
        """All devices in the order in which they were paired."""
        with ctx.database.read() as connection:
            seen = last_seen.of_devices(connection)
            return [
                ListedDevice(
                    each.code,
                    each.name,
                    each.kind,
                    each.location,
                    each.state,
                    stamp(each.state_at),
                    stamp(seen[each.code].at) if each.code in seen else "",
                )
                for each in devices.paired(connection)
            ]

    @router.post("/devices", openapi_extra=described(NewDevice))
    def pairing_code(wanted: Annotated[NewDevice, body_of(NewDevice)]) -> PairingCode:
        """A code with which one new device of a store is paired."""
        code = pairing_codes.issue(ctx, wanted.location, wanted.kind)
        return PairingCode(code, PAIRING_CODE_MINUTES)

    @router.post("/devices/{device}/revoke")
    def revoke(device: str) -> dict[str, str]:
        """Out of service: it reads nothing more, hands in what it still holds, then erases it."""
        with ctx.database.write("device:revoke") as tx:
            devices.revoke(tx, device)
        return {"device": device, "state": "revoked"}

    @router.post("/devices/{device}/wipe")
    def wipe(device: str) -> dict[str, str]:
        """Lost or stolen: nothing of it is taken any more; it erases what it holds at once."""
        with ctx.database.write("device:wipe") as tx:
            devices.wipe(tx, device)
        return {"device": device, "state": "wiped"}

    return router
