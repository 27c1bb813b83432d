"""The HTTP API: one route for each message of `sync.protocol`, and errors in one shape.

Bodies are read as the domain's own types, which refuse fields that they do not know. A device is
known by its bearer token and sees its own store; what is another store's is "not found", as if it
did not exist. Endpoints are plain functions: the framework runs them in its threads.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from sync.central.allocation import policies
from sync.central.allocation import reallocate as reallocation
from sync.central.allocation.explanation import EVALUATIONS_MAX, explain
from sync.central.api.errors import TooMany, Unauthorised, install_errors, openapi_errors
from sync.central.api.limits import BodyLimit
from sync.central.device_sync import handle_command as commands
from sync.central.device_sync.publish_feed import read_page
from sync.central.devices import devices
from sync.central.devices.devices import Device
from sync.central.orders import place_order as orders
from sync.central.records import order_records as projection
from sync.central.returns import returns
from sync.central.server import Central
from sync.central.storage import tables
from sync.central.version import VERSION
from sync.domain.errors import Conflict, InvalidInput, NotFound
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.order import Channel, Order
from sync.protocol.codec import parse_json, to_json
from sync.protocol.commands import (
    COMMANDS_PER_PUSH_MAX,
    Push,
    PushAnswer,
)
from sync.protocol.feed import CATALOGUE, NETWORK, encode_page, store_bucket

JSON, MSGPACK_ZSTD = "application/json", "application/octet-stream"
CURSOR_MAX = 2**62
EVALUATIONS_SHOWN_MAX = 10_000


@dataclass(frozen=True, slots=True)
class PairRequest:
    """`public_key`: the device's Ed25519 key in hexadecimal; `name`: what people call it."""

    __pydantic_config__ = {"extra": "forbid"}

    code: str
    public_key: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PolicyText:
    """`text`: a sourcing policy in TOML."""

    __pydantic_config__ = {"extra": "forbid"}

    text: str


def body_of(kind: Any) -> Any:
    """A dependency that reads the request's body as `kind`."""

    async def read(request: Request) -> Any:
        raw = await request.body()
        return await run_in_threadpool(parse_json, kind, raw)

    return Depends(read)


def _schema(kind: Any) -> dict[str, Any]:
    from sync.protocol.codec import adapter

    schema = adapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}


def create_app(central: Central, *, overview_open: bool = True) -> FastAPI:
    """The application for `central`. `overview_open`: people need no key for the pages."""
    from sync.central.control_room.pages import create_pages

    app = FastAPI(
        title="Comptoir central server",
        version=VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    app.add_middleware(BodyLimit)
    install_errors(app)
    app.include_router(create_routes(central))
    app.include_router(create_pages(central, overview_open=overview_open))
    return app


class Gate:
    """Who is asking: the one place where tokens and keys are looked at."""

    def __init__(self, central: Central) -> None:
        self._central = central

    def device(self, authorization: Annotated[str, Header()] = "") -> Device:
        """The device behind the bearer token; raises Unauthorised."""
        found = self._by_token(authorization)
        if found is None:
            raise Unauthorised
        return found

    def shop(self, authorization: Annotated[str, Header()] = "") -> str:
        """The web shop, known by the API key; raises Unauthorised."""
        if not _is_key(authorization, self._central.api_key):
            raise Unauthorised
        return "web"

    def operations(self, authorization: Annotated[str, Header()] = "") -> str:
        """Operations people, known by a key of their own; raises Unauthorised."""
        if not _is_key(authorization, self._central.operations_key):
            raise Unauthorised
        return "operations"

    def anybody(self, authorization: Annotated[str, Header()] = "") -> Device | None:
        """A device, or None for the holder of one of the two keys; raises Unauthorised."""
        central = self._central
        if any(_is_key(authorization, key) for key in (central.api_key, central.operations_key)):
            return None
        return self.device(authorization)

    def _by_token(self, authorization: str) -> Device | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        with self._central.database.read() as connection:
            return devices.by_token(connection, token.strip())


def _is_key(authorization: str, expected: str) -> bool:
    scheme, _, key = authorization.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        key.strip().encode(), expected.encode()
    )


def create_routes(central: Central) -> APIRouter:
    """All routes of version 1."""
    routes = APIRouter(prefix="/v1", responses=openapi_errors())
    gate = Gate(central)
    # Defaults, not annotations: names of this function cannot be found in an annotation.
    known_device, known_asker = Depends(gate.device), Depends(gate.anybody)
    web_shop, operations = Depends(gate.shop), Depends(gate.operations)
    database = central.database

    @routes.get("/status")
    def status() -> dict[str, str]:
        """Who answers here; no token is needed."""
        return {
            "name": "comptoir-central",
            "version": VERSION,
            "epoch": central.epoch,
            "time": central.clock().isoformat(),
        }

    @routes.post("/pair", openapi_extra=_schema(PairRequest))
    def pair(wanted: Annotated[PairRequest, body_of(PairRequest)]) -> dict[str, Any]:
        """Make a device of the one who has a pairing code; the token is told once."""
        if not central.pairing_limit.allow(central.clock()):
            raise TooMany
        with database.write("pair") as tx:
            device, token = devices.pair(
                tx, central.random_bytes, wanted.code, wanted.public_key, wanted.name
            )
        return {
            "device": device.code,
            "number": device.number,
            "kind": device.kind,
            "token": token,
            "location": device.location,
            "epoch": central.epoch,
        }

    @routes.post("/commands", openapi_extra=_schema(Push))
    def push(sent: Annotated[Push, body_of(Push)], device: Device = known_device) -> Response:
        """Apply commands in the order sent, each in a transaction of its own."""
        if len(sent.commands) > COMMANDS_PER_PUSH_MAX:
            raise InvalidInput(
                "At most {maximum} commands can be sent at once; these are {count}.",
                code="push.too_many",
                maximum=COMMANDS_PER_PUSH_MAX,
                count=len(sent.commands),
            )
        answers = tuple(
            commands.handle(central.context, device, command) for command in sent.commands
        )
        return Response(to_json(PushAnswer(central.epoch, answers)), media_type=JSON)

    @routes.get("/feed/{bucket}", response_class=Response)
    def feed(
        bucket: str,
        device: Device = known_device,
        cursor: Annotated[int, Query(ge=0, le=CURSOR_MAX)] = 0,
        high_water: Annotated[int, Query(ge=0, le=CURSOR_MAX)] = 0,
        epoch: str = "",
    ) -> Response:
        """A page of changes after `cursor`; with another epoch than ours, from the beginning."""
        if bucket not in (CATALOGUE, NETWORK, store_bucket(device.location)):
            raise NotFound("There is no bucket {bucket}.", code="feed.unknown", bucket=bucket[:60])
        if epoch and epoch != central.epoch:
            cursor = high_water = 0
        with database.read() as connection:
            page = read_page(connection, central.epoch, bucket, cursor, high_water)
        central.progress.note(device.code, bucket, cursor, central.clock())
        return Response(encode_page(page), media_type=MSGPACK_ZSTD)

    @routes.get("/orders/{number}")
    def order(
        number: str,
        asker: Device | None = known_asker,
        receipt_code: str = "",
    ) -> Response:
        """The order and what became of it, for its stores, or for who has its receipt."""
        with database.read() as connection:
            found = _visible(connection, asker, number, receipt_code)
            return Response(
                to_json(projection.order_state(connection, found.number.value)), media_type=JSON
            )

    @routes.get("/orders/{number}/explanation")
    def explanation(
        number: str,
        asker: Device | None = known_asker,
        lang: str = "en",
        evaluations_max: Annotated[int, Query(ge=0, le=EVALUATIONS_SHOWN_MAX)] = EVALUATIONS_MAX,
    ) -> JSONResponse:
        """Why each location was chosen or not, in sentences."""
        with database.read() as connection:
            found = _visible(connection, asker, number, "")
            return JSONResponse(
                explain(central.reference, connection, found, lang, evaluations_max)
            )

    @routes.post("/orders", openapi_extra=_schema(Order))
    def place(wanted: Annotated[Order, body_of(Order)], _shop: str = web_shop) -> Response:
        """An order of the web shop or a marketplace; sent twice, it is placed once."""
        _check_web(wanted)
        with database.write(f"web:{wanted.number}") as tx:
            if not _same_order_is_there(tx.connection, wanted):
                orders.place_order(central.context, tx, wanted)
        with database.read() as connection:
            state = projection.order_state(connection, wanted.number.value)
        return Response(to_json(state), media_type=JSON)

    @routes.get("/policies")
    def policy_list(_who: str = operations) -> list[dict[str, Any]]:
        """The policies in the order in which an order meets them."""
        with database.read() as connection:
            return policies.current(connection)

    @routes.get("/policies/{name}")
    def policy_text(name: str, version: str = "", _who: str = operations) -> dict[str, Any]:
        """One policy with its text; `version` for one that decided earlier."""
        with database.read() as connection:
            return policies.find(connection, name, version)

    @routes.put("/policies/{name}", openapi_extra=_schema(PolicyText))
    def load_policy(
        name: str, sent: Annotated[PolicyText, body_of(PolicyText)], _who: str = operations
    ) -> dict[str, Any]:
        """Source by this policy from now on."""
        with database.write("policy") as tx:
            policies.load(tx, name, sent.text)
        central.reference.refresh()
        return policy_text(name)

    @routes.delete("/policies/{name}")
    def withdraw_policy(name: str, _who: str = operations) -> dict[str, str]:
        """Source no more orders by it."""
        with database.write("policy") as tx:
            policies.withdraw(tx, name)
        central.reference.refresh()
        return {"name": name}

    @routes.post("/batch")
    def batch(dry_run: bool = True, _who: str = operations) -> dict[str, Any]:
        """Look at what nobody has begun; move it only when `dry_run` is false."""
        return reallocation.on_demand(central.context, central.long_work, dry_run=dry_run)

    return routes


def _visible(
    connection: sa.Connection, asker: Device | None, number: str, receipt_code: str
) -> Order:
    try:
        wanted = DocumentNumber(number).value
    except InvalidInput:
        raise projection.unknown_order(number) from None
    order = projection.find_order(connection, wanted)
    if asker is None or returns.may_see(connection, order, asker.location, receipt_code):
        return order
    raise projection.unknown_order(number)


def _check_web(order: Order) -> None:
    if order.channel is Channel.STORE or not order.number.value.startswith(f"{WEB_ORDER}0000-"):
        raise InvalidInput(
            "An order that comes this way has a number such as W0000-000123-4 and the channel "
            "web or marketplace.",
            code="order.channel",
        )


def _same_order_is_there(connection: sa.Connection, order: Order) -> bool:
    known = sa.select(tables.order_document.c.fingerprint).where(
        tables.order_document.c.number == order.number.value
    )
    fingerprint = connection.execute(known).scalar()
    if fingerprint is not None and fingerprint != orders.fingerprint(order):
        raise Conflict(
            "The order number {number} is already used by another order. Nothing was changed; "
            "call the people who run the server.",
            code="order.number_used",
            number=order.number,
        )
    return fingerprint is not None
