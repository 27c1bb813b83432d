"""A replay uses stock up as orders come, counts what it did, and never promises a piece twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.errors import InvalidInput
from sync.replay.run import Arrival, Scenario, Tally, replay, sweep_policies
from sync.replay.stock import LiveStock, source_until_committed
from sync.sourcing import Decision, Request, source
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request

DAY = timedelta(days=1)


def scenario(
    on_hand: Mapping[str, Mapping[str, int]], orders: Iterable[Request], **more: Any
) -> Scenario:
    return Scenario(
        "test", tuple(world.locations()), world.tables(), on_hand, tuple(orders), **more
    )


def orders(count: int, quantity: int = 1, apart: timedelta = timedelta(hours=1)) -> list[Request]:
    return [
        request(
            line(1, "tea", quantity),
            order_number=f"W-{n:03}",
            placed_at=world.TUESDAY_10H + n * apart,
        )
        for n in range(count)
    ]


def test_stock_runs_out_and_the_tally_says_so() -> None:
    tally = Tally(policy())
    for asked, decision in replay(scenario({"tea": {"paris": 2, "lyon": 1}}, orders(5)), policy()):
        tally.add(asked, decision)
    summary = tally.summary()
    assert (summary["sourced"], summary["unfillable"]) == (3, 2)
    assert summary["fill_rate"] == 0.6
    assert summary["orders_per_location"] == {"lyon": 1, "paris": 2}
    parts = sum(v for k, v in summary["cost_eur"].items() if k != "total")
    assert summary["cost_eur"]["total"] == pytest.approx(parts, abs=0.02)


def test_goods_that_come_in_are_sold_from_then_on() -> None:
    arrival = Arrival(world.TUESDAY_10H + timedelta(minutes=90), "tea", "paris", 1)
    given_stock = scenario({"tea": {"paris": 0}}, orders(3), arrivals=(arrival,))
    assert [d.status for _, d in replay(given_stock, policy())] == [
        "unfillable",
        "unfillable",
        "sourced",
    ]


def test_shelves_are_filled_up_when_the_scenario_says_so() -> None:
    given_stock = scenario({"tea": {"paris": 1}}, orders(4, apart=DAY), replenish_days=2)
    assert [d.status for _, d in replay(given_stock, policy())] == [
        "sourced",
        "unfillable",
        "sourced",
        "unfillable",
    ]


def test_a_replay_gives_the_same_bytes_again() -> None:
    given_stock = scenario({"tea": {"paris": 3, "lyon": 3, "nantes": 9}}, orders(6, 2))
    one = [d.canonical_bytes() for _, d in replay(given_stock, policy(), explain=True)]
    assert one == [d.canonical_bytes() for _, d in replay(given_stock, policy(), explain=True)]


def test_a_lost_race_takes_nothing_and_asks_to_source_again() -> None:
    network = world.network()
    stock = LiveStock(network, {"tea": {"paris": 1}})
    first, second = orders(2)
    decisions = [source(o, network, stock, policy(), world.tables()) for o in (first, second)]
    stock.commit(first, decisions[0])
    with pytest.raises(InvalidInput) as caught:
        stock.commit(second, decisions[1])
    assert caught.value.code == "stock.taken"
    assert source(second, network, stock, policy(), world.tables()).status == "unfillable"


def test_a_lost_race_is_sourced_again_with_a_bound() -> None:
    network = world.network()
    stock = LiveStock(network, {"tea": {"paris": 1, "lyon": 1}})
    first, second = orders(2)
    rival = source(first, network, stock, policy(), world.tables())
    asked: list[str] = []

    def decide() -> Decision:
        decision = source(second, network, stock, policy(), world.tables())
        asked.append(decision.locations[0])
        if len(asked) == 1:
            stock.commit(first, rival)  # it was quicker
        return decision

    decision = source_until_committed(decide, lambda d: stock.commit(second, d))
    assert asked == [rival.locations[0], decision.locations[0]]
    assert decision.locations != rival.locations

    def always_lost(decision: Decision) -> None:
        raise InvalidInput("gone", code="stock.taken")

    with pytest.raises(InvalidInput, match="gone"):
        source_until_committed(lambda: rival, always_lost, attempts_max=2)


def test_stock_of_an_article_or_at_a_place_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not in the catalogue"):
        LiveStock(world.network(), {"tea": {"paris": 1}}, known_skus=["cup"])
    with pytest.raises(InvalidInput, match="relay, which is not a location that holds stock"):
        LiveStock(world.network(), {"tea": {"relay": 1}})


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["paris", "lyon", "nantes", "wh-north"]), st.integers(0, 6), min_size=1
    ),
    st.lists(st.integers(1, 4), min_size=1, max_size=8),
)
def test_no_location_gives_more_than_it_had(shelf: dict[str, int], quantities: list[int]) -> None:
    asked = [
        request(
            line(1, "tea", quantity),
            order_number=f"W-{n}",
            placed_at=world.TUESDAY_10H + timedelta(minutes=n),
        )
        for n, quantity in enumerate(quantities)
    ]
    given_away: dict[str, int] = {}
    for _, decision in replay(scenario({"tea": shelf}, asked), policy()):
        for shipment in decision.shipments:
            given_away[shipment.location] = given_away.get(shipment.location, 0) + shipment.quantity
    assert all(shelf[code] >= pieces for code, pieces in given_away.items())
    assert sum(given_away.values()) <= min(sum(shelf.values()), sum(quantities))


def test_the_sweep_changes_one_weight_at_a_time() -> None:
    found = sweep_policies(policy())
    assert len(found) == 15
    assert all(p.weights.economic == 1.0 for _, _, p in found)
    assert found[2][2].weights.ecological == 5.0


def test_what_waits_costs_its_margin_without_vat() -> None:
    priced = replace(line(1, "tea", 4, eur=12), vat_rate_bp=2000)  # 12.00 each, 10.00 without VAT
    asked = request(priced, order_number="W-1")
    rules = policy("[scarcity]\nlost_sale_share = 0.4")
    tally = Tally(rules)
    for one, decision in replay(scenario({"tea": {"paris": 1}}, [asked]), rules):
        tally.add(one, decision)
    summary = tally.summary()
    assert summary["lost_margin_eur"] == 12.0  # three pieces of 10.00, 40 % of it
    total = round(summary["cost_eur"]["total"] + 12.0, 2)
    assert summary["cost_with_lost_margin_eur"] == total


def test_cash_and_shadow_prices_add_up_by_part() -> None:
    rules = policy("[retail]\npreferred_relief_eur = 0.2")
    tally = Tally(rules)
    given_stock = scenario({"tea": {"paris": 9, "lyon": 9}}, orders(6, 2))
    for asked, decision in replay(given_stock, rules):
        tally.add(asked, decision)
    summary = tally.summary()
    for name in ("cash_eur", "shadow_eur"):
        parts = [value for key, value in summary[name].items() if key != "total"]
        assert summary[name]["total"] == pytest.approx(sum(parts))
    both = summary["cash_eur"]["total"] + summary["shadow_eur"]["total"]
    assert both == pytest.approx(summary["cost_eur"]["total"], abs=0.011)


def test_a_narrower_policy_decides_the_orders_that_it_is_for() -> None:
    narrow = policy('[applies]\nchannels = ["marketplace"]\n[filters]\nkinds = ["warehouse"]')
    asked = [
        request(line(1, "tea"), order_number="W-1"),
        request(line(1, "tea"), order_number="W-2", channel="marketplace"),
    ]
    given_stock = scenario({"tea": {"wh-south": 9, "nantes": 9}}, asked)
    found = {
        one.order_number: decision.locations
        for one, decision in replay(given_stock, policy(), narrower=[narrow])
    }
    assert found == {"W-1": ("nantes",), "W-2": ("wh-south",)}
