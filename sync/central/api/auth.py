"""Who is asking: the one place where signatures and keys are looked at.

A caller is known by the headers alone, before a byte of the body is read: what a stranger sends
costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer

from sync.central.api.errors import NotTaken, Unauthorised, openapi_errors, status_of
from sync.central.devices import devices, request_window
from sync.central.devices.devices import Device, DeviceState
from sync.central.devices.request_window import Seen
from sync.central.keys import keys
from sync.central.keys.keys import Call, Holder, Scope
from sync.central.storage.database import Database
from sync.domain.errors import Refused
from sync.protocol.signatures import (
    CONTENT_DIGEST,
    SIGNATURE,
    SIGNATURE_INPUT,
    Signed,
    read_signed,
)

Identify = Callable[[Request], Any]


class Gate:
    """Tells callers by the headers of their request; each method raises Unauthorised.

    A device signs each request (see `sync.protocol.signatures`), all others bear a key.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def sender(self, request: Request) -> Device:
        """Like `device`; one that was revoked too: what it still holds is taken from it."""
        return self.device(request, (DeviceState.ACTIVE, DeviceState.REVOKED))

    def device(
        self, request: Request, served: tuple[DeviceState, ...] = (DeviceState.ACTIVE,)
    ) -> Device:
        """The device that signed the request, which is its first of that number.

        Raises NotTaken for one that was served before, Refused for a device out of service.
        """
        signed = _signed(request)
        if signed is None:
            raise Unauthorised
        with self._database.read() as connection:
            known = devices.by_code(connection, signed.device)
        if known is None or not signed.proves(known.key, request.method, _target(request)):
            raise Unauthorised
        if known.state not in served:
            raise out_of_service(known.state)
        seen = request_window.take(self._database, signed.device, signed.counter, signed.signature)
        if seen is Seen.TWO_HOLDERS:
            with self._database.write("device:two_holders") as tx:
                devices.stop(tx, signed.device)
            raise out_of_service(DeviceState.STOPPED)
        if seen is not Seen.NEW:
            raise NotTaken
        request.state.signed = signed
        return known.device

    def key(self, scope: Scope) -> Callable[[Request], Holder]:
        """Who bears a key that opens `scope`; raises Refused for one that does not."""

        def holder(request: Request) -> Holder:
            found = self._holder(request)
            if found is None:
                raise Unauthorised
            if not found.may(scope, looks=request.method == "GET"):
                raise self.no_scope(scope)
            return found

        return holder

    def device_or_key(self, request: Request) -> Device | None:
        """A device, or None for the holder of a key that looks at orders."""
        found = self._holder(request)
        if found is None:
            device = self.device(request)
            request.state.looks = device.code
            return device
        if not found.may(Scope.WEB_ORDERS, looks=True):
            raise self.no_scope(Scope.WEB_ORDERS)
        request.state.looks = found.name
        return None

    def opens_pages(self, secret: str) -> str:
        """The name of the key that looks at everything and has that secret; empty for none."""
        with self._database.read() as connection:
            found = keys.find(connection, secret, self._database.clock())
        if found is None or not found[0].may(Scope.OPERATIONS, looks=True):
            return ""
        return found[0].name

    @staticmethod
    def no_scope(scope: Scope) -> Refused:
        """What the holder of a key is told that does not open this."""
        return Refused(
            "This key has not the scope {scope}. Nothing was changed.",
            code="key.no_scope",
            scope=scope.value,
        )

    def _holder(self, request: Request) -> Holder | None:
        """Who bears the key in the headers; None where there is none, raises Unauthorised for one
        that is not known (any more)."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        with self._database.read() as connection:
            found = keys.find(connection, secret.strip(), self._database.clock())
        if found is None:
            raise Unauthorised
        holder, stale = found
        if stale:
            with self._database.write("key:used") as tx:
                keys.note_use(tx, holder.name)
        return holder

    def record(self, request: Request, name: str, status: int) -> None:
        """Keep a call of `name` that was meant to change something, however it ended; or a look
        at a client's order, once an hour."""
        address = request.client.host if request.client else ""
        call = Call("", name, address, request.method, request.url.path, status)
        with self._database.write("key:call") as tx:
            if request.method != "GET" or not keys.looked_lately(tx, call):
                keys.record_call(tx, call)


def out_of_service(state: DeviceState) -> Refused:
    """What a device is told that is not served any more."""
    if state is DeviceState.STOPPED:
        return Refused(
            "This device was stopped: another one uses its key. Nothing is lost. Call a manager; "
            "it has to be paired again.",
            code="device.stopped",
        )
    if state is DeviceState.WIPED:
        return Refused(
            "This device was reported lost. What it held was erased. Bring it to a manager.",
            code="device.wiped",
        )
    return Refused(
        "This device was taken out of service. It is not served any more.", code="device.revoked"
    )


def _signed(request: Request) -> Signed | None:
    names = (CONTENT_DIGEST, SIGNATURE_INPUT, SIGNATURE)
    given = {name: request.headers.getlist(name) for name in names}
    if any(len(values) != 1 for values in given.values()):
        return None
    return read_signed({name: values[0] for name, values in given.items()})


def _target(request: Request) -> str:
    """The whole address as it was asked for, to the byte."""
    scope = request.scope
    path = scope["raw_path"].decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    host = request.headers.get("host", "")
    return f"{scope['scheme']}://{host}{path}" + (f"?{query}" if query else "")


def guarded(gate: Gate, identify: Identify) -> APIRouter:
    """A router whose routes are only reached by whom `identify` lets in; see `caller`.

    What is changed with a key is recorded, and who looks at a client's order.
    """

    class Guarded(APIRoute):
        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            handle = super().get_route_handler()

            async def guard(request: Request) -> Response:
                request.state.caller = await run_in_threadpool(identify, request)
                signed = getattr(request.state, "signed", None)
                if signed is not None:
                    body = await request.body()
                    if not await run_in_threadpool(signed.is_of, body):
                        raise NotTaken
                name = _recorded(request)
                if not name:
                    return await handle(request)
                status = 500
                try:
                    answer = await handle(request)
                    status = answer.status_code
                except Exception as error:
                    status = status_of(error)
                    raise
                finally:
                    await run_in_threadpool(gate.record, request, name, status)
                return answer

            return guard

    bearer = Depends(HTTPBearer(auto_error=False, scheme_name="key"))
    return APIRouter(
        prefix="/v1", responses=openapi_errors(), route_class=Guarded, dependencies=[bearer]
    )


def _recorded(request: Request) -> str:
    """In whose name the call is recorded; empty for one that is not."""
    holder = request.state.caller
    if isinstance(holder, Holder) and request.method != "GET":
        return holder.name
    return str(getattr(request.state, "looks", ""))


def _caller(request: Request) -> Any:
    return request.state.caller


caller = Depends(_caller)
"""What `identify` gave of who asks: the default of a route's parameter."""
