"""The lattice of what may be sent: vectors 0 <= x <= demand, numbered in mixed radix.

With quantities of one it is the set of subsets of the lines. Numbers are linear, so the number
of x - y is the number of x less the number of y: a dynamic programme over partitions needs
nothing but gathers and minima.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sync.sourcing.arrays import Floats, Ints


@dataclass(frozen=True, eq=False)
class Pairs:
    """All (y, x - y) with 0 <= y <= x over the first coordinates, gathered by x.

    `starts[x]` is where those of x begin.
    """

    part: Ints
    rest: Ints
    starts: Ints


@dataclass(frozen=True, eq=False)
class Lattice:
    """`demand` [L]; `strides` [L]; `size` points; `digits` [size, L]; `pairs` by coordinate;
    `points` 0 ... size - 1.
    """

    demand: tuple[int, ...]
    strides: Ints
    size: int
    digits: Ints
    pairs: tuple[Pairs, ...]
    points: Ints
    _splits: dict[int, Ints] = field(default_factory=dict)

    def settle(self, best: Floats, rest: Floats | None = None) -> Floats:
        """Cheapest way to cover every point by parts that cost `best`.

        One part covers the point's highest line; what it leaves costs `rest`, or, when that is
        None, is covered in the cheapest way by any number of parts.
        """
        total = np.full(self.size, np.inf)
        total[0] = 0.0
        behind = total if rest is None else rest
        for line, count in enumerate(self.demand):
            stride, pairs = int(self.strides[line]), self.pairs[line]
            for level in range(1, count + 1):
                block = total[level * stride : (level + 1) * stride]
                for taken in range(1, level + 1):
                    of_part = best[taken * stride : (taken + 1) * stride]
                    of_rest = behind[(level - taken) * stride : (level - taken + 1) * stride]
                    ways = of_part.take(pairs.part)
                    ways += of_rest.take(pairs.rest)
                    if taken == 1:
                        np.minimum.reduceat(ways, pairs.starts, out=block)
                    else:
                        np.minimum(block, np.minimum.reduceat(ways, pairs.starts), out=block)
        return total

    def splits(self, point: int) -> Ints:
        """Parts of `point` that cover its highest line, in the order in which ties are broken."""
        found = self._splits.get(point)
        if found is None:
            found = self._splits[point] = self._find_splits(point)
        return found

    def _find_splits(self, point: int) -> Ints:
        line = int(np.flatnonzero(self.digits[point])[-1])
        stride, pairs = int(self.strides[line]), self.pairs[line]
        level, low = divmod(point, stride)
        end = int(pairs.starts[low + 1]) if low + 1 < len(pairs.starts) else len(pairs.part)
        parts = pairs.part[int(pairs.starts[low]) : end]
        return np.concatenate([parts + taken * stride for taken in range(1, level + 1)])


@lru_cache(maxsize=1024)
def work(demand: tuple[int, ...]) -> int:
    """How many additions `settle` needs: prod (q + 1) (q + 2) / 2, stated before it is built."""
    product = 1
    for count in demand:
        product *= (count + 1) * (count + 2) // 2
    return product


@lru_cache(maxsize=32)
def lattice(demand: tuple[int, ...]) -> Lattice:
    """The lattice under `demand`; built once for each shape of order."""
    radices = np.array([count + 1 for count in demand], np.int64)
    strides = np.concatenate([[1], np.cumprod(radices)[:-1]]).astype(np.int64)
    size = int(np.prod(radices))
    digits = (np.arange(size)[:, None] // strides) % radices
    pairs = [Pairs(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))]
    for line, count in enumerate(demand[:-1]):
        pairs.append(_wider(pairs[-1], count, int(strides[line])))
    return Lattice(demand, strides, size, digits, tuple(pairs), np.arange(size))


def _wider(pairs: Pairs, count: int, stride: int) -> Pairs:
    lengths = np.diff(np.append(pairs.starts, len(pairs.part)))
    owner = np.repeat(np.arange(stride), lengths)
    parts, rests, owners = [], [], []
    for level in range(count + 1):
        for taken in range(level + 1):
            parts.append(pairs.part + taken * stride)
            rests.append(pairs.rest + (level - taken) * stride)
            owners.append(owner + level * stride)
    order = np.argsort(np.concatenate(owners), kind="stable")
    all_owners = np.concatenate(owners)[order]
    starts = np.searchsorted(all_owners, np.arange(stride * (count + 1)))
    return Pairs(np.concatenate(parts)[order], np.concatenate(rests)[order], starts)
