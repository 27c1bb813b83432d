"""Routes of devices: commands in, the change feed out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import JSON, body_of, described
from sync.central.context import Context
from sync.central.device_sync import handle_command
from sync.central.device_sync.publish_feed import read_page
from sync.central.devices import last_seen
from sync.central.devices.devices import Device
from sync.central.journal.receive import receive
from sync.central.storage import schema
from sync.domain.errors import InvalidInput, NotFound
from sync.protocol.codec import to_json
from sync.protocol.commands import COMMANDS_PER_PUSH_MAX, Push, PushAnswer
from sync.protocol.feed import CATALOGUE, NETWORK, encode_page, store_bucket
from sync.protocol.journal import JournalAnswer, JournalPush

MSGPACK_ZSTD = "application/octet-stream"
CURSOR_MAX = 2**62


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """What a device sends and what it reads."""
    router = APIRouter()
    router.include_router(_sending(ctx, gate))
    router.include_router(_reading(ctx, gate))
    return router


def _sending(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.sender)

    @router.post("/commands", openapi_extra=described(Push))
    def push(sent: Annotated[Push, body_of(Push)], device: Device = caller) -> Response:
        """Apply commands in the order sent, each in a transaction of its own."""
        if len(sent.commands) > COMMANDS_PER_PUSH_MAX:
            raise InvalidInput(
                "At most {maximum} commands can be sent at once; these are {count}.",
                code="push.too_many",
                maximum=COMMANDS_PER_PUSH_MAX,
                count=len(sent.commands),
            )
        answers = tuple(handle_command.handle(ctx, device, command) for command in sent.commands)
        with ctx.database.read() as connection:
            epoch = schema.read_meta(connection, schema.EPOCH)
        return Response(to_json(PushAnswer(epoch, answers)), media_type=JSON)

    @router.post("/journal", openapi_extra=described(JournalPush))
    def journal(
        sent: Annotated[JournalPush, body_of(JournalPush)], device: Device = caller
    ) -> JournalAnswer:
        """Take what follows the head that is held, and say how far that goes now."""
        with ctx.database.write(f"journal:{device.code}") as tx:
            return receive(ctx, tx, device, sent)

    return router


def _reading(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.device)

    @router.get("/feed/{bucket}", response_class=Response)
    def feed(
        bucket: str,
        device: Device = caller,
        cursor: Annotated[int, Query(ge=0, le=CURSOR_MAX)] = 0,
        high_water: Annotated[int, Query(ge=0, le=CURSOR_MAX)] = 0,
        epoch: str = "",
    ) -> Response:
        """A page of changes after `cursor`; with another epoch than ours, from the beginning."""
        if bucket not in (CATALOGUE, NETWORK, store_bucket(device.location)):
            raise NotFound("There is no bucket {bucket}.", code="feed.unknown", bucket=bucket[:60])
        with ctx.database.read() as connection:
            ours = schema.read_meta(connection, schema.EPOCH)
            if epoch and epoch != ours:
                cursor = high_water = 0
            page = read_page(connection, ours, bucket, cursor, high_water, device.kind)
        last_seen.note(ctx.database, device.code, bucket, cursor)
        return Response(encode_page(page), media_type=MSGPACK_ZSTD)

    return router
