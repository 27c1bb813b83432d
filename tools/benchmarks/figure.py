"""One measured figure and its goal: what every benchmark prints."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured ratio with its goal; `better` is "lower" or "higher"."""

    name: str
    value: float
    goal: float
    better: str
    unit: str
    how: str

    @property
    def holds(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal
