"""Scarcity prices on a published generator: mean cost over the bound of the fluid programme.

The generator is that of W. Ma, "Order-optimal correlated rounding for fulfilling multi-item
e-commerce orders" (2023, arXiv 2207.04774), written anew from its description: 20 items, 10
cities, 5 points and a dummy that can serve anything at twice the cost, 10,000 periods.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np

from comptoir.app.cli.bench_figure import Figure
from comptoir.sync.sourcing.exact import solve_exact
from comptoir.sync.sourcing.problem import MICRO, Problem, WeightTariff

ITEMS, SIZES, TYPES, PERIODS = 20, 5, 5, 10_000
FIXED, PER_ITEM, PER_MILE = 8.759, 0.423, 0.000541
KM_PER_MILE, RADIUS_KM = 1.61, 6371.0
RESOLVES = 40
GOALS = {0.75: 1.030, 0.50: 1.012, 0.25: 1.003}
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


class Fluid:
    """The fluid programme of an instance, kept in the solver so that a new stock starts warm.

    min sum F y + c x: each item of a class goes to points or the dummy, x <= y, and no point
    sends more of an item than it has.
    """

    def __init__(self, given: Instance) -> None:
        self.solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.stock = given.stock
        cost: list[float] = []
        starts, index, value, lower, upper = [0], [], [], [], []
        on_shelf: dict[tuple[int, int], list[int]] = {}

        def row(cells: list[int], signs: list[float], low: float, high: float) -> None:
            index.extend(cells)
            value.extend(signs)
            starts.append(len(index))
            lower.append(low)
            upper.append(high)

        for number, basket in enumerate(given.items):
            expected = PERIODS * given.chance[number]
            used = []
            for point in range(DUMMY + 1):
                used.append(len(cost))
                cost.append(FIXED if point < DUMMY else 2 * FIXED)
            for item in basket:
                cells = []
                for point in range(DUMMY + 1):
                    if point < DUMMY and given.stock[point, item] == 0:
                        continue
                    cell = len(cost)
                    cost.append(given.unit[number, point])
                    cells.append(cell)
                    row([cell, used[point]], [1.0, -1.0], -np.inf, 0.0)
                    if point < DUMMY:
                        on_shelf.setdefault((point, int(item)), []).append(cell)
                row(cells, [1.0] * len(cells), expected, expected)
        self.shelves = sorted(on_shelf)
        self.first = len(lower)
        for shelf in self.shelves:
            cells = on_shelf[shelf]
            row(cells, [1.0] * len(cells), -np.inf, float(given.stock[shelf]))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(cost), len(lower)
        model.col_cost_ = np.array(cost)
        model.col_lower_, model.col_upper_ = np.zeros(len(cost)), np.full(len(cost), np.inf)
        model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(starts, np.int32)
        model.a_matrix_.index_ = np.array(index, np.int32)
        model.a_matrix_.value_ = np.array(value)
        self.solver.passModel(model)

    def solve(self, stock: np.ndarray, share_left: float) -> tuple[float, np.ndarray]:
        """Bound for the whole horizon, and prices [points, items], as if `stock` had to last
        `share_left` of it: demand in proportion, so the stock is divided instead."""
        for number, shelf in enumerate(self.shelves):
            self.solver.changeRowBounds(
                self.first + number, -np.inf, float(stock[shelf]) / share_left
            )
        self.solver.run()
        duals = np.array(self.solver.getSolution().row_dual)
        prices = np.zeros_like(self.stock, np.float64)
        for number, shelf in enumerate(self.shelves):
            prices[shelf] = max(0.0, -duals[self.first + number])
        return float(self.solver.getInfo().objective_function_value), prices


_NO_TARIFF = (np.array([1 << 40]), np.array([0.0]))


def simulate(
    given: Instance, sequence: np.ndarray, fluid: Fluid, prices: np.ndarray, resolves: int
) -> tuple[float, float]:
    """Cost of serving `sequence` exactly, one order after the other, and the share unfilled."""
    stock = given.stock.copy()
    every = len(sequence) // resolves if resolves else len(sequence) + 1
    cost, asked, missed = 0.0, 0, 0
    known: dict[tuple[int, bytes], list[tuple[int, np.ndarray]]] = {}
    for period, number in enumerate(sequence):
        if resolves and period and period % every == 0:
            _, prices = fluid.solve(stock, 1 - period / len(sequence))
            known.clear()
        if number < 0:
            continue
        basket = given.items[number]
        there = stock[:, basket] > 0
        key = (int(number), there.tobytes())
        plan = known.get(key)
        if plan is None:
            plan = known[key] = _decide(given, int(number), there, prices)
        asked += len(basket)
        for point, items in plan:
            cost += (FIXED if point < DUMMY else 2 * FIXED) + given.unit[number, point] * len(items)
            if point < DUMMY:
                stock[point, items] -= 1
            else:
                missed += len(items)
    return cost, missed / max(1, asked)


def _decide(
    given: Instance, number: int, there: np.ndarray, prices: np.ndarray
) -> list[tuple[int, np.ndarray]]:
    basket = given.items[number]
    lines = len(basket)
    unit = np.repeat(given.unit[number][:, None], lines, axis=1)
    unit[:DUMMY] += prices[:, basket]
    where = np.arange(DUMMY + 1)
    ones = np.ones(lines, np.int64)
    problem = Problem(
        where,
        np.zeros_like(where),
        (WeightTariff(*_NO_TARIFF, np.zeros(lines, np.int64)),),
        np.rint(np.where(where < DUMMY, FIXED, 2 * FIXED) * MICRO),
        np.rint(unit * MICRO),
        np.concatenate([there, np.ones((1, lines), np.bool_)]).astype(np.int64),
        ones,
        ones,
    )
    outcome = solve_exact(problem)
    if outcome is None:
        raise RuntimeError("an order of five items is always small enough")
    return [(row, basket[np.array(items) > 0]) for row, items in outcome.plan.parts]


@dataclass(frozen=True, slots=True)
class Run:
    """One p_carry: mean cost over the bound and share unfilled, by method."""

    ratio: dict[str, float]
    unfilled: dict[str, float]
    better: int
    instances: int


def run(p_carry: float, instances: int, sequences: int, resolves: int = RESOLVES) -> Run:
    """Without prices, with static ones, and with prices computed again as stock goes."""
    ratios: dict[str, list[float]] = {"none": [], "static": [], "renewed": []}
    unfilled: dict[str, list[float]] = {"none": [], "static": [], "renewed": []}
    for seed in range(instances):
        rng = np.random.default_rng((seed, round(p_carry * 100)))
        given = instance(rng, p_carry)
        fluid = Fluid(given)
        bound, prices = fluid.solve(given.stock, 1.0)
        chance = np.append(given.chance, max(0.0, 1 - given.chance.sum()))
        sums = dict.fromkeys(ratios, 0.0)
        missed = dict.fromkeys(ratios, 0.0)
        for _ in range(sequences):
            drawn = rng.choice(len(chance), PERIODS, p=chance / chance.sum())
            drawn[drawn == len(given.chance)] = -1
            for name, start, again in (
                ("none", np.zeros_like(prices), 0),
                ("static", prices, 0),
                ("renewed", prices, resolves),
            ):
                cost, share = simulate(given, drawn, fluid, start, again)
                sums[name] += cost / bound / sequences
                missed[name] += share / sequences
        for name in ratios:
            ratios[name].append(sums[name])
            unfilled[name].append(missed[name])
    better = sum(bool(a < b) for a, b in zip(ratios["renewed"], ratios["none"], strict=True))
    return Run(
        {name: float(np.mean(values)) for name, values in ratios.items()},
        {name: float(np.mean(values)) for name, values in unfilled.items()},
        better,
        instances,
    )


def ma_figures(instances: int, sequences: int) -> list[Figure]:
    """Figures for the three shares of carrying points, with the fill rate beside the cost."""
    figures = []
    for p_carry, goal in GOALS.items():
        found = run(p_carry, instances, sequences)
        how = (
            f"{instances} instances x {sequences} sequences; without prices "
            f"{found.ratio['none']:.4f}, static {found.ratio['static']:.4f}; unfilled share "
            f"{found.unfilled['renewed']:.4f}, without prices {found.unfilled['none']:.4f}"
        )
        figures += [
            Figure(
                f"cost over the fluid bound, p_carry {p_carry}",
                found.ratio["renewed"],
                goal,
                "lower",
                "ratio",
                how,
            ),
            Figure(
                f"instances better with prices, p_carry {p_carry}",
                100 * found.better / found.instances,
                100 * 28 / 30,
                "higher",
                "%",
                how,
            ),
        ]
    return figures
