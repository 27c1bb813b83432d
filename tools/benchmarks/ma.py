"""Scarcity prices on Ma's generator: mean cost over the bound of the fluid programme."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import highspy
import numpy as np

from sync.sourcing.solver.budget import Budget
from sync.sourcing.solver.exact import solve_exact
from sync.sourcing.solver.problem import MICRO, Problem, WeightTariff
from tools.benchmarks.figure import Figure
from tools.benchmarks.ma_network import DUMMY, FIXED, PERIODS, Instance, instance, sequence

RESOLVES, DRAWS = 40, 3
TIE = 1e-7  # costs that are nearer than this are the same
GOALS = {0.75: 1.030, 0.50: 1.012, 0.25: 1.003}


class Fluid:
    """The fluid programme of an instance, kept in the solver so that a new stock starts warm.

    min sum F y + c x: each item of a class goes to points or the dummy, x <= y, and no point
    sends more of an item than it has.
    """

    def __init__(self, given: Instance, rng: np.random.Generator) -> None:
        self.given, self.rng = given, rng
        self.covers: list[tuple[int, int]] = []  # (row, class): an item of a class is served
        self.solver = highspy.Highs()
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
                self.covers.append((len(lower), number))
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
        """Cost for the whole horizon, and prices [points, items], as if `stock` had to last
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

    def renewed(self, stock: np.ndarray, share_left: float, draws: int) -> np.ndarray:
        """Prices for what is left, averaged over `draws` of the demand to come.

        The price of one expected demand jumps between nothing and all; the mean over what may
        come is the chance that the piece will be missed times what it would save.
        """
        mean = PERIODS * share_left * self.given.chance
        total = np.zeros(self.stock.shape)
        for _ in range(draws):
            self.demand(self.rng.poisson(mean) / share_left)
            total += self.solve(stock, share_left)[1]
        return total / draws

    def hindsight(self, drawn: np.ndarray) -> float:
        """No way of serving the orders that came costs less, whoever knows them beforehand."""
        came = np.bincount(drawn[drawn >= 0], minlength=len(self.given.chance))
        self.demand(came.astype(np.float64))
        return self.solve(self.given.stock, 1.0)[0]

    def demand(self, of_class: np.ndarray) -> None:
        """Orders of each class in the whole horizon."""
        for row, number in self.covers:
            self.solver.changeRowBounds(row, float(of_class[number]), float(of_class[number]))


_NO_TARIFF = (np.array([1 << 40]), np.array([0.0]))


def simulate(
    given: Instance, drawn: np.ndarray, fluid: Fluid, prices: np.ndarray, resolves: int
) -> tuple[float, float]:
    """Cost of serving `drawn` exactly, one order after the other, and the share unfilled."""
    stock = given.stock.copy()
    every = len(drawn) // resolves if resolves else len(drawn) + 1
    cost, asked, missed = 0.0, 0, 0
    known: dict[tuple[int, bytes], list[tuple[int, np.ndarray]]] = {}
    for period, number in enumerate(drawn):
        if resolves and period and period % every == 0:
            prices = fluid.renewed(stock, 1 - period / len(drawn), DRAWS)
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
    outcome = solve_exact(problem, Budget())
    if outcome is None:
        raise RuntimeError("an order of five items is always small enough")
    return [(row, basket[np.array(items) > 0]) for row, items in outcome.plan.parts]


METHODS = ("none", "static", "renewed")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One instance: mean cost over the fluid bound and share unfilled, by method; how far
    without prices is above the hindsight bound, beyond which nobody can be better."""

    ratio: dict[str, float]
    unfilled: dict[str, float]
    room: float

    @property
    def better(self) -> bool:
        """Renewed prices cost less than none."""
        return self.ratio["renewed"] < self.ratio["none"] * (1 - TIE)

    @property
    def unbeatable(self) -> bool:
        """Without prices it costs as little as for who knows all orders beforehand."""
        return self.room <= TIE


def play(task: tuple[float, int, int]) -> Outcome:
    """Instance (p_carry, seed, sequences): no prices, static ones, and renewed ones."""
    p_carry, seed, sequences = task
    rng = np.random.default_rng((seed, round(p_carry * 100)))
    given = instance(rng, p_carry)
    fluid = Fluid(given, np.random.default_rng((seed, round(p_carry * 100), 1)))
    bound, prices = fluid.solve(given.stock, 1.0)
    ratio, unfilled = dict.fromkeys(METHODS, 0.0), dict.fromkeys(METHODS, 0.0)
    room = 0.0
    for _ in range(sequences):
        drawn = sequence(rng, given)
        starts = {"none": np.zeros_like(prices), "static": prices}
        starts["renewed"] = fluid.renewed(given.stock, 1.0, DRAWS)
        for name, start in starts.items():
            again = RESOLVES if name == "renewed" else 0
            cost, share = simulate(given, drawn, fluid, start, again)
            ratio[name] += cost / bound / sequences
            unfilled[name] += share / sequences
            if name == "none":
                room = max(room, cost / fluid.hindsight(drawn) - 1)
    return Outcome(ratio, unfilled, room)


def ma_figures(
    instances: int,
    sequences: int,
    executor: Executor | None = None,
    tell: Callable[[float], None] = lambda _: None,
) -> list[Figure]:
    """Figures for the three shares of carrying points, with the fill rate beside the cost."""
    tasks = [(p, seed, sequences) for p in GOALS for seed in range(instances)]
    mapped = map(play, tasks) if executor is None else executor.map(play, tasks)
    found: list[Outcome] = []
    for outcome in mapped:
        found.append(outcome)
        tell(len(found) / len(tasks))
    figures = []
    for number, p_carry in enumerate(GOALS):
        figures += _figures(p_carry, found[number * instances :][:instances], sequences)
    return figures


def _figures(p_carry: float, found: list[Outcome], sequences: int) -> list[Figure]:
    ratio = {name: float(np.mean([o.ratio[name] for o in found])) for name in METHODS}
    unfilled = {name: float(np.mean([o.unfilled[name] for o in found])) for name in METHODS}
    better = sum(o.better for o in found)
    unbeatable = sum(o.unbeatable and not o.better for o in found)
    worse = sum(o.ratio["renewed"] > o.ratio["none"] * (1 + TIE) for o in found)
    how = (
        f"{len(found)} instances x {sequences} sequences, prices renewed {RESOLVES} times as the "
        f"mean over {DRAWS} draws of demand; without prices {ratio['none']:.5f}, static "
        f"{ratio['static']:.5f}"
    )
    count = (
        f"{better} better, {worse} worse, the others equal; in {unbeatable} of these going without "
        "prices already costs what hindsight would: nobody can be better"
    )
    shares = f"without prices {unfilled['none']:.4f}, static {unfilled['static']:.4f}"
    goal, part = GOALS[p_carry], len(found) / 100
    return [
        Figure(
            f"cost over the fluid bound, p_carry {p_carry}",
            ratio["renewed"],
            goal,
            "lower",
            "ratio",
            how,
        ),
        Figure(
            f"instances better with prices or unbeatable without, p_carry {p_carry}",
            (better + unbeatable) / part,
            100 * 28 / 30,
            "higher",
            "%",
            count,
        ),
        Figure(
            f"items unfilled, p_carry {p_carry}",
            100 * unfilled["renewed"],
            100 * unfilled["none"],
            "lower",
            "%",
            shares,
        ),
    ]
