"""Which rule makes which number, and what may be sold by it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.central.inventory.limits import NO_CAP, LimitArrays
from sync.domain.errors import InvalidInput
from sync.domain.location import Location, LocationKind
from sync.domain.order import Channel
from sync.domain.stock_rules import Limits, StockRule, StockRules, parse_rules

SHOP = Location("S1", LocationKind.STORE, "Shop", "", "", "", 0.0, 0.0, safety_stock=2, threshold=1)
RULES = """
[[rule]]
kind = "store"
channel = "web"
safety_stock = 3

[[rule]]
category = "candles"
share = 50

[[rule]]
sku = "85123A"
location = "S1"
channel = "web"
cap = 5
"""


def made_by(sku: str, category: str, channel: str) -> dict[str, tuple[int | None, str]]:
    rules = parse_rules(RULES, "rules.toml")
    return {
        number.name: (number.value, number.rule.told() if number.rule else "")
        for number in rules.numbers(sku, category, SHOP, channel)
    }


def test_each_number_comes_from_the_narrowest_rule_that_sets_it() -> None:
    assert made_by("85123A", "candles", "web") == {
        "safety_stock": (3, "kind store, channel web"),
        "threshold": (1, ""),
        "share": (50, "category candles"),
        "cap": (5, "sku 85123A, location S1, channel web"),
    }
    assert made_by("85123A", "candles", "store") == {
        "safety_stock": (2, ""),
        "threshold": (1, ""),
        "share": (50, "category candles"),
        "cap": (None, ""),
    }


def test_without_rules_the_locations_own_numbers_count() -> None:
    assert StockRules().limits("85123A", "candles", SHOP, "web") == Limits(2, 1)


GROUPS = {"far": ("S9",), "near": ("S1", "S2"), "all": ("S1", "S9")}
PLACES = [{}, {"location": "S1"}, {"kind": LocationKind.STORE}, *({"group": g} for g in GROUPS)]
narrow = st.builds(
    lambda place, **numbers: StockRule(**place, **numbers),
    st.sampled_from(PLACES),
    sku=st.sampled_from(["", "A"]),
    channel=st.sampled_from([None, *Channel]),
    safety_stock=st.none() | st.integers(0, 9),
    threshold=st.integers(0, 9),
    share=st.none() | st.integers(0, 100),
    cap=st.none() | st.integers(0, 20),
)


def rank(rule: StockRule) -> tuple[int, ...]:
    """Article before place before channel; of two groups the first in the file."""
    article, place, channel = rule.narrowness
    return article, place, -list(GROUPS).index(rule.group) if rule.group else 0, channel


@given(st.lists(narrow, max_size=12, unique_by=lambda rule: rule.scope), st.randoms())
def test_the_order_of_the_rules_does_not_matter(
    rules: list[StockRule], chance: random.Random
) -> None:
    mixed = list(rules)
    chance.shuffle(mixed)
    for channel in Channel:
        one = StockRules(rules, GROUPS).limits("A", "", SHOP, channel.value)
        assert one == StockRules(mixed, GROUPS).limits("A", "", SHOP, channel.value)
        for name in ("safety_stock", "threshold", "share", "cap"):
            setters = [
                rule
                for rule in rules
                if rule.is_for("A", "", SHOP, channel.value, GROUPS)
                and getattr(rule, name) is not None
            ]
            if setters:
                assert getattr(one, name) == getattr(max(setters, key=rank), name)


@given(st.lists(narrow, max_size=12, unique_by=lambda rule: rule.scope))
def test_a_rule_for_a_group_is_as_those_for_its_locations_where_nothing_is_narrower(
    rules: list[StockRule],
) -> None:
    grouped = [rule for rule in rules if rule.group == "near" or not (rule.group or rule.location)]
    alone = [replace(r, group="", location="S1") if r.group else r for r in grouped]
    for channel in Channel:
        by_group = StockRules(grouped, GROUPS).limits("A", "", SHOP, channel.value)
        assert by_group == StockRules(alone).limits("A", "", SHOP, channel.value)


def test_a_group_is_narrower_than_a_kind_and_wider_than_a_location() -> None:
    kind, group, location = (
        StockRule(kind=LocationKind.STORE, cap=1),
        StockRule(group="near", cap=2),
        StockRule(location="S1", cap=3),
    )
    for rules, cap in (([kind], 1), ([kind, group], 2), ([location, group, kind], 3)):
        assert StockRules(rules, GROUPS).limits("A", "", SHOP, "web").cap == cap
    elsewhere = replace(SHOP, code="S3")
    assert StockRules([kind, group], GROUPS).limits("A", "", elsewhere, "web").cap == 1


limits = st.builds(
    Limits,
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 100),
    st.none() | st.integers(0, 30),
)


@given(limits, st.integers(-20, 60), st.booleans())
def test_what_is_needed_is_what_makes_it_available(one: Limits, free: int, release: bool) -> None:
    may = one.available(free, release_safety_stock=release)
    assert 0 <= may <= max(0, free)
    for wanted in range(1, 40):
        needed = one.needed(wanted, release_safety_stock=release)
        assert (wanted <= may) is (needed is not None and free >= needed)


@given(st.lists(st.tuples(limits, st.integers(-20, 60)), min_size=1, max_size=8))
def test_arrays_say_the_same_as_one_at_a_time(cases: list[tuple[Limits, int]]) -> None:
    each = [one for one, _ in cases]
    arrays = LimitArrays(
        np.array([one.safety_stock for one in each]),
        np.array([one.threshold for one in each]),
        np.array([one.share for one in each]),
        np.array([NO_CAP if one.cap is None else one.cap for one in each]),
    )
    free = np.array([pieces for _, pieces in cases])
    may, withheld = arrays.available(free, np.arange(len(cases)))
    for place, (one, pieces) in enumerate(cases):
        assert may[place] == one.available(pieces)
        assert may[place] + withheld[place] == one.available(pieces, release_safety_stock=True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[rule]]", "sets nothing"),
        ("[[rule]]\nshare = 101", "above 100"),
        ("[[rule]]\nshare = -1", "between 0"),
        ("[[rule]]\nshare = true", "no whole number"),
        ('[[rule]]\nshare = "half"', "no whole number"),
        ('[[rule]]\nsku = "A"\ncategory = "B"\ncap = 1', "not both"),
        ("[[rule]]\nsku = 3\ncap = 1", "no text"),
        ('[[rule]]\nchannel = "shop"\ncap = 1', "no channel out of store"),
        ('[[rule]]\nplace = "S1"\ncap = 1', "a key place"),
        ("[[rule]]\ncap = 1\n[[rule]]\ncap = 2", "there twice"),
        ("[rule]\ncap = 1", "nothing but tables"),
        ('[groups]\nnear = "S1"', "nothing but tables"),
        ("[groups]\nnear = [1]", "nothing but tables"),
        ('[[rule]]\ngroup = "near"\ncap = 1', "for the group near, which is not there"),
        ('[[rule]]\ngroup = "near"\nkind = "store"\ncap = 1', "not both"),
        ("cap = 1", "nothing but tables"),
        ("[[rule", "cannot be read"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_said_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_rules(text, "rules.toml")
    assert caught.value.code == "stock.rules_file"
    assert "rules.toml" in str(caught.value)
    assert problem in str(caught.value)


def test_a_rule_is_not_changed_by_reading_it() -> None:
    (first, *_) = parse_rules(RULES, "rules.toml").rules
    assert replace(first) == StockRule(kind=LocationKind.STORE, channel=Channel.WEB, safety_stock=3)
