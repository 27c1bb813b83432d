"""Routes of changes to orders: pieces cancelled, another address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response

from sync.central.allocation.decisions import Decisions
from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import JSON, body_of, described
from sync.central.context import Context
from sync.central.keys.keys import Holder, Scope
from sync.central.orders import cancel_order, change_address
from sync.central.orders.cancel_order import CancelOrder
from sync.central.records import order_records
from sync.central.storage.database import Transaction
from sync.domain.customer import Address
from sync.domain.identifiers import DocumentNumber
from sync.domain.order_change import AddressChange
from sync.protocol.codec import to_json


@dataclass(frozen=True, slots=True)
class NewAddress:
    """Where what is still to be delivered goes; `number` is the asker's: it is done once."""

    __pydantic_config__ = {"extra": "forbid"}

    number: str
    ship_to: Address


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Changes, for operations people and the systems that they give a key to."""
    router = guarded(gate, gate.key(Scope.ORDERS))

    @router.post("/orders/{number}/cancel", openapi_extra=described(CancelOrder))
    def cancel(
        number: str,
        wanted: Annotated[CancelOrder, body_of(CancelOrder)],
        holder: Holder = caller,
    ) -> Response:
        """Cancel pieces that nobody has begun to prepare, or all of them; gives what goes back."""
        order = DocumentNumber(number).value
        done = ctx.database.settle(
            f"cancel:{wanted.number}",
            lambda tx: cancel_order.cancel(ctx, tx, order, wanted, holder.name),
        )
        return Response(to_json(done), media_type=JSON)

    @router.post("/orders/{number}/address", openapi_extra=described(NewAddress))
    def deliver_elsewhere(
        number: str, wanted: Annotated[NewAddress, body_of(NewAddress)], holder: Holder = caller
    ) -> Response:
        """Deliver elsewhere what nobody has begun to prepare; gives the order."""
        order, decisions = DocumentNumber(number), Decisions(ctx)
        change = AddressChange(wanted.number, order, wanted.ship_to, holder.name)

        def once(tx: Transaction) -> None:
            change_address.change_address(ctx, tx, change, decisions)

        ctx.database.settle(f"address:{wanted.number}", once)
        with ctx.database.read() as connection:
            state = order_records.order_state(connection, order.value)
        return Response(to_json(state), media_type=JSON)

    return router
