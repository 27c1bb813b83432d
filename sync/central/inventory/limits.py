"""The limits of all locations at once, as arrays: what the engine reads of a SKU's stock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.central.catalogue.reference import Reference
from sync.domain.stock_rules import ALL, PIECES_MAX, Limits
from sync.sourcing.arrays import Ints

NO_CAP = PIECES_MAX * 1_000


@dataclass(frozen=True, eq=False, slots=True)
class LimitArrays:
    """`Limits` of N locations; the same arithmetic as `Limits.available`, on arrays."""

    safety_stock: Ints
    threshold: Ints
    share: Ints
    cap: Ints

    def available(self, free: Ints, place: Ints) -> tuple[Ints, Ints]:
        """Of `free` [n] pieces at `place` [n]: those that may be promised, and those that only
        safety stock withholds."""
        sure = np.maximum(free - self.threshold[place], 0)
        share, cap = self.share[place], self.cap[place]
        may = np.minimum(np.maximum(sure - self.safety_stock[place], 0) * share // ALL, cap)
        return may, np.minimum(sure * share // ALL, cap) - may


class LimitTable:
    """Limits by group of articles and channel, for the locations `codes`; made when asked."""

    def __init__(self, reference: Reference, codes: Sequence[str]) -> None:
        self._reference, self._codes = reference, codes
        self._generation = reference.generation
        self._made: dict[tuple[str, str, str], LimitArrays] = {}

    def is_of(self, codes: Sequence[str]) -> bool:
        """Whether it is for those locations, by the rules of now."""
        return self._codes is codes and self._generation == self._reference.generation

    def of(self, sku: str, channel: str) -> LimitArrays:
        """The limits of an article sold through `channel`."""
        rules = self._reference.stock_rules
        category = self._reference.category(sku)
        key = (*rules.alike(sku, category), channel if rules.rules else "")
        found = self._made.get(key)
        if found is None:
            places = [self._reference.locations.get(code) for code in self._codes]
            limits = [
                Limits(share=0) if place is None else rules.limits(sku, category, place, channel)
                for place in places
            ]
            found = self._made[key] = LimitArrays(
                np.array([each.safety_stock for each in limits], np.int64),
                np.array([each.threshold for each in limits], np.int64),
                np.array([each.share for each in limits], np.int64),
                np.array([NO_CAP if e.cap is None else e.cap for e in limits], np.int64),
            )
        return found
