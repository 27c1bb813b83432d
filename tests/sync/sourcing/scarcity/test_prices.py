"""What a piece is worth where it lies."""

from __future__ import annotations

import numpy as np
import pytest

from sync.domain.money import Money
from sync.sourcing import Destination, Network, scarcity_prices, source
from sync.sourcing.scarcity.prices import Expected, transport_duals
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock
from tools.benchmarks.ma import Fluid, play
from tools.benchmarks.ma_network import instance


def test_a_piece_is_worth_what_the_next_customer_would_pay_more_elsewhere() -> None:
    # One customer expected; the near shelf has one piece at 2, the far one plenty at 5.
    cost = np.array([[2.0, 5.0]])
    assert transport_duals(cost, np.array([1.5]), np.array([1, 9]), np.array([30.0])) == (
        pytest.approx([3.0, 0.0])
    )


def test_a_piece_that_nobody_can_replace_is_worth_the_lost_sale() -> None:
    duals = transport_duals(np.array([[2.0]]), np.array([4.0]), np.array([1]), np.array([30.0]))
    assert duals == pytest.approx([28.0])


def test_plenty_costs_nothing() -> None:
    duals = transport_duals(
        np.array([[2.0, 5.0]]), np.array([3.0]), np.array([9, 9]), np.ones(1) * 9
    )
    assert duals.tolist() == [0.0, 0.0]


def test_the_store_that_will_need_its_last_piece_keeps_it() -> None:
    shelves = {"tea": {"paris": 1, "lyon": 9}}
    # A customer near Paris; Lyon could send it at nearly the same cost. Paris's own customers
    # come for it in the shop, where anybody else's piece has to be sent.
    asked, rules, network = request(line(1, "tea")), policy(), Network.of(world.locations())
    without = source(asked, network, stock(shelves), rules, world.tables())
    assert without.locations == ("paris",)
    in_the_shop = Destination(48.86, 2.35, "store", "paris")
    expected = [Expected("tea", 400, Money(2000), [(in_the_shop, 3.0)])]
    now = world.TUESDAY_10H
    prices = scarcity_prices(expected, network, stock(shelves), rules, world.tables(), now)
    assert prices["tea"].keys() == {"paris"}
    kept = source(asked, network, stock(shelves), rules, world.tables(), prices=prices)
    assert kept.locations == ("lyon",)
    evaluation = next(v for v in kept.evaluations if v.location == "paris")
    assert (evaluation.reason, evaluation.criterion) == ("dearer", "retail")


def test_on_the_published_generator_prices_beat_no_prices_and_nothing_beats_the_bound() -> None:
    found = play((0.75, 0, 1))
    assert found.ratio["renewed"] < found.ratio["none"]
    assert found.better
    assert found.room > 0


def test_the_fluid_bound_falls_when_there_is_more_stock() -> None:
    given = instance(np.random.default_rng(5), 0.5)
    fluid = Fluid(given, np.random.default_rng(5))
    bound, prices = fluid.solve(given.stock, 1.0)
    richer, _ = fluid.solve(given.stock * 2, 1.0)
    assert richer < bound
    assert (prices >= 0).all()
