"""The two companies of the benchmark have the same, and what is not there is not sold."""

from __future__ import annotations

import numpy as np
import pytest

from sync.sourcing.arrays import Floats
from tools.benchmarks.placing import MinMax, Proposing, filled

STORES, ALL_WEEKS = 3, 26


@pytest.fixture
def sold() -> Floats:
    chance = np.random.default_rng(7)
    return chance.poisson([[[4.0], [1.0], [0.2]]], (5, STORES, ALL_WEEKS)).astype(float)


def test_with_plenty_at_each_store_everybody_finds_it(sold: Floats) -> None:
    everything = MinMax(sold, 30, 30, 10)
    assert filled(sold, 1_000, everything) == 1.0
    assert filled(sold, 1_000, lambda _week, there, _stock: np.zeros_like(there)) == 0.0


def test_no_more_is_sent_than_there_is(sold: Floats) -> None:
    for send in (MinMax(sold, 8, 16, 1), Proposing(sold).at(0.99)):
        sent = send(14, np.zeros((5, STORES)), np.full(5, 7.0))
        assert sent.sum(axis=1).tolist() == [7.0] * 5
    with pytest.raises(AssertionError, match="more was sent"):
        filled(sold, 1, lambda _week, there, stock: there + stock[:, None] + 1)


def test_minimum_and_maximum_fill_up_and_share_pro_rata(sold: Floats) -> None:
    sold = np.ones((1, STORES, ALL_WEEKS))
    there = np.array([[1.0, 2.0, 0.0]])  # the minimum is 2, the maximum 4
    assert MinMax(sold, 2, 4, 0)(14, there, np.array([100.0])).tolist() == [[3.0, 0.0, 4.0]]
    assert MinMax(sold, 2, 4, 0)(14, there, np.array([4.0])).tolist() == [[2.0, 0.0, 2.0]]
