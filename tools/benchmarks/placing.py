"""Two companies with the same stock and the same customers: one places it over its stores by
minimum and maximum, the other by the product's proposals. Whose customers find more of it?

Of each article, `budget` weeks of its mean sales lie in the warehouse at the start, and a week's
more arrives each week. Each week the stores' stock is filled up; what is sent arrives a week later
(the first at once). What is not there is not sold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from sync.central.inventory.expected import COVER_DAYS
from sync.sourcing.arrays import Floats
from sync.sourcing.forecast.placing import place
from sync.sourcing.forecast.weekly import WeeklyForecast, by_store, forecast, quantile
from tools.benchmarks.figure import Figure

CLOSED = (3, 4)  # the weeks of the Christmas closure in the source: missing, not zero
ORIGINS, WEEKS = (14, 18, 22), 4
BUDGETS, JUDGED = (2, 4, 8), 8  # weeks of stock
# Minimum and maximum in weeks of a store's own mean; at least so many pieces everywhere.
RULES = [(low, high, least) for low, high in ((2, 4), (4, 8), (8, 16)) for least in (0, 1)]
USUAL = RULES[0]
SERVICE_LEVELS = (0.95, 0.98, 0.99, 0.995)
RETAIL_MAX = 12
Send = Callable[[int, Floats, Floats], Floats]  # week, where it is [K, N], in the warehouse [K]


def placing_figures(retail: Floats, everything: Floats) -> Iterator[Figure]:
    """Points of fill rate of the proposals' best setting above the rule's best, of `retail` and of
    `everything` that was sold."""
    for budget in BUDGETS:
        yield from _figures(retail, budget, "retail", 3.0 if budget == JUDGED else -np.inf)
    yield from _figures(everything, JUDGED, "wholesale too", -np.inf)


def _figures(sold: Floats, budget: int, name: str, goal: float) -> Iterator[Figure]:
    proposing = Proposing(sold)
    ours = {level: filled(sold, budget, proposing.at(level)) for level in SERVICE_LEVELS}
    theirs = {rule: filled(sold, budget, MinMax(sold, *rule)) for rule in RULES}
    level, best = max(ours, key=ours.__getitem__), max(theirs, key=theirs.__getitem__)
    lines = f"lines of at most {RETAIL_MAX} pieces" if name == "retail" else "all lines"
    how = (
        f"{lines}, {len(sold):,} articles, {sold.shape[1]} stores, weeks {ORIGINS} + {WEEKS}; "
        f"pieces found: proposals {ours[level]:.1%} at {level:g}, min/max {theirs[best]:.1%} "
        f"with {best[0]} and {best[1]} weeks, at least {best[2]}: the best of {len(ours)} and "
        f"{len(theirs)} settings in hindsight; {ours[0.95]:.1%} at 0.95, "
        f"{theirs[USUAL]:.1%} with 2 and 4"
    )
    what = f"fill at {budget} weeks of stock, {name}"
    yield Figure(what, 100 * (ours[level] - theirs[best]), goal, "higher", "points", how)


def filled(sold: Floats, budget: int, send: Send) -> float:
    """The share of the pieces asked for that were there; `sold` [K, N, T] by week."""
    asked = got = 0.0
    for origin in ORIGINS:
        base = np.nanmean(history(sold, origin).sum(axis=1), axis=1)
        on_hand = np.zeros(sold.shape[:2])
        coming = np.zeros(sold.shape[:2])
        stock, placed = np.round(base * budget), np.zeros(len(sold))
        for week in range(origin, origin + WEEKS):
            arrived = np.floor(base * (week - origin))
            sent = send(week, on_hand + coming, stock + arrived - placed)
            placed += sent.sum(axis=1)
            assert (placed <= stock + arrived).all(), "more was sent than there is"
            on_hand += coming if week > origin else sent
            coming = sent if week > origin else np.zeros_like(sent)
            taken = np.minimum(on_hand, sold[:, :, week])
            on_hand -= taken
            asked, got = asked + sold[:, :, week].sum(), got + taken.sum()
    return float(got / asked)


def history(sold: Floats, week: int) -> Floats:
    """The weeks before, closed ones missing."""
    before = sold[..., :week].copy()
    before[..., list(CLOSED)] = np.nan
    return before


class MinMax:
    """A store below its minimum is filled up to its maximum; scarce pieces go pro rata."""

    def __init__(self, sold: Floats, low: int, high: int, least: int) -> None:
        self.sold, self.low, self.high, self.least = sold, low, high, least

    def __call__(self, week: int, there: Floats, stock: Floats) -> Floats:
        """Pieces to send [K, N]."""
        mean = np.nanmean(history(self.sold, week), axis=2)
        minimum, maximum = (
            np.maximum(self.least, np.ceil(mean * weeks)) for weeks in (self.low, self.high)
        )
        missing = np.where(there < minimum, np.maximum(0.0, maximum - there), 0.0)
        return _pro_rata(missing, stock)


def _pro_rata(missing: Floats, stock: Floats) -> Floats:
    """Whole pieces; what rounding leaves goes to the largest remainders."""
    total = missing.sum(axis=1)
    given = np.minimum(stock, total)
    exact = missing * (given / np.maximum(total, 1))[:, None]
    whole: Floats = np.floor(exact)
    left = np.round(given - whole.sum(axis=1)).astype(int)
    for row in np.flatnonzero(left > 0):
        largest = np.argsort(whole[row] - exact[row], kind="stable")[: left[row]]
        whole[row, largest] += 1
    return whole


class Proposing:
    """What the product proposes: forecast by store, scarce pieces where they sell likeliest."""

    def __init__(self, sold: Floats) -> None:
        self.sold = sold
        self._expected: dict[int, WeeklyForecast] = {}

    def at(self, service_level: float) -> Send:
        """At that service level, for the days that are covered by default."""

        def send(week: int, there: Floats, stock: Floats) -> Floats:
            cover, shape = self._cover(week), there.shape
            enough = quantile(cover.mean, cover.dispersion, service_level).reshape(shape)
            mean, spread = cover.mean.reshape(shape), cover.dispersion.reshape(shape)
            held, most = there.astype(int), enough.astype(int)
            return np.array(
                [
                    place(mean[k], spread[k], held[k], most[k], int(stock[k])).pieces
                    for k in range(len(there))
                ],
                np.float64,
            )

        return send

    def _cover(self, week: int) -> WeeklyForecast:
        if week not in self._expected:
            before = history(self.sold, week)
            past = (np.nan_to_num(before) > 0).sum(axis=2).astype(float)
            found = by_store(forecast(before.sum(axis=1)), past, past.sum(axis=0) / past.sum())
            cover = WeeklyForecast(found.mean * COVER_DAYS / 7, found.dispersion)
            self._expected[week] = cover
        return self._expected[week]
