"""A decision in sentences: nothing twice, and every sum right to the cent."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.i18n import I18n
from sync.sourcing import CostBreakdown, Decision, source
from sync.sourcing.decision import Moved
from sync.sourcing.explain.sentences import explain_decision, other_evaluations, reasons, summary
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request, stock

MICRO = st.integers(-5_000_000, 50_000_000)


def decided(there: dict[str, dict[str, int]], *skus: str, rules: str = "") -> Decision:
    lines = [line(number, sku) for number, sku in enumerate(skus, start=1)]
    return source(
        request(*lines), world.network(), stock(there), policy(rules), world.tables()
    )  # fmt: skip


def cents_in(sentence: str) -> list[int]:
    return [
        int(euros) * 100 + int(cents) for euros, cents in re.findall(r"(\d+)\.(\d\d)", sentence)
    ]


def test_the_runner_up_is_told_once_and_says_in_what_it_is_dearer() -> None:
    rules = "[handling.store]\nparcel_eur = 3.0"
    decision = decided({"tea": {"wh-north": 5, "nantes": 5, "lyon": 5}}, "tea", rules=rules)
    told = explain_decision(decision)
    assert decision.runner_up is not None
    (second,) = decision.runner_up.locations
    assert [sentence for sentence in told if second in sentence] == [told[1]]
    assert re.fullmatch(
        rf"Next best: {second}, \d\.\d\d EUR dearer, mostly carrier and handling\.", told[1]
    )
    # Nobody is forgotten: the others have their evaluations.
    assert {v.location for v in other_evaluations(decision)} == set(world.network().codes) - {
        second, *decision.locations
    }  # fmt: skip


def test_a_location_of_the_runner_up_that_stops_for_another_reason_is_still_told() -> None:
    decision = decided({"tea": {"paris": 1, "lyon": 1}}, "tea")
    assert decision.runner_up is not None
    other = replace(decision.runner_up, locations=("lyon", "nantes"))
    told = reasons(replace(decision, runner_up=other))
    assert "nantes: has none of it" in told
    assert not any(sentence.startswith("lyon:") for sentence in told)


def test_the_cost_by_criterion_is_said_when_asked_for_and_adds_up() -> None:
    decision = decided({"tea": {"paris": 1}, "cup": {"lyon": 1}}, "tea", "cup")
    (said,) = [s for s in summary(decision, costs=True) if s.startswith("Together")]
    together, *parts = cents_in(said)
    assert len(parts) == 4
    assert sum(parts) == together == round(decision.cost.total_micro / 10_000)
    assert not any(s.startswith("Together") for s in summary(decision))
    in_french = summary(decision, I18n("fr"), costs=True)
    assert any(s.startswith("Au total") and "transport et préparation" in s for s in in_french)


def test_what_is_paid_and_what_is_only_reckoned_with_are_said_apart_and_add_up() -> None:
    decision = decided({"tea": {"paris": 1}, "cup": {"lyon": 1}}, "tea", "cup")
    told = summary(decision, costs=True)
    (together,) = (s for s in told if s.startswith("Together"))
    (cash,) = (s for s in told if s.startswith("Cash"))
    (shadow,) = (s for s in told if s.startswith("Shadow prices"))
    assert re.fullmatch(
        r"Cash [\d.]+ EUR, of which carrier [\d.]+ EUR, handling [\d.]+ EUR, "
        r"packaging [\d.]+ EUR\.",
        cash,
    )
    for said in (cash, shadow):
        whole, *parts = cents_in(said)
        assert sum(parts) == whole > 0
    assert cents_in(cash)[0] + cents_in(shadow)[0] == cents_in(together)[0]
    assert "time to the customer" in shadow
    assert "lateness" not in shadow  # nothing was promised
    in_french = summary(decision, I18n("fr"), costs=True)
    assert any(s.startswith("Payé") and "emballage" in s for s in in_french)
    assert not any("EUR" in s for s in in_french), "amounts are written as the language does"
    assert any(s.startswith("Prix implicites") and "non payés" in s for s in in_french)


def test_what_each_location_costs_adds_up_to_the_whole_too() -> None:
    decision = decided({"tea": {"paris": 1}, "cup": {"lyon": 1}}, "tea", "cup")
    told = summary(decision, costs=True)
    assert len(decision.shipments) == 2
    assert sum(cents_in(told[0])[:1] + cents_in(told[1])[:1]) == cents_in(told[2])[0]


@given(st.lists(st.tuples(MICRO, MICRO, MICRO, MICRO), min_size=1, max_size=5))
def test_cents_of_shipments_and_of_criteria_are_two_ways_to_the_same_sum(
    costs: list[tuple[int, int, int, int]],
) -> None:
    decision = decided({"tea": {"paris": 1}}, "tea")
    (one,) = decision.shipments
    shipments = tuple(replace(one, cost=CostBreakdown(*cost)) for cost in costs)
    whole = sum((s.cost for s in shipments), CostBreakdown())
    made = replace(decision, shipments=shipments, cost=whole)
    rounded = (whole.total_micro + 5_000) // 10_000
    assert sum(made.shipment_cents()) == sum(whole.cents().values()) == rounded
    for shipment, cents in zip(shipments, made.shipment_cents(), strict=True):
        assert abs(shipment.cost.total_micro - cents * 10_000) < 10_000


@pytest.mark.parametrize("language", ["en", "fr"])
def test_prices_and_moves_are_named_and_survive_the_wire(language: str) -> None:
    decision = replace(
        decided({"tea": {"paris": 1}}, "tea"),
        prices_at="2026-11-24T09:00:00+00:00",
        moved=Moved(("lyon",), 1_420_000, 210),
    )
    assert Decision.from_wire(decision.to_wire()) == decision
    told = summary(
        decision, I18n(language, ZoneInfo("Europe/Paris")), names={"lyon": "Lyon", "paris": "Paris"}
    )
    expected = {
        "en": [
            "Moved from Lyon to Paris: saves €1.42, certified gap 2.1%.",
            "With the scarcity prices of 24/11/2026 10:00.",
        ],
        "fr": [
            "Déplacée de Lyon à Paris : 1,42\xa0€ d’économie, écart certifié 2,1\u202f%.",
            "Avec les prix de rareté du 24/11/2026 10:00.",
        ],
    }
    assert [s for s in told if s in expected[language]] == expected[language]


def test_a_decision_of_before_prices_and_batches_is_still_read() -> None:
    decision = decided({"tea": {"paris": 1}}, "tea")
    wire = decision.to_wire()
    for name in ("prices_at", "prices_too_old", "moved"):
        del wire[name]
    assert Decision.from_wire(wire) == decision
