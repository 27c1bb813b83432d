"""Where each piece of an order comes from: sourced and allocated in one transaction.

The engine is given the stock in memory; each piece that it plans is then promised by a
conditional update. When somebody else was first, the attempt is undone and sourced again on the
balances as they are inside the transaction. After a bounded number of attempts, or when nobody
can supply it, a piece waits for stock on its order line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from sync.central.catalogue.reference import TARIFFS, Reference
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.records import history
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.domain.errors import InvalidInput, Unavailable
from sync.domain.fulfilment import MOVED, FulfilmentLine, FulfilmentState
from sync.domain.location import LocationKind
from sync.domain.order import FulfilmentMode, Order, OrderLine
from sync.i18n import public_holidays
from sync.protocol.codec import parse, to_wire
from sync.sourcing.decision import Decision, PlannedShipment
from sync.sourcing.engine import source
from sync.sourcing.network import Network, Snapshot
from sync.sourcing.policy.policy import Policy, policy_for
from sync.sourcing.rates.tariffs import FactorRow, Tables, TariffRow
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Destination, Request, RequestLine

ATTEMPTS_MAX = 5
_REJECTED_HERE = "rejected"
_COLLECT_KINDS = {
    FulfilmentMode.COLLECT: LocationKind.STORE,
    FulfilmentMode.PICKUP_POINT: LocationKind.PICKUP_POINT,
}


@dataclass(frozen=True)
class Sourcing:
    """The engine's inputs that change rarely: built once for each state of the reference data.

    `policies`: the narrowest first; the last one is for any order.
    """

    network: Network
    policies: tuple[Policy, ...]
    tables: Tables

    @property
    def policy(self) -> Policy:
        """The policy for any order: what is decided for all of them together is in it."""
        return self.policies[-1]

    def releases_at(self, label: str, step: str) -> bool:
        """Whether that step of the policy called `label` may take safety stock."""
        return any(p.releases_at(step) for p in self.policies if p.label == label)

    @classmethod
    def of(cls, reference: Reference) -> Sourcing:
        """Raises Unavailable while no policy or no tariff is loaded."""
        tariffs = reference.settings.get(TARIFFS)
        if not reference.policies or tariffs is None:
            raise Unavailable(
                "The server has no sourcing policy yet. The order is kept; it is taken as soon "
                "as the policy is loaded.",
                code="sourcing.no_policy",
            )
        return cls(
            Network.of(reference.locations.values()),
            reference.policies,
            Tables.of(
                (parse(TariffRow, row) for row in tariffs["tariffs"]),
                (parse(FactorRow, row) for row in tariffs["factors"]),
            ),
        )


@lru_cache(maxsize=8)
def _sourcing(reference: Reference, _generation: int) -> Sourcing:
    return Sourcing.of(reference)


def calendar(reference: Reference, year: int) -> Calendar:
    """The company's working days of `year` and the next; raises Unavailable without a company."""
    region = reference.company.region
    return Calendar(public_holidays(region, year), region.time_zone)


class LostRace(Exception):
    """Somebody else took a piece between the snapshot and the allocation."""


def fill(
    ctx: Context, tx: Transaction, order: Order, wanted: Mapping[int, int], *, retry: bool = False
) -> int:
    """Source and allocate `wanted` pieces of each line; what nobody can supply is left unfilled.

    Gives the number of pieces left unfilled. With `retry`, an attempt that finds nothing leaves
    no trace, so that a line which waits for weeks does not fill the history.
    """
    left = 0
    for lines in _by_delivery(order, wanted):
        pieces = {line.line_id: wanted[line.line_id] for line in lines}
        left += _fill_group(ctx, tx, order, lines, pieces, retry)
    tx.changes.orders.add(order.number.value)
    return left


def _by_delivery(order: Order, wanted: Mapping[int, int]) -> list[list[OrderLine]]:
    groups: dict[tuple[str, str], list[OrderLine]] = {}
    for line in order.lines:
        if wanted.get(line.line_id, 0) > 0:
            groups.setdefault((line.mode.value, line.collect_at), []).append(line)
    return [groups[key] for key in sorted(groups)]


def _fill_group(
    ctx: Context,
    tx: Transaction,
    order: Order,
    lines: list[OrderLine],
    pieces: dict[int, int],
    retry: bool,
) -> int:
    request = request_for(ctx, tx.connection, tx.now, order, lines, pieces)
    skus = sorted({line.sku for line in lines})
    decision: Decision | None = None
    for attempt in range(ATTEMPTS_MAX):
        decision = decide(ctx, request, _snapshot(ctx, tx, skus, fresh=attempt > 0))
        if retry and not decision.shipments:
            return sum(pieces.values())
        try:
            with tx.savepoint():
                for shipment in decision.shipments:
                    allocate(ctx, tx, order, lines[0], shipment, decision)
        except LostRace:
            continue
        keep(tx, order, decision)
        break
    else:
        decision = None
    filled = _filled(decision)
    left = {line_id: count - filled.get(line_id, 0) for line_id, count in pieces.items()}
    _set_unfilled(tx, order, left)
    missing = sum(left.values())
    if missing and not retry:
        history.record(tx, order.number.value, history.Kind.WAITING, quantity=missing)
    return missing


def inputs_of(ctx: Context) -> Sourcing:
    """The engine's inputs as the reference data are now; raises Unavailable without a policy."""
    return _sourcing(ctx.reference, ctx.reference.generation)


def has_policy(ctx: Context) -> bool:
    """Whether there is a policy and a tariff to source with."""
    return bool(ctx.reference.policies) and TARIFFS in ctx.reference.settings


def decide(ctx: Context, request: Request, snapshot: Snapshot) -> Decision:
    """Ask the engine; the one place where it is called."""
    inputs, newest = inputs_of(ctx), ctx.prices.newest
    too_old = newest is not None and newest.too_old(request.placed_at, inputs.policy)
    decision = source(
        request,
        inputs.network,
        snapshot,
        policy_for(request, inputs.policies),
        inputs.tables,
        prices=None if newest is None or too_old else newest.prices,
        calendar=calendar(ctx.reference, request.placed_at.year),
    )
    if newest is None:
        return decision
    # The list that was read above: a worker may have put up a newer one meanwhile.
    return replace(decision, prices_at=stamp(newest.at), prices_too_old=too_old)


def _snapshot(ctx: Context, tx: Transaction, skus: Iterable[str], *, fresh: bool) -> Snapshot:
    """The stock in memory with this transaction's own movements, or that of the tables."""
    available, withheld = ctx.view.available(skus), ctx.view.withheld(skus)
    found = tx.changes.stock
    if fresh:
        found = {**stock.balances(tx.connection, skus), **tx.changes.stock}
    for (sku, location), balance in found.items():
        if sku in available:
            available[sku][location] = ctx.view.atp(location, balance)
            withheld[sku][location] = ctx.view.kept(location, balance)
    load = dict(ctx.view.load(stamp(tx.now)[:10]))
    for location, more in tx.changes.load.items():
        load[location] = load.get(location, 0) + more
    return Snapshot(max(ctx.view.position, tx.changes.position), available, load, withheld)


def request_for(
    ctx: Context,
    connection: Connection,
    now: datetime,
    order: Order,
    lines: list[OrderLine],
    pieces: Mapping[int, int],
) -> Request:
    """What the engine is asked at `now`: `pieces` of `lines`, which all go to the same place."""
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
            )
            for line in lines
        ),
        destination=destination(ctx.reference, order, lines[0]),
        placed_at=now,
        promised_by=min(promised) if promised else None,
        excluded=_rejected_by(connection, order, pieces),
        preferred=order.location if order.location in ctx.reference.locations else "",
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


def _rejected_by(connection: Connection, order: Order, pieces: Mapping[int, int]) -> dict[str, str]:
    """Locations that refused one of these lines, each with its reason."""
    fulfilments = tables.fulfilment.c
    query = (
        sa.select(fulfilments.location, fulfilments.rejection, fulfilments.lines)
        .where(
            fulfilments.order_number == order.number.value,
            fulfilments.state == FulfilmentState.REJECTED.value,
            fulfilments.rejection != MOVED,
        )
        .order_by(fulfilments.fulfilment_id)
    )
    return {
        row.location: row.rejection or _REJECTED_HERE
        for row in connection.execute(query)
        if any(line["line_id"] in pieces for line in json.loads(row.lines))
    }


def allocate(
    ctx: Context,
    tx: Transaction,
    order: Order,
    first: OrderLine,
    shipment: PlannedShipment,
    decision: Decision,
) -> None:
    """Promise the pieces of one shipment and put the fulfilment on its location's list.

    Raises LostRace when somebody else has taken one of them; what was done until then is the
    caller's to undo. The policy's step in `decision` says whether safety stock may be taken.
    """
    released = inputs_of(ctx).releases_at(decision.policy, decision.step)
    location = ctx.reference.locations[shipment.location]
    for line_id, quantity in shipment.lines:
        sku = order.line(line_id).sku
        if not stock.allocate(
            tx, location, sku, quantity, order.number.value, release_safety_stock=released
        ):
            raise LostRace
    count = tx.connection.execute(
        sa.select(sa.func.count()).where(tables.fulfilment.c.order_number == order.number.value)
    ).scalar_one()
    fulfilment_id = f"{order.number}.{count + 1}"
    lines = [
        FulfilmentLine(
            line_id,
            order.line(line_id).sku,
            str(order.line(line_id).gtin),
            order.line(line_id).name,
            quantity,
            ctx.reference.articles[order.line(line_id).sku].weight_g,
        )
        for line_id, quantity in shipment.lines
    ]
    tx.connection.execute(
        sa.insert(tables.fulfilment).values(
            fulfilment_id=fulfilment_id,
            order_number=order.number.value,
            location=location.code,
            mode=first.mode.value,
            collect_at=first.collect_at,
            service=shipment.service,
            lines=json.dumps([to_wire(line) for line in lines]),
            state=FulfilmentState.ALLOCATED.value,
            created_at=tx.at,
            due_at=stamp(shipment.ready_at),
            associate="",
            rejection="",
            collected_at="",
        )
    )
    tx.changes.fulfilments.add(fulfilment_id)
    tx.changes.load[location.code] = tx.changes.load.get(location.code, 0) + 1
    history.record(
        tx,
        order.number.value,
        history.Kind.SOURCED,
        location=location.name,
        quantity=shipment.quantity,
    )


def keep(tx: Transaction, order: Order, decision: Decision) -> None:
    """Remember the decision with what it rests on."""
    tx.connection.execute(
        sa.insert(tables.decision).values(
            order_number=order.number.value,
            at=tx.at,
            policy=decision.policy,
            snapshot_position=decision.snapshot_position,
            cause=tx.cause,
            body=decision.canonical_bytes(),
        )
    )


def _filled(decision: Decision | None) -> dict[int, int]:
    filled: dict[int, int] = {}
    for shipment in decision.shipments if decision else ():
        for line_id, quantity in shipment.lines:
            filled[line_id] = filled.get(line_id, 0) + quantity
    return filled


def _set_unfilled(tx: Transaction, order: Order, left: Mapping[int, int]) -> None:
    lines = tables.order_line
    for line_id, count in left.items():
        tx.connection.execute(
            sa.update(lines)
            .where(lines.c.order_number == order.number.value, lines.c.line_id == line_id)
            .values(unfilled=count)
        )
