"""What the engine is asked of an order: its lines by where they go, and what must not be chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sync.central.catalogue.reference import Reference
from sync.central.context import Context
from sync.central.records.order_record import OrderRecord
from sync.domain.errors import InvalidInput
from sync.domain.fulfilment import FulfilmentState
from sync.domain.location import LocationKind
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.sourcing.request import Destination, Request, RequestLine

_REJECTED_HERE = "rejected"
_COLLECT_KINDS = {
    FulfilmentMode.COLLECT: LocationKind.STORE,
    FulfilmentMode.PICKUP_POINT: LocationKind.PICKUP_POINT,
}


@dataclass(frozen=True)
class Group:
    """Lines that go to the same place: `pieces` wanted of each, and what the engine is asked."""

    lines: Sequence[OrderLine]
    pieces: Mapping[int, int]
    request: Request


def groups(
    ctx: Context, now: datetime, record: OrderRecord, wanted: Mapping[int, int]
) -> list[Group]:
    """What is to be sourced of an order: `wanted` pieces by line, always in the same order.

    Raises InvalidInput for a place that is not known.
    """
    made = []
    for lines in _by_delivery(record.order, wanted):
        pieces = {line.line_id: wanted[line.line_id] for line in lines}
        made.append(Group(lines, pieces, request_for(ctx, now, record, lines, pieces)))
    return made


def _by_delivery(order: Order, wanted: Mapping[int, int]) -> list[list[OrderLine]]:
    found: dict[tuple[str, str, str], list[OrderLine]] = {}
    for line in order.lines:
        if wanted.get(line.line_id, 0) > 0:
            found.setdefault((line.mode.value, line.collect_at, line.service), []).append(line)
    return [found[key] for key in sorted(found)]


def request_for(
    ctx: Context,
    now: datetime,
    record: OrderRecord,
    lines: Sequence[OrderLine],
    pieces: Mapping[int, int],
) -> Request:
    """What the engine is asked at `now`: `pieces` of `lines`, which all go to the same place."""
    order = record.order
    promised = [line.promised_at for line in lines if line.promised_at is not None]
    articles = ctx.reference.articles
    return Request(
        order_number=order.number.value,
        channel=order.channel.value,
        lines=tuple(
            RequestLine(
                line.line_id,
                line.sku,
                pieces[line.line_id],
                articles[line.sku].weight_g,
                line.unit_price * pieces[line.line_id],
                articles[line.sku].category,
                articles[line.sku].volume_cm3,
                articles[line.sku].tags,
                line.vat_rate_bp,
            )
            for line in lines
        ),
        destination=destination(ctx.reference, order, lines[0]),
        placed_at=now,
        promised_by=min(promised) if promised else None,
        excluded=_rejected_by(record, pieces),
        preferred=order.location if order.location in ctx.reference.locations else "",
        service=lines[0].service,
        customer_class=order.customer.customer_class,
    )


def destination(reference: Reference, order: Order, line: OrderLine) -> Destination:
    """Where `line` goes; raises InvalidInput when that place is not known."""
    if line.mode is FulfilmentMode.SHIP_HOME and order.ship_to is not None:
        home = order.ship_to
        return Destination(home.lat, home.lon, "home", country=home.country, postcode=home.postcode)
    place = reference.location(
        line.collect_at,
        "There is no store or pickup point {location}. Choose another one for this line.",
        "order.collect_at",
    )
    if place.kind is not _COLLECT_KINDS.get(line.mode):
        raise InvalidInput(
            "Goods cannot be collected at {location}. Choose another place for this line.",
            code="order.collect_at",
            location=place.code,
        )
    return Destination(
        place.lat, place.lon, place.kind.value, place.code, place.country, place.postcode
    )


def _rejected_by(record: OrderRecord, pieces: Mapping[int, int]) -> dict[str, str]:
    """Locations that refused one of these lines, each with its reason."""
    refused = (
        found.fulfilment
        for _, found in sorted(record.fulfilments.items())
        if found.fulfilment.state is FulfilmentState.REJECTED
    )
    return {
        fulfilment.location: fulfilment.rejection or _REJECTED_HERE
        for fulfilment in refused
        if any(line.line_id in pieces for line in fulfilment.lines)
    }
