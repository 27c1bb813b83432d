"""Fulfilments that nobody has begun, moved to where they cost less: on schedule, or when asked.

The proposal is computed on a copy. Each group of moves is one transaction: fulfilments still
untouched are taken back, their pieces released, the new ones promised by the same conditional
update as any other. If a store has begun one meanwhile, or somebody took a piece, nothing of the
group happens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from sync.central.allocation import allocate as orchestration
from sync.central.allocation.requests import request_for
from sync.central.context import Context
from sync.central.devices.last_seen import stores_out_of_touch
from sync.central.inventory import ledger as stock
from sync.central.jobs.queue import Job, turn
from sync.central.jobs.workers import Done
from sync.central.records import history, order_records
from sync.central.records.fulfilment_rows import change
from sync.central.records.order_record import OrderRecord, pieces_by_line
from sync.central.storage import tables
from sync.central.storage.database import Transaction, stamp
from sync.domain.errors import ComptoirError, Conflict
from sync.domain.fulfilment import Fulfilment, FulfilmentState
from sync.domain.money import Money
from sync.domain.order_status import BEGUN_BY_NOBODY
from sync.domain.stock import Movement, MovementKind
from sync.sourcing.batch.reallocate import (
    BatchInputs,
    Move,
    OpenOrder,
    Proposal,
    can_be_priced,
    propose,
)
from sync.sourcing.network import Snapshot, Work
from sync.sourcing.options.workload import day_limits
from sync.sourcing.policy.policy import policy_for

log = structlog.get_logger(__name__)
MICRO_PER_CENT = 10_000
PAGE = 500  # orders whose numbers are read at once
HEARD_WITHIN = timedelta(seconds=30)  # a terminal in touch asks for news each second
REALLOCATION = "reallocation"
LEASE = timedelta(minutes=30)  # longer than a computation may take
LOOK_AGAIN = timedelta(minutes=1)  # whether the policy wants a schedule by now


def inputs_for(ctx: Context) -> BatchInputs:
    """What is not begun, and a copy of the stock; raises Unavailable without a policy.

    The oldest orders that can be looked at, as many as the policy says: what is not looked at
    counts in the day of its location like any other fulfilment. Orders that were given safety stock
    stay where they are: no other order may be promised it. So do those that a narrower policy is
    for: one batch has one policy, that for any order. And so does what lies with a store whose
    terminals are not all in touch.
    """
    engine = orchestration.inputs_of(ctx)
    now = ctx.database.clock()
    with ctx.database.read() as connection:
        silent = _out_of_touch(connection, now)
        able = (
            order
            for order in _open_orders(ctx, connection, now)
            if policy_for(order.request, engine.policies) is engine.policy
            and not engine.policy.releases_at(order.step)
            and can_be_priced(order, engine.policy)
            and silent.isdisjoint(order.places)
        )
        found = list(islice(able, engine.policy.batch.orders_max))
    everything, newest = ctx.view.everything(), ctx.prices.newest
    used = newest is not None and not newest.too_old(now, engine.policy)
    skus = {line.sku for order in found for line in order.request.lines}
    return BatchInputs(
        tuple(found),
        engine.network,
        Snapshot(
            everything.position,
            {sku: dict(everything.available.get(sku, {})) for sku in sorted(skus)},
            _load_of_others(ctx, found),
        ),
        engine.policy,
        engine.tables,
        newest.prices if newest is not None and used else {},
        now,
        orchestration.calendar(ctx.reference, now.year),
        stamp(newest.at) if newest is not None else "",
        newest is not None and not used,
    )


def _load_of_others(ctx: Context, orders: Sequence[OpenOrder]) -> dict[date, dict[str, Work]]:
    load = ctx.view.load()
    for order in orders:
        quantity = {line.line_id: line.quantity for line in order.request.lines}
        for (code, line_ids), due_at in zip(order.held, order.due, strict=True):
            day = load.get(ctx.view.day_of(due_at), {})
            count, pieces = day.get(code, (0, 0))
            mine = sum(quantity[line_id] for line_id in line_ids)
            if count:
                day[code] = (count - 1, max(0, pieces - mine))
    return load


def _out_of_touch(connection: Connection, now: datetime) -> set[str]:
    """Stores with a terminal that was not heard of just now: it may be picking without a network,
    and what it has picked must not be shipped from elsewhere too."""
    return stores_out_of_touch(connection, now - HEARD_WITHIN)


def _open_orders(ctx: Context, connection: Connection, now: datetime) -> Iterable[OpenOrder]:
    """What is not begun, oldest first: the fulfilments of one order that go to the same place.

    An order that cannot be read any more (its place of collection is none now, say) is left out.
    """
    fulfilments = tables.fulfilment.c
    query = sa.select(fulfilments.order_number).where(
        fulfilments.state == FulfilmentState.ALLOCATED.value
    )
    numbers = query.group_by(fulfilments.order_number).order_by(
        sa.func.min(fulfilments.created_at), fulfilments.order_number
    )
    seen = 0
    while page := connection.execute(numbers.limit(PAGE).offset(seen)).scalars().all():
        seen += len(page)
        for number in page:
            try:
                yield from _of_order(ctx, connection, now, number)
            except (ComptoirError, LookupError) as error:
                log.warning("batch_order_stays", order=number, reason=str(error))


def _of_order(
    ctx: Context, connection: Connection, now: datetime, number: str
) -> Iterable[OpenOrder]:
    record = order_records.read(connection, number)
    together: dict[tuple[str, str], list[Fulfilment]] = defaultdict(list)
    for fulfilment in (found.fulfilment for found in record.in_order()):
        if fulfilment.state in BEGUN_BY_NOBODY:
            together[fulfilment.mode.value, fulfilment.collect_at].append(fulfilment)
    for _, of in sorted(together.items()):
        pieces = pieces_by_line(of)
        lines = [line for line in record.order.lines if line.line_id in pieces]
        yield OpenOrder(
            request_for(ctx, now, record, lines, pieces),
            tuple(fulfilment.fulfilment_id for fulfilment in of),
            tuple((w.location, tuple(line.line_id for line in w.lines)) for w in of),
            tuple(fulfilment.due_at for fulfilment in of),
            min(fulfilment.created_at for fulfilment in of),
            _step(record, {line.line_id for line in lines}),
        )


def _step(record: OrderRecord, line_ids: set[int]) -> str:
    """The policy's step in the latest decision on these lines."""
    for decision in reversed(record.decision_wires()):
        for shipment in decision["shipments"]:
            if any(line_id in line_ids for line_id, _ in shipment["lines"]):
                return str(decision["step"])
    return ""


class _DayIsFull(Exception):
    """A location would get more fulfilments today than it can do."""


def apply(ctx: Context, proposal: Proposal) -> list[Move]:
    """Do what was proposed, group by group; gives the moves that were made.

    A group that finds a location full is tried again after others have moved out of it.
    """
    made: list[Move] = []
    waiting: list[tuple[Move, ...]] = list(proposal.groups)
    while waiting:
        full: list[tuple[Move, ...]] = []
        before = len(made)
        for group in waiting:
            try:
                made += _made(ctx, group)
            except _DayIsFull:
                full.append(group)
        if len(made) == before:
            break
        waiting = full
    return made


def _made(ctx: Context, group: tuple[Move, ...]) -> tuple[Move, ...]:
    """The group, when it has moved; one that fails is logged, and the next one tried."""
    numbers = [move.order.request.order_number for move in group]
    try:
        with ctx.database.write("worker:batch") as tx:
            _move_together(ctx, tx, group)
    except _DayIsFull:
        raise
    except Conflict as error:
        log.info("batch_group_stays", orders=numbers, reason=str(error))
    except ComptoirError as error:
        log.warning("batch_group_failed", orders=numbers, code=error.code, reason=str(error))
    except Exception:
        log.exception("batch_group_failed", orders=numbers)
    else:
        return group
    return ()


def _move_together(ctx: Context, tx: Transaction, group: tuple[Move, ...]) -> None:
    for number in sorted({move.order.request.order_number for move in group}):
        order_records.load(tx, number)
    silent = _out_of_touch(tx.connection, tx.now)
    for move in group:
        if not silent.isdisjoint(move.order.places):
            raise Conflict(
                "A store has lost touch: it may be preparing what was to be moved. It stays "
                "where it is.",
                code="batch.out_of_touch",
            )
        for fulfilment_id in move.order.fulfilments:
            _take_back(ctx, tx, fulfilment_id)
    for move in group:
        _give(ctx, tx, move)
    _check_room(ctx, tx)


def _check_room(ctx: Context, tx: Transaction) -> None:
    """What was proposed with room that others were to make, and have not, does not happen."""
    engine = orchestration.inputs_of(ctx)
    if not engine.policy.filters.respect_capacity:
        return
    network, load = engine.network, ctx.view.load()
    limits = day_limits(network, engine.policy)
    for (code, day), (orders, pieces) in tx.changes.load.items():
        place, (before, before_pieces) = network.index[code], load.get(day, {}).get(code, (0, 0))
        most = int(network.capacity_pieces[place])
        if orders > 0 and before + orders > limits[place]:
            raise _DayIsFull
        if pieces > 0 and most and before_pieces >= most:
            raise _DayIsFull


def _take_back(ctx: Context, tx: Transaction, fulfilment_id: str) -> None:
    """The fulfilment is nobody's any more, unless somebody has begun it; raises Conflict."""
    record = order_records.load_of_fulfilment(tx, fulfilment_id)
    found = record.fulfilments[fulfilment_id]
    fulfilment = found.fulfilment
    if fulfilment.state not in BEGUN_BY_NOBODY:
        raise Conflict(
            "The fulfilment was begun, or its goods were taken, before it could be reallocated. "
            "It stays where it is.",
            code="batch.begun",
        )
    change(tx, record, found, state=FulfilmentState.REASSIGNED)
    releases = [
        Movement(
            fulfilment.location,
            line.sku,
            MovementKind.RELEASE,
            fulfilment_id,
            allocated=-line.quantity,
        )
        for line in fulfilment.lines
    ]
    stock.move(tx, *releases)
    day = ctx.view.day_of(fulfilment.due_at)
    tx.changes.give(fulfilment.location, day, -1, -fulfilment.quantity)


def _give(ctx: Context, tx: Transaction, move: Move) -> None:
    record = order_records.load(tx, move.order.request.order_number)
    order, number = record.order, record.number
    first = order.line(move.order.request.lines[0].line_id)
    decision, moved = move.decision, move.decision.moved
    try:
        orchestration.allocate(ctx, tx, record, first, decision)
    except stock.Taken as taken:
        raise Conflict(
            "The goods were taken before they could be given to another order. It stays where it "
            "is.",
            code="batch.taken",
        ) from taken
    inputs = orchestration.inputs_kept(ctx, decision, move.order.request, move.stock)
    orchestration.keep(ctx, tx, record, decision, inputs)
    saves = Money(round(move.saving_micro / MICRO_PER_CENT), order.total.currency)
    history.record(
        tx,
        number,
        history.Kind.REALLOCATED,
        before=_names(ctx, move.order.places),
        after=_names(ctx, decision.locations),
        amount=saves,
        amount_minor=saves.minor,
        currency=saves.currency,
        gap=f"{(moved.gap_bp if moved else 0) / 100:.1f}",
    )


def _names(ctx: Context, codes: Iterable[str]) -> str:
    places = ctx.reference.locations
    return ", ".join(places[c].name if c in places else c for c in sorted(codes))


@dataclass(frozen=True)
class Reallocation:
    """The job that moves fulfilments on the policy's schedule."""

    ctx: Context

    def run(self, _job: Job) -> Done:
        """Propose and move, when the policy wants it; again after as long as it says."""
        ctx = self.ctx
        minutes = 0
        if orchestration.has_policy(ctx):
            minutes = orchestration.inputs_of(ctx).policy.batch.every_minutes
        if not minutes:
            return Done(again_at=ctx.database.clock() + LOOK_AGAIN)
        again_at = ctx.database.clock() + timedelta(minutes=minutes)
        try:
            apply(ctx, ctx.executor.submit(propose, inputs_for(ctx)).result())
        except Exception as error:
            code = error.code if isinstance(error, ComptoirError) else type(error).__name__
            log.warning("batch_failed", code=code, reason=str(error))
        return Done(again_at=again_at)


@dataclass(frozen=True, slots=True)
class Reallocated:
    """An order whose fulfilments move, or would; `since`: how long it lay there, ISO 8601."""

    order_number: str
    locations_before: tuple[str, ...]
    locations_after: tuple[str, ...]
    since: str
    saving_cents: int


@dataclass(frozen=True, slots=True)
class ReallocationReport:
    """What was found; `gap` is certified, `stayed` counts orders that could not move."""

    dry_run: bool
    orders_looked_at: int
    gap: float
    moves: tuple[Reallocated, ...]
    saving_cents: int
    stayed: int


def on_demand(ctx: Context, *, dry_run: bool) -> ReallocationReport:
    """Look now, and move unless `dry_run`; gives what would move or was moved, and its gain.

    It takes the turn of the scheduled job; raises Conflict while another one is under way.
    """
    owner = ctx.random_bytes(8).hex()
    with turn(ctx.database, REALLOCATION, owner, LEASE):
        proposal = ctx.executor.submit(propose, inputs_for(ctx)).result()
        proposed = [move for group in proposal.groups for move in group]
        made = [] if dry_run else apply(ctx, proposal)
    told = tuple(_told(move) for move in (proposed if dry_run else made))
    return ReallocationReport(
        dry_run,
        proposal.looked_at,
        round(proposal.gap, 4),
        told,
        sum(move.saving_cents for move in told),
        0 if dry_run else len(proposed) - len(made),
    )


def _told(move: Move) -> Reallocated:
    return Reallocated(
        move.order.request.order_number,
        tuple(sorted(move.order.places)),
        tuple(sorted(move.decision.locations)),
        stamp(move.order.since),
        round(move.saving_micro / MICRO_PER_CENT),
    )
