"""The map of a report: on the ground that it shows, with a scale and a legend that are right."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from sync.domain.location import distance_km
from sync.i18n import I18n
from sync.replay.map import HEIGHT, WIDTH, Projection, draw
from sync.replay.outlines import Box, outlines
from sync.replay.run import Scenario, Tally, replay
from tests.sync.sourcing import world
from tests.sync.sourcing.world import line, policy, request

WORDS = I18n("en")


@pytest.fixture(scope="module")
def picture() -> str:
    asked = [request(line(1, "tea"), order_number=f"W-{n}") for n in range(6)]
    south = replace(world.PARIS_HOME, lat=43.6, lon=1.44, postcode="31000")
    asked += [request(line(1, "tea"), order_number="W-9", destination=south)]
    stock = {"tea": {"paris": 2, "nantes": 1, "wh-south": 9}}
    given = Scenario("test", tuple(world.locations()), world.tables(), stock, tuple(asked))
    tally = Tally(policy())
    for one, decision in replay(given, policy()):
        tally.add(one, decision)
    return draw(given, tally, WORDS)


def test_the_picture_is_well_formed_and_stays_in_its_frame(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    circles = [c for c in root.iter("circle") if c.find("title") is not None]
    assert len(circles) == 3
    for circle in circles:
        assert 0 <= float(circle.attrib["cx"]) <= WIDTH
        assert 0 <= float(circle.attrib["cy"]) <= HEIGHT
    titles = {str(circle.find("title").text) for circle in circles}  # type: ignore[union-attr]
    assert titles == {"Paris (paris): 2", "Nantes (nantes): 1", "Wh-South (wh-south): 4"}


def test_it_shows_the_country_that_it_is_about(picture: str) -> None:
    root = ElementTree.fromstring(picture)
    assert len(list(root.iter("polygon"))) >= 3  # France and its neighbours
    assert outlines(Box(-30.0, 35.0, -29.0, 36.0)) == []  # open sea


def test_the_bar_is_as_long_as_it_says(picture: str) -> None:
    ((left, right, told),) = re.findall(
        r'd="M(\d+) \d+V\d+H(\d+)V\d+" fill="none".*?>([\d,]+)\u202fkm<', picture
    )
    assert told in {"50", "100", "200"}
    points = [(2.35, 48.86), (4.36, 43.84), (-1.55, 47.22), (2.33, 48.87), (1.44, 43.6)]
    view = Projection.of(Box.around(points, 0.6))
    one, two = (2.35, 46.0), (2.35, 47.0)
    pixels = abs(view.at(one)[1] - view.at(two)[1])
    km = distance_km(one[1], one[0], two[1], two[0])
    assert (int(right) - int(left)) / float(told) == pytest.approx(pixels / km, rel=0.02)


def test_the_legend_names_the_kinds_that_are_shown(picture: str) -> None:
    assert ">warehouse<" in picture
    assert ">store<" in picture
    assert ">supplier<" not in picture
    assert "4 shipments" in picture


def test_nothing_is_drawn_of_nothing() -> None:
    given = Scenario("test", tuple(world.locations()), world.tables(), {}, ())
    assert draw(given, Tally(policy()), WORDS) == ""
