"""Routes of stock: what there is of an article, what is to come, held, counted and moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response

from sync.central.api.auth import Gate, caller, guarded
from sync.central.api.bodies import JSON, body_of, described
from sync.central.context import Context
from sync.central.fulfilment import e_reservations
from sync.central.inventory import (
    ageing,
    changes,
    consignments,
    expected,
    levels,
    overview,
    proposals,
    reservations,
    rules,
)
from sync.central.inventory.ageing import AgedStock
from sync.central.inventory.consignments import Consignment
from sync.central.inventory.levels import Level, LevelsAccepted
from sync.central.inventory.overview import StockAt
from sync.central.inventory.proposals import Acceptance, Proposal
from sync.central.inventory.rules import ExplainedStock
from sync.central.keys.keys import Holder, Scope
from sync.domain.consignment import AdvanceNotice, Receipt, StockChange, Transfer
from sync.domain.order import Channel
from sync.domain.reservation import Reservation
from sync.domain.stock_rules import RuleBook, StockRules

LISTED_MAX, SKUS_MAX = 500, 100
Limit = Annotated[int, Query(ge=1, le=LISTED_MAX)]


@dataclass(frozen=True, slots=True)
class ListedConsignment:
    """`source`: the location that sent it, empty for a supplier's. Pieces by article."""

    number: str
    state: str
    source: str
    supplier: str
    destination: str
    expected_on: str
    lines: list[dict[str, str | int]]


@dataclass(frozen=True, slots=True)
class ListedReservation:
    """`expires_at` in UTC."""

    number: str
    location: str
    sku: str
    quantity: int
    expires_at: str


def routes(ctx: Context, gate: Gate) -> APIRouter:
    """Stock, for operations people and the systems of warehouses and suppliers."""
    router = APIRouter()
    router.include_router(_asking(ctx, gate))
    router.include_router(_looking(ctx, gate))
    router.include_router(_rules(ctx, gate))
    router.include_router(_proposing(ctx, gate))
    router.include_router(_coming(ctx, gate))
    router.include_router(_holding(ctx, gate))
    router.include_router(_reserving(ctx, gate))
    return router


def _asking(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.WEB_ORDERS))

    @router.get("/availability")
    def availability(
        sku: Annotated[list[str], Query(min_length=1, max_length=SKUS_MAX)],
        channel: Channel = Channel.WEB,
    ) -> Response:
        """Pieces that a channel may sell of each article, at each location that has some."""
        found = ctx.view.available(sku, channel.value)
        told = {
            each: {code: pieces for code, pieces in at.items() if pieces}
            for each, at in found.items()
        }
        return Response(json.dumps(told), media_type=JSON)

    return router


def _looking(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.STOCK))

    @router.get("/stock/{sku}")
    def stock(sku: str) -> list[StockAt]:
        """Every state of an article at every location that has, expects or promises some."""
        with ctx.database.read() as connection:
            return overview.of_article(ctx.reference, ctx.view, connection, sku)

    @router.get("/stock-ageing")
    def aged(location: str = "", limit: Limit = LISTED_MAX) -> list[AgedStock]:
        """How long stock has been lying, the most value bound first: the articles of a location,
        or all locations."""
        today = ctx.database.clock().astimezone(ctx.reference.zone).date()
        with ctx.database.read() as connection:
            return ageing.ageing(ctx.reference, connection, today, location)[:limit]

    @router.post("/stock/changes", openapi_extra=described(StockChange))
    def change(
        wanted: Annotated[StockChange, body_of(StockChange)], holder: Holder = caller
    ) -> dict[str, int]:
        """A count, a move between states, goods that leave for good; gives what there is now."""
        with ctx.database.write(f"change:{wanted.key}") as tx:
            return asdict(changes.change(ctx.reference, tx, wanted, holder.name))

    return router


def _rules(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.STOCK))

    @router.get("/stock/{sku}/explanation")
    def explanation(sku: str, channel: Channel = Channel.STORE) -> list[ExplainedStock]:
        """What a channel may sell of an article, by location, and which rule made which number."""
        with ctx.database.read() as connection:
            return rules.explain(ctx.reference, connection, sku, channel.value)

    @router.get("/stock-rules")
    def current() -> RuleBook:
        """The rules in force, with the groups of locations."""
        with ctx.database.read() as connection:
            return rules.current(connection)

    @router.put("/stock-rules", openapi_extra=described(RuleBook))
    def set_rules(sent: Annotated[RuleBook, body_of(RuleBook)]) -> dict[str, int]:
        """Sell by these rules and groups from now on, in place of those before."""
        wanted = StockRules(sent.rules, sent.groups)
        with ctx.database.write("stock-rules") as tx:
            told = rules.set_rules(ctx.reference, tx, wanted)
        ctx.reference.refresh()
        return {"rules": len(wanted.rules), "told_anew": told}

    return router


def _proposing(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.STOCK))

    @router.get("/stock-proposals")
    def proposed(
        service_level: float = expected.SERVICE_LEVEL,
        cover_days: int = expected.COVER_DAYS,
        limit: Limit = LISTED_MAX,
    ) -> list[Proposal]:
        """Transfers worth making, those that save most sales first, with their numbers."""
        with ctx.database.read() as connection:
            return proposals.propose(
                ctx.reference,
                connection,
                ctx.database.clock(),
                service_level=service_level,
                cover_days=cover_days,
                limit=limit,
            )

    @router.post("/stock-proposals/accept", openapi_extra=described(Acceptance))
    def accept(
        wanted: Annotated[Acceptance, body_of(Acceptance)], holder: Holder = caller
    ) -> list[ListedConsignment]:
        """Ask the locations that have too much to send what is proposed; nothing moves yet."""
        return _told(proposals.accept(ctx.reference, ctx.database, wanted, holder.name))

    @router.get("/stock-levels")
    def stock_levels(
        location: str,
        service_level: float = expected.SERVICE_LEVEL,
        cover_days: int = expected.COVER_DAYS,
        limit: Limit = LISTED_MAX,
    ) -> list[Level]:
        """Safety stock and order-up-to of a store's articles, those that sell most first."""
        with ctx.database.read() as connection:
            return levels.levels(
                ctx.reference,
                connection,
                ctx.database.clock(),
                location,
                service_level=service_level,
                cover_days=cover_days,
            )[:limit]

    @router.post("/stock-levels/accept", openapi_extra=described(LevelsAccepted))
    def accept_levels(
        wanted: Annotated[LevelsAccepted, body_of(LevelsAccepted)],
    ) -> dict[str, int]:
        """Keep the proposed safety stock, as stock rules."""
        return {"rules": levels.accept(ctx.reference, ctx.database, wanted)}

    return router


def _coming(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.STOCK))

    @router.get("/consignments")
    def listed(
        location: str = "", closed: bool = False, limit: Limit = LISTED_MAX
    ) -> list[ListedConsignment]:
        """What is to come or asked for, soonest first; `closed`: what came, or never will."""
        with ctx.database.read() as connection:
            return _told(consignments.listed(connection, location=location, closed=closed,
                                             limit=limit))  # fmt: skip

    @router.post("/consignments", openapi_extra=described(AdvanceNotice))
    def announce(
        notice: Annotated[AdvanceNotice, body_of(AdvanceNotice)], holder: Holder = caller
    ) -> ListedConsignment:
        """A supplier says what will come, and when."""
        with ctx.database.write(f"consignment:{notice.number}") as tx:
            return _told([consignments.announce(ctx.reference, tx, notice, holder.name)])[0]

    @router.post("/transfers", openapi_extra=described(Transfer))
    def transfer(
        sent: Annotated[Transfer, body_of(Transfer)], holder: Holder = caller
    ) -> ListedConsignment:
        """Goods leave one location for another; received there as a consignment."""
        with ctx.database.write(f"consignment:{sent.number}") as tx:
            return _told([consignments.send(ctx.reference, tx, sent, holder.name)])[0]

    @router.post("/consignments/{number}/receive", openapi_extra=described(Receipt))
    def receive(
        number: str, receipt: Annotated[Receipt, body_of(Receipt)], holder: Holder = caller
    ) -> ListedConsignment:
        """What was counted; a difference goes on the list of what needs a person."""
        with ctx.database.write(f"consignment:{number}"[:80]) as tx:
            return _told([consignments.receive(ctx.reference, tx, number, receipt, holder.name)])[0]

    @router.post("/consignments/{number}/cancel")
    def cancel(number: str) -> ListedConsignment:
        """A supplier's goods will not come, or those asked for shall not."""
        with ctx.database.write(f"consignment:{number}"[:80]) as tx:
            return _told([consignments.cancel(tx, number)])[0]

    return router


def _reserving(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.WEB_ORDERS))

    @router.post("/e-reservations", openapi_extra=described(Reservation))
    def reserve(
        wanted: Annotated[Reservation, body_of(Reservation)], holder: Holder = caller
    ) -> ListedReservation:
        """Hold pieces in a store for a customer who comes and pays there."""
        with ctx.database.write(f"reservation:{wanted.number}") as tx:
            return _held(e_reservations.reserve(ctx, tx, wanted, holder.name))

    return router


def _holding(ctx: Context, gate: Gate) -> APIRouter:
    router = guarded(gate, gate.key(Scope.STOCK))

    @router.get("/reservations")
    def listed(limit: Limit = LISTED_MAX) -> list[ListedReservation]:
        """What is held, the first to expire first."""
        with ctx.database.read() as connection:
            return [_held(each) for each in reservations.open_ones(connection, limit)]

    @router.post("/reservations", openapi_extra=described(Reservation))
    def reserve(
        wanted: Annotated[Reservation, body_of(Reservation)], holder: Holder = caller
    ) -> ListedReservation:
        """Hold pieces until a time."""
        with ctx.database.write(f"reservation:{wanted.number}") as tx:
            return _held(reservations.reserve(ctx.reference, tx, wanted, holder.name))

    @router.post("/reservations/{number}/release")
    def release(number: str) -> ListedReservation:
        """Nobody needs them held any more."""
        with ctx.database.write(f"reservation:{number}"[:80]) as tx:
            return _held(reservations.release(tx, number))

    return router


def _told(found: Sequence[Consignment]) -> list[ListedConsignment]:
    return [
        ListedConsignment(
            each.number,
            each.state.value,
            each.source,
            each.supplier,
            each.destination,
            each.expected_on,
            [asdict(line) for line in each.lines],
        )
        for each in found
    ]


def _held(found: Reservation) -> ListedReservation:
    return ListedReservation(
        found.number, found.location, found.sku, found.quantity, found.expires_at.isoformat()
    )
