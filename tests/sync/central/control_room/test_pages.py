"""The pages for operations people: whole, in two languages, closed to strangers."""

from __future__ import annotations

import base64
import re
from dataclasses import replace

import pytest
from jinja2 import UndefinedError
from markupsafe import escape

from sync.central.control_room.view import (
    Cell,
    Lines,
    Link,
    Styled,
    Table,
    badge,
    columns,
    templates,
)
from sync.domain.customer import Customer
from sync.domain.fulfilment import RejectionReason
from sync.protocol.commands import PlaceOrder, StartPicking
from tests.sync.central.client import Client
from tests.sync.central.world import CARRY, SHIP, World


@pytest.fixture
def busy(world: World) -> World:
    """Something for each part of the overview."""
    order = world.placed(("MUG", 9, CARRY), ("LAMP", 20, SHIP))
    world.fulfil(order)
    world.reject(world.fulfilment(world.placed(("BAG", 1, SHIP))), RejectionReason.DAMAGED)
    goods = world.goods_back(order, {1: 1})
    world.deposit(goods)
    world.applied(world.inspected(goods))
    world.do(StartPicking("nothing.1", "A01"))
    return world


def test_the_overview_shows_what_needs_a_person(busy: World) -> None:
    text = Client(busy).get("/", lang="en").text
    for said in (
        "Backordered",
        "backordered",
        "stock to be counted",
        "Place S1 (S1)",
        "There is no fulfilment nothing.1 at this location.",
        "T0001",
    ):
        assert said in text
    assert text.startswith('<!doctype html><html lang="en">')


def test_it_speaks_french_to_those_who_read_french(busy: World) -> None:
    client = Client(busy)
    french = client.ask("GET", "/", headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.8"}).text
    assert "Vue d’ensemble du réseau" in french
    assert 'lang="fr"' in french
    english = client.ask("GET", "/", headers={"Accept-Language": "en-US,en;q=0.5"}).text
    assert "Overview of the network" in english
    assert client.ask("GET", "/?lang=fr", headers={"Accept-Language": "en"}).text.count(
        "Vue d’ensemble"
    )


@pytest.mark.parametrize("language", ["", ",,;;", "xx", "*", "é" * 400, "fr;q=x"])
def test_no_language_header_is_a_fault(world: World, language: str) -> None:
    headers = {"Accept-Language": language.encode()}
    assert Client(world).ask("GET", "/", headers=headers).status_code == 200


def test_an_order_shows_its_decision_with_each_locations_reason(busy: World) -> None:
    order = busy.placed(("MUG", 1, SHIP))
    text = Client(busy).get(f"/orders/{order.number}", lang="en").text
    for code in ("W1", "W2", "S1", "S2", "S3"):
        assert f"Place {code}" in text
    assert "default@2026-11" in text
    assert re.search(r"Place W2(: |, )(€[\d.]+ dearer|has none)", text)


def test_times_are_those_of_the_company(busy: World) -> None:
    text = Client(busy).get("/", lang="en").text
    assert "23/11/2026 10:00" in text  # 09:00 UTC
    assert "23/11/2026 09:00" not in text


def test_an_order_that_is_none_is_not_found(world: World) -> None:
    answer = Client(world).get("/orders/<script>alert(1)<", lang="en")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_pages_load_nothing_from_elsewhere_and_say_so(busy: World) -> None:
    answer = Client(busy).get("/")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"https?://", answer.text) == []
    fonts = re.findall(r"url\((/fonts/[^)]+)\)", answer.text)
    assert len(fonts) == 3
    for font in fonts:
        assert Client(busy).get(font).headers["content-type"] == "font/ttf"
    assert Client(busy).get("/fonts/../api-key.txt").status_code == 404


HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=alert(1)>"
ESCAPED = str(escape(HOSTILE))


@pytest.mark.parametrize(
    "cell",
    [
        HOSTILE,
        Styled(HOSTILE, "muted"),
        badge(HOSTILE, HOSTILE),
        Link(HOSTILE, HOSTILE),
        Lines((HOSTILE, Styled(HOSTILE, ""))),
        (HOSTILE, badge(HOSTILE)),
    ],
)
def test_each_kind_of_cell_is_escaped(cell: Cell) -> None:
    found = Table(
        HOSTILE, columns(HOSTILE), [(cell,)], HOSTILE, cell, HOSTILE, (Link("", HOSTILE),)
    )
    source = '{% from "macros.html" import section %}{{ section(found) }}'
    text = templates().from_string(source).render(found=found)
    assert text.count(ESCAPED) >= 5
    assert "<script" not in text
    assert "<img" not in text


def test_html_in_the_name_of_a_customer_or_an_article_stays_text(world: World) -> None:
    order = world.order(("MUG", 1, CARRY), ("BAG", 1, SHIP))
    named = replace(
        order,
        customer=Customer(HOSTILE, "zoe@example.com"),
        lines=tuple(replace(line, name=HOSTILE) for line in order.lines),
    )
    world.applied(PlaceOrder(named))
    world.fulfil(named)
    world.run("booking")
    for path in ("/", f"/orders/{order.number}"):
        text = Client(world).get(path, lang="en").text
        assert "<script" not in text
        assert "<img" not in text
    assert text.count(ESCAPED) == 2  # the two lines


def test_a_template_is_given_all_that_it_shows() -> None:
    with pytest.raises(UndefinedError):
        templates().get_template("message.html").render(page=None)


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "9999999999", "²"])
def test_any_page_number_gives_a_page(busy: World, page: str) -> None:
    assert Client(busy).get("/", orders=page, fulfilments=page).status_code == 200


def test_long_lists_go_over_several_pages(world: World) -> None:
    orders = [world.placed(("CARD", 1, CARRY), email="") for _ in range(23)]
    client = Client(world)
    first, second = (client.get("/", lang="en", orders=n).text for n in (1, 2))
    assert (first.count('href="/orders/C'), second.count('href="/orders/C')) == (20, 3)
    assert "Older" in first
    assert "Newer" in second
    assert str(orders[0].number) in second


def test_closed_pages_ask_for_the_key(world: World) -> None:
    client = Client(world, pages_open=False)
    order = world.placed(("MUG", 1, CARRY))
    for path in ("/", f"/orders/{order.number}"):
        refused = client.get(path, lang="en")
        assert refused.status_code == 401
        assert "Give the key of the file operations-key.txt as the password." in refused.text
        for password, status in ((world.central.keys.operations, 200), ("wrong", 401), ("é", 401)):
            pair = base64.b64encode(f"ops:{password}".encode()).decode()
            headers = {"Authorization": f"Basic {pair}"}
            assert client.ask("GET", path, headers=headers).status_code == status
    assert client.ask("GET", "/", headers={"Authorization": "Basic %%%"}).status_code == 401
