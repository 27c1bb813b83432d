"""Orders that nobody has begun, looked at together: which fulfilments would be better elsewhere.

The batch optimiser prices stock and days and proposes a plan for all orders at once, with a
certified gap. It prices each line by itself; so whatever it would move is priced again by the
engine, as it is and as it would be, and only that difference counts. Orders that need each
other's pieces form a group, which moves as a whole or not at all.

Left out: orders of more than `LINES_MAX` lines, lines that are split, an article on two lines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.batch.lagrangian import LINES_MAX, BatchOrders, BatchPlan, optimise
from sync.sourcing.decision import SOURCED, Decision, Moved
from sync.sourcing.engine import source
from sync.sourcing.network import Network, Snapshot
from sync.sourcing.options.costs import Prices, Site, build_options
from sync.sourcing.options.filters import eligible
from sync.sourcing.options.options import Options
from sync.sourcing.options.workload import workload
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Request
from sync.sourcing.solver.problem import MICRO

UNFILLED_EUR = 1_000.0  # more than any move saves: the optimiser leaves nobody out to save money
UNLIMITED = 1 << 40

Held = tuple[
    tuple[str, tuple[int, ...]], ...
]  # (location, line_ids) of the fulfilments as they are
Piece = tuple[str, str]  # (sku, location)


@dataclass(frozen=True)
class OpenOrder:
    """What of an order goes to one place and is not begun: `held` since `since`, each `due` at its
    time, decided at `step`.

    The request holds the pieces of these fulfilments only, with the moment of the batch as
    `placed_at`.
    """

    request: Request
    fulfilments: tuple[str, ...]
    held: Held
    due: tuple[datetime, ...]
    since: datetime
    step: str

    @property
    def places(self) -> frozenset[str]:
        """Where it is prepared now."""
        return frozenset(code for code, _ in self.held)

    def pieces(self) -> dict[Piece, int]:
        """What its fulfilments hold."""
        lines = {line.line_id: line for line in self.request.lines}
        return {
            (lines[line_id].sku, code): lines[line_id].quantity
            for code, line_ids in self.held
            for line_id in line_ids
        }


@dataclass(frozen=True)
class BatchInputs:
    """Everything that the proposal follows from. `stock`: what may be promised beside the
    fulfilments; its `load` counts the fulfilments of other orders only. `prices_at` and
    `prices_too_old`: what decisions say of `prices`."""

    orders: tuple[OpenOrder, ...]
    network: Network
    stock: Snapshot
    policy: Policy
    tables: Tables
    prices: Prices
    now: datetime
    calendar: Calendar
    prices_at: str = ""
    prices_too_old: bool = False


@dataclass(frozen=True)
class Move:
    """An order that is better prepared elsewhere; `decision` says where and what it saves.

    `stock`: what the order could have had for itself, from which the reasons are told.
    """

    order: OpenOrder
    decision: Decision
    saving_micro: int
    stock: Snapshot

    @property
    def takes(self) -> dict[Piece, int]:
        """What it would hold."""
        sku_of = {line.line_id: line.sku for line in self.order.request.lines}
        taken: dict[Piece, int] = {}
        for shipment in self.decision.shipments:
            for line_id, quantity in shipment.lines:
                key = (sku_of[line_id], shipment.location)
                taken[key] = taken.get(key, 0) + quantity
        return taken


@dataclass(frozen=True)
class Proposal:
    """Moves in groups that belong together; `gap` of the optimiser's plan, as a share."""

    looked_at: int
    groups: tuple[tuple[Move, ...], ...]
    gap: float

    @property
    def saving_micro(self) -> int:
        """What all moves save, in micro-euros."""
        return sum(move.saving_micro for group in self.groups for move in group)


def propose(inputs: BatchInputs, clock: Callable[[], float] = monotonic) -> Proposal:
    """Which fulfilments to move, and what that saves. Touches nothing."""
    orders = [order for order in inputs.orders if can_be_priced(order, inputs.policy)]
    orders = orders[: inputs.policy.batch.orders_max]
    if not orders:
        return Proposal(0, (), 0.0)
    inputs = _with_shelves_kept(inputs)
    skus = sorted({line.sku for order in orders for line in order.request.lines})
    row_of = {sku: row for row, sku in enumerate(skus)}
    stock = _stock(inputs, orders, row_of)
    result = optimise(
        _groups(inputs, orders, row_of),
        stock,
        _room(inputs, len(orders)),
        seconds=inputs.policy.batch.seconds_max,
        clock=clock,
    )
    moves = [
        move
        for number, order in enumerate(orders)
        if (move := _move(inputs, order, result.best.plans.get(number, ()), result.gap))
    ]
    switching = round(inputs.policy.batch.switching_eur * MICRO)
    groups = [
        group
        for group in _belonging_together(moves, inputs.stock)
        if sum(move.saving_micro for move in group) > switching * len(group)
    ]
    return Proposal(len(orders), tuple(groups), result.gap)


def can_be_priced(order: OpenOrder, policy: Policy) -> bool:
    """Whether the optimiser can look at it: it weighs costs, and knows no rules for tags."""
    lines = order.request.lines
    if policy.ranking.by != "cost" or any(
        not policy.filters.tags.keys().isdisjoint(x.tags) for x in lines
    ):
        return False
    placed = Counter(line_id for _, line_ids in order.held for line_id in line_ids)
    return (
        1 <= len(lines) <= LINES_MAX
        and len({line.sku for line in lines}) == len(lines)
        and all(placed[line.line_id] == 1 for line in lines)
    )


def _with_shelves_kept(inputs: BatchInputs) -> BatchInputs:
    """What the policy leaves on each shelf, deducted once for all: a plan is priced on its own
    pieces only, of which nothing more is to be kept."""
    policy = inputs.policy
    kept = max(policy.kept_in(step) for step in policy.steps)
    if not kept:
        return inputs
    left = {
        sku: {code: max(0, pieces - kept) for code, pieces in where.items()}
        for sku, where in inputs.stock.available.items()
    }
    policy = replace(
        policy,
        filters=replace(policy.filters, minimum_stock_pieces=0),
        steps=tuple(replace(step, minimum_stock_pieces=0) for step in policy.steps),
    )
    return replace(inputs, stock=replace(inputs.stock, available=left), policy=policy)


def _stock(inputs: BatchInputs, orders: Sequence[OpenOrder], row_of: Mapping[str, int]) -> Ints:
    stock = np.stack([inputs.stock.pieces(sku, inputs.network).copy() for sku in row_of])
    for order in orders:
        for (sku, code), quantity in order.pieces().items():
            stock[row_of[sku], inputs.network.index[code]] += quantity
    return stock


def _room(inputs: BatchInputs, orders: int) -> Ints:
    """How many of the orders each location may have: what it has room for on the day on which it
    would have them ready, and on the next one."""
    if not inputs.policy.filters.respect_capacity:
        return np.full(len(inputs.network), UNLIMITED, np.int64)
    days = workload(inputs.network, inputs.stock, inputs.policy, inputs.calendar, inputs.now)
    left = days.room(inputs.network, inputs.stock, inputs.policy)
    room: Ints = np.minimum(left, LINES_MAX * orders)
    return room


def _groups(
    inputs: BatchInputs, orders: Sequence[OpenOrder], row_of: Mapping[str, int]
) -> list[BatchOrders]:
    """The orders as the optimiser reads them, by number of lines."""
    by_size: dict[int, list[int]] = {}
    for number, order in enumerate(orders):
        by_size.setdefault(len(order.request.lines), []).append(number)
    found = []
    for _, numbers in sorted(by_size.items()):
        costs = [_costs(inputs, orders[number]) for number in numbers]
        lines = [orders[number].request.lines for number in numbers]
        found.append(
            BatchOrders(
                np.array(numbers, np.int64),
                np.stack([fixed for fixed, _ in costs]),
                np.stack([unit for _, unit in costs]),
                np.array([[row_of[line.sku] for line in of] for of in lines], np.int64),
                np.array([[line.quantity for line in of] for of in lines], np.int64),
                np.full(len(numbers), UNFILLED_EUR),
            )
        )
    return found


def _costs(inputs: BatchInputs, order: OpenOrder) -> tuple[Floats, Floats]:
    """Euros by location: `fixed` [N] with the parcel's tariff for the whole order, and `unit`
    [L, N] for each line; infinite where it may not go. Exact for an order in one parcel."""
    size, quantities = len(inputs.network), [line.quantity for line in order.request.lines]
    fixed, unit = np.full(size, np.inf), np.zeros((len(quantities), size))
    site = _site(inputs, order, inputs.now, inputs.stock)
    options = build_options(site, np.flatnonzero(_allowed(inputs, order, site)))
    if len(options.place) == 0:
        return fixed, unit
    pieces = np.tile(np.array(quantities, np.int64), (len(options.place), 1))
    whole = options.breakdowns(np.arange(len(options.place)), pieces).sum(axis=0) / MICRO
    for row in np.lexsort((whole, options.place))[::-1]:  # the cheapest service is written last
        place = options.place[row]
        lines = _line_costs(options, int(row), quantities)
        unit[:, place] = lines
        fixed[place] = whole[row] - lines.sum()
    return fixed, unit


def _line_costs(options: Options, row: int, quantities: Sequence[int]) -> Floats:
    by_line: Floats = options.piece[:, row, :].sum(axis=0) / MICRO * np.array(quantities)
    return by_line


def _allowed(inputs: BatchInputs, order: OpenOrder, site: Site) -> Bools:
    """Where the step that decided lets it go, and where it is."""
    policy = inputs.policy
    step = next((s for s in policy.steps if s.name == order.step), policy.steps[0])
    mask = eligible(
        order.request,
        inputs.network,
        policy,
        step,
        site.distance_m,
        site.opens_in,
        site.workload.full,
    ).mask.copy()
    for code in order.places:
        mask[inputs.network.index[code]] = True
    return mask


def _site(inputs: BatchInputs, order: OpenOrder, now: datetime, stock: Snapshot) -> Site:
    return Site.of(
        order.request,
        inputs.network,
        stock,
        inputs.policy,
        inputs.tables,
        inputs.calendar,
        inputs.prices,
        now,
    )


def _move(inputs: BatchInputs, order: OpenOrder, plan: BatchPlan, gap: float) -> Move | None:
    """The order's plan as a move, when it is another one and comes in time; priced exactly."""
    lines = order.request.lines
    wanted = tuple(
        sorted((inputs.network.codes[p], tuple(lines[i].line_id for i in of)) for p, of in plan)
    )
    if not wanted or wanted == tuple(sorted(order.held)):
        return None
    as_it_is = _as_it_is(inputs, order)
    moved = _priced(inputs, order, wanted, inputs.now)
    if as_it_is is None or moved is None:
        return None
    latest = _latest(order, as_it_is)
    if latest is not None and _arrives(moved) > latest:
        return None
    saving = as_it_is.cost.total_micro - moved.cost.total_micro
    told = Moved(tuple(sorted(order.places)), saving, round(gap * 10_000))
    decision = replace(
        moved,
        moved=told,
        prices_at=inputs.prices_at,
        prices_too_old=inputs.prices_too_old,
    )
    return Move(order, decision, saving, _for_itself(inputs, order))


def _as_it_is(inputs: BatchInputs, order: OpenOrder) -> Decision | None:
    """The present plan at present prices. Work began when it was given, not now: the better of
    the two moments counts, so that time which has passed is never a reason to move."""
    found = [_priced(inputs, order, order.held, at) for at in (order.since, inputs.now)]
    known = [decision for decision in found if decision is not None]
    return min(known, key=lambda d: d.cost.total_micro, default=None)


def _priced(inputs: BatchInputs, order: OpenOrder, plan: Held, at: datetime) -> Decision | None:
    """Exactly this plan, priced by the engine; None when the policy does not allow it."""
    quantity = {line.line_id: line for line in order.request.lines}
    only: dict[str, dict[str, int]] = {}
    for code, line_ids in plan:
        for line_id in line_ids:
            only.setdefault(quantity[line_id].sku, {})[code] = quantity[line_id].quantity
    decision = source(
        order.request,
        inputs.network,
        Snapshot(inputs.stock.position, only, inputs.stock.load),
        inputs.policy,
        inputs.tables,
        prices=inputs.prices,
        calendar=inputs.calendar,
        now=at,
        explain=False,
    )
    places = tuple(sorted(decision.locations))
    fits = decision.status == SOURCED and places == tuple(sorted(code for code, _ in plan))
    return decision if fits else None


def _arrives(decision: Decision) -> datetime:
    return max(shipment.arrives_at for shipment in decision.shipments)


def _latest(order: OpenOrder, as_it_is: Decision) -> datetime | None:
    """Never later than promised, or than it would be anyway; what is collected: never later."""
    promised, anyway = order.request.promised_by, _arrives(as_it_is)
    if promised is not None:
        return max(promised, anyway)
    return None if order.request.destination.kind == "home" else anyway


def _for_itself(inputs: BatchInputs, order: OpenOrder) -> Snapshot:
    """The stock that the order could have alone: what is free, and what it holds."""
    free = {sku: dict(inputs.stock.available.get(sku, {})) for sku, _ in order.pieces()}
    for (sku, code), quantity in order.pieces().items():
        free[sku][code] = free[sku].get(code, 0) + quantity
    return Snapshot(inputs.stock.position, free, inputs.stock.load)


def _belonging_together(moves: Sequence[Move], stock: Snapshot) -> list[tuple[Move, ...]]:
    """Moves that need each other's pieces in one group; what cannot be supplied is left out."""
    asked: Counter[Piece] = Counter()
    for move in moves:
        asked.update(move.takes)
    short = {
        piece
        for piece, count in asked.items()
        if count > stock.available.get(piece[0], {}).get(piece[1], 0)
    }
    parent = list(range(len(moves)))

    def root(number: int) -> int:
        while parent[number] != number:
            number = parent[number]
        return number

    first: dict[Piece, int] = {}
    for number, move in enumerate(moves):
        for piece in sorted((move.takes.keys() | move.order.pieces().keys()) & short):
            parent[root(number)] = root(first.setdefault(piece, number))
    members: dict[int, list[Move]] = {}
    for number, move in enumerate(moves):
        members.setdefault(root(number), []).append(move)
    return [tuple(group) for group in members.values() if _is_supplied(group, stock)]


def _is_supplied(group: Sequence[Move], stock: Snapshot) -> bool:
    free: Counter[Piece] = Counter()
    for move in group:
        free.update(move.order.pieces())
        free.subtract(move.takes)
    return all(
        count + stock.available.get(sku, {}).get(code, 0) >= 0
        for (sku, code), count in free.items()
    )
