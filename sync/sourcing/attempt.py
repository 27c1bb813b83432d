"""One step of the policy, solved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.options.filters import Eligible
from sync.sourcing.options.options import Options
from sync.sourcing.policy.policy import Step
from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.problem import Plan, Problem
from sync.sourcing.solver.solve import Solved


@dataclass(frozen=True, eq=False)
class Attempt:
    """What a step of the policy came to: `stock` [N, L] pieces that the step may use; `barred`
    [N, L] lines that a location may not send, None for no such rule.

    `budget` is the order's: what is left of it may be spent on the runner-up.
    """

    step: Step
    allowed: Eligible
    barred: Bools | None
    stock: Ints
    options: Options
    problem: Problem
    solved: Solved
    budget: Budget

    @property
    def plan(self) -> Plan:
        """What would be sent."""
        return self.solved.plan

    def sending_nothing(self, step: Step) -> Attempt:
        """The same without a shipment: `step` lets the order wait."""
        return replace(self, step=step, solved=Solved(Plan((), 0.0, 0.0)))

    @property
    def pieces_sent(self) -> Ints:
        """Pieces sent of each line."""
        return self.plan.sent(len(self.problem.demand)) * self.problem.pieces
