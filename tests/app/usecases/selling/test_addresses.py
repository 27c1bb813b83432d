"""Communes for addresses."""

import pytest

from app.usecases.selling.addresses import Place, find_places


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("69003", ("69003", "Lyon")),
        ("bron", ("69500", "Bron")),
        ("saint etienne", ("42000", "Saint-Étienne")),
        ("st-etienne", ("42000", "Saint-Étienne")),
        ("SAINT ÉTIENNE", ("42000", "Saint-Étienne")),
        ("grenoble 38", ("38000", "Grenoble")),
    ],
)
def test_by_postcode_or_name_without_accents(text: str, first: tuple[str, str]) -> None:
    found = find_places(text)[0]
    assert (found.postcode, found.commune) == first


@pytest.mark.parametrize("text", ["", "   ", "zzzz", "99999", "'; DELETE", "69003 paris"])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert find_places(text) == []


def test_the_most_populous_come_first_and_no_more_than_asked() -> None:
    found = find_places("mar", 3)
    assert len(found) == 3
    assert found[0].commune == "Marseille"


def test_a_place_knows_where_it_is() -> None:
    assert find_places("38000")[0] == Place("38000", "Grenoble", 45.17869, 5.71479)
