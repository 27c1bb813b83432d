"""What a policy cannot mean is refused with its line, before an order meets it."""

from __future__ import annotations

import pytest

from sync.domain.errors import InvalidInput
from sync.sourcing.policy.lint import CompanyNames, contradictions
from sync.sourcing.policy.policy import Policy
from sync.sourcing.policy.policy_file import Fault, faults, parse_policy, refuse_unknown_names

COMPANY = CompanyNames(
    locations=frozenset({"paris", "lyon"}),
    categories=frozenset({"tea"}),
    tags=frozenset({"hazmat"}),
    services=frozenset({"colissimo:home"}),
)


def test_what_nobody_changed_is_no_contradiction() -> None:
    assert contradictions(Policy()) == []


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("[filters]\nkinds = []", 3, "filters.kinds: is empty: no location could serve"),
        (
            "[filters.kinds_by_channel]\nweb = []",
            3,
            "filters.kinds_by_channel.web: is empty: no location could serve",
        ),
        (
            '[filters.kinds_by_channel]\nphone = ["store"]',
            3,
            "filters.kinds_by_channel.phone: there is no channel “phone”",
        ),
        ('[applies]\nchannels = ["shop"]', 3, "applies.channels: there is no channel “shop”"),
        (
            '[filters]\nexclude_groups = ["far"]',
            3,
            "filters.exclude_groups: there is no group “far” in [filters.groups]",
        ),
        ('[[steps]]\nname = "a"\ngroups = ["far"]', 4, "steps.groups: there is no group “far”"),
        ("[filters.groups]\nfar = []", 3, "filters.groups.far: is empty"),
        (
            "[weights]\neconomic = 0\necological = 0\nlogistic = 0\nretail = 0",
            2,
            "weights: are all 0",
        ),
        ('[[steps]]\nname = "a"\nkinds = []', 4, "steps.kinds: is empty"),
        (
            '[filters]\nkinds = ["store"]\n[[steps]]\nname = "a"\nkinds = ["warehouse"]',
            6,
            "steps.kinds: step “a” has only kinds that the filters bar",
        ),
        (
            '[[steps]]\nname = "a"\nwhen_short = "hold"\n[[steps]]\nname = "b"',
            4,
            "steps.when_short: step “a” ends the search, so that step “b” is never tried",
        ),
        ('[ranking]\nby = "priority"', 2, "ranking.priority: is empty"),
        ('[ranking]\npriority = ["paris"]', 3, "ranking.priority: is read only with"),
        ('[ranking]\nby = "mood"', 3, "ranking.by: must be one of cost, priority"),
        (
            "[applies]\nvalue_from_eur = 50\nvalue_below_eur = 50",
            4,
            "applies.value_below_eur: is not above value_from_eur",
        ),
        (
            "[applies]\nplaced_from = 2026-12-02T00:00:00Z\nplaced_before = 2026-12-01T00:00:00Z",
            4,
            "applies.placed_before: is not after placed_from",
        ),
        (
            "[applies]\nplaced_from = 2026-12-02T00:00:00",
            3,
            "applies.placed_from: must be a time with its zone",
        ),
        ('[applies]\ndestinations = ["moon"]', 3, "applies.destinations: “moon” is not home"),
        (
            '[filters.tags.hazmat]\nkinds = ["shop"]',
            3,
            "filters.tags.hazmat.kinds: “shop” is not a kind",
        ),
    ],
)
def test_a_contradiction_is_refused_with_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_policy('version = "1"\n' + text, "p")
    assert str(caught.value).startswith(f"Policy p, line {line}, {problem}")


def test_each_name_that_the_company_does_not_have_is_told() -> None:
    text = """version = "1"
[applies]
countries = ["FR", "ZZ"]
categories = ["tea", "tee"]
[filters]
services = ["colissimo:hom"]
[filters.groups]
near = ["paris", "pari"]
[filters.tags.hazmat]
services = ["dhl:home"]
[filters.tags.hasmat]
kinds = ["warehouse"]
[ranking]
by = "priority"
priority = ["near", "warehouse", "lyon", "lion"]
"""
    policy = parse_policy(text, "p")
    assert faults(text, policy, COMPANY) == [
        Fault(4, "applies.categories", "there is no category of articles “tee”"),
        Fault(6, "filters.services", "there is no service of a carrier “colissimo:hom”"),
        Fault(8, "filters.groups.near", "there is no location “pari”"),
        Fault(10, "filters.tags.hazmat.services", "there is no service of a carrier “dhl:home”"),
        Fault(11, "filters.tags.hasmat", "there is no tag of articles “hasmat”"),
        Fault(15, "ranking.priority", "there is no group, kind or location “lion”"),
    ]
    with pytest.raises(InvalidInput, match=r"Policy p, line 4, applies.categories: there is no c"):
        refuse_unknown_names(text, policy, COMPANY)


def test_what_the_company_has_is_no_fault() -> None:
    text = 'version = "1"\n[applies]\ntags = ["hazmat"]\n[filters.groups]\nnear = ["paris"]\n'
    assert faults(text, parse_policy(text, "p"), COMPANY) == []
