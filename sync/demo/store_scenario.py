"""Work for the demo store: what makes a store ship although the warehouses are cheaper.

At the end of a range the last pieces lie in stores. The demo picks a few real orders of customers
near Lyon and lets their articles be such: sold out in warehouses and at the supplier, still on the
shelf of the demo store. The engine then decides as it always does. Two more of these customers
come to the store for their goods.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sync.central.catalogue.imports.records import WebOrder
from sync.demo import company as demo_company
from sync.demo.company import DEMO_STORE
from sync.domain.location import Location, LocationKind
from sync.domain.order import FulfilmentMode, Order

ORDERS_CONSIDERED = 2_000
SHIPPED, COLLECTED = 10, 2
LINES_MAX = 2
MINUTES_APART = 23
SPARE_PIECES = 2
_NEAR_LYON = ("69", "01", "38", "42")


def local_orders(now: datetime, recent: Sequence[WebOrder]) -> list[WebOrder]:
    """Small real orders of customers near Lyon, placed in the last hours before `now`.

    None shares an article with another one, nor with the `recent` orders of the whole country.
    """
    taken = {sku for order in recent for sku, _ in order.lines}
    near: list[WebOrder] = []
    for order in reversed(demo_company.web_orders(ORDERS_CONSIDERED, now)):
        skus = {sku for sku, _ in order.lines}
        local = order.destination.postcode.startswith(_NEAR_LYON)
        if local and len(order.lines) <= LINES_MAX and not skus & taken:
            near.append(order)
            taken |= skus
        if len(near) == SHIPPED + COLLECTED:
            break
    return [
        replace(order, placed_at=now - timedelta(minutes=MINUTES_APART * place))
        for place, order in enumerate(near, start=1)
    ]


def collected(local: Sequence[WebOrder]) -> set[str]:
    """The invoices of those who come to the store."""
    return {order.invoice for order in local[:COLLECTED]}


def end_of_range(
    rows: Iterable[tuple[str, str, int]],
    locations: Iterable[Location],
    local: Iterable[WebOrder],
) -> Iterator[tuple[str, str, int]]:
    """The generated stock, with the articles of `local` left in stores only.

    The demo store has what its orders need, beside what it keeps for its own customers.
    """
    places = {location.code: location for location in locations}
    kept = places[DEMO_STORE].safety_stock + places[DEMO_STORE].threshold
    needed: dict[str, int] = {}
    for order in local:
        for sku, quantity in order.lines:
            needed[sku] = needed.get(sku, kept + SPARE_PIECES) + quantity
    seen = set()
    for location, sku, pieces in rows:
        if sku in needed and location == DEMO_STORE:
            seen.add(sku)
            yield location, sku, max(pieces, needed[sku])
        elif sku in needed and places[location].kind is not LocationKind.STORE:
            yield location, sku, 0
        else:
            yield location, sku, pieces
    for sku in sorted(set(needed) - seen):
        yield DEMO_STORE, sku, needed[sku]


def collect_in_store(order: Order) -> Order:
    """The same order, collected at the demo store."""
    lines = tuple(
        replace(line, mode=FulfilmentMode.COLLECT, collect_at=DEMO_STORE) for line in order.lines
    )
    return replace(order, lines=lines)
