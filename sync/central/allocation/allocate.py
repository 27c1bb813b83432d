"""Where each piece of an order comes from: sourced and allocated in one transaction.

The engine is given the stock in memory; each piece that it plans is then promised by a
conditional update. When somebody else was first, nothing of the attempt stays, and it is sourced
again on the balances as they are inside the transaction. After a bounded number of attempts, or
when nobody can supply it, a piece waits for stock on its order line.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import zstandard

from sync.central.allocation.kept_inputs import KeptReference, pack
from sync.central.catalogue.reference import TARIFFS, Reference
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.records import history, order_lines
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp, unstamp
from sync.domain.errors import InvalidInput, Unavailable
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState
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
    kept: KeptReference

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
            KeptReference.of(reference),
        )


@lru_cache(maxsize=8)
def _sourcing(reference: Reference, _generation: int) -> Sourcing:
    return Sourcing.of(reference)


def calendar(reference: Reference, year: int) -> Calendar:
    """The company's working days of `year` and the next; raises Unavailable without a company."""
    region = reference.company.region
    return Calendar(public_holidays(region, year), region.time_zone)


def fill(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    wanted: Mapping[int, int],
    *,
    retry: bool = False,
) -> int:
    """Source and allocate `wanted` pieces of each line; what nobody can supply is left unfilled.

    Gives the number of pieces left unfilled. With `retry`, an attempt that finds nothing leaves
    no trace, so that a line which waits for weeks does not fill the history.
    """
    left: dict[int, int] = {}
    for lines in _by_delivery(record.order, wanted):
        pieces = {line.line_id: wanted[line.line_id] for line in lines}
        left |= _fill_group(ctx, tx, record, lines, pieces, retry)
    _set_unfilled(tx, record, left)
    tx.changes.orders.add(record.number)
    return sum(left.values())


def _by_delivery(order: Order, wanted: Mapping[int, int]) -> list[list[OrderLine]]:
    groups: dict[tuple[str, str], list[OrderLine]] = {}
    for line in order.lines:
        if wanted.get(line.line_id, 0) > 0:
            groups.setdefault((line.mode.value, line.collect_at), []).append(line)
    return [groups[key] for key in sorted(groups)]


def _fill_group(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    lines: list[OrderLine],
    pieces: dict[int, int],
    retry: bool,
) -> dict[int, int]:
    request = request_for(ctx, tx.now, record, lines, pieces)
    skus = sorted({line.sku for line in lines})
    filled: dict[int, int] = {}
    for attempt in range(ATTEMPTS_MAX):
        snapshot = _snapshot(ctx, tx, skus, fresh=attempt > 0)
        decision = decide(ctx, request, snapshot)
        if retry and not decision.shipments:
            return pieces
        if allocate(ctx, tx, record, lines[0], decision):
            keep(ctx, tx, record, decision, request, snapshot)
            filled = _filled(decision)
            break
    left = {line_id: count - filled.get(line_id, 0) for line_id, count in pieces.items()}
    missing = sum(left.values())
    if missing and not retry:
        history.record(tx, record.number, history.Kind.BACKORDERED, quantity=missing)
    return left


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
        explain=False,
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
    now: datetime,
    record: OrderRecord,
    lines: list[OrderLine],
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
            )
            for line in lines
        ),
        destination=destination(ctx.reference, order, lines[0]),
        placed_at=now,
        promised_by=min(promised) if promised else None,
        excluded=_rejected_by(record, pieces),
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


def allocate(
    ctx: Context, tx: Transaction, record: OrderRecord, first: OrderLine, decision: Decision
) -> bool:
    """Promise the pieces of a decision and put its fulfilments on their locations' lists.

    False when somebody else has taken one of them; nothing was changed then. The policy's step in
    `decision` says whether safety stock may be taken.
    """
    places = ctx.reference.locations
    wanted = [
        stock.Wanted(places[shipment.location], record.order.line(line_id).sku, quantity)
        for shipment in decision.shipments
        for line_id, quantity in shipment.lines
    ]
    released = inputs_of(ctx).releases_at(decision.policy, decision.step)
    if not stock.allocate(tx, wanted, record.number, release_safety_stock=released):
        return False
    for shipment in decision.shipments:
        fulfilment = _fulfilment(ctx, tx, record, first, shipment)
        _insert(tx, record, fulfilment)
        history.record(
            tx,
            record.number,
            history.Kind.SOURCED,
            location=places[shipment.location].name,
            quantity=shipment.quantity,
        )
    return True


def _fulfilment(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    first: OrderLine,
    shipment: PlannedShipment,
) -> Fulfilment:
    order = record.order
    chosen = [(order.line(line_id), quantity) for line_id, quantity in shipment.lines]
    return Fulfilment(
        fulfilment_id=f"{order.number}.{len(record.fulfilments) + 1}",
        order_number=order.number,
        channel=order.channel.value,
        location=shipment.location,
        mode=first.mode,
        service=shipment.service,
        lines=tuple(
            FulfilmentLine(
                line.line_id,
                line.sku,
                str(line.gtin),
                line.name,
                quantity,
                ctx.reference.articles[line.sku].weight_g,
            )
            for line, quantity in chosen
        ),
        state=FulfilmentState.ALLOCATED,
        created_at=unstamp(tx.at),
        due_at=unstamp(stamp(shipment.ready_at)),
        customer_name=order.customer.name,
        ship_to=order.ship_to if first.mode is FulfilmentMode.SHIP_HOME else None,
        collect_at=first.collect_at,
    )


def _insert(tx: Transaction, record: OrderRecord, fulfilment: Fulfilment) -> None:
    record.put(FulfilmentRecord(fulfilment))
    tx.later(
        tables.fulfilment,
        {
            "fulfilment_id": fulfilment.fulfilment_id,
            "order_number": record.number,
            "location": fulfilment.location,
            "mode": fulfilment.mode.value,
            "collect_at": fulfilment.collect_at or None,
            "service": fulfilment.service,
            "lines": json.dumps([to_wire(line) for line in fulfilment.lines]),
            "state": fulfilment.state.value,
            "created_at": tx.at,
            "due_at": stamp(fulfilment.due_at),
            "associate": None,
            "rejection": None,
            "collected_at": None,
        },
    )
    tx.changes.fulfilments.add(fulfilment.fulfilment_id)
    tx.changes.load[fulfilment.location] = tx.changes.load.get(fulfilment.location, 0) + 1


def keep(
    ctx: Context,
    tx: Transaction,
    record: OrderRecord,
    decision: Decision,
    request: Request,
    snapshot: Snapshot,
) -> None:
    """Remember the decision with what it rests on."""
    inputs = inputs_of(ctx)
    reference = inputs.kept
    if reference.digest not in ctx.references_kept | tx.changes.references:
        reference.keep(tx)
        tx.changes.references.add(reference.digest)
    labels = {policy.label: policy for policy in inputs.policies}
    policy = labels.get(decision.policy, inputs.policy)
    body = zstandard.compress(decision.canonical_bytes())
    record.decisions.append(body)
    tx.later(
        tables.decision,
        {
            "order_number": record.number,
            "at": tx.at,
            "policy": decision.policy,
            "snapshot_position": decision.snapshot_position,
            "cause": tx.cause,
            "body": body,
            "inputs": pack(request, snapshot, inputs.network, policy),
            "reference": reference.digest,
        },
    )


def _filled(decision: Decision) -> dict[int, int]:
    filled: dict[int, int] = {}
    for shipment in decision.shipments:
        for line_id, quantity in shipment.lines:
            filled[line_id] = filled.get(line_id, 0) + quantity
    return filled


def _set_unfilled(tx: Transaction, record: OrderRecord, left: Mapping[int, int]) -> None:
    changed = {
        line_id: count for line_id, count in left.items() if record.lines[line_id].unfilled != count
    }
    for line_id, count in changed.items():
        record.lines[line_id].unfilled = count
    order_lines.write(tx, record, changed)
