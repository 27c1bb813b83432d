"""Scenarios that retailers ask for, each as they would say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from sync.domain.errors import InvalidInput
from sync.i18n import I18n
from sync.sourcing import Decision, Destination, Network
from sync.sourcing.decision import NO_PARTS
from sync.sourcing.explain.sentences import explain_decision
from sync.sourcing.policy.policy_file import parse_policy
from tests.sync.sourcing import world
from tests.sync.sourcing.world import decide, line, policy, request, sent, stock

DEFAULT = Path("assets/policies/default.toml").read_text(encoding="utf-8")


def test_one_location_that_has_all_serves_rather_than_two_that_share() -> None:
    decision = decide(
        request(line(1, "tea"), line(2, "cup")),
        stock({"tea": {"paris": 1, "wh-south": 5}, "cup": {"nantes": 1, "wh-south": 5}}),
    )
    assert sent(decision) == {"wh-south": {1: 1, 2: 1}}
    assert decision.status == "sourced"
    assert decision.snapshot_position == 7


def test_warehouse_only_for_a_marketplace() -> None:
    rules = policy('[filters.kinds_by_channel]\nmarketplace = ["warehouse"]')
    snapshot = stock({"tea": {"paris": 9, "wh-south": 9}})
    decision = decide(request(line(1, "tea"), channel="marketplace"), snapshot, rules)
    assert decision.locations == ("wh-south",)
    reasons = {v.location: v.reason for v in decision.evaluations}
    assert reasons["paris"] == "filtered:channel"
    assert reasons["wh-north"] == "no_stock"


def test_warehouses_first_then_stores() -> None:
    rules = policy('[[steps]]\nname = "w"\nkinds = ["warehouse"]\n[[steps]]\nname = "all"')
    near = stock({"tea": {"paris": 9, "wh-south": 9}})
    decision = decide(request(line(1, "tea")), near, rules)
    assert (decision.locations, decision.step) == (("wh-south",), "w")
    decision = decide(request(line(1, "tea")), stock({"tea": {"paris": 9}}), rules)
    assert (decision.locations, decision.step) == (("paris",), "all")


def test_a_rejected_order_goes_elsewhere_and_says_why() -> None:
    snapshot = stock({"tea": {"paris": 9, "lyon": 9}})
    first = decide(request(line(1, "tea")), snapshot)
    again = decide(request(line(1, "tea"), excluded={first.locations[0]: "damaged"}), snapshot)
    assert again.locations != first.locations
    evaluation = next(v for v in again.evaluations if v.location == first.locations[0])
    assert (evaluation.reason, evaluation.note) == ("excluded", "damaged")


def test_fifty_kilometres_first_then_wider() -> None:
    rules = policy('[[steps]]\nname = "near"\nradius_km = 50\n[[steps]]\nname = "wide"')
    cheap_far = stock({"tea": {"paris": 1, "wh-north": 9}})
    assert decide(request(line(1, "tea")), cheap_far, rules).locations == ("paris",)
    decision = decide(request(line(1, "tea", 2)), cheap_far, rules)
    assert decision.step == "wide"
    assert sent(decision) == {"wh-north": {1: 2}}


def test_safety_stock_is_kept_and_given_up_at_the_end() -> None:
    rules = policy(
        '[[steps]]\nname = "keep"\n[[steps]]\nname = "relax"\nrelease_safety_stock = true'
    )
    snapshot = stock({"tea": {"paris": 1}}, withheld={"tea": {"paris": 2}})
    assert decide(request(line(1, "tea")), snapshot, rules).step == "keep"
    decision = decide(request(line(1, "tea", 3)), snapshot, rules)
    assert (decision.step, sent(decision)) == ("relax", {"paris": {1: 3}})


def test_what_is_not_there_is_queued_and_the_rest_leaves() -> None:
    decision = decide(
        request(line(1, "tea", 3), line(2, "cup")), stock({"tea": {"paris": 1, "lyon": 1}})
    )
    assert decision.status == "partial"
    assert sent(decision) == {"paris": {1: 1}, "lyon": {1: 1}}
    assert decision.unfilled == ((1, 1), (2, 1))


def test_nothing_anywhere_is_an_answer_not_an_error() -> None:
    decision = decide(request(line(1, "tea")), stock({}))
    assert (decision.status, decision.shipments) == ("unfillable", ())
    assert {v.reason for v in decision.evaluations} == {"no_stock"}
    assert decision.cost.total_micro == 0


@pytest.mark.parametrize("split_lines", ["when_needed", "always"])
def test_nine_pieces_over_three_locations_leave_in_two_parcels_where_two_suffice(
    split_lines: str,
) -> None:
    rules = policy(f'[limits]\nsplit_lines = "{split_lines}"')
    snapshot = stock({"tea": {"lyon": 3, "paris": 6, "nantes": 3}})
    decision = decide(request(line(1, "tea", 9)), snapshot, rules)
    assert decision.status == "sourced"
    assert len(decision.shipments) == 2
    assert sent(decision)["paris"] == {1: 6}


def test_a_line_may_be_split_to_save_a_parcel_only_when_the_policy_says_always() -> None:
    snapshot = stock(
        {"a": {"lyon": 1}, "b": {"paris": 1}, "c": {"lyon": 1, "paris": 1, "nantes": 2}}
    )
    asked = request(line(1, "a"), line(2, "b"), line(3, "c", 2))
    whole = decide(asked, snapshot)
    split = decide(asked, snapshot, policy('[limits]\nsplit_lines = "always"'))
    assert len(whole.shipments) == 3
    assert len(split.shipments) == 2
    assert split.cost.total_micro < whole.cost.total_micro


def test_never_split_under_thirty_euros() -> None:
    rules = policy("[limits]\nsplit_min_value_eur = 30.0")
    snapshot = stock({"tea": {"paris": 9}, "cup": {"lyon": 9}})
    small = decide(request(line(1, "tea", eur=14), line(2, "cup", eur=15)), snapshot, rules)
    assert (small.status, len(small.shipments)) == ("partial", 1)
    large = decide(request(line(1, "tea", eur=15), line(2, "cup", eur=15)), snapshot, rules)
    assert (large.status, len(large.shipments)) == ("sourced", 2)


def test_a_store_that_reached_its_cap_at_noon_gets_no_more() -> None:
    rules = policy("[limits.orders_per_day]\nstore = 3")
    there = {"tea": {"paris": 9, "lyon": 9}}
    before = decide(request(line(1, "tea")), stock(there, load={"lyon": 2, "paris": 2}), rules)
    full = before.locations[0]
    after = decide(request(line(1, "tea")), stock(there, load={full: 3}, next_day={full: 3}), rules)
    assert full not in after.locations
    assert next(v.reason for v in after.evaluations if v.location == full) == "filtered:capacity"


def test_the_store_that_needs_its_last_piece_keeps_it_when_its_price_says_so() -> None:
    snapshot = stock({"tea": {"paris": 1, "wh-south": 1}})
    free = decide(request(line(1, "tea")), snapshot, prices={"tea": {"wh-south": 8.0}})
    assert free.locations == ("paris",)
    priced = decide(request(line(1, "tea")), snapshot, prices={"tea": {"paris": 8.0}})
    assert priced.locations == ("wh-south",)
    evaluation = next(v for v in priced.evaluations if v.location == "paris")
    assert (evaluation.reason, evaluation.criterion) == ("dearer", "retail")


def test_collecting_where_it_lies_costs_no_carrier() -> None:
    lyon = Destination(45.76, 4.85, "store", "lyon")
    decision = decide(request(line(1, "tea"), destination=lyon), stock({"tea": {"lyon": 1}}))
    shipment = decision.shipments[0]
    assert (shipment.service, shipment.co2e_g) == ("counter", 0)
    # 10:00 in a shop that opened at 9:30, four hours of work.
    assert shipment.ready_at == shipment.arrives_at == world.TUESDAY_10H + timedelta(hours=4)


def test_an_express_carrier_is_taken_when_lateness_costs_more() -> None:
    tomorrow = datetime(2026, 11, 25, 17, 0, tzinfo=world.TUESDAY_10H.tzinfo)
    snapshot = stock({"tea": {"wh-north": 5}})
    late = policy("[time]\nlateness_eur_per_hour = 5.0")
    calm = decide(request(line(1, "tea")), snapshot, late)
    hurried = decide(request(line(1, "tea"), promised_by=tomorrow), snapshot, late)
    assert calm.shipments[0].service == "colissimo:home"
    assert hurried.shipments[0].service == "chronopost:express"
    assert hurried.shipments[0].arrives_at < tomorrow


def test_an_article_on_two_lines_never_gets_the_same_piece_twice() -> None:
    decision = decide(
        request(line(1, "tea", 2), line(2, "tea", 2)), stock({"tea": {"paris": 2, "lyon": 1}})
    )
    assert sum(s.quantity for s in decision.shipments) == 3
    assert decision.unfilled == ((2, 1),)


def test_the_same_question_gives_the_same_bytes_and_survives_the_wire() -> None:
    asked = request(line(1, "tea", 2), line(2, "cup"))
    there = {"tea": {"paris": 2, "lyon": 2, "wh-north": 1}, "cup": {"nantes": 1, "wh-south": 3}}
    turned = {sku: dict(reversed(where.items())) for sku, where in reversed(there.items())}
    one = decide(asked, stock(there), parse_policy(DEFAULT, "default"))
    other = decide(asked, stock(turned), parse_policy(DEFAULT, "default"))
    assert one.canonical_bytes() == other.canonical_bytes()
    assert Decision.from_wire(one.to_wire()) == one


def test_every_location_that_is_not_chosen_has_a_reason_and_none_has_two() -> None:
    decision = decide(request(line(1, "tea")), stock({"tea": {"paris": 2, "lyon": 2}}))
    told = [v.location for v in decision.evaluations] + list(decision.locations)
    assert sorted(told) == sorted(world.network().codes)


def test_the_runner_up_is_the_cheapest_other_set_of_locations() -> None:
    snapshot = stock({"tea": {"paris": 2, "lyon": 2, "nantes": 2}})
    decision = decide(request(line(1, "tea")), snapshot)
    others = {
        code: decide(
            request(
                line(1, "tea"), excluded={c: "x" for c in snapshot.available["tea"] if c != code}
            ),
            snapshot,
        ).cost
        for code in snapshot.available["tea"]
        if code not in decision.locations
    }
    best = min(others, key=lambda code: others[code].total_micro)
    assert decision.runner_up is not None
    assert decision.runner_up.locations == (best,)
    assert decision.runner_up.cost == replace(others[best], parts=NO_PARTS)
    dearer = {v.location: v.by_micro for v in decision.evaluations if v.reason == "dearer"}
    assert dearer == {c: cost.total_micro - decision.cost.total_micro for c, cost in others.items()}


@pytest.mark.parametrize("economic", [0.0, 0.3, 1.0, 20.0])
def test_cash_is_what_is_paid_whatever_the_weights_and_shadow_prices_are_the_rest(
    economic: float,
) -> None:
    text = """
tariff_share = 0.37
[weights]
economic = WEIGHT
ecological = 3.3
[time]
full_load_eur = 0.7
[retail]
overstock_from_pieces = 2
overstock_relief_eur_per_piece = 0.07
preferred_relief_eur = 0.11
"""
    rules, plain = (policy(text.replace("WEIGHT", str(w))) for w in (economic, 1.0))
    promised = world.TUESDAY_10H - timedelta(hours=5)
    asked = request(line(1, "tea", 3), preferred="paris", promised_by=promised)
    there = stock({"tea": {"paris": 9}}, load={"paris": 7})
    prices = {"tea": {"paris": 0.123457}}
    decision = decide(asked, there, rules, prices=prices)
    cost, at_one = decision.cost, decide(asked, there, plain, prices=prices).cost
    assert cost.cash_micro == sum(cost.cash_parts().values())
    assert at_one.cash_micro == at_one.economic_micro
    paid = {"chronopost:express": 1910, "colissimo:home": 955}[decision.shipments[0].service]
    assert cost.cash_parts()["tariff"] == paid * 3_700
    assert cost.shadow_micro == sum(cost.shadow_parts().values())
    assert cost.total_micro == cost.economic_micro + cost.shadow_micro
    parts = cost.shadow_parts()
    assert parts["carbon"] == cost.ecological_micro > 0
    assert parts["time"] + parts["lateness"] + parts["load"] == cost.logistic_micro
    assert parts["scarcity"] + parts["overstock"] + parts["preference"] == cost.retail_micro
    assert (parts["scarcity"], parts["overstock"], parts["preference"]) == (
        3 * 123_457,
        -3 * 70_000,
        -110_000,
    )
    assert min(parts["time"], parts["lateness"], parts["load"]) > 0
    cents = cost.cents()
    assert sum(cost.shadow_cents().values()) == sum(cents.values()) - cents["economic"]
    assert sum(at_one.cash_cents().values()) == at_one.cents()["economic"]


def test_the_cost_by_criterion_adds_up_to_the_cent() -> None:
    decision = decide(request(line(1, "tea", 3)), stock({"tea": {"paris": 2, "lyon": 2}}))
    assert sum(decision.cost.cents().values()) == (decision.cost.total_micro + 5_000) // 10_000
    assert decision.cost.total_micro == sum(s.cost.total_micro for s in decision.shipments)


def test_a_decision_reads_as_short_sentences_in_two_languages() -> None:
    decision = decide(
        request(line(1, "tea"), line(2, "cup")),
        stock({"tea": {"wh-south": 5, "lyon": 1}, "cup": {"wh-south": 5, "lyon": 1}}),
    )
    said = explain_decision(decision)
    assert said[0].startswith(f"{decision.locations[0]}: all 2 lines, 1 parcel, ")
    # To the cent the runner-up costs the same here.
    assert said[1] == "As good: wh-south."
    french = explain_decision(decision, I18n("fr"))
    assert len(french) == len(said)
    assert "les 2 lignes, 1 colis" in french[0]


@pytest.mark.parametrize(
    "broken",
    [
        lambda: request(),
        lambda: request(*(line(i, f"s{i}") for i in range(501))),
        lambda: line(1, "tea", 10**9),
        lambda: line(1, "tea", 0),
        lambda: request(line(1, "tea"), line(1, "cup")),
        lambda: request(line(1, "tea"), placed_at=datetime(2026, 11, 24)),
        lambda: Destination(float("nan"), 2.0, "home"),
        lambda: Destination(48.0, 2.0, "moon"),
        lambda: Network.of([world.location("x", "store", 95.0, 0.0)]),
        lambda: Network.of([world.location("x", "store", 5.0, 0.0)] * 2),
    ],
)
def test_input_that_makes_no_sense_is_refused(broken: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput):
        broken()


def test_a_runner_up_that_is_dearer_says_by_how_much() -> None:
    rules = policy("[handling.store]\nparcel_eur = 3.0")
    there = stock({"tea": {"wh-north": 5, "nantes": 5}})
    decision = decide(request(line(1, "tea")), there, rules)
    assert decision.runner_up is not None
    more = decision.runner_up.cost.total_micro - decision.cost.total_micro
    amount = f"{round(more / 1e6, 2):.2f} EUR"
    told = f"Next best: nantes, {amount} dearer, mostly carrier and handling."
    assert explain_decision(decision)[1] == told


def test_three_hundred_lines_are_sourced_by_the_other_solver() -> None:
    lines = [line(i, f"s{i}", weight_g=50) for i in range(1, 301)]
    there = {
        f"s{i}": {"wh-north": 5} if i % 3 else {"wh-south": 5, "paris": 1} for i in range(1, 301)
    }
    decision = decide(request(*lines), stock(there))
    assert decision.status == "sourced"
    assert decision.gap_micro == 0
    assert set(decision.locations) in ({"wh-north", "wh-south"}, {"wh-north", "paris"})


def test_excluded_locations_do_not_change_what_the_rest_costs() -> None:
    snapshot = stock({"tea": {"paris": 2, "lyon": 2}})
    plain = decide(request(line(1, "tea")), snapshot)
    more = decide(replace(request(line(1, "tea")), excluded={"nowhere": "x"}), snapshot)
    assert plain.cost == more.cost
