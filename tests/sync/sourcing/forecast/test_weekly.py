"""The forecast: quantiles that are the distribution's, and a level that forgets what died."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.sourcing.forecast.weekly import (
    DISPERSION_MIN,
    WeeklyForecast,
    by_store,
    forecast,
    quantile,
    smoothed,
)

weeks = st.lists(st.integers(0, 60), min_size=2, max_size=20)


def mass(mean: float, dispersion: float, pieces: int) -> float:
    """Of the negative binomial, by its formula."""
    size, chance = mean / (dispersion - 1), 1 / dispersion
    logs = math.lgamma(pieces + size) - math.lgamma(size) - math.lgamma(pieces + 1)
    return math.exp(logs + size * math.log(chance) + pieces * math.log(1 - chance))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 150), st.floats(1.05, 40), st.sampled_from([0.1, 0.5, 0.9, 0.95, 0.99]))
def test_a_quantile_is_the_fewest_pieces_that_are_enough(
    mean: float, dispersion: float, probability: float
) -> None:
    (found,) = quantile(np.array([mean]), np.array([dispersion]), probability)
    below = sum(mass(mean, dispersion, pieces) for pieces in range(int(found)))
    assert below < probability + 1e-9
    assert below + mass(mean, dispersion, int(found)) >= probability - 1e-9


@pytest.mark.parametrize("dispersion", [1.5, 5.0, 30.0])
@pytest.mark.parametrize("probability", [0.5, 0.9, 0.95])
def test_large_means_go_on_where_small_ones_end(dispersion: float, probability: float) -> None:
    means = np.array([195.0, 205.0])
    small, large = quantile(means, np.full(2, dispersion), probability)
    assert 0 <= large - small <= 16
    total, pieces = 0.0, 0
    while total < probability:
        total += mass(205.0, dispersion, pieces)
        pieces += 1
    assert abs(large - (pieces - 1)) <= 2


@given(weeks)
def test_more_certainty_and_more_weeks_need_more_pieces(history: list[int]) -> None:
    found = forecast(np.array([history], float))
    told = [float(found.quantile(each)[0]) for each in (0.5, 0.8, 0.95)]
    assert told == sorted(told)
    assert found.quantile(0.9, weeks=4)[0] >= found.quantile(0.9)[0]
    assert found.mean[0] <= max(history) + 1e-9
    assert found.dispersion[0] >= DISPERSION_MIN


@given(weeks, st.integers(0, 20))
def test_a_week_that_is_missing_is_not_a_week_of_zero(history: list[int], at: int) -> None:
    plain = np.array([history], float)
    closed = np.insert(plain, min(at, len(history)), np.nan, axis=1)
    zero = np.insert(plain, min(at, len(history)), 0.0, axis=1)
    assert smoothed(closed, 0.2)[0] == pytest.approx(smoothed(plain, 0.2)[0])
    assert smoothed(zero, 0.2)[0] <= smoothed(closed, 0.2)[0] + 1e-9
    assert forecast(closed).mean[0] == pytest.approx(forecast(plain).mean[0])


def test_demand_that_died_is_forgotten() -> None:
    died, lives = [20.0] * 10 + [0.0] * 10, [20.0] * 20
    found = forecast(np.array([died, lives]))
    assert found.mean[0] < 0.15 * found.mean[1]


def test_one_wholesale_order_is_not_a_habit() -> None:
    steady = [4.0, 6.0, 5.0, 5.0, 4.0, 6.0, 5.0, 5.0, 4.0, 6.0]
    history = np.array([[*steady[:3], 5000.0, *steady, *steady]])
    plain = smoothed(history, 0.2)[0]
    assert 5 < forecast(history).mean[0] < 0.8 * plain


def test_stores_add_up_to_the_total_and_a_new_one_is_like_the_chain() -> None:
    total = WeeklyForecast(np.array([12.0, 0.5]), np.array([3.0, 2.0]))
    sold = np.array([[9.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    chain = np.array([0.5, 0.3, 0.2])
    found = by_store(total, sold, chain)
    means = found.mean.reshape(2, 3)
    assert means.sum(axis=1) == pytest.approx(total.mean)
    assert means[1] == pytest.approx(0.5 * chain)
    assert means[0][0] > 12 * 0.5
    assert found.dispersion.tolist() == [3.0, 3.0, 3.0, 2.0, 2.0, 2.0]


def test_nothing_sold_needs_nothing() -> None:
    found = forecast(np.zeros((3, 8)))
    assert found.mean.tolist() == [0.0, 0.0, 0.0]
    assert found.quantile(0.99).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("history", [np.zeros((2, 0)), np.zeros(4), np.array([[1.0, -2.0]])])
def test_what_is_no_history_is_refused(history: np.typing.NDArray[np.float64]) -> None:
    with pytest.raises(InvalidInput):
        forecast(history)


@pytest.mark.parametrize("probability", [0.0, 1.0, -0.1, 1.5])
def test_what_is_no_probability_is_refused(probability: float) -> None:
    with pytest.raises(InvalidInput):
        quantile(np.ones(1), np.full(1, 2.0), probability)
