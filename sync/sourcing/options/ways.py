"""Of the services of one location, those that no other makes needless."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sync.sourcing.arrays import Bools, Floats, Ints
from sync.sourcing.solver.problem import WeightTariff


def dearer_by(tariffs: Sequence[WeightTariff], quantity: Ints) -> Floats:
    """[a, b]: how much more tariff a may cost than tariff b for any part of an order.

    `quantity` [L] items of the order. A bound that is met where both weigh alike.
    """
    count = len(tariffs)
    most = [int(quantity @ tariff.item_weight) for tariff in tariffs]
    alike: Bools = np.array(
        [[bool((a.item_weight == b.item_weight).all()) for b in tariffs] for a in tariffs],
        np.bool_,
    ).reshape(count, count)
    steps = _steps(tariffs, max(most, default=0))
    # Prices only change behind a bracket's limit: the steps show every pair of prices.
    prices = np.array([tariff.price(steps) for tariff in tariffs]).reshape(count, len(steps))
    at_most = [float(p[i]) for p, i in zip(prices, np.searchsorted(steps, most), strict=True)]
    same = (prices[:, None, :] - prices[None, :, :]).max(axis=2, initial=-np.inf)
    apart = np.array(at_most)[:, None] - prices[:, :1].T
    result: Floats = np.where(alike, same, apart)
    return result


def _steps(tariffs: Sequence[WeightTariff], heaviest: int) -> Ints:
    """0, the heaviest weight, and the heaviest weights of all brackets between, cartons too."""
    found = [np.array([0, heaviest], np.int64)]
    for tariff in tariffs:
        cartons = 1 + max(0, heaviest - 1) // int(tariff.limits[-1])
        full = np.arange(cartons, dtype=np.int64)[:, None] * tariff.limits[-1]
        found.append((full + tariff.limits[None, :]).ravel())
    steps = np.unique(np.concatenate(found))
    return np.asarray(steps[steps <= heaviest], np.int64)


def cheapest_ways(
    place: Ints,
    fixed: Floats,
    carbon: Floats,
    pieces: int,
    price_list: Ints,
    dearer: Floats,
) -> Ints:
    """Numbers of the rows that may be cheapest at their location for some part of the order.

    `place` [R] non-decreasing; `fixed` [R] micro-euros; `carbon` [R] what the whole order's
    weight adds; `pieces` of the order, each of which is rounded once; `dearer` [T, T] of
    `dearer_by`. All that a location's rows differ in are these three.
    """
    count = len(place)
    if count < 2:
        return np.arange(count)
    gone = np.zeros(count, np.bool_)
    start = np.searchsorted(place, place)  # the first row of each row's location
    rank = np.arange(count) - start
    # Each row beside the row `shift` further on, while that is of the same location.
    for shift in range(1, int(rank.max(initial=0)) + 1):
        first = np.flatnonzero(place[:-shift] == place[shift:])
        second = first + shift
        gone[second] |= ~gone[first] & _replaces(
            first, second, fixed, carbon, pieces, price_list, dearer
        )
        gone[first] |= ~gone[second] & _replaces(
            second, first, fixed, carbon, pieces, price_list, dearer
        )
    return np.flatnonzero(~gone)


def _replaces(
    a: Ints,
    b: Ints,
    fixed: Floats,
    carbon: Floats,
    pieces: int,
    price_list: Ints,
    dearer: Floats,
) -> Bools:
    """Whether row a costs no more than row b whatever is sent, tie or not."""
    more = carbon[a] - carbon[b]
    rounding = np.where(more == 0, 0.0, float(pieces))
    tariff = dearer[price_list[a], price_list[b]]
    worst = fixed[a] - fixed[b] + tariff + np.maximum(more, 0.0) + rounding
    result: Bools = worst <= 0
    return result
