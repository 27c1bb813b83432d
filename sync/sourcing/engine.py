"""The engine: request -> filter -> options -> cost -> solve -> decision.

Pure: the same request, snapshot, policy and moment give the same bytes.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np

from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.attempt import Attempt
from sync.sourcing.decision import (
    PARTIAL,
    SOURCED,
    UNFILLABLE,
    WAITING,
    CostBreakdown,
    Decision,
    PlannedShipment,
)
from sync.sourcing.evaluations import NONE
from sync.sourcing.explain.alternatives import evaluate
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.costs import Prices, Site, build_options
from sync.sourcing.options.filters import barred_lines, eligible
from sync.sourcing.options.merge import one_line_per_sku, spread_over_lines
from sync.sourcing.options.options import Options, build_problem
from sync.sourcing.options.ranks import ranked_places
from sync.sourcing.policy.policy import Policy, Step
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Request
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.ranked import take_in_turn
from sync.sourcing.solver.solve import Solved, solve

NO_PRICES: Prices = {}


def source(
    request: Request,
    network: Network,
    snapshot: Stock,
    policy: Policy,
    tables: Tables,
    *,
    prices: Prices | None = None,
    calendar: Calendar | None = None,
    now: datetime | None = None,
    explain: bool = True,
) -> Decision:
    """Decide where `request` is filled: as much as can be, and at the least cost.

    `prices`: sku -> location -> euros that a piece is worth where it lies. `now` is the moment
    of the decision, the order's own when not given. `explain=False` leaves out the runner-up and
    the evaluations, for bulk work. Raises InvalidInput for input that makes no sense; an order that
    cannot be filled is an answer, not an error.
    """
    merged = one_line_per_sku(request)
    site = Site.of(
        merged,
        network,
        snapshot,
        policy,
        tables,
        calendar or Calendar(),
        prices if prices is not None else NO_PRICES,
        now or request.placed_at,
    )
    attempt, action = _widen(site, Budget(policy.limits.work_max))
    decision = _decision(site, attempt, action, explain=explain)
    return decision if merged is request else spread_over_lines(decision, request)


def _widen(site: Site, budget: Budget) -> tuple[Attempt, str]:
    """The first step of the policy that fills most, and "hold" or "ask" when nothing is to be
    sent of it; one budget for all of them."""
    wanted = sum(line.quantity for line in site.request.lines)
    first, *others = site.policy.steps
    chosen, step = _attempt(site, first, budget), first
    for step_after in [*others, None]:
        if chosen.pieces_sent.sum() == wanted:
            break
        if step.when_short in WAITING:
            return chosen.sending_nothing(step), step.when_short
        if step.when_short == "backorder" or step_after is None:
            break
        step = step_after
        attempt = _attempt(site, step, budget)
        if attempt.pieces_sent.sum() > chosen.pieces_sent.sum():
            chosen = attempt
    return chosen, ""


def _attempt(site: Site, step: Step, budget: Budget) -> Attempt:
    request = site.request
    allowed = eligible(
        request,
        site.network,
        site.policy,
        step,
        site.distance_m,
        site.opens_in,
        site.workload.full,
    )
    barred = barred_lines(request, site.network, site.policy)
    stock = _stock(site, step)
    stock[~allowed.mask] = 0
    if barred is not None:
        stock[barred] = 0
    places = np.flatnonzero(stock.any(axis=1))
    options = build_options(site, places)
    reachable = np.zeros(len(site.network), np.bool_)
    reachable[options.place] = True
    stock[~reachable] = 0
    pieces, demand = _items(site, stock)
    available = (stock[options.place] // pieces).clip(max=demand)
    problem = build_problem(options, available, demand, pieces, _shipments_max(site))
    if site.policy.ranking.by == "cost":
        solved = solve(problem, budget)
    else:
        ranks = ranked_places(site)
        solved = Solved(take_in_turn(problem, ranks, site.policy.ranking.whole_first))
    return Attempt(step, allowed, barred, stock, options, problem, solved, budget)


def _stock(site: Site, step: Step) -> Ints:
    kept = site.policy.kept_in(step)
    stock = np.empty((len(site.network), len(site.request.lines)), np.int64)
    for number, line in enumerate(site.request.lines):
        stock[:, number] = site.snapshot.pieces(
            line.sku, site.network, with_withheld=step.release_safety_stock
        )
    return np.maximum(stock - kept, 0) if kept else stock


def _shipments_max(site: Site) -> int:
    limits, request = site.policy.limits, site.request
    whole = request.channel in limits.no_split_channels
    small = request.value_minor < limits.split_min_value_eur * 100
    return 1 if whole or small else limits.max_parcels


def _items(site: Site, stock: Ints) -> tuple[Ints, Ints]:
    """Pieces in an item and items asked for, by line: whole lines where they are not split.

    A line that the network cannot fill whole asks for as much as there is.
    """
    limits = site.policy.limits
    quantity = np.array([line.quantity for line in site.request.lines], np.int64)
    most = np.minimum(stock.max(axis=0, initial=0), quantity)
    there = np.minimum(stock.sum(axis=0), quantity)
    uncut = np.array(
        [line.category in limits.no_split_categories for line in site.request.lines], np.bool_
    )
    if limits.split_lines == "never":
        uncut[:] = True
    whole: Bools = uncut | (most == quantity) if limits.split_lines != "always" else uncut
    pieces = np.where(whole, np.maximum(most, 1), 1)
    demand = np.where(whole, (most > 0).astype(np.int64), there)
    return pieces, demand


def _decision(site: Site, attempt: Attempt, action: str, *, explain: bool) -> Decision:
    request, options = site.request, attempt.options
    shipments = tuple(
        _shipment(site, options, row, np.array(items, np.int64) * attempt.problem.pieces)
        for row, items in attempt.plan.parts
    )
    sent = attempt.pieces_sent
    unfilled = tuple(
        (line.line_id, line.quantity - int(count))
        for line, count in zip(request.lines, sent, strict=True)
        if count < line.quantity
    )
    cost = sum((shipment.cost for shipment in shipments), CostBreakdown())
    runner_up, evaluations = evaluate(site, attempt, cost) if explain else (None, NONE)
    return Decision(
        order_number=request.order_number,
        policy=site.policy.label,
        snapshot_position=site.snapshot.position,
        status=SOURCED if not unfilled else PARTIAL if shipments else UNFILLABLE,
        shipments=shipments,
        unfilled=unfilled,
        cost=cost,
        step=attempt.step.name,
        runner_up=runner_up,
        evaluations=evaluations,
        gap_micro=max(0, round(attempt.plan.cost - attempt.plan.bound)),
        action=action,
    )


def _shipment(site: Site, options: Options, row: int, pieces: Ints) -> PlannedShipment:
    place = int(options.place[row])
    at = site.calendar.at
    return PlannedShipment(
        location=site.network.codes[place],
        service=options.service_code(row),
        lines=tuple(
            (line.line_id, int(count))
            for line, count in zip(site.request.lines, pieces, strict=True)
            if count
        ),
        cost=options.breakdown(row, pieces),
        co2e_g=options.co2e_g(row, pieces),
        ready_at=at(site.midnight, int(options.ready[row])),
        arrives_at=at(site.midnight, int(options.arrives[row])),
        distance_km=int(site.distance_m[place]) / 1000,
        cartons=options.cartons(row, pieces),
    )
