"""A published generator of orders, items, points and stock.

That of W. Ma, "Order-optimal correlated rounding for fulfilling multi-item e-commerce orders"
(2023, arXiv 2207.04774), written anew from its description: 20 items, 10 cities, 5 points and a
dummy that can serve anything at twice the cost, 10,000 periods.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ITEMS, SIZES, TYPES, PERIODS = 20, 5, 5, 10_000
FIXED, PER_ITEM, PER_MILE = 8.759, 0.423, 0.000541
KM_PER_MILE, RADIUS_KM = 1.61, 6371.0
POINTS = np.array(
    [
        (37.7448, -121.3985),
        (39.9797, -86.3833),
        (41.2776, -75.4973),
        (33.9114, -81.0501),
        (32.9709, -97.3348),
    ]
)
CITIES = np.array(
    [
        (40.6943, -73.9249, 18680025),
        (34.1141, -118.4068, 12531334),
        (41.8375, -87.6866, 8586888),
        (25.784, -80.2101, 6076316),
        (32.7935, -96.7667, 5910669),
        (29.786, -95.3885, 5724418),
        (40.0077, -75.1339, 5540199),
        (33.7628, -84.422, 5151496),
        (38.9047, -77.0163, 5066973),
        (42.3188, -71.0852, 4465966),
    ]
)
DUMMY = len(POINTS)


@dataclass(frozen=True, eq=False)
class Instance:
    """Order classes (a type from a city) with their chance a period, and stock [points, items].

    `unit` [class, points + dummy]: euros an item.
    """

    items: list[np.ndarray]
    chance: np.ndarray
    unit: np.ndarray
    stock: np.ndarray


def miles() -> np.ndarray:
    """[cities, points], great circle."""
    phi = np.radians(CITIES[:, :1]), np.radians(POINTS[:, 0])
    lam = np.radians(CITIES[:, 1:2]), np.radians(POINTS[:, 1])
    half = (
        np.sin((phi[0] - phi[1]) / 2) ** 2
        + np.cos(phi[0]) * np.cos(phi[1]) * np.sin((lam[0] - lam[1]) / 2) ** 2
    )
    result: np.ndarray = 2 * RADIUS_KM * np.arcsin(np.sqrt(half)) / KM_PER_MILE
    return result


def instance(rng: np.random.Generator, p_carry: float) -> Instance:
    """One draw of the generator."""
    sizes = rng.random(SIZES + 1)
    sizes /= sizes.sum()
    cities = CITIES[:, 2] / CITIES[:, 2].sum()
    far = miles()
    unit_city = np.concatenate(
        [PER_ITEM + PER_MILE * far, 2 * (PER_ITEM + PER_MILE * far.max(axis=1, keepdims=True))],
        axis=1,
    )
    items, chance, unit = [], [], []
    for size in range(1, SIZES + 1):
        weights = rng.random(TYPES)
        weights /= weights.sum()
        for weight in weights:
            basket = np.sort(rng.choice(ITEMS, size, replace=False))
            for city, share in enumerate(cities):
                items.append(basket)
                chance.append(sizes[size] * weight * share)
                unit.append(unit_city[city])
    carries = rng.random((len(POINTS), ITEMS)) < p_carry
    rate = np.zeros((len(POINTS), ITEMS))
    for number, basket in enumerate(items):
        city = number % len(CITIES)
        for item in basket:
            at = np.flatnonzero(carries[:, item])
            if len(at):
                rate[at[np.argmin(far[city, at])], item] += chance[number]
    stock = np.rint(PERIODS * rate + 0.5 * np.sqrt(PERIODS * rate * (1 - rate)))
    return Instance(items, np.array(chance), np.array(unit), stock.astype(np.int64))


def sequence(rng: np.random.Generator, given: Instance) -> np.ndarray:
    """The class that orders in each period; -1 where nobody does."""
    chance = np.append(given.chance, max(0.0, 1 - given.chance.sum()))
    drawn: np.ndarray = rng.choice(len(chance), PERIODS, p=chance / chance.sum())
    drawn[drawn == len(given.chance)] = -1
    return drawn
