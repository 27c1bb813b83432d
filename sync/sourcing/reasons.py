"""The reasons of a decision, found again from what it rested on.

A decision is kept with its inputs and without its reasons: they are long, and few are read. The
engine is pure, so the same inputs give the same reasons whenever somebody asks.
"""

from __future__ import annotations

from dataclasses import replace

from sync.sourcing.decision import RELEASED, Decision
from sync.sourcing.engine import source
from sync.sourcing.evaluations import DEARER, FOR_OTHERS, Evaluation, Evaluations
from sync.sourcing.network import Network, Stock
from sync.sourcing.options.costs import Prices
from sync.sourcing.policy.policy import Policy
from sync.sourcing.rates.tariffs import Tables
from sync.sourcing.rates.working_days import Calendar
from sync.sourcing.request import Request


def with_reasons(
    decision: Decision,
    request: Request,
    network: Network,
    stock: Stock,
    policy: Policy,
    tables: Tables,
    *,
    prices: Prices | None = None,
    calendar: Calendar | None = None,
) -> Decision | None:
    """`decision` with its runner-up and its evaluations, from the inputs that it was taken from.

    Of a decision of a batch, `stock` is what the order could have had for itself. None when the
    engine decides otherwise on them now: then its reasons are not those of that decision.
    """
    if decision.action == RELEASED:
        policy = policy.without_waiting()
    again = source(request, network, stock, policy, tables, prices=prices, calendar=calendar)
    if decision.moved is not None:
        return _of_a_batch(again, decision, network)
    if (again.shipments, again.unfilled) != (decision.shipments, decision.unfilled):
        return None
    return replace(decision, runner_up=again.runner_up, evaluations=again.evaluations)


def _of_a_batch(alone: Decision, moved: Decision, network: Network) -> Decision:
    """Against the best plan for this order `alone`: others may serve other orders better."""
    reasons = {evaluation.location: evaluation for evaluation in alone.evaluations}
    told = []
    for code in network.codes:
        known = reasons.get(code)
        if code in moved.locations:
            continue
        if known is None:
            told.append(Evaluation(code, FOR_OTHERS))
        elif known.reason != DEARER:
            told.append(known)
        else:
            by = alone.cost.total_micro + known.by_micro - moved.cost.total_micro
            told.append(replace(known, by_micro=by) if by >= 0 else Evaluation(code, FOR_OTHERS))
    same = alone.locations == moved.locations
    runner_up = alone.runner_up if same else None
    return replace(moved, evaluations=Evaluations.of(told), runner_up=runner_up)
