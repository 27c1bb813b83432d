"""Yesterday's orders under another policy: what would it have cost, and who would have worked?

Pure: the caller reads the scenario and writes the results. Orders are sourced in order of time
on stock that they use up, so a replay of one policy is sequential; several policies are several
replays, which an executor may run side by side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sync.domain.errors import InvalidInput
from sync.domain.location import Location
from sync.domain.money import BASIS_POINTS
from sync.replay.stock import LiveStock
from sync.sourcing.decision import (
    PARTIAL,
    SOURCED,
    UNFILLABLE,
    CostBreakdown,
    Decision,
    named_cents,
)
from sync.sourcing.engine import source
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.network import Network
from sync.sourcing.options.costs import Prices
from sync.sourcing.policy.policy import Policy, Weights, in_order, policy_for
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Request
from sync.sourcing.solver.problem import MICRO

SWEEP_FACTORS = (0.0, 1.0, 5.0, 20.0, 100.0)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Goods that come in at a moment of the scenario."""

    at: datetime
    sku: str
    location: str
    pieces: int


@dataclass(frozen=True)
class Scenario:
    """What is replayed: a network, its opening stock (sku -> location -> on hand), and orders.

    `replenish_days`: shelves are filled up to their opening stock every so many days, 0 never.
    """

    name: str
    locations: tuple[Location, ...]
    tables: Tables
    on_hand: Mapping[str, Mapping[str, int]]
    orders: tuple[Request, ...]
    arrivals: tuple[Arrival, ...] = ()
    calendar: Calendar = field(default_factory=Calendar)
    replenish_days: int = 0

    def first(self, count: int) -> Scenario:
        """The same with its first `count` orders."""
        return replace(self, orders=self.orders[:count])


def replay(
    scenario: Scenario,
    policy: Policy,
    *,
    narrower: Sequence[Policy] = (),
    prices: Prices | None = None,
    explain: bool = False,
) -> Iterator[tuple[Request, Decision]]:
    """Source every order in turn and commit it. Nothing but the scenario's own copy is touched.

    By the first of the `narrower` policies that is for the order, by `policy` otherwise.
    """
    policies = (*in_order(narrower), policy)
    network = Network.of(scenario.locations)
    stock = LiveStock(network, scenario.on_hand, zone=scenario.calendar.zone)
    arrivals = sorted(scenario.arrivals, key=lambda a: (a.at, a.sku, a.location))
    due = 0
    today = filled = None
    for request in sorted(scenario.orders, key=lambda r: (r.placed_at, r.order_number)):
        day = request.placed_at.astimezone(scenario.calendar.zone).date()
        while due < len(arrivals) and arrivals[due].at <= request.placed_at:
            stock.receive(arrivals[due].sku, arrivals[due].location, arrivals[due].pieces)
            due += 1
        if day != today:
            today = day
            stock.forget_before(day)
            filled = filled or day
            if scenario.replenish_days and (day - filled).days >= scenario.replenish_days:
                stock.replenish()
                filled = day
        decision = source(
            request,
            network,
            stock,
            policy_for(request, policies) if narrower else policy,
            scenario.tables,
            prices=prices,
            calendar=scenario.calendar,
            explain=explain,
        )
        stock.commit(request, decision)
        yield request, decision
    if not stock.never_negative:
        raise InvalidInput("More was promised than there was.", code="replay.oversold")


def lost_margin_micro(request: Request, decision: Decision, policy: Policy) -> int:
    """What the pieces that nobody supplies would have earned, in micro-euros.

    The policy's `lost_sale_share` of their price without VAT.
    """
    unfilled = dict(decision.unfilled)
    lost = 0.0
    for line in request.lines:
        missing = unfilled.get(line.line_id, 0)
        if missing:
            value = line.value.minor * missing / line.quantity
            lost += value * BASIS_POINTS / (BASIS_POINTS + line.vat_rate_bp)
    return round(lost * policy.scarcity.lost_sale_share * MICRO / 100)


@dataclass
class Tally:
    """Adds up a replay; `summary` is what is written to summary.json."""

    policy: Policy
    orders: int = 0
    pieces: int = 0
    sent: int = 0
    parcels: int = 0
    cartons: int = 0
    split: int = 0
    co2e_g: int = 0
    hours: float = 0.0
    late: int = 0
    unproven: int = 0
    gap_micro: int = 0
    lost_margin_micro: int = 0
    cost: CostBreakdown = field(default_factory=CostBreakdown)
    statuses: Counter[str] = field(default_factory=Counter)
    load: Counter[str] = field(default_factory=Counter)
    flows: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, request: Request, decision: Decision) -> None:
        """Count one decision."""
        self.orders += 1
        self.statuses[decision.status] += 1
        self.pieces += sum(line.quantity for line in request.lines)
        self.sent += sum(shipment.quantity for shipment in decision.shipments)
        self.parcels += len(decision.shipments)
        self.cartons += sum(shipment.cartons for shipment in decision.shipments)
        self.split += len(decision.shipments) > 1
        self.co2e_g += decision.co2e_g
        self.unproven += decision.gap_micro > 0
        self.gap_micro += decision.gap_micro
        self.cost = self.cost + decision.cost
        self.lost_margin_micro += lost_margin_micro(request, decision, self.policy)
        if decision.shipments:
            arrives = max(shipment.arrives_at for shipment in decision.shipments)
            self.hours += (arrives - request.placed_at).total_seconds() / 3600
            self.late += request.promised_by is not None and arrives > request.promised_by
        region = request.destination.postcode[:2] or request.destination.country
        for shipment in decision.shipments:
            self.load[shipment.location] += 1
            self.flows[shipment.location, region] += 1

    def summary(self) -> dict[str, Any]:
        """Plain values; euros are weighted by the policy as in the decisions, cash is not."""
        served = max(1, self.orders - self.statuses[UNFILLABLE])
        cost, lost = self.cost, self.lost_margin_micro
        total = cost.total
        return {
            "policy": self.policy.label,
            "orders": self.orders,
            "sourced": self.statuses[SOURCED],
            "partial": self.statuses[PARTIAL],
            "unfillable": self.statuses[UNFILLABLE],
            "cost_eur": {
                "total": round(total, 2),
                **{name: round(getattr(cost, name), 2) for name in CRITERIA},
            },
            "cash_eur": _euros(cost.cash_parts()),
            "shadow_eur": _euros(cost.shadow_parts()),
            "lost_margin_eur": round(lost / MICRO, 2),
            "cost_with_lost_margin_eur": round((cost.total_micro + lost) / MICRO, 2),
            "cost_eur_per_order": round(total / served, 4),
            "co2e_kg": round(self.co2e_g / 1000, 3),
            "co2e_g_per_order": round(self.co2e_g / served, 1),
            "hours_to_customer": round(self.hours / served, 2),
            "late_orders": self.late,
            "parcels_per_order": round(self.parcels / served, 4),
            "cartons_per_order": round(self.cartons / served, 4),
            "split_rate": round(self.split / served, 4),
            "fill_rate": round(self.sent / max(1, self.pieces), 5),
            "not_proven_optimal": self.unproven,
            "largest_possible_saving_eur": round(self.gap_micro / MICRO, 2),
            "orders_per_location": dict(sorted(self.load.items())),
        }


def _euros(micro: Mapping[str, int]) -> dict[str, float]:
    """Parts in euros that add up to their total."""
    cents = named_cents(micro)
    return {"total": sum(cents.values()) / 100, **{name: c / 100 for name, c in cents.items()}}


def sweep_policies(policy: Policy) -> list[tuple[str, float, Policy]]:
    """(criterion, factor, policy) with one weight of `policy` multiplied, the economic one kept."""
    found = []
    for name in ("ecological", "logistic", "retail"):
        for factor in SWEEP_FACTORS:
            weight = getattr(policy.weights, name) * factor
            weights: Weights = replace(policy.weights, **{name: weight})
            changed = replace(policy, weights=weights, name=f"{policy.name} {name}x{factor:g}")
            found.append((name, factor, changed))
    return found
