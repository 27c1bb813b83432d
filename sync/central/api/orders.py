"""Routes of orders: what became of one, why it is filled where it is, and the web shop's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse

from sync.central.allocation.decisions import Decisions
from sync.central.allocation.explanation import EVALUATIONS_MAX, explain
from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import JSON, body_of, described
from sync.central.context import Context
from sync.central.devices.access import may_see
from sync.central.devices.capabilities import (
    EXPLANATIONS,
    not_allowed,
    order_for_kiosk,
)
from sync.central.devices.devices import Device
from sync.central.keys.keys import Scope
from sync.central.orders import place_order
from sync.central.orders.waiting import WaitingOrder, waiting
from sync.central.records import order_records
from sync.central.records.order_record import OrderRecord
from sync.central.storage.database import Transaction
from sync.domain.device import DeviceKind
from sync.domain.errors import InvalidInput
from sync.domain.identifiers import WEB_ORDER, DocumentNumber
from sync.domain.order import Channel, Order
from sync.protocol.codec import to_json, to_wire

EVALUATIONS_SHOWN_MAX = 10_000
WAITING_MAX = 500


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Orders, for their stores and the web shop."""
    router = APIRouter()
    router.include_router(_reading(ctx, gate))
    router.include_router(_placing(ctx, gate))
    router.include_router(_waiting(ctx, gate))
    router.include_router(_releasing(ctx, gate))
    return router


def _reading(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.device_or_key)

    @router.get("/orders/{number}")
    def order(number: str, asker: Device | None = caller, receipt_code: str = "") -> Response:
        """The order and what became of it, for its stores, or for who has its receipt."""
        with ctx.database.read() as connection:
            found = _visible(connection, asker, number, receipt_code)
            state = to_wire(found.state())
        if asker is not None and asker.kind is DeviceKind.KIOSK:
            state = order_for_kiosk(state)
        return JSONResponse(state)

    @router.get("/orders/{number}/explanation")
    def explanation(
        number: str,
        asker: Device | None = caller,
        lang: str = "en",
        evaluations_max: Annotated[int, Query(ge=0, le=EVALUATIONS_SHOWN_MAX)] = EVALUATIONS_MAX,
    ) -> JSONResponse:
        """Why each location was chosen or not, in sentences; not for a kiosk."""
        if asker is not None and asker.kind not in EXPLANATIONS:
            raise not_allowed()
        with ctx.database.read() as connection:
            found = _visible(connection, asker, number, "")
            told = explain(ctx.reference, connection, found.order, lang, evaluations_max)
            return JSONResponse(told)

    return router


def _placing(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.WEB_ORDERS))

    @router.post("/orders", openapi_extra=described(Order))
    def place(wanted: Annotated[Order, body_of(Order)], held: str = "") -> Response:
        """An order of the web shop or a marketplace; sent twice, it is placed once.

        `held`: the number under which its promise was held.
        """
        _check_web(wanted)
        decisions = Decisions(ctx)

        def once(tx: Transaction) -> None:
            if not place_order.is_known(tx, wanted):
                place_order.place_order(ctx, tx, wanted, decisions, held=held)

        ctx.database.settle(f"web:{wanted.number}", once)
        with ctx.database.read() as connection:
            state = order_records.order_state(connection, wanted.number.value)
        return Response(to_json(state), media_type=JSON)

    return router


def _waiting(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.ORDERS))

    @router.get("/waiting-orders")
    def listed(
        limit: Annotated[int, Query(ge=1, le=WAITING_MAX)] = WAITING_MAX,
    ) -> list[WaitingOrder]:
        """Orders that wait for stock, the oldest promise first, and by when goods come for them."""
        today = ctx.database.clock().astimezone(ctx.reference.company.zone).date()
        with ctx.database.read() as connection:
            return waiting(connection, today, limit)

    @router.post("/orders/{number}/source-again")
    def source_again(number: str) -> Released:
        """Look once more for what an order waits for, now."""
        wanted = DocumentNumber(number).value
        decisions = Decisions(ctx)
        before = _pieces_waiting(ctx, wanted)
        ctx.database.settle(
            "source-again", lambda tx: place_order.retry_backorder(ctx, tx, wanted, decisions)
        )
        return Released(wanted, before - _pieces_waiting(ctx, wanted))

    return router


def _pieces_waiting(ctx: Context, number: str) -> int:
    with ctx.database.read() as connection:
        return sum(line.unfilled for line in order_records.order_state(connection, number).lines)


@dataclass(frozen=True, slots=True)
class Released:
    """`found` pieces of `order` are promised now; what nobody can supply waits for stock."""

    order: str
    found: int


def _releasing(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.ORDERS))

    @router.post("/orders/{number}/release")
    def release(number: str) -> Released:
        """Send what there is of an order that a policy holds, or asks a person about."""
        wanted = DocumentNumber(number).value
        decisions = Decisions(ctx, released=True)
        found = ctx.database.settle(
            "release", lambda tx: place_order.release_order(ctx, tx, wanted, decisions)
        )
        return Released(wanted, found)

    return router


def _visible(
    connection: sa.Connection, asker: Device | None, number: str, receipt_code: str
) -> OrderRecord:
    try:
        wanted = DocumentNumber(number).value
    except InvalidInput:
        raise order_records.unknown_order(number) from None
    record = order_records.read(connection, wanted)
    if asker is None or may_see(connection, record, asker.location, receipt_code):
        return record
    raise order_records.unknown_order(number)


def _check_web(order: Order) -> None:
    if order.channel is Channel.STORE or not order.number.value.startswith(f"{WEB_ORDER}0000-"):
        raise InvalidInput(
            "An order that comes this way has a number such as W0000-000123-4 and the channel "
            "web or marketplace.",
            code="order.channel",
        )
