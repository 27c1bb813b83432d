"""Where each piece of an order comes from: decided before, promised in the transaction.

Each piece that the engine has planned is promised by a conditional update. When somebody else was
first, the whole transaction is undone and the order decided again, outside. After a bounded
number of attempts, or when nobody can supply it, a piece waits for stock on its order line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sync.central.allocation import allocate as orchestration
from sync.central.allocation.decisions import NOTHING, Decided, Decisions, NotDecided, Pieces
from sync.central.allocation.requests import Group, groups
from sync.central.context import Context
from sync.central.inventory.arrivals import day_for
from sync.central.inventory.ledger import Taken
from sync.central.jobs.queue import enqueue
from sync.central.notifications import mail_queue as mails
from sync.central.records import discrepancies, history, order_lines
from sync.central.records.discrepancies import Discrepancy
from sync.central.records.order_record import OrderRecord
from sync.central.storage.database import Transaction
from sync.domain.stock import DiscrepancyKind
from sync.i18n import I18n
from sync.sourcing.decision import ASK, HOLD, Decision

BACKORDER = "backorder"
BACKORDERED = history.Kind.BACKORDERED
WAITS_AS = {HOLD: history.Kind.HELD, ASK: history.Kind.ASKED}


class Filling:
    """What was decided of `wanted` pieces of an order's lines, to be promised.

    Make it before the transaction writes anything: it raises Stale until everything is decided.
    `taken`: pieces by (sku, location) that the same transaction takes out of the stock by itself.
    """

    def __init__(
        self,
        ctx: Context,
        tx: Transaction,
        record: OrderRecord,
        wanted: Mapping[int, int],
        decisions: Decisions,
        taken: Pieces = NOTHING,
    ) -> None:
        self._ctx = ctx
        self._groups = groups(ctx, tx.now, record, wanted)
        self._decided = decisions.of(self._groups, taken)
        self._lost = NotDecided(decisions, self._groups, taken, fresh=True)

    def promise(self, tx: Transaction, record: OrderRecord, *, retry: bool = False) -> int:
        """Allocate what was decided; what nobody can supply is left unfilled.

        Gives the number of pieces left unfilled. With `retry`, a decision that finds nothing
        leaves no trace, so that a line which waits for weeks does not fill the history. Raises
        Stale when somebody else has taken one of the pieces.
        """
        left: dict[int, int] = {}
        for group, decided in zip(self._groups, self._decided, strict=True):
            left |= self._promise_group(tx, record, group, decided, retry)
        _set_unfilled(tx, record, left)
        tx.changes.orders.add(record.number)
        return sum(left.values())

    def _promise_group(
        self,
        tx: Transaction,
        record: OrderRecord,
        group: Group,
        decided: Decided | None,
        retry: bool,
    ) -> dict[int, int]:
        left = dict(group.pieces)
        if decided is None:
            enqueue(tx, BACKORDER, record.number)  # there may be stock: others were quicker
        elif decided.decision.shipments or not retry:
            self._commit(tx, record, group, decided)
            for line_id, pieces in _filled(decided.decision):
                left[line_id] -= pieces
        missing = sum(left.values())
        action = "" if decided is None else decided.decision.action
        if missing and not retry:
            if action in WAITS_AS:
                history.record(tx, record.number, WAITS_AS[action], quantity=missing)
            else:
                self._tell_when(tx, record, left)
            if action == ASK:
                asked = Discrepancy(
                    DiscrepancyKind.ORDER_TO_DECIDE,
                    record.order.location,
                    tx.cause,
                    document=record.number,
                    missing=missing,
                )
                discrepancies.record(tx, asked)
        return left

    def _tell_when(self, tx: Transaction, record: OrderRecord, left: Mapping[int, int]) -> None:
        """Say that pieces are backordered, and by when goods come that make up for it."""
        wanted: Counter[str] = Counter()
        for line_id, pieces in left.items():
            wanted[record.order.line(line_id).sku] += pieces
        today = tx.now.astimezone(self._ctx.reference.company.zone).date()
        day = day_for(tx.connection, wanted, today)
        names = [
            f"{pieces} × {record.order.line(line_id).name}"
            for line_id, pieces in sorted(left.items())
            if pieces
        ]
        told = {"quantity": wanted.total(), "articles": ", ".join(names)}
        if day is None:
            history.record(tx, record.number, BACKORDERED, quantity=wanted.total())
            mails.queue(tx, record.order, mails.BACKORDERED, f"backordered:{record.number}", **told)
            return
        kind = history.Kind.BACKORDERED_UNTIL
        history.record(tx, record.number, kind, quantity=wanted.total(), day=day.isoformat())
        message = mails.BACKORDERED_UNTIL
        shown = I18n(record.order.locale).long_date(day)
        mails.queue(tx, record.order, message, f"backordered:{record.number}", day=shown, **told)

    def _commit(self, tx: Transaction, record: OrderRecord, group: Group, decided: Decided) -> None:
        ctx, decision = self._ctx, decided.decision
        try:
            orchestration.allocate(ctx, tx, record, group.lines[0], decision)
        except Taken as taken:
            raise self._lost from taken
        orchestration.keep(ctx, tx, record, decision, decided.inputs)


def _filled(decision: Decision) -> Sequence[tuple[int, int]]:
    return [line for shipment in decision.shipments for line in shipment.lines]


def _set_unfilled(tx: Transaction, record: OrderRecord, left: Mapping[int, int]) -> None:
    changed = [n for n, count in left.items() if record.lines[n].unfilled != count]
    for line_id in changed:
        record.lines[line_id].unfilled = left[line_id]
    if changed:
        order_lines.write(tx, record, changed)
