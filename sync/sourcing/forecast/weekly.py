"""What will be asked for in the coming weeks, with its spread: simple exponential smoothing and a
negative binomial around it.

Most series of a shop are zeros with lumps: the gain is in the spread, not in a cleverer mean.

- The level is simple exponential smoothing (Brown, 1959): each week counts `SMOOTHING` of what is
  left, so that demand which dies is forgotten. A single week far above the rest counts as one that
  is `OUTLIER` standard deviations above the level: one wholesale order is not a habit.
- The spread is the variance of one-step errors to the mean, of the series itself, shrunk in logs
  towards what series of its size have (a line through all of them) by `SHRINKING` weeks.
- Quantiles are those of the negative binomial with that mean and variance: its ratio of variance
  to mean, d > 1, gives size mean / (d - 1) and probability 1 / d.

A week in which the shop was closed is missing (NaN), never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sync.domain.errors import InvalidInput
from sync.sourcing.arrays import Bools, Floats

SMOOTHING = 0.2
SPREAD_SMOOTHING = 0.2
OUTLIER = 2.5
SHRINKING = 10.0
DISPERSION_MIN = 1.01
LARGE = 200.0  # above this mean the gamma's quantile stands for the negative binomial's
STEPS_MAX = 20_000
PSEUDO_WEEKS = 30.0
_SMALL = 1e-9


@dataclass(frozen=True, eq=False)
class WeeklyForecast:
    """Of S series: `mean` [S] pieces a week and `dispersion` [S], variance to mean."""

    mean: Floats
    dispersion: Floats

    def quantile(self, probability: float, weeks: float = 1.0) -> Floats:
        """Pieces [S] that are enough for `weeks` with that probability.

        Weeks are taken as independent: means and variances add up, and the ratio stays.
        """
        return quantile(self.mean * weeks, self.dispersion, probability)


def forecast(history: Floats) -> WeeklyForecast:
    """Of `history` [S, T], pieces by week, the oldest first, NaN for a week that is missing.

    Raises InvalidInput without a week, or below 0 pieces.
    """
    if history.ndim != 2 or history.shape[1] == 0 or np.nanmin(history, initial=0.0) < 0:
        raise InvalidInput(
            "A forecast needs weeks of pieces, none below 0.", code="forecast.history"
        )
    level = smoothed(history, SMOOTHING)
    squares = (history - level[:, None]) ** 2
    usual = level + OUTLIER * np.sqrt(smoothed(squares, SPREAD_SMOOTHING / 2)) + 1
    seen = np.minimum(history, usual[:, None])
    return WeeklyForecast(smoothed(seen, SMOOTHING), _dispersion(seen))


def smoothed(history: Floats, alpha: float) -> Floats:
    """The level [S] after the last week; 0 where no week is there.

    Weights are normalised, so that it does not depend on a first guess.
    """
    level, weight = np.zeros(len(history)), np.zeros(len(history))
    for week in history.T:
        there = ~np.isnan(week)
        level = np.where(there, (1 - alpha) * level + alpha * week, level)
        weight = np.where(there, (1 - alpha) * weight + alpha, weight)
    return np.divide(level, weight, out=np.zeros(len(history)), where=weight > 0)


def _dispersion(history: Floats) -> Floats:
    count = len(history)
    level, weight = np.zeros(count), np.zeros(count)
    errors, means, weeks = np.zeros(count), np.zeros(count), np.zeros(count)
    for week in history.T:
        there = ~np.isnan(week)
        judged = there & (weight > SPREAD_SMOOTHING * 1.5)
        mean = np.divide(level, weight, out=np.zeros(count), where=weight > 0)
        errors += np.where(judged, (week - mean) ** 2, 0.0)
        means += np.where(judged, mean, 0.0)
        weeks += judged
        level = np.where(there, (1 - SPREAD_SMOOTHING) * level + SPREAD_SMOOTHING * week, level)
        weight = np.where(there, (1 - SPREAD_SMOOTHING) * weight + SPREAD_SMOOTHING, weight)
    own = np.log(np.maximum(errors / np.maximum(means, _SMALL), 0.3))
    sizes = np.log(np.maximum(means / np.maximum(weeks, 1.0), 1e-3))
    usual = np.maximum(_line(sizes, own, means > 0), 0.0)
    shrunk = (SHRINKING * usual + weeks * own) / (SHRINKING + weeks)
    return np.maximum(DISPERSION_MIN, np.exp(np.where(means > 0, shrunk, usual)))


def _line(x: Floats, y: Floats, known: Bools) -> Floats:
    """The least-squares line through the known points, at every x; their mean when they are few."""
    if known.sum() < 3 or np.ptp(x[known]) < _SMALL:
        return np.full(len(x), y[known].mean() if known.any() else 0.0)
    slope, offset = np.polyfit(x[known], y[known], 1)
    line: Floats = offset + slope * x
    return line


def quantile(mean: Floats, dispersion: Floats, probability: float) -> Floats:
    """The negative binomial's quantile [S]: the fewest pieces that are enough that often.

    The mass is added up from 0 on; for means above `LARGE` it is the gamma's with the same mean
    and variance (Wilson and Hilferty, 1931), rounded up. Raises InvalidInput for a probability
    outside of 0 to 1, both excluded.
    """
    if not 0 < probability < 1:
        raise InvalidInput(
            "A probability is above 0 and below 1; {said} is not.",
            code="forecast.probability",
            said=probability,
        )
    enough = np.zeros(len(mean))
    large = mean > LARGE
    enough[large] = _gamma(mean[large], dispersion[large], probability)
    at = np.flatnonzero(~large & (mean > 0))
    d = np.maximum(dispersion[at], DISPERSION_MIN)
    size, chance = mean[at] / (d - 1), 1 / d
    mass = np.exp(size * np.log(chance))
    total, step = mass.copy(), 0
    while True:
        left = total < probability
        enough[at[~left]] = step
        at, size, chance, mass, total = at[left], size[left], chance[left], mass[left], total[left]
        if not len(at) or step >= STEPS_MAX:
            enough[at] = step
            return enough
        mass = mass * (step + size) / (step + 1) * (1 - chance)
        total = total + mass
        step += 1


def _gamma(mean: Floats, dispersion: Floats, probability: float) -> Floats:
    shape = mean / np.maximum(dispersion, DISPERSION_MIN)
    root = 1 - 1 / (9 * shape) + normal_quantile(probability) * np.sqrt(1 / (9 * shape))
    pieces: Floats = np.maximum(0.0, np.ceil(mean * np.maximum(root, 0.0) ** 3 - 0.5))
    return pieces


def normal_quantile(probability: float) -> float:
    """Of the standard normal distribution."""
    return NormalDist().inv_cdf(probability)


def by_store(total: WeeklyForecast, sold: Floats, chain: Floats) -> WeeklyForecast:
    """The total of K articles shared over N stores: [K * N] series, article by article.

    `sold` [K, N]: in how many weeks each store has sold the article so far; `chain` [N]: the share
    of each store in all such weeks. Weeks tell a store's share better than pieces do, of which one
    order may be most. It is shrunk to the chain's by `PSEUDO_WEEKS`: a store's week is nearly
    unpredictable, so that the gain is in the total.
    """
    share = (sold + PSEUDO_WEEKS * chain) / (sold.sum(axis=1, keepdims=True) + PSEUDO_WEEKS)
    mean = total.mean[:, None] * share
    # An order line goes to one store as a whole: fewer lumps, each as large, so the ratio stays.
    return WeeklyForecast(mean.ravel(), np.repeat(total.dispersion, sold.shape[1]))
