"""The engine as the server calls it, and what becomes of a decision: promised, kept, to be done."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

import zstandard

from sync.central.allocation.kept_inputs import KeptInputs, KeptReference, pack
from sync.central.allocation.requests import destination
from sync.central.catalogue.carriers import tables_of
from sync.central.catalogue.reference import TARIFFS, Reference
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.records import history
from sync.central.records.order_record import FulfilmentRecord, OrderRecord
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp, unstamp
from sync.domain.errors import Unavailable
from sync.domain.fulfilment import Fulfilment, FulfilmentLine, FulfilmentState
from sync.domain.order import FulfilmentMode, OrderLine
from sync.i18n import public_holidays
from sync.protocol.codec import to_wire
from sync.sourcing.decision import RELEASED, Decision, PlannedShipment
from sync.sourcing.engine import source
from sync.sourcing.network import Network, Stock
from sync.sourcing.policy.policy import Policy, policy_for
from sync.sourcing.rates.lateness import zone_of
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Request
from sync.sourcing.solver import lattice
from sync.sourcing.solver.solve import LATTICE_WORK_MAX


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
            tables_of(tariffs),
            KeptReference.of(reference),
        )


@lru_cache(maxsize=8)
def _sourcing(reference: Reference, _generation: int) -> Sourcing:
    return Sourcing.of(reference)


def calendar(reference: Reference, year: int) -> Calendar:
    """The company's working days of `year` and the next; raises Unavailable without a company."""
    region = reference.company.region
    return Calendar(public_holidays(region, year), region.time_zone)


def inputs_of(ctx: Context) -> Sourcing:
    """The engine's inputs as the reference data are now; raises Unavailable without a policy."""
    return _sourcing(ctx.reference, ctx.reference.generation)


def has_policy(ctx: Context) -> bool:
    """Whether there is a policy and a tariff to source with."""
    return bool(ctx.reference.policies) and TARIFFS in ctx.reference.settings


def is_large(request: Request) -> bool:
    """Whether its quantities are beyond the dynamic programme, which takes milliseconds."""
    return lattice.work(tuple(line.quantity for line in request.lines)) > LATTICE_WORK_MAX


def decide(ctx: Context, request: Request, snapshot: Stock, *, released: bool = False) -> Decision:
    """Ask the engine; the one place where it is called. Never call it in a transaction.

    `released`: a person said to send what there is, whatever the policy waits for. A large order
    is decided in a process of its own: the interpreter is free for others meanwhile.
    """
    inputs, newest = inputs_of(ctx), ctx.prices.newest
    too_old = newest is not None and newest.too_old(request.placed_at, inputs.policy)
    prices = {} if newest is None or too_old else newest.prices
    skus = {line.sku for line in request.lines} & prices.keys()
    policy = policy_for(request, inputs.policies)
    asked = partial(
        source,
        request,
        inputs.network,
        snapshot,
        policy.without_waiting() if released else policy,
        inputs.tables,
        prices={sku: prices[sku] for sku in skus},
        calendar=calendar(ctx.reference, request.placed_at.year),
        explain=False,
    )
    if is_large(request):
        with ctx.large_orders:
            decision = ctx.executor.submit(asked).result()
    else:
        decision = asked()
    if released:
        decision = replace(decision, action=RELEASED)
    if newest is None:
        return decision
    # The list that was read above: a worker may have put up a newer one meanwhile.
    return replace(decision, prices_at=stamp(newest.at), prices_too_old=too_old)


def allocate(
    ctx: Context, tx: Transaction, record: OrderRecord, first: OrderLine, decision: Decision
) -> None:
    """Promise the pieces of a decision and put its fulfilments on their locations' lists.

    The policy's step in `decision` says whether safety stock may be taken. Raises Taken when
    somebody else has taken one of them, or a location is none any more.
    """
    places = ctx.reference.locations
    for code in decision.locations:
        if code not in places:
            raise stock.Taken(code)
    channel, wanted = record.order.channel.value, []
    for shipment in decision.shipments:
        for line_id, quantity in shipment.lines:
            sku = record.order.line(line_id).sku
            limits = ctx.reference.limits(sku, shipment.location, channel)
            wanted.append(stock.Wanted(shipment.location, sku, quantity, limits))
    released = inputs_of(ctx).releases_at(decision.policy, decision.step)
    stock.allocate(tx, wanted, record.number, release_safety_stock=released)
    for shipment in decision.shipments:
        fulfilment = _fulfilment(ctx, tx, record, first, shipment)
        to = destination(ctx.reference, record.order, first)
        zone = zone_of(to.country, to.postcode)
        insert_fulfilment(tx, record, fulfilment, shipment.arrives_at, zone)
        day = ctx.view.day_of(fulfilment.due_at)
        tx.changes.give(fulfilment.location, day, 1, fulfilment.quantity)
        history.record(
            tx,
            record.number,
            history.Kind.SOURCED,
            location=places[shipment.location].name,
            quantity=shipment.quantity,
        )


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


def insert_fulfilment(
    tx: Transaction,
    record: OrderRecord,
    fulfilment: Fulfilment,
    arrives_at: datetime | None,
    zone: str,
) -> None:
    """Put a fulfilment on its location's list, or keep one that is over; `arrives_at` and `zone`
    of the destination are what its parcel is measured against."""
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
            "arrives_at": stamp(arrives_at) if arrives_at is not None else None,
            "zone": zone,
            "associate": None,
            "rejection": fulfilment.rejection.value if fulfilment.rejection else None,
            "ready_at": None,
            "left_at": None,
            "collected_at": None,
        },
    )
    tx.changes.fulfilments.add(fulfilment.fulfilment_id)


def inputs_kept(ctx: Context, decision: Decision, request: Request, stock: Stock) -> KeptInputs:
    """What `keep` keeps beside the decision; packing takes time and no transaction."""
    inputs = inputs_of(ctx)
    labels = {policy.label: policy for policy in inputs.policies}
    policy = labels.get(decision.policy, inputs.policy)
    days = calendar(ctx.reference, request.placed_at.year)
    return KeptInputs(pack(request, stock, inputs.network, policy, days), inputs.kept)


def keep(
    ctx: Context, tx: Transaction, record: OrderRecord, decision: Decision, inputs: KeptInputs
) -> None:
    """Remember the decision with what it rests on."""
    reference = inputs.reference
    if reference.digest not in ctx.references_kept | tx.changes.references:
        reference.keep(tx)
        tx.changes.references.add(reference.digest)
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
            "inputs": inputs.packed,
            "reference": reference.digest,
        },
    )
