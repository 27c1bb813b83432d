"""What could be done about stock: transfers from where there is too much to where it will sell.

For each article and store, enough is the quantile of the demand of the days to cover. What is
missing there is taken from the location that has most beyond its own needs; a warehouse keeps
what the web is expected to ask for. Where there is not enough to spare for everybody, each next
piece goes where it is likeliest to be sold. Each proposal says the numbers that it was made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import ledger
from sync.central.inventory.expected import COVER_DAYS, SERVICE_LEVEL, Needs, needs
from sync.domain.location import LocationKind
from sync.domain.order import Channel
from sync.domain.stock import Balance
from sync.sourcing.forecast.placing import place

LISTED_MAX = 1_000
_GIVES = (LocationKind.STORE, LocationKind.WAREHOUSE, LocationKind.RETURNS_CENTRE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Send `quantity` pieces of `sku` from `source` to `destination`.

    There, `weekly` pieces are expected a week, `enough` are enough for the days to cover, `there`
    are there or on their way; `spare` are beyond what `source` needs. `lost` pieces are expected
    not to be sold otherwise.
    """

    number: str
    sku: str
    name: str
    source: str
    destination: str
    quantity: int
    weekly: float
    enough: int
    there: int
    spare: int
    lost: float


def propose(
    reference: Reference,
    connection: Connection,
    now: datetime,
    *,
    service_level: float = SERVICE_LEVEL,
    cover_days: int = COVER_DAYS,
    limit: int = LISTED_MAX,
) -> list[Proposal]:
    """Transfers worth making, those that save most sales first; none without demand.

    Raises InvalidInput for a service level or a cover that nobody can mean.
    """
    needed = needs(reference, connection, now, service_level, cover_days)
    if needed is None:
        return []
    balances: dict[str, dict[str, Balance]] = {}
    for (sku, location), balance in ledger.balances(connection).items():
        balances.setdefault(sku, {})[location] = balance
    of = f"P{now.astimezone(UTC):%y%m%d}"
    found = [
        proposal
        for row, sku in enumerate(needed.skus)
        if sku in balances
        for proposal in _of_article(reference, needed, row, balances[sku], of)
    ]
    found.sort(key=lambda each: (-each.lost, each.number))
    return found[:limit]


def _of_article(
    reference: Reference, needed: Needs, row: int, balances: Mapping[str, Balance], of: str
) -> list[Proposal]:
    sku = needed.skus[row]
    spare = _spare(reference, needed, row, balances)
    held = [n for n, store in enumerate(needed.stores) if store.code in balances]  # in its range
    there = np.array([_there(balances[needed.stores[n].code]) for n in held], np.int64)
    enough = needed.enough[row, held].astype(np.int64)
    cover = needed.weekly[row, held] * needed.cover
    beyond = sum(pieces for pieces in spare.values() if pieces > 0)
    placed = place(cover, needed.dispersion[row, held], there, enough, beyond)
    made = []
    for at in sorted(np.flatnonzero(placed.pieces), key=lambda n: (-placed.sales[n], n)):
        code = needed.stores[held[at]].code
        source = max(spare, key=lambda each: (spare[each], each))
        if source == code or spare[source] <= 0:
            break
        wanted = int(placed.pieces[at])
        quantity = min(wanted, spare[source])
        made.append(
            Proposal(
                f"{of}-{source}-{code}-{sku}"[:40],
                sku,
                reference.articles[sku].name,
                source,
                code,
                quantity,
                round(float(needed.weekly[row, held[at]]), 2),
                int(enough[at]),
                int(there[at]),
                spare[source],
                round(float(placed.sales[at]) * quantity / wanted, 2),
            )
        )
        spare[source] -= quantity
    return made


def _there(balance: Balance) -> int:
    return max(0, balance.free) + balance.to_come


def _spare(
    reference: Reference, needed: Needs, row: int, balances: Mapping[str, Balance]
) -> dict[str, int]:
    """Pieces by location that nobody is expected to need there; below 0 where some are missing."""
    sku, index = needed.skus[row], {store.code: n for n, store in enumerate(needed.stores)}
    spare: dict[str, int] = {}
    for code, balance in sorted(balances.items()):
        at = reference.locations.get(code)
        if at is not None and at.kind in _GIVES:
            own = reference.limits(sku, code, Channel.STORE.value)
            kept = needed.kept[row, index[code]] if code in index else 0
            spare[code] = int(balance.free - own.threshold - kept)
    warehouses = [code for code in spare if code not in index]
    for code in warehouses:
        spare[code] -= int(np.ceil(needed.web[row] / len(warehouses)))
    return spare
