"""The policies of the docs can be loaded by the demo company, and the table names each."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.demo import company
from sync.demo.carriage import load_regions, load_services
from sync.sourcing import Tables
from sync.sourcing.policy.lint import CompanyNames
from sync.sourcing.policy.policy_file import faults, parse_policy, with_changes
from tools.benchmarks.policies import Wish, default_text, outcome, page, rows, wishes

WISHES = wishes()
ORDERS = 40


@pytest.fixture(scope="module")
def demo() -> CompanyNames:
    articles = company.load_articles()
    tables = Tables.of(
        company.load_tariffs(), company.load_factors(), load_services(), load_regions()
    )
    return CompanyNames(
        locations=frozenset(place.code for place in company.load_locations()),
        categories=frozenset(article.category for article in articles),
        tags=frozenset(tag for article in articles for tag in article.tags),
        services=frozenset(service.code for service in tables.services),
    )


@pytest.mark.parametrize("wish", WISHES, ids=[wish.name for wish in WISHES])
def test_a_policy_of_the_docs_can_be_loaded(wish: Wish, demo: CompanyNames) -> None:
    alone = parse_policy(wish.text, wish.name)
    assert faults(wish.text, alone, demo) == []
    put_in = with_changes(default_text(), wish.text, wish.name)
    assert put_in.handling["store"].piece_eur == 0.4
    assert put_in.steps == (alone.steps if "[[steps]]" in wish.text else put_in.steps)


def test_the_table_of_the_docs_names_each_policy() -> None:
    text = Path("docs/sourcing.md").read_text(encoding="utf-8")
    for wish in WISHES:
        assert f"| {wish.sentence} | [{wish.name}.toml](policies/{wish.name}.toml) |" in text


def test_a_line_says_what_the_policy_changes() -> None:
    by_name = {wish.name: wish for wish in WISHES}
    before = outcome(ORDERS, "")
    held = by_name["warehouses-then-stores"]
    electric = by_name["electric-only"]
    found = [(wish, outcome(ORDERS, wish.text)) for wish in (held, electric)]
    table = rows(found, before)
    assert float(table[1][4].removesuffix(" %")) < 0  # less CO2e
    assert int(table[1][2]) > 0
    assert page(table, before, ORDERS).count("\n| ") == 4
