"""Rules beside the cost: conditions, steps that wait, rankings, tags, services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.money import Money
from sync.sourcing import (
    Decision,
    Destination,
    Request,
    RequestLine,
    explain_decision,
)
from sync.sourcing.policy.policy import in_order, policy_for
from sync.sourcing.reasons import with_reasons
from tests.sync.sourcing import world
from tests.sync.sourcing.world import TUESDAY_10H, decide, line, policy, request, sent, stock

TWO = {"tea": {"paris": 1, "lyon": 5, "wh-south": 1}, "cup": {"lyon": 1, "nantes": 3}}


def reasons(decision: Decision) -> Mapping[str, str]:
    return {found.location: found.reason for found in decision.evaluations}


def tagged(*tags: str, sku: str = "tea", line_id: int = 1, quantity: int = 1) -> RequestLine:
    return replace(line(line_id, sku, quantity), tags=tags)


CONDITIONS: list[tuple[str, Request, Request]] = [
    ("value_from_eur = 50", request(line(1, "tea", eur=50)), request(line(1, "tea", eur=49))),
    ("value_below_eur = 50", request(line(1, "tea", eur=49)), request(line(1, "tea", eur=50))),
    (
        'categories = ["Tea", "Cups"]',
        request(line(1, "x"), replace(line(2, "tea"), category="Tea")),
        request(replace(line(1, "tea"), category="tea")),
    ),
    ('tags = ["hazmat"]', request(tagged("cold", "hazmat")), request(tagged("cold"))),
    (
        'services = ["chronopost:express"]',
        request(line(1, "tea"), service="chronopost:express"),
        request(line(1, "tea")),
    ),
    (
        'customer_classes = ["gold"]',
        request(line(1, "tea"), customer_class="gold"),
        request(line(1, "tea"), customer_class="silver"),
    ),
    (
        "placed_from = 2026-11-24T10:00:00+01:00",
        request(line(1, "tea")),
        request(line(1, "tea"), placed_at=TUESDAY_10H - timedelta(seconds=1)),
    ),
    (
        "placed_before = 2026-11-24T10:00:00+01:00",
        request(line(1, "tea"), placed_at=TUESDAY_10H - timedelta(seconds=1)),
        request(line(1, "tea")),
    ),
]


@pytest.mark.parametrize(
    ("condition", "meant", "other"), CONDITIONS, ids=[c[0] for c in CONDITIONS]
)
def test_a_condition_tells_its_orders_from_others(
    condition: str, meant: Request, other: Request
) -> None:
    narrow, wide = policy(f"[applies]\n{condition}"), policy()
    assert narrow.applies.conditions == 1
    rules = in_order([wide, narrow])
    assert policy_for(meant, rules) is narrow
    assert policy_for(other, rules) is wide


def test_value_counts_all_lines_to_the_cent() -> None:
    narrow = policy("[applies]\nvalue_from_eur = 0.3").applies
    cents = [replace(line(n, f"s{n}"), value=Money(10)) for n in (1, 2, 3)]
    assert narrow.to(request(*cents))
    assert not narrow.to(request(*cents[:2]))


HOLD = '[[steps]]\nname = "shops"\nkinds = ["store"]\nwhen_short = "{}"'


@pytest.mark.parametrize("action", ["hold", "ask"])
def test_nothing_is_sent_of_an_order_that_waits(action: str) -> None:
    asked = request(line(1, "tea", 7), line(2, "cup"))
    decision = decide(asked, stock(TWO), policy(HOLD.format(action)))
    assert (decision.status, decision.action) == ("unfillable", action)
    assert (decision.shipments, decision.unfilled) == ((), ((1, 7), (2, 1)))
    assert decision.cost.total_micro == 0
    assert decision.step == "shops"
    assert {reasons(decision)[code] for code in ("paris", "lyon", "nantes")} == {"waits"}
    assert Decision.from_wire(decision.to_wire()) == decision
    told = " ".join(explain_decision(decision))
    assert "Not all can be sent now." in told
    assert "cannot be had anywhere" not in told


def test_an_order_that_can_be_sent_whole_does_not_wait() -> None:
    asked = request(line(1, "tea", 5), line(2, "cup"))
    decision = decide(asked, stock(TWO), policy(HOLD.format("hold")))
    assert (decision.status, decision.action) == ("sourced", "")


def test_backorder_ends_the_search_and_sends_what_there_is() -> None:
    decision = decide(
        request(line(1, "tea", 7), line(2, "cup")), stock(TWO), policy(HOLD.format("backorder"))
    )
    assert decision.status == "partial"
    assert decision.unfilled == ((1, 1),)
    assert "wh-south" not in decision.locations


def test_a_later_step_that_waits_undoes_what_an_earlier_one_could_send() -> None:
    rules = policy('[[steps]]\nname = "near"\nradius_km = 10\n' + HOLD.format("hold"))
    decision = decide(request(line(1, "tea", 7)), stock(TWO), rules)
    assert (decision.action, decision.step, decision.shipments) == ("hold", "shops", ())


def test_a_step_asks_its_groups_only_and_keeps_its_own_stock() -> None:
    rules = policy(
        '[filters.groups]\nsouth = ["lyon", "wh-south"]\n'
        '[[steps]]\nname = "south"\ngroups = ["south"]\nminimum_stock_pieces = 4\n'
        '[[steps]]\nname = "all"'
    )
    one = decide(request(line(1, "tea")), stock(TWO), rules)
    assert (one.step, one.locations) == ("south", ("lyon",))
    assert reasons(one)["paris"] == "filtered:step:south"
    assert reasons(one)["wh-south"] == "filtered:minimum_stock"
    two = decide(request(line(1, "tea", 2)), stock(TWO), rules)
    assert two.step == "all"


def test_what_a_step_keeps_is_told_apart_in_what_is_kept_of_the_stock() -> None:
    rules = policy('[[steps]]\nname = "a"\nminimum_stock_pieces = 9\n[[steps]]\nname = "b"')
    assert rules.told_apart_up_to(3) == 12


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ('by = "distance"', {"lyon": {1: 1, 2: 1}}),
        ('by = "distance"\nwhole_first = false', {"paris": {1: 1}, "nantes": {2: 1}}),
        ('by = "priority"\npriority = ["nantes", "wh-south"]\nwhole_first = false', None),
        ('by = "priority"\npriority = ["warehouse"]\nwhole_first = false', None),
    ],
)
def test_a_ranking_decides_in_place_of_the_cost(
    ranking: str, expected: dict[str, dict[int, int]] | None
) -> None:
    decision = decide(
        request(line(1, "tea"), line(2, "cup")), stock(TWO), policy(f"[ranking]\n{ranking}")
    )
    assert sent(decision) == (expected or {"nantes": {2: 1}, "wh-south": {1: 1}})
    assert decision.gap_micro == 0
    assert decision.runner_up is None
    others = set(reasons(decision).values())
    assert others <= {"later", "no_stock"}


def test_balance_asks_the_one_whose_day_is_emptiest() -> None:
    loaded = stock(
        {"tea": {"paris": 5, "lyon": 5, "nantes": 5}}, load={"paris": 9, "lyon": 2, "nantes": 3}
    )
    rules = policy('[ranking]\nby = "balance"')
    assert decide(request(line(1, "tea")), loaded, rules).locations == ("lyon",)


def test_a_ranking_keeps_to_the_limits() -> None:
    rules = policy('[ranking]\nby = "distance"\nwhole_first = false\n[limits]\nmax_parcels = 1')
    decision = decide(request(line(1, "tea"), line(2, "cup")), stock(TWO), rules)
    assert sent(decision) == {"lyon": {1: 1, 2: 1}}
    short = stock({"tea": {"paris": 1}, "cup": {"nantes": 1}})
    assert len(decide(request(line(1, "tea"), line(2, "cup")), short, rules).shipments) == 1


HAZMAT = '[filters.tags.hazmat]\nkinds = ["warehouse"]\ndestinations = ["home"]\n'


def test_goods_with_a_tag_leave_only_from_where_they_may() -> None:
    asked = request(tagged("hazmat"), line(2, "cup"))
    decision = decide(asked, stock(TWO), policy(HAZMAT))
    assert sent(decision) == {"wh-south": {1: 1}, "nantes": {2: 1}}
    assert reasons(decision)["paris"] == "filtered:tag"
    free = decide(request(tagged(), line(2, "cup")), stock(TWO), policy(HAZMAT))
    assert sent(free) == {"lyon": {1: 1, 2: 1}}


def test_goods_with_a_tag_do_not_go_where_they_may_not() -> None:
    to = Destination(48.85, 2.36, "pickup_point", "relay")
    decision = decide(request(tagged("hazmat"), destination=to), stock(TWO), policy(HAZMAT))
    assert decision.status == "unfillable"


def test_a_tag_limits_the_services_of_its_order() -> None:
    rules = policy('[filters.tags.fragile]\nservices = ["chronopost:express"]')
    plain = decide(request(line(1, "tea")), stock(TWO), rules)
    assert {s.service for s in plain.shipments} == {"colissimo:home"}
    fragile = decide(request(tagged("fragile"), line(2, "cup")), stock(TWO), rules)
    assert {s.service for s in fragile.shipments} == {"chronopost:express"}


def test_the_delivery_that_was_chosen_is_the_one_that_carries() -> None:
    decision = decide(request(line(1, "tea"), service="chronopost:express"), stock(TWO))
    assert [s.service for s in decision.shipments] == ["chronopost:express"]
    nobody = decide(request(line(1, "tea"), service="dhl:home"), stock(TWO))
    assert nobody.status == "unfillable"
    assert reasons(nobody)["paris"] == "filtered:no_service"


@given(
    pieces=st.lists(st.integers(0, 4), min_size=10, max_size=10),
    wanted=st.lists(st.integers(1, 4), min_size=2, max_size=2),
    by=st.sampled_from(['"distance"', '"balance"', '"priority"\npriority = ["store", "wh-north"]']),
    whole=st.booleans(),
    most=st.integers(0, 3),
)
def test_a_ranking_never_sends_what_is_not_there_and_reasons_are_told_again(
    pieces: list[int], wanted: list[int], by: str, whole: bool, most: int
) -> None:
    codes = world.network().codes
    shelves = {
        sku: {code: pieces[5 * i + n] for n, code in enumerate(codes)}
        for i, sku in enumerate(("tea", "cup"))
    }
    rules = policy(
        f"[ranking]\nby = {by}\nwhole_first = {str(whole).lower()}\n"
        f'[limits]\nmax_parcels = {most}\nsplit_lines = "always"'
    )
    asked = request(line(1, "tea", wanted[0]), line(2, "cup", wanted[1]))
    decision = decide(asked, stock(shelves), rules)
    total = np.zeros(2, np.int64)
    for shipment in decision.shipments:
        for line_id, count in shipment.lines:
            assert count <= shelves[("tea", "cup")[line_id - 1]][shipment.location]
            total[line_id - 1] += count
    assert all(total <= wanted)
    assert not most or len(decision.shipments) <= most
    if not most:
        there = [
            min(n, sum(shelves[sku].values()))
            for n, sku in zip(wanted, ("tea", "cup"), strict=True)
        ]
        assert total.tolist() == there
    again = with_reasons(
        decision.without_reasons(), asked, world.network(), stock(shelves), rules, world.tables()
    )
    assert again == decision
