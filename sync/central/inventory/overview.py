"""What there is of an article, everywhere and in every state."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.availability import StockView
from sync.domain.errors import NotFound
from sync.domain.stock import PIECES


@dataclass(frozen=True, slots=True)
class StockAt:
    """Pieces at one location; `available` is what may be promised to an order."""

    location: str
    name: str
    on_hand: int
    reserved: int
    allocated: int
    available: int
    inbound: int
    in_transit: int
    expected_on: str
    quarantined: int
    damaged: int
    display: int


def of_article(
    reference: Reference, view: StockView, connection: Connection, sku: str
) -> list[StockAt]:
    """Where there is some, or some is promised or to come; most for sale first.

    Raises NotFound for an article that nobody knows.
    """
    if sku not in reference.articles:
        raise NotFound("There is no article {sku}.", code="stock.unknown_article", sku=sku[:60])
    days = ledger.inbound_days(connection, sku)
    found = []
    for (_, location), balance in ledger.balances(connection, [sku]).items():
        if any(getattr(balance, name) for name in PIECES):
            place = reference.locations.get(location)
            found.append(
                StockAt(
                    location,
                    place.name if place is not None else location,
                    balance.on_hand,
                    balance.reserved,
                    balance.allocated,
                    view.atp(sku, location, balance),
                    balance.inbound,
                    balance.in_transit,
                    days.get((sku, location), ""),
                    balance.quarantined,
                    balance.damaged,
                    balance.display,
                )
            )
    return sorted(found, key=lambda at: (-at.available, -at.on_hand, at.location))
