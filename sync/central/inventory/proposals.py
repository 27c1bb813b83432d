"""What could be done about stock: transfers from where there is too much to where it will sell.

For each article and store, enough is the quantile of the demand of the days to cover. What is
missing there is taken from the location that has most beyond its own needs; a warehouse keeps
what the web is expected to ask for. Where there is not enough to spare for everybody, each next
piece goes where it is likeliest to be sold. Each proposal says the numbers that it was made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

import numpy as np
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference
from sync.central.inventory import consignments, ledger
from sync.central.inventory.consignments import Consignment
from sync.central.inventory.expected import COVER_DAYS, SERVICE_LEVEL, Needs, needs
from sync.central.storage.database import Database
from sync.domain.consignment import GoodsLine, Transfer
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.location import LocationKind
from sync.domain.order import Channel
from sync.domain.stock import Balance
from sync.sourcing.forecast.placing import place

LISTED_MAX = 1_000
DAYS_TO_ARRIVE = 2
_GIVES = (LocationKind.STORE, LocationKind.WAREHOUSE, LocationKind.RETURNS_CENTRE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Send `quantity` pieces of `sku` from `source` to `destination`.

    There, `weekly` pieces are expected a week, `enough` are enough for the days to cover, `there`
    are there, on their way or asked for; `spare` are beyond what `source` needs. `lost` pieces
    are expected not to be sold otherwise.
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

    def transfer(self, arrives: date) -> Transfer:
        """The transfer that it would be."""
        lines = (GoodsLine(self.sku, self.quantity),)
        return Transfer(self.number, self.source, self.destination, arrives, lines)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Proposals that are to be made: those of `numbers`, or `all` that there are, of what is
    proposed at that service level for so many days."""

    __pydantic_config__ = {"extra": "forbid"}

    numbers: tuple[str, ...] = ()
    all: bool = False
    service_level: float = SERVICE_LEVEL
    cover_days: int = COVER_DAYS

    def __post_init__(self) -> None:
        if bool(self.numbers) == self.all or len(self.numbers) > LISTED_MAX:
            raise InvalidInput(
                "Say which proposals are accepted, {maximum} at most, or all of them. "
                "Nothing was changed.",
                code="proposals.which",
                maximum=LISTED_MAX,
            )


def accept(
    reference: Reference, database: Database, wanted: Acceptance, who: str
) -> list[Consignment]:
    """Ask the locations that have too much to send what is proposed; the transfers asked for.

    A proposal that was accepted before is asked for once. Raises InvalidInput as `propose`, and
    NotFound for one that is not there, with nothing changed.
    """
    now = database.clock()
    with database.read() as connection:
        found = {
            each.number: each
            for each in propose(reference, connection, now,
                                service_level=wanted.service_level, cover_days=wanted.cover_days)
        }  # fmt: skip
    numbers = list(found) if wanted.all else list(dict.fromkeys(wanted.numbers))
    arrives = now.astimezone(reference.zone).date() + timedelta(days=DAYS_TO_ARRIVE)
    with database.write("proposals") as tx:
        asked = []
        for number in numbers:
            if number in found:
                transfer = found[number].transfer(arrives)
                asked.append(consignments.request(reference, tx, transfer, who))
            elif (known := consignments.known(tx, number)) is not None and known.of_ours:
                asked.append(known)
            else:
                raise NotFound(
                    "Nothing is proposed under {number} now. Nothing was changed.",
                    code="proposals.unknown",
                    number=number[:40],
                )
        return asked


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
    asked = _Asked.read(connection)
    proposed = [
        proposal
        for row, sku in enumerate(needed.skus)
        if sku in balances
        for proposal in _of_article(reference, needed, row, balances[sku], asked, of)
    ]
    known = consignments.known_numbers(connection, of)
    found = [each for each in proposed if each.number not in known]
    found.sort(key=lambda each: (-each.lost, each.number))
    return found[:limit]


@dataclass(frozen=True, eq=False)
class _Asked:
    """Pieces by (sku, location) that are asked for and have not left."""

    out: Mapping[tuple[str, str], int]
    to: Mapping[tuple[str, str], int]

    @classmethod
    def read(cls, connection: Connection) -> Self:
        out: Counter[tuple[str, str]] = Counter()
        to: Counter[tuple[str, str]] = Counter()
        pieces_of = consignments.requested_pieces(connection)
        for (sku, source, destination), pieces in pieces_of.items():
            out[sku, source] += pieces
            to[sku, destination] += pieces
        return cls(out, to)


def _of_article(
    reference: Reference,
    needed: Needs,
    row: int,
    balances: Mapping[str, Balance],
    asked: _Asked,
    of: str,
) -> list[Proposal]:
    sku = needed.skus[row]
    spare = _spare(reference, needed, row, balances)
    for code in spare:
        spare[code] -= asked.out.get((sku, code), 0)
    held = [n for n, store in enumerate(needed.stores) if store.code in balances]  # in its range
    codes = [needed.stores[n].code for n in held]
    there = np.array(
        [_there(balances[code]) + asked.to.get((sku, code), 0) for code in codes], np.int64
    )
    enough = needed.enough[row, held].astype(np.int64)
    cover = needed.weekly[row, held] * needed.cover
    beyond = sum(pieces for pieces in spare.values() if pieces > 0)
    placed = place(cover, needed.dispersion[row, held], there, enough, beyond)
    made = []
    for at in sorted(np.flatnonzero(placed.pieces), key=lambda n: (-placed.sales[n], n)):
        code = codes[at]
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
