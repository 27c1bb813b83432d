"""Routes of the keys themselves: made, listed, rotated, revoked, and what was done with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import body_of, described
from sync.central.context import Context
from sync.central.keys import keys
from sync.central.keys.keys import Call, Holder, ListedKey, Scope

LISTED_MAX = 500


@dataclass(frozen=True, slots=True)
class NewKey:
    """Scopes as in the documentation; `days` until it ends, None for no end."""

    __pydantic_config__ = {"extra": "forbid"}

    name: str
    scopes: tuple[str, ...]
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many hours the old secret works beside the new one."""

    __pydantic_config__ = {"extra": "forbid"}

    old_hours: int = 24


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of a key: shown once."""

    name: str
    secret: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Keys, for who has the scope `keys`."""
    router = guarded(gate, gate.key(Scope.KEYS))

    @router.get("/keys")
    def listed() -> list[ListedKey]:
        """All keys there ever were, without their secrets."""
        with ctx.database.read() as connection:
            return keys.listed(connection)

    @router.post("/keys", openapi_extra=described(NewKey))
    def create(sent: Annotated[NewKey, body_of(NewKey)], holder: Holder = caller) -> Secret:
        """A new key; nobody gives a scope that they have not."""
        check_gives(holder, sent.scopes)
        with ctx.database.write("key:create") as tx:
            secret = keys.create(
                tx, ctx.random_bytes, sent.name, sent.scopes, holder.name, sent.days
            )
        return Secret(sent.name, secret)

    @router.post("/keys/{name}/rotate", openapi_extra=described(Rotation))
    def rotate(
        name: str, sent: Annotated[Rotation, body_of(Rotation)], holder: Holder = caller
    ) -> Secret:
        """A new secret; the old one works for some hours more."""
        with ctx.database.write("key:rotate") as tx:
            known = {key.name: key.scopes for key in keys.listed(tx.connection)}
            check_gives(holder, known.get(name, ()))
            return Secret(name, keys.rotate(tx, ctx.random_bytes, name, sent.old_hours))

    @router.post("/keys/{name}/revoke")
    def revoke(name: str) -> dict[str, str]:
        """It opens nothing from now on."""
        with ctx.database.write("key:revoke") as tx:
            keys.revoke(tx, name)
        return {"name": name, "state": "revoked"}

    @router.get("/keys/calls")
    def calls(
        key: str = "",
        order: str = "",
        limit: Annotated[int, Query(ge=1, le=LISTED_MAX)] = LISTED_MAX,
    ) -> list[Call]:
        """What was changed with keys and who has looked at an order, the latest first."""
        with ctx.database.read() as connection:
            return keys.calls(connection, limit, key, order)

    return router


def check_gives(holder: Holder, scopes: tuple[str, ...] | list[str]) -> None:
    """Raise Refused for a scope that the holder has not; operations give any."""
    if Scope.OPERATIONS in holder.scopes:
        return
    for scope in scopes:
        if scope in {each.value for each in Scope} and not holder.may(Scope(scope), looks=False):
            raise Gate.no_scope(Scope(scope))
