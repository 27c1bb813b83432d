"""How much work an order may cost, counted and never timed.

A step is about one addition or comparison of an array's cell. What is counted depends on the
order, the stock and the policy only, so that a busy machine decides what an idle one does. A core
of 2025 does about a million steps in a millisecond.
"""

from __future__ import annotations

STEPS_PER_UNIT = 1_000_000  # a policy's `work_max` counts millions
WORK_MAX = 1500  # of a policy that says nothing


class Budget:
    """What one order may still cost, in steps: one for all steps of its policy."""

    __slots__ = ("allowed", "used")

    def __init__(self, work_max: int = WORK_MAX) -> None:
        """`work_max`: millions of steps."""
        self.allowed = work_max * STEPS_PER_UNIT
        self.used = 0

    @property
    def left(self) -> int:
        """Steps that may still be made; never below 0."""
        return max(0, self.allowed - self.used)

    def spend(self, steps: int) -> bool:
        """Count `steps` and say True when they may be made; else count nothing."""
        if steps > self.left:
            return False
        self.used += steps
        return True

    def charge(self, steps: int) -> None:
        """Count steps that are made whatever is left: a first plan, without which is no answer."""
        self.used += steps
