"""Two policies on the same orders: which rules differ, which orders change, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sync.domain.errors import InvalidInput
from sync.i18n import I18n
from sync.replay.compare import warning_of
from sync.replay.run import Scenario, lost_margin_micro, replay
from sync.sourcing import Policy
from sync.sourcing.decision import Decision
from sync.sourcing.evaluations import CRITERIA
from sync.sourcing.policy.compare import PolicyDiff, RuleChange, compare, rule_changes
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request

STOCK = {"tea": {"paris": 2, "wh-south": 9, "lyon": 3}, "cup": {"lyon": 5, "nantes": 5}}
CHEAP = policy()
DEAR_SHOPS = policy("[handling.store]\nparcel_eur = 4.5\n[limits]\nmax_parcels = 1")


def decisions(rules: Policy) -> list[Decision]:
    asked = [
        request(line(1, "tea"), order_number="W-1"),
        request(line(1, "cup"), order_number="W-2"),
        request(line(1, "tea", 2), line(2, "cup"), order_number="W-3"),
    ]
    given = Scenario("test", tuple(world.locations()), world.tables(), STOCK, tuple(asked))
    return [decision for _, decision in replay(given, rules)]


def diff(one: Policy = CHEAP, two: Policy = DEAR_SHOPS) -> PolicyDiff:
    return compare(one, decisions(one), two, decisions(two))


def test_rules_are_told_by_their_keys_in_the_file_with_both_values() -> None:
    assert rule_changes(CHEAP, DEAR_SHOPS) == (
        RuleChange("handling.store.parcel_eur", "0.9", "4.5"),
        RuleChange("limits.max_parcels", "0", "1"),
    )
    assert rule_changes(CHEAP, CHEAP) == ()


def test_steps_lists_and_tables_are_compared_too() -> None:
    one = policy('[[steps]]\nname = "near"\nradius_km = 50\n[limits.orders_per_day]\nstore = 3')
    two = policy(
        '[[steps]]\nname = "near"\nradius_km = 80\n[[steps]]\nname = "all"\n'
        "release_safety_stock = true\n"
        '[filters]\nkinds = ["store", "warehouse"]\n[filters.kinds_by_channel]\nweb = ["store"]'
    )
    changes = {change.key: (change.before, change.after) for change in rule_changes(one, two)}
    assert changes["steps"] == ("near", "near, all")
    assert changes["steps.near.radius_km"] == ("50", "80")
    assert changes["steps.all.release_safety_stock"] == ("–", "true")
    assert "steps.all.radius_km" not in changes  # as in any new step
    assert changes["limits.orders_per_day.store"] == ("3", "–")
    assert changes["filters.kinds_by_channel.web"] == ("–", "store")
    assert changes["filters.kinds"][1] == "store, warehouse"
    assert not any(key.startswith(("name", "version")) for key in changes)


def test_a_list_in_another_order_is_no_difference() -> None:
    one = policy('[filters]\nkinds = ["store", "warehouse"]')
    two = policy('[filters]\nkinds = ["warehouse", "store"]')
    assert rule_changes(one, two) == ()


def test_only_orders_whose_plan_changes_are_listed() -> None:
    found = diff()
    assert found.orders == 3
    assert {c.order_number: (c.before.locations, c.after.locations) for c in found.changed} == {
        "W-1": (("paris",), ("wh-south",)),
    }
    for change in found.changed:
        before = [(s.location, s.lines) for s in change.before.shipments]
        after = [(s.location, s.lines) for s in change.after.shipments]
        assert before != after or change.before.unfilled != change.after.unfilled
    unchanged = {"W-1", "W-2", "W-3"} - {c.order_number for c in found.changed}
    for one, two in zip(decisions(CHEAP), decisions(DEAR_SHOPS), strict=True):
        if one.order_number in unchanged:
            assert one.locations == two.locations


def test_the_totals_by_criterion_add_up_from_the_decisions() -> None:
    found = diff()
    for totals, rules in ((found.before, CHEAP), (found.after, DEAR_SHOPS)):
        made = decisions(rules)
        for name in CRITERIA:
            parts = [getattr(decision.cost, f"{name}_micro") for decision in made]
            assert getattr(totals.cost, f"{name}_micro") == sum(parts)
        assert totals.parcels == sum(len(decision.shipments) for decision in made)
        assert totals.pieces_sent + totals.pieces_backordered == 5
        assert totals.co2e_g == sum(decision.co2e_g for decision in made)


def test_the_differences_of_the_orders_and_of_those_unchanged_make_that_of_the_totals() -> None:
    found = diff()
    changed = {change.order_number for change in found.changed}
    rest = sum(
        two.cost.total_micro - one.cost.total_micro
        for one, two in zip(decisions(CHEAP), decisions(DEAR_SHOPS), strict=True)
        if one.order_number not in changed
    )
    more = sum(change.cost.total_micro for change in found.changed) + rest
    assert more == found.after.cost.total_micro - found.before.cost.total_micro


def test_a_policy_against_itself_changes_nothing() -> None:
    found = diff(CHEAP, replace(CHEAP, version="2"))
    assert (found.rules, found.changed, found.before) == ((), (), found.after)
    assert found.labels == ("test@t", "test@2")


def test_the_other_way_round_every_difference_has_the_other_sign() -> None:
    there, back = diff(), diff(DEAR_SHOPS, CHEAP)
    assert [c.cost.total_micro for c in there.changed] == [
        -c.cost.total_micro for c in back.changed
    ]
    assert [(r.key, r.before, r.after) for r in there.rules] == [
        (r.key, r.after, r.before) for r in back.rules
    ]


def test_decisions_on_other_orders_are_refused() -> None:
    with pytest.raises(InvalidInput, match="not tried on the same orders"):
        compare(CHEAP, decisions(CHEAP), DEAR_SHOPS, decisions(DEAR_SHOPS)[:2])


def lost(rules: Policy) -> int:
    asked = [
        request(line(1, "tea"), order_number="W-1"),
        request(line(1, "cup"), order_number="W-2"),
        request(line(1, "tea", 2), line(2, "cup"), order_number="W-3"),
    ]
    given = Scenario("test", tuple(world.locations()), world.tables(), STOCK, tuple(asked))
    return sum(lost_margin_micro(one, decision, rules) for one, decision in replay(given, rules))


STINGY = policy('[filters]\nkinds = ["warehouse"]')


def test_a_policy_that_is_cheaper_because_it_sends_less_is_told() -> None:
    found = compare(CHEAP, decisions(CHEAP), STINGY, decisions(STINGY), (lost(CHEAP), lost(STINGY)))
    assert found.after.pieces_sent < found.before.pieces_sent
    assert found.after.cost.total_micro < found.before.cost.total_micro
    assert found.after.at_equal_fill_micro > found.before.at_equal_fill_micro
    assert found.cheaper_by_sending_less == found.labels[1]
    assert "looks cheaper because it sends less" in warning_of(found, I18n("en"))
    wire = found.to_wire()
    assert wire["cheaper_by_sending_less"] == found.labels[1]
    for totals in wire["totals"]:
        sent = sum(totals["cost_micro"].values())
        assert sent == sum(totals["cash_micro"].values()) + sum(totals["shadow_micro"].values())
        assert totals["at_equal_fill_micro"] == sent + totals["lost_margin_micro"]


def test_orders_that_both_send_whole_are_compared_by_themselves() -> None:
    found = compare(CHEAP, decisions(CHEAP), STINGY, decisions(STINGY))
    orders, before, after = found.both
    whole = [
        (a, b)
        for a, b in zip(decisions(CHEAP), decisions(STINGY), strict=True)
        if not a.unfilled and not b.unfilled
    ]
    assert orders == len(whole) > 0
    assert before.total_micro == sum(a.cost.total_micro for a, _ in whole)
    assert after.total_micro == sum(b.cost.total_micro for _, b in whole)


def test_two_policies_that_send_the_same_are_not_warned_about() -> None:
    assert warning_of(diff(CHEAP, CHEAP), I18n("en")) == ""
