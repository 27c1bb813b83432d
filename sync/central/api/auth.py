"""Who is asking: the one place where tokens and keys are looked at.

A caller is known by the headers alone, before a byte of the body is read: what a stranger sends
costs nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from sync.central.api.errors import Unauthorised, openapi_errors
from sync.central.context import Keys
from sync.central.devices import devices
from sync.central.devices.devices import Device
from sync.central.storage.database import Database

Identify = Callable[[str], Any]


class Gate:
    """Tells callers by the `Authorization` header; each method raises Unauthorised."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def device(self, authorization: str) -> Device:
        """The device behind the bearer token."""
        found = self._by_token(authorization)
        if found is None:
            raise Unauthorised
        return found

    def web_shop(self, authorization: str) -> None:
        """The web shop, known by its key."""
        if not is_key(authorization, self._keys.web_shop):
            raise Unauthorised

    def operations(self, authorization: str) -> None:
        """Operations people, known by a key of their own."""
        if not is_key(authorization, self._keys.operations):
            raise Unauthorised

    def device_or_key(self, authorization: str) -> Device | None:
        """A device, or None for the holder of one of the two keys."""
        keys = (self._keys.web_shop, self._keys.operations)
        if any(is_key(authorization, key) for key in keys):
            return None
        return self.device(authorization)

    def _by_token(self, authorization: str) -> Device | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        with self._database.read() as connection:
            return devices.by_token(connection, token.strip())


def is_key(authorization: str, expected: str) -> bool:
    """Whether the header bears that key."""
    scheme, _, key = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        key.strip().encode(), expected.encode()
    )


def guarded(identify: Identify) -> APIRouter:
    """A router whose routes are only reached by whom `identify` lets in; see `caller`."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def guard(request: Request) -> Response:
                header = request.headers.get("authorization", "")
                request.state.caller = await run_in_threadpool(identify, header)
                return await handle(request)

            return guard

    bearer = Depends(HTTPBearer(auto_error=False, scheme_name="token or key"))
    return APIRouter(
        prefix="/v1", responses=openapi_errors(), route_class=Guarded, dependencies=[bearer]
    )


def _caller(request: Request) -> Any:
    return request.state.caller


caller = Depends(_caller)
"""What `identify` gave of who asks: the default of a route's parameter."""
