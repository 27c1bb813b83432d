"""Why each location of a network was not chosen, as arrays: objects are made of those asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sync.sourcing.arrays import Bools, Ints
from sync.sourcing.solver.problem import MICRO

CRITERIA = ("economic", "ecological", "logistic", "retail")

NO_STOCK, EXCLUDED, DEARER, NO_SERVICE = "no_stock", "excluded", "dearer", "filtered:no_service"
FOR_OTHERS = "for_others"
LIMITS, LATER, WAITS = "filtered:limits", "later", "waits"
CHOSEN = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Why `location` was not chosen.

    `reason`: "no_stock", "excluded", "dearer", "for_others" (in a batch, other orders need it
    more), "later" (in the policy's ranking), "waits" (the policy sends nothing yet) or "filtered:"
    and the rule. When dearer,
    `by_micro` is how much more the cheapest plan costs in which this location sends something,
    and `criterion` where most of the difference lies. `note` is the reason of an exclusion.
    """

    location: str
    reason: str
    by_micro: int = 0
    criterion: str = ""
    note: str = ""

    @property
    def by_eur(self) -> float:
        """The difference in euros."""
        return self.by_micro / MICRO


@dataclass(frozen=True, eq=False)
class Evaluations:
    """The evaluations of the locations `codes` [N].

    `reason` [N] index into `reasons`, whose first is CHOSEN: a location that was chosen has no
    evaluation. `by_micro` [N]; `criterion` [N] index into CRITERIA, read for DEARER only; `notes`
    by code.
    """

    codes: tuple[str, ...]
    reasons: tuple[str, ...]
    reason: Ints
    by_micro: Ints
    criterion: Ints
    notes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, evaluations: Iterable[Evaluation]) -> Evaluations:
        """The same from objects."""
        given = tuple(evaluations)
        reasons = (CHOSEN, *sorted({one.reason for one in given}))
        return cls(
            tuple(one.location for one in given),
            reasons,
            np.array([reasons.index(one.reason) for one in given], np.int64),
            np.array([one.by_micro for one in given], np.int64),
            np.array([CRITERIA.index(one.criterion or CRITERIA[0]) for one in given], np.int64),
            {one.location: one.note for one in given if one.note},
        )

    def __len__(self) -> int:
        return int(np.count_nonzero(self.reason))

    def __iter__(self) -> Iterator[Evaluation]:
        return iter(self._objects(np.flatnonzero(self.reason)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evaluations) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def ranked(self, leaving_out: Bools | None = None) -> Ints:
        """Places of those that have an evaluation, the least dear first, then in order of codes.

        `leaving_out` [N] marks places that are not asked for.
        """
        wanted = self.reason > 0
        if leaving_out is not None:
            wanted &= ~leaving_out
        places = np.flatnonzero(wanted)
        order = np.lexsort((places, self.by_micro[places], ~self.dearer[places]))
        return places[order]

    @property
    def dearer(self) -> Bools:
        """[N] whose reason is DEARER."""
        if DEARER not in self.reasons:
            return np.zeros(len(self.codes), np.bool_)
        result: Bools = self.reason == self.reasons.index(DEARER)
        return result

    def at(self, places: Ints) -> list[Evaluation]:
        """The evaluations of those places."""
        return self._objects(places)

    def to_wire(self) -> list[list[Any]]:
        """As plain JSON values."""
        return [[v.location, v.reason, v.by_micro, v.criterion, v.note] for v in self]

    @classmethod
    def from_wire(cls, wire: Sequence[Sequence[Any]]) -> Evaluations:
        """The evaluations that `to_wire` wrote."""
        return cls.of(Evaluation(*row) for row in wire)

    def _objects(self, places: Ints) -> list[Evaluation]:
        return [
            Evaluation(
                self.codes[place],
                reason,
                by,
                CRITERIA[criterion] if reason == DEARER else "",
                self.notes.get(self.codes[place], "") if self.notes else "",
            )
            for place, reason, by, criterion in zip(
                places.tolist(),
                (self.reasons[number] for number in self.reason[places].tolist()),
                self.by_micro[places].tolist(),
                self.criterion[places].tolist(),
                strict=True,
            )
        ]


NONE = Evaluations.of(())
