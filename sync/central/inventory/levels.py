"""How much of each article a store is to have: proposed for a service level, accepted as rules.

Order up to what is enough for the days to cover, so often as the service level says. Of it, safety
stock is what lies beyond the mean: orders from elsewhere are not promised it, so that it is there
when more people than usual come in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import Reference, current_rules
from sync.central.inventory import ledger, rules
from sync.central.inventory.expected import COVER_DAYS, SERVICE_LEVEL, needs
from sync.central.storage.database import Database
from sync.domain.errors import InvalidInput, NotFound
from sync.domain.location import LocationKind
from sync.domain.order import Channel
from sync.domain.stock_rules import StockRule, StockRules

SKUS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Level:
    """`weekly` pieces are expected a week, with `spread` as variance to mean: `order_up_to` are
    enough for the days to cover, `safety_stock` of them beyond the mean. `there` are there or on
    their way, `safety_stock_now` is kept today."""

    sku: str
    name: str
    weekly: float
    spread: float
    order_up_to: int
    safety_stock: int
    safety_stock_now: int
    there: int


@dataclass(frozen=True, slots=True)
class LevelsAccepted:
    """Keep the proposed safety stock of `skus` at `location`, or of `all` its articles."""

    __pydantic_config__ = {"extra": "forbid"}

    location: str
    skus: tuple[str, ...] = ()
    all: bool = False
    service_level: float = SERVICE_LEVEL
    cover_days: int = COVER_DAYS

    def __post_init__(self) -> None:
        if bool(self.skus) == self.all or len(self.skus) > SKUS_MAX:
            raise InvalidInput(
                "Say of which articles the safety stock is accepted, {maximum} at most, or of all "
                "of them. Nothing was changed.",
                code="levels.which",
                maximum=SKUS_MAX,
            )


def levels(
    reference: Reference,
    connection: Connection,
    now: datetime,
    location: str,
    *,
    service_level: float = SERVICE_LEVEL,
    cover_days: int = COVER_DAYS,
) -> list[Level]:
    """Of the articles in the range of a store, those that sell most first; none without demand.

    Raises InvalidInput for a location that is no store, and for a service level or a cover that
    nobody can mean.
    """
    place = reference.locations.get(location)
    if place is None or place.kind is not LocationKind.STORE:
        raise InvalidInput(
            "{location} is no store. Levels are proposed for stores.",
            code="levels.location",
            location=location[:40],
        )
    needed = needs(reference, connection, now, service_level, cover_days)
    if needed is None:
        return []
    at = next(n for n, store in enumerate(needed.stores) if store.code == location)
    balances = ledger.balances(connection)
    found = []
    for row, sku in enumerate(needed.skus):
        held = balances.get((sku, location))
        if held is None:
            continue  # not of this store's range
        weekly, enough = float(needed.weekly[row, at]), int(needed.enough[row, at])
        now_kept = reference.limits(sku, location, Channel.WEB.value).safety_stock
        found.append(
            Level(
                sku,
                reference.articles[sku].name,
                round(weekly, 2),
                round(float(needed.dispersion[row, at]), 2),
                enough,
                max(0, enough - int(weekly * needed.cover)),
                now_kept,
                max(0, held.free) + held.to_come,
            )
        )
    return sorted(found, key=lambda level: (-level.weekly, level.sku))


def accept(reference: Reference, database: Database, wanted: LevelsAccepted) -> int:
    """Write a stock rule for each article whose safety stock changes by it; gives how many.

    What other rules say of the article there stays. Raises as `levels`, and NotFound for an
    article that no level is proposed for.
    """
    with database.read() as connection:
        found = {
            level.sku: level
            for level in levels(
                reference, connection, database.clock(), wanted.location,
                service_level=wanted.service_level, cover_days=wanted.cover_days,
            )
        }  # fmt: skip
    for sku in wanted.skus:
        if sku not in found:
            raise NotFound(
                "No level is proposed for {sku} there. Nothing was changed.",
                code="levels.unknown",
                sku=sku[:60],
            )
    chosen = [found[sku] for sku in dict.fromkeys(wanted.skus or found)]
    changed = [level for level in chosen if level.safety_stock != level.safety_stock_now]
    if changed:
        with database.write("stock-levels") as tx:
            known = current_rules(tx.connection)
            rules.set_rules(reference, tx, _with(known, wanted.location, changed))
        reference.refresh()
    return len(changed)


def _with(known: StockRules, location: str, changed: list[Level]) -> StockRules:
    by_scope = {rule.scope: rule for rule in known.rules}
    for level in changed:
        one = StockRule(sku=level.sku, location=location, safety_stock=level.safety_stock)
        before = by_scope.get(one.scope, one)
        by_scope[one.scope] = replace(before, safety_stock=level.safety_stock)
    return StockRules(by_scope.values(), known.groups)
