"""Pairing codes: asked for by people, each good for one device of one store."""

from __future__ import annotations

from sync.central.context import Context
from sync.central.devices import devices
from sync.domain.errors import InvalidInput
from sync.domain.location import LocationKind


def issue(ctx: Context, location: str, kind: str) -> str:
    """A code for one new `terminal` or `kiosk` of a store, good for ten minutes, once."""
    place = ctx.reference.location(location, "There is no store {location}.", "pairing.location")
    if place.kind is not LocationKind.STORE:
        raise InvalidInput(
            "There is no store {location}.", code="pairing.location", location=place.code
        )
    with ctx.database.write("pairing") as tx:
        return devices.create_pairing_code(tx, ctx.random_bytes, location, kind)
