"""A policy file: what is read, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.domain.errors import InvalidInput, NotFound
from sync.sourcing import policy_for
from sync.sourcing.policy.policy_file import parse_policy
from tests.sync.sourcing.world import line, policy, request

DEFAULT = Path("assets/policies/default.toml").read_text(encoding="utf-8")


def test_the_default_policy_is_read_whole() -> None:
    policy = parse_policy(DEFAULT, "default")
    assert policy.label == "default@2026-11"
    assert policy.handling["store"].piece_eur == 0.4
    assert [step.name for step in policy.steps] == ["network", "partners", "safety stock"]
    assert policy.filters.kinds_by_channel["marketplace"] == ("warehouse", "distributor")
    assert policy.limits.split_lines == "when_needed"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'version = "1"\n[weights]\neconomic = -1',
            "Policy p, line 3, weights.economic: must not be negative.",
        ),
        (
            'version = "1"\n\n[[steps]]\nradius = 50',
            "Policy p, line 4, steps.radius: the unit is missing: write radius_km.",
        ),
        (
            'version = "1"\n[carbon]\nprice = 50',
            "Policy p, line 3, carbon.price: the unit is missing: write price_eur_per_t.",
        ),
        (
            'version = "1"\n[filters]\nkinds = ["shop"]',
            "Policy p, line 3, filters.kinds: “shop” is not a kind of location that holds stock.",
        ),
        (
            'version = "1"\n[limits]\nsplit_lines = "maybe"',
            "Policy p, line 3, limits.split_lines: must be one of never, when_needed, always.",
        ),
        (
            'version = "1"\n[limits]\nmax_parcels = 1.5',
            "Policy p, line 3, limits.max_parcels: must be a whole number.",
        ),
        (
            'version = "1"\n[time]\nvalue_eur_per_hour = inf',
            "Policy p, line 3, time.value_eur_per_hour: must not be negative.",
        ),
        (
            'version = "1"\n[[steps]]\nname = "a"\n[[steps]]\nname = "a"',
            "Policy p, line 3, steps.name: each step needs a name of its own: decisions name it.",
        ),
        ("[weights]", "Policy p, line 1, version: must be a text that names this version."),
        (
            'version = "1"\n[handling.store]\nparcel_eur = "2"',
            "Policy p, line 3, handling.store.parcel_eur: must be a number.",
        ),
    ],
)
def test_a_wrong_policy_names_the_line_and_the_key(text: str, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_policy(text, "p")
    assert str(caught.value) == message


def test_a_key_that_is_not_known_lists_those_that_are() -> None:
    with pytest.raises(InvalidInput, match=r"line 2, wieghts: is not known; known here are ver"):
        parse_policy('version = "1"\n[wieghts]\n', "p")


def test_toml_that_cannot_be_read_says_where() -> None:
    with pytest.raises(InvalidInput, match=r"Policy p cannot be read: .*line 2"):
        parse_policy('version = "1"\n[weights\n', "p")


def test_several_policies_stand_side_by_side_and_the_first_that_fits_is_taken() -> None:
    market = policy('[applies]\nchannels = ["marketplace"]')
    hurried = policy("[applies]\nwith_promise_only = true")
    anything = policy()
    rules = [market, hurried, anything]
    asked = request(line(1, "tea"))
    assert policy_for(asked, rules) is anything
    assert policy_for(request(line(1, "tea"), channel="marketplace"), rules) is market
    assert policy_for(request(line(1, "tea"), promised_by=asked.placed_at), rules) is hurried
    with pytest.raises(NotFound, match="No sourcing policy is for order W-1"):
        policy_for(asked, [market])
