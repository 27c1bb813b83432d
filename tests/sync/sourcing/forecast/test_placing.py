"""Scarce pieces are shared out so that as many as possible are expected to be sold."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.sourcing.arrays import Floats
from sync.sourcing.forecast.placing import chances, place
from sync.sourcing.forecast.weekly import quantile

some_stores = st.lists(
    st.tuples(st.floats(0.0, 6.0), st.floats(1.05, 8.0), st.integers(0, 4)), min_size=1, max_size=3
)


def expected_sales(chance: Floats, pieces: int) -> float:
    return float(chance[:pieces].sum())


@given(some_stores, st.integers(0, 6))
def test_no_other_way_to_share_them_sells_more(
    stores: list[tuple[float, float, int]], pieces: int
) -> None:
    mean, dispersion = (np.array([store[n] for store in stores]) for n in (0, 1))
    there = np.array([store[2] for store in stores])
    enough = quantile(mean, dispersion, 0.95).astype(np.int64)
    placed = place(mean, dispersion, there, enough, pieces)
    room = np.maximum(0, enough - there)
    chance = chances(mean, dispersion, int(max(there.max(), enough.max())) + 1)
    best = max(
        sum(expected_sales(chance[n], there[n] + more) - expected_sales(chance[n], there[n])
            for n, more in enumerate(way))
        for way in product(*(range(int(most) + 1) for most in np.minimum(room, pieces)))
        if sum(way) <= pieces
    )  # fmt: skip
    assert placed.sales.sum() == pytest.approx(best, abs=1e-9)
    assert placed.pieces.sum() == min(pieces, room.sum())
    assert (placed.pieces <= room).all()


def test_a_chance_is_that_of_the_quantile() -> None:
    mean, dispersion = np.array([0.0, 0.3, 5.0, 80.0]), np.array([2.0, 1.01, 3.0, 9.0])
    found = chances(mean, dispersion, 400)
    for probability in (0.5, 0.9, 0.99):
        enough = quantile(mean, dispersion, probability)
        assert [int((row > 1 - probability).sum()) for row in found] == enough.astype(int).tolist()


def test_with_enough_for_all_each_store_gets_what_is_enough() -> None:
    mean, dispersion = np.array([2.0, 0.4]), np.array([2.0, 2.0])
    placed = place(mean, dispersion, np.array([1, 0]), np.array([6, 2]), 1_000)
    assert placed.pieces.tolist() == [5, 2]


def test_one_piece_goes_where_it_is_likeliest_to_be_sold() -> None:
    mean, dispersion = np.array([6.0, 1.0]), np.array([1.5, 1.5])
    placed = place(mean, dispersion, np.array([6, 0]), np.array([10, 3]), 1)
    assert placed.pieces.tolist() == [0, 1]  # though the first is further from what is enough
    assert placed.sales[1] == pytest.approx(1 - 1.5**-2)
