"""Deciding outside the transaction: what was decided of an order before its transaction opens.

A transaction asks for the decisions on its requests. What is not there, or was decided on stock
that somebody else has taken since, is `Stale`: `Database.settle` undoes the transaction, has it
decided while no lock is held, and tries again. After a bounded number of decisions the answer is
that there is none, and the pieces wait for stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sync.central.allocation import allocate as orchestration
from sync.central.allocation.kept_inputs import KeptInputs
from sync.central.allocation.requests import Group
from sync.central.context import Context
from sync.central.inventory import ledger as stock
from sync.central.inventory.stock_copy import StockCopy
from sync.central.storage.database import Stale
from sync.domain.errors import ComptoirError
from sync.domain.order import Channel
from sync.sourcing.decision import Decision
from sync.sourcing.request import Request

ATTEMPTS_MAX = 5

Pieces = Mapping[tuple[str, str], int]
NOTHING: Pieces = {}


@dataclass(frozen=True)
class Decided:
    """A decision on `request`, as it was asked at its own moment, and its inputs to be kept."""

    request: Request
    decision: Decision
    inputs: KeptInputs


class Decisions:
    """The decisions on the lines of one order, for one command or job; made anew for the next.

    `released`: a person said to send what there is, whatever the policy waits for.
    """

    def __init__(self, ctx: Context, *, released: bool = False) -> None:
        self._ctx = ctx
        self._released = released
        self._made: list[Decided | tuple[Request, ComptoirError]] = []
        self._generation = -1
        self.attempts = 0

    def of(self, groups: Sequence[Group], taken: Pieces = NOTHING) -> list[Decided | None]:
        """The decision on each of `groups`, asked before the transaction writes anything.

        None for each when `ATTEMPTS_MAX` decisions did not hold. `taken`: pieces by (sku,
        location) that the transaction takes by itself. Raises Stale while something is not
        decided, and the error with which the engine refused to.
        """
        if self.attempts > ATTEMPTS_MAX:
            return [None] * len(groups)
        found = [self._find(group.request) for group in groups]
        if any(decided is None for decided in found):
            raise NotDecided(self, groups, taken)
        return found

    def decide(self, groups: Sequence[Group], taken: Pieces, *, fresh: bool) -> None:
        """Decide on all of `groups`, one after the other, on a copy of the stock.

        `fresh`: on the balances as they are committed, not on those in memory. Pieces below 0 in
        `taken` are promised now, and about to be given back by the transaction.
        """
        self.attempts += 1
        self._made.clear()
        if self.attempts > ATTEMPTS_MAX:
            return
        self._generation = self._ctx.reference.generation
        copy = _copy(self._ctx, groups, taken, fresh=fresh)
        for (sku, location), pieces in taken.items():
            copy = copy.less(sku, location, max(0, pieces))
        for group in groups:
            try:
                decision = orchestration.decide(
                    self._ctx, group.request, copy, released=self._released
                )
            except ComptoirError as error:  # it is for the transaction to answer
                self._made.append((group.request, error))
                continue
            inputs = orchestration.inputs_kept(self._ctx, decision, group.request, copy)
            self._made.append(Decided(group.request, decision, inputs))
            for (sku, location), pieces in planned(group, decision).items():
                copy = copy.less(sku, location, pieces)

    def _find(self, request: Request) -> Decided | None:
        """The decision on `request`, made at whatever moment, by the rules of now."""
        if self._generation != self._ctx.reference.generation:
            return None
        for found in self._made:
            asked = found.request if isinstance(found, Decided) else found[0]
            if replace(request, placed_at=asked.placed_at) == asked:
                if isinstance(found, Decided):
                    return found
                raise found[1]
        return None


class NotDecided(Stale):
    """Something is to be decided, or `fresh`ly: another order has taken a piece meanwhile."""

    def __init__(
        self, decisions: Decisions, groups: Sequence[Group], taken: Pieces, *, fresh: bool = False
    ) -> None:
        super().__init__("lost race" if fresh else "not decided yet")
        self._decisions = decisions
        self._asked = (groups, taken)
        self._fresh = fresh

    def prepare(self) -> None:
        """Decide."""
        self._decisions.decide(*self._asked, fresh=self._fresh)


def planned(group: Group, decision: Decision) -> Counter[tuple[str, str]]:
    """Pieces that a decision takes, by (sku, location)."""
    skus = {line.line_id: line.sku for line in group.lines}
    pieces: Counter[tuple[str, str]] = Counter()
    for shipment in decision.shipments:
        for line_id, quantity in shipment.lines:
            pieces[skus[line_id], shipment.location] += quantity
    return pieces


def _copy(ctx: Context, groups: Sequence[Group], taken: Pieces, *, fresh: bool) -> StockCopy:
    skus = sorted({line.sku for group in groups for line in group.lines})
    channel = groups[0].request.channel if groups else Channel.STORE.value
    given_back = {key: -pieces for key, pieces in taken.items() if pieces < 0}
    if not fresh and not given_back:
        return ctx.view.copy(skus, channel=channel)
    with ctx.database.read() as connection:
        balances = stock.balances(connection, skus)
    for key, pieces in given_back.items():
        if key in balances:
            now = balances[key]
            balances[key] = replace(now, allocated=now.allocated - pieces)
    return ctx.view.copy(skus, balances, channel=channel)
