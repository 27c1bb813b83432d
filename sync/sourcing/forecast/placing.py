"""Where scarce pieces go: each next one to the store where it is likeliest to be sold.

What a store is expected to sell grows by less with each piece that is there, so that taking the
likeliest piece each time gives the most sales of all ways to share them out. With enough for
everybody, each store gets what is enough there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sync.sourcing.arrays import Floats, Ints
from sync.sourcing.forecast.weekly import DISPERSION_MIN, STEPS_MAX

_SMALL = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class Placed:
    """Of each of N stores: the `pieces` that it gets [N], and the sales expected of them [N]."""

    pieces: Ints
    sales: Floats


def place(mean: Floats, dispersion: Floats, there: Ints, enough: Ints, pieces: int) -> Placed:
    """Share `pieces` of one article over N stores that have `there`, up to what is `enough`.

    `mean` pieces are asked for in the time to cover, with `dispersion`, variance to mean.
    """
    enough = np.minimum(enough, STEPS_MAX)
    levels = np.arange(int(enough.max(initial=0)))
    wanted = (levels >= there[:, None]) & (levels < enough[:, None])
    found = chances(mean, dispersion, len(levels))
    store, _ = np.nonzero(wanted)
    chance = found[wanted]
    best = np.argsort(-chance, kind="stable")[: max(0, pieces)]
    given, sales = np.zeros(len(mean), np.int64), np.zeros(len(mean))
    np.add.at(given, store[best], 1)
    np.add.at(sales, store[best], chance[best])
    return Placed(given, sales)


def chances(mean: Floats, dispersion: Floats, levels: int) -> Floats:
    """How likely more than 0, 1, 2, ... pieces are asked for [N, levels]: negative binomial."""
    if levels == 0:
        return np.zeros((len(mean), 0))
    d = np.maximum(dispersion, DISPERSION_MIN)[:, None]
    size = np.maximum(mean[:, None] / (d - 1), _SMALL)
    steps = np.arange(levels - 1)
    growth = np.log((steps + size) / (steps + 1)) + np.log(1 - 1 / d)
    logs = np.cumsum(np.concatenate([-size * np.log(d), growth], axis=1), axis=1)
    more: Floats = np.maximum(0.0, 1 - np.cumsum(np.exp(logs), axis=1))
    return more
